"""Risks whose place was withdrawn: nobody judges there any more, so they are closed, and it is said that they were and by whom.

Not an all-clear: no reading said that anything is over. The risk stays in the list, without a level and with this as its ground, until somebody
has acknowledged it; and it stands in the timeline of its incident. A place that is restored is judged anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
import peewee as pw

from console.models.clock import ms_of
from console.models.journal import NewEvent
from console.models.kinds import WITHDRAWN, Because, RecordWithdrawn, RiskAssessed, decode_body, encode_body, kind_of, risk_subject
from console.models.state.tables import PRESENT_RISK

RULE = "place.withdrawn"
WHO_CHARS = 200
_stamps = msgspec.msgpack.Decoder(dict[str, tuple[int, bytes]])
_STANDING = (
    "SELECT r.id, r.hazard, r.place, r.area, r.incident, coalesce(b.stamps, s.stamps) FROM {risk} r "
    "LEFT JOIN basin b ON b.id = r.place LEFT JOIN sensor s ON s.id = r.place "
    "WHERE (r.level > 0 OR instr(coalesce(r.unsure, x''), CAST('no_data' AS BLOB))) AND r.stage <> ? "
    "AND coalesce(b.withdrawn, s.withdrawn, 0)"
)
_SAID = (
    "SELECT e.body, coalesce(nullif(p.name, ''), hex(s.origin)) FROM event e JOIN stream s ON s.id = e.stream "
    "LEFT JOIN peer p ON p.id = lower(hex(s.origin)) WHERE e.hlc = ? AND s.origin = ? AND e.kind = 'record.withdrawn'"
)


class Orphan(NamedTuple):
    """A risk that stands, or a place told of as blind, where the place was withdrawn. `hlc`, `origin`: of who withdrew it."""

    id: str
    hazard: str
    place: str
    area: str
    incident: str
    hlc: int = 0
    origin: bytes = b""

    @property
    def subject(self) -> str:
        return risk_subject(self.id)


def orphans(database: pw.SqliteDatabase) -> list[Orphan]:
    rows = database.execute_sql(_STANDING.format(risk=PRESENT_RISK), (WITHDRAWN,))  # type: ignore[no-untyped-call]
    return [_orphan(*row) for row in rows]


def _orphan(risk: str, hazard: str, place: str, area: str, incident: str, stamps: bytes | None) -> Orphan:
    hlc, origin = _stamps.decode(stamps or b"\x80").get(WITHDRAWN, (0, b""))
    return Orphan(risk, hazard, place, area, incident, hlc, origin)


def closing(database: pw.SqliteDatabase, found: Iterable[Orphan], author: str) -> list[NewEvent]:
    """The events that close them. `author`: this peer's name."""
    events = []
    for orphan in found:
        at_ms = ms_of(orphan.hlc)
        because = Because(RULE, orphan.place, 0.0, 0.0, at_ms=at_ms, source=_by_whom(database, orphan))
        body = RiskAssessed(
            hazard=orphan.hazard,
            place=orphan.place,
            level=0,
            stage=WITHDRAWN,
            at_ms=at_ms,
            why=[because],
            share=0.0,
            author=author,
            incident=orphan.incident,
        )
        events.append(NewEvent(orphan.area, kind_of(body), orphan.subject, encode_body(body)))
    return events


def _by_whom(database: pw.SqliteDatabase, orphan: Orphan) -> str:
    """The person who withdrew the place, else the name of the peer, and why."""
    for packed, peer in database.execute_sql(_SAID, (orphan.hlc, orphan.origin)):  # type: ignore[no-untyped-call]
        try:
            body = decode_body("record.withdrawn", packed)
        except msgspec.DecodeError:
            body = None
        told = body if isinstance(body, RecordWithdrawn) else RecordWithdrawn(table="")
        return ": ".join(part for part in (told.author or peer, told.why) if part)[:WHO_CHARS]
    return ""
