"""Whence readings come: each source of a gateway, whether it works, and what it could not take. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import peewee as pw

from console.models.state.tables import Gateway
from console.views.age import age_text, moment_text
from console.views.i18n import tr, word
from console.views.reasons import said

SIGNS = {"working": "●", "connecting": "◌", "faulty": "✕", "stopped": "■"}
SILENT_S = 900
"""A gateway tells of itself every few minutes: unheard for so long, it is not known how it is."""
UNHEARD = "▼"


@dataclass(frozen=True)
class Bringer:
    """One source, fields as of `kinds.GatewayReported`. `heard_ms`: when the gateway last told of it."""

    id: str
    name: str
    source: str
    place: str
    state: str
    fault: str
    taken: int
    refused: dict[str, int]
    example: str
    newest_ms: int | None
    heard_ms: int | None

    def unheard(self, now_ms: int) -> bool:
        return self.state != "stopped" and (self.heard_ms is None or now_ms - self.heard_ms > SILENT_S * 1000)

    def wrong(self, now_ms: int) -> bool:
        return self.state == "faulty" or bool(self.fault) or bool(self.refused) or self.unheard(now_ms)


def read_bringers(database: pw.SqliteDatabase) -> list[Bringer]:
    """By name."""
    rows = Gateway.select().order_by(Gateway.name, Gateway.id).dicts().execute(database)
    return [_bringer(held) for held in rows]


def strip_text(found: list[Bringer], now_ms: int) -> str:
    """All in one line: what is wrong first, each with its sign, its state in words and its age."""
    ordered = sorted(found, key=lambda one: not one.wrong(now_ms))
    return "    ".join(_short(one, now_ms) for one in ordered)


def tip_text(found: list[Bringer], now_ms: int) -> str:
    """All that is known of each."""
    return "\n\n".join("\n".join(_long(one, now_ms)) for one in found)


def _short(one: Bringer, now_ms: int) -> str:
    if one.unheard(now_ms):
        return tr("{sign} {name}: not heard of for {age}", sign=UNHEARD, name=one.name, age=age_text(one.heard_ms, now_ms))
    parts = [word("source_state", one.state)]
    if one.newest_ms is not None:
        parts.append(age_text(one.newest_ms, now_ms))
    if one.refused:
        parts.append(tr("{n} refused", n=sum(one.refused.values())))
    return tr("{sign} {name}: {told}", sign=SIGNS.get(one.state, "?"), name=one.name, told=" · ".join(parts))


def _long(one: Bringer, now_ms: int) -> list[str]:
    refused = ", ".join(f"{reason} {count}" for reason, count in sorted(one.refused.items()))
    lines = [
        _short(one, now_ms),
        f"{word('source_kind', one.source)}  {one.place}".strip(),
        said(one.fault) if one.fault else "",
        tr("{n} taken, the newest {time}", n=f"{one.taken:,}", time=moment_text(one.newest_ms)) if one.taken else "",
        tr("refused: {reasons}", reasons=refused) if refused else "",
        said(one.example) if one.example else "",
    ]
    return [line for line in lines if line]


def _bringer(held: dict[str, object]) -> Bringer:
    packed = held["refused"]
    refused = msgspec.msgpack.decode(packed, type=dict[str, int]) if isinstance(packed, bytes | memoryview) else {}
    same = {name: held[name] for name in ("id", "source", "place", "state", "fault", "taken", "example", "newest_ms", "heard_ms")}
    return Bringer(name=str(held["name"] or held["id"]), refused=refused, **same)  # type: ignore[arg-type]
