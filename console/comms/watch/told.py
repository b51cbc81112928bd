"""What the table `risk` says already, and whether a verdict is worth an event. No I/O but one query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
import peewee as pw

from console.models.hazards.assessor import BLIND
from console.models.hazards.chain import ARMED, FORECAST, OBSERVED, RECEDING
from console.models.hazards.grade import level_of
from console.models.hazards.rules import WatchRule
from console.models.hazards.verdict import Verdict
from console.models.kinds import WITHDRAWN, Because, risk_subject
from console.models.state.tables import PRESENT_RISK

HEARD_MORE = 0.05
"""Of the gauges' weight: less does not make one peer better informed than another."""
_QUERY = f"SELECT id, level, stage, lead_s, at_ms, why, unsure, share, author, coalesce(heard_ms, 0), incident FROM {PRESENT_RISK}"
_AT_ONCE = 500
_STAGES = {RECEDING: 0, ARMED: 1, FORECAST: 2, OBSERVED: 3}
"""The higher, the sooner it must be known."""
_why = msgspec.msgpack.Decoder(list[Because])
_unsure = msgspec.msgpack.Decoder(list[str])


class Told(NamedTuple):
    """A row of `risk`, as far as it decides."""

    level: int = 0
    stage: str = ""
    lead_s: float | None = None
    at_ms: int = 0
    why: bytes | None = None
    unsure: bytes | None = None
    share: float = 0.0
    author: str = ""
    heard_ms: int = 0
    incident: str = ""

    @property
    def grounds(self) -> list[tuple[str, str, float]]:
        """(rule, thing, hours) of each."""
        try:
            return [(each.rule, each.thing, each.hours) for each in _why.decode(self.why or b"\x90")]
        except msgspec.DecodeError:
            return []

    @property
    def doubts(self) -> set[str]:
        try:
            return set(_unsure.decode(self.unsure or b"\x90"))
        except msgspec.DecodeError:
            return set()


def read_told(database: pw.SqliteDatabase, ids: Sequence[str] | None = None) -> dict[str, Told]:
    """By `<hazard>:<place>`: all, or those of the rows `ids`. Of a place that nobody registered any area may tell."""
    if ids is None:
        return _told(database.execute_sql(_QUERY))  # type: ignore[no-untyped-call]
    found: dict[str, Told] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        found |= _told(database.execute_sql(f"{_QUERY} WHERE id IN ({','.join('?' * len(some))})", some))  # type: ignore[no-untyped-call]
    return found


def _told(rows: Iterable[Sequence[Any]]) -> dict[str, Told]:
    return {risk_subject(row[0]): Told(*row[1:]) for row in rows}


class Worth(NamedTuple):
    """Whether to write: `at_once`: a level or a stage changed; `detail`: something else did, and the last word on it is `retell_s` old."""

    at_once: bool
    detail: bool = False


def worth(verdict: Verdict, told: Told | None, author: str, now_ms: int, rule: WatchRule) -> Worth:
    """`author`: this peer's name."""
    level = level_of(verdict.up)
    if told is not None and told.stage == WITHDRAWN:
        return Worth(True)
    if told is None:
        return Worth(level > 0 or (BLIND in verdict.unsure and "no_gauge" not in verdict.unsure))
    graver = level > 0 and (told.level == 0 or level < told.level)
    if graver:
        return Worth(True)
    if told.author != author and now_ms - told.heard_ms < rule.yield_s * 1000:
        better = verdict.at_ms > told.at_ms and verdict.share >= told.share - HEARD_MORE
        return Worth(better and level != told.level)
    if level != told.level:
        return Worth(True)
    if level and verdict.stage != told.stage:
        nearer = _STAGES.get(verdict.stage, 0) > _STAGES.get(told.stage, 0)
        return Worth(nearer or now_ms - told.heard_ms >= rule.restage_s * 1000)
    if now_ms - told.heard_ms < rule.retell_s * 1000:
        return Worth(False)
    doubts = verdict.doubts()
    detail = set(doubts) != told.doubts or (level > 0 and (_lead_changed(verdict, told, rule) or _grounds_changed(verdict, told)))
    return Worth(False, detail)


def _lead_changed(verdict: Verdict, told: Told, rule: WatchRule) -> bool:
    if verdict.lead_s is None or told.lead_s is None:
        return verdict.lead_s != told.lead_s
    return abs(verdict.lead_s - told.lead_s) >= rule.lead_change_s


def _grounds_changed(verdict: Verdict, told: Told) -> bool:
    now = [(each.rule, each.thing, each.hours) for each in verdict.why]
    return now[:1] != told.grounds[:1]
