"""What the gateways workspace shows: each source of every gateway known, whose it is, what it took and refused, how old that is. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.models.identity import owned_subject
from console.views.age import age_text, moment_text
from console.views.i18n import tr, word
from console.views.monitoring.bringers import Bringer
from console.views.reasons import said
from console.views.tables.columns import Column, folded
from console.views.tables.marks import Mark, Shape, Tone

MARKS = {
    "faulty": Mark(Shape.CROSS, Tone.RED),
    "unheard": Mark(Shape.DOWN, Tone.ORANGE),
    "connecting": Mark(Shape.HALF, Tone.BLUE),
    "working": Mark(Shape.CIRCLE, Tone.GREEN),
    "stopped": Mark(Shape.SQUARE, Tone.GREY),
}
"""In this order by the state column: what needs a person first."""
ORDER = tuple(MARKS)


@dataclass(frozen=True)
class GatewayRow:
    """`here`: it is in this machine's own settings, and may be removed. `since_ms`: when it was added here, for one that told nothing yet."""

    id: str
    search: str
    told: Bringer
    here: bool

    def state(self, now_ms: int) -> str:
        """A key of MARKS."""
        if self.told.state == "faulty" or self.told.fault:
            return "faulty"
        return "unheard" if self.told.heard_ms is not None and self.told.unheard(now_ms) else self.told.state

    @property
    def refused(self) -> int:
        return sum(self.told.refused.values())


def rows(told: Sequence[Bringer], own: Sequence[tuple[str, str, str]], origin: str) -> list[GatewayRow]:
    """`own`: (name, kind, place) of each source in this machine's settings; `origin`: of its peer in hex, "" while that is away."""
    subjects = {_subject(origin, name): (name, kind, place) for name, kind, place in own}
    made = [_row(each, each.id in subjects) for each in told]
    heard = {each.id for each in told}
    for subject, (name, kind, place) in subjects.items():
        if subject not in heard:
            made.append(_row(Bringer(subject, name, kind, place, "connecting", "", 0, {}, "", None, None), here=True))
    return made


def _subject(origin: str, name: str) -> str:
    return owned_subject(bytes.fromhex(origin), f"gateway-{name}") if origin else f"gateway-{name}"


def _row(told: Bringer, here: bool) -> GatewayRow:
    words = (told.name, told.place, word("source_kind", told.source), word("source_state", told.state), said(told.fault))
    return GatewayRow(told.id, folded(*words), told, here)


def state_text(row: GatewayRow, now_ms: int) -> str:
    state = row.state(now_ms)
    return tr("not heard of") if state == "unheard" else word("source_state", state)


def columns() -> list[Column[GatewayRow]]:
    def text(of: Callable[[Bringer], str]) -> Callable[[GatewayRow, int], str]:
        return lambda row, _now: of(row.told)

    return [
        Column(
            "state",
            lambda: tr("State"),
            state_text,
            lambda row: ORDER.index(row.told.state) if row.told.state in ORDER else len(ORDER),
            lambda row, now: MARKS.get(row.state(now)),
            ages=True,
            width_chars=11,
        ),
        Column("name", lambda: tr("Source"), text(lambda told: told.name), width_chars=14),
        Column("kind", lambda: tr("Kind"), text(lambda told: word("source_kind", told.source)), width_chars=11),
        Column(
            "heard", lambda: tr("Told"), lambda row, now: age_text(row.told.heard_ms, now), _none_last("heard_ms"), numeric=True, ages=True
        ),
        Column(
            "newest",
            lambda: tr("Newest"),
            lambda row, now: age_text(row.told.newest_ms, now),
            _none_last("newest_ms"),
            numeric=True,
            ages=True,
        ),
        Column("taken", lambda: tr("Taken"), text(lambda told: f"{told.taken:,}"), lambda row: row.told.taken, numeric=True, width_chars=8),
        Column(
            "refused", lambda: tr("Refused"), lambda row, _now: f"{row.refused:,}", lambda row: row.refused, numeric=True, width_chars=8
        ),
        Column("wrong", lambda: tr("What is wrong"), lambda row, _now: wrong_text(row), tip=lambda row, _now: wrong_text(row), wide=True),
        Column("place", lambda: tr("Where"), text(lambda told: told.place), width_chars=22, hidden=True),
    ]


def _none_last(name: str) -> Callable[[GatewayRow], int | None]:
    """The newest first."""

    def order(row: GatewayRow) -> int | None:
        at_ms: int | None = getattr(row.told, name)
        return None if at_ms is None else -at_ms

    return order


def wrong_text(row: GatewayRow) -> str:
    """Its fault, else its last refusal."""
    told = row.told
    return said(told.fault) if told.fault else said(told.example) if told.refused else ""


def card(row: GatewayRow, now_ms: int) -> list[tuple[str, str]]:
    told = row.told
    by_reason = sorted(told.refused.items(), key=lambda item: -item[1])
    known = [
        (tr("State"), state_text(row, now_ms)),
        (tr("What is wrong"), said(told.fault) if told.fault else ""),
        (tr("Kind"), word("source_kind", told.source)),
        (tr("Where"), told.place),
        (tr("Settings"), tr("on this machine") if row.here else tr("of another gateway: only it can change them")),
        (tr("Told"), "" if told.heard_ms is None else f"{age_text(told.heard_ms, now_ms)} ({moment_text(told.heard_ms)})"),
        (tr("Newest"), "" if told.newest_ms is None else f"{age_text(told.newest_ms, now_ms)} ({moment_text(told.newest_ms)})"),
        (tr("Taken"), f"{told.taken:,}"),
        (tr("Refused"), ", ".join(f"{count:,} {reason}" for reason, count in by_reason)),
        (tr("Refused last"), said(told.example) if told.example else ""),
    ]
    return [(label, value) for label, value in known if value]
