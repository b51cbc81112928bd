"""What an entry of the timeline says besides itself: in conflict, held, ahead of its stream, destroyed, or late. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import peewee as pw

from console.models import kinds
from console.models.clock import DEFAULT_MAX_AHEAD_MS, far_ahead, ms_of
from console.models.journal.schema import EarlyRow
from console.models.rules.lateness import late_by_ms
from console.models.state.tables import Timeline
from console.views.age import SECOND_MS, moment_text, span_text
from console.views.i18n import tr
from console.views.incidents.conflicts import CONFLICT_MARK, Dispute, remark
from console.views.tables.marks import Mark, Shape, Tone
from console.views.tables.names import name_of

FLAGS = {
    "conflict": CONFLICT_MARK,
    "held": Mark(Shape.HALF, Tone.VIOLET),
    "ahead": Mark(Shape.HALF, Tone.ORANGE),
    "early": Mark(Shape.RING, Tone.ORANGE),
    "erased": Mark(Shape.CROSS, Tone.GREY),
    "late": Mark(Shape.DOWN, Tone.ORANGE),
}
SHORT_MESSAGE = "beidou"
_WRITERS = ("incident.opened", "incident.changed", "resource.registered", "resource.changed")
Key = tuple[str, str, int]
"""Origin (hex), topic and number of an event."""


class Purge(NamedTuple):
    by: str
    at_ms: int


class Besides(NamedTuple):
    """What is known of the entries of one timeline. `carriers`: of early events; `purges`: who destroyed what, when; `disputes`: by the
    (subject, hlc, origin) of each write."""

    carriers: Mapping[Key, str]
    purges: Mapping[Key, Purge]
    disputes: Mapping[tuple[str, int, str], Sequence[Dispute]]


def read_besides(
    database: pw.SqliteDatabase, incident: str, marks: set[str], disputes: Iterable[Dispute], names: dict[str, str]
) -> Besides:
    """`marks`: those that occur in the timeline; what none needs is not read."""
    carriers = _carriers(database) if "early" in marks else {}
    purges = _purges(database, incident, names) if "erased" in marks else {}
    by_write: dict[tuple[str, int, str], list[Dispute]] = {}
    for dispute in disputes:
        for said in dispute.said:
            by_write.setdefault((dispute.subject, said.hlc, said.origin), []).append(dispute)
    return Besides(carriers, purges, by_write)


def remarks(event: Mapping[str, Any], besides: Besides) -> list[tuple[str, str]]:
    """(flag, words) in order of weight. `event`: a row of the timeline."""
    key = (event["origin"], event["topic"], event["seq"])
    found: list[tuple[str, str]] = []
    written = (event["subject"], event["hlc"], event["origin"])
    disputes = besides.disputes.get(written, ()) if event["kind"] in _WRITERS else ()
    found += [("" if dispute.settled else "conflict", remark(dispute, *written[1:])) for dispute in disputes]
    if event["mark"] == "held":
        found.append(("held", held_text(event["hlc"], event["heard_ms"])))
    elif event["mark"] == "early":
        found.append(("early", early_text(besides.carriers.get(key, ""))))
    elif event["mark"] == "erased":
        found.append(("erased", erased_text(besides.purges.get(key))))
    elif event["taken_ms"] > 0 and far_ahead(event["hlc"], event["taken_ms"]):
        found.append(("ahead", ahead_text(event["hlc"], event["heard_ms"])))
    late_ms = late_by_ms(event["heard_ms"], event["taken_ms"])
    if late_ms:
        found.append(("late", late_text(event["taken_ms"], late_ms)))
    return found


def ahead_text(hlc: int, heard_ms: int) -> str:
    """Of what counts at once whatever its author's clock says, a report for one: its time is not to be believed."""
    return tr("its clock is {span} ahead; it was heard {time}", span=_ahead(hlc, heard_ms), time=moment_text(heard_ms))


def _ahead(hlc: int, heard_ms: int) -> str:
    return span_text(max(0, ms_of(hlc) - heard_ms) // SECOND_MS)


def held_text(hlc: int, heard_ms: int) -> str:
    until = moment_text(ms_of(hlc) - DEFAULT_MAX_AHEAD_MS)
    return tr("its clock is {span} ahead; not part of the state until {time}", span=_ahead(hlc, heard_ms), time=until)


def early_text(carrier: str) -> str:
    if carrier == SHORT_MESSAGE:
        return tr("by satellite short message; the original is not here yet")
    return tr("came ahead over a narrow way; the original is not here yet")


def erased_text(purge: Purge | None) -> str:
    if purge is None:
        return tr("content destroyed (Emergency Response Law, arts 84-85)")
    return tr("content destroyed by {who} on {time}", who=purge.by, time=moment_text(purge.at_ms))


def late_text(taken_ms: int, late_ms: int) -> str:
    return tr("arrived {time}, {span} late", time=moment_text(taken_ms), span=span_text(late_ms // SECOND_MS))


def _carriers(database: pw.SqliteDatabase) -> dict[Key, str]:
    query = EarlyRow.select(EarlyRow.origin, EarlyRow.topic, EarlyRow.seq, EarlyRow.carrier)
    return {(bytes(origin).hex(), topic, seq): carrier for origin, topic, seq, carrier in query.tuples().execute(database)}


def _purges(database: pw.SqliteDatabase, incident: str, names: dict[str, str]) -> dict[Key, Purge]:
    said = (Timeline.incident == incident) & (Timeline.kind == "incident.purged")
    found: dict[Key, Purge] = {}
    for hlc, origin, body in Timeline.select(Timeline.hlc, Timeline.origin, Timeline.body).where(said).tuples().execute(database):
        try:
            purged = kinds.decode_body("incident.purged", bytes(body))
        except msgspec.DecodeError:
            continue
        if isinstance(purged, kinds.IncidentPurged):
            purge = Purge(purged.author or name_of(origin, names), ms_of(hlc))
            found |= {(erasure.origin.hex(), erasure.topic, erasure.seq): purge for erasure in purged.erased}
    return found
