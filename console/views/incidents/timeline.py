"""The timeline of one incident: every command or report about it, each a row with author, time and sentence. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
import peewee as pw

from console.models import kinds
from console.models.changes import Changes
from console.models.clock import ms_of
from console.models.state.tables import Basin, Resource, Road, Sensor, Timeline, Unit
from console.views.age import age_text, clock_text, moment_text, until_text
from console.views.i18n import tr, word
from console.views.incidents.conflicts import Dispute, read_disputes
from console.views.incidents.marked import FLAGS, Besides, read_besides, remarks
from console.views.incidents.sentences import KIND_MARKS, UNKNOWN_MARK, author_of, ids_named, sentence
from console.views.tables.columns import Column, folded
from console.views.tables.names import name_of, peer_names

MOST_ROWS = 5000
"""The newest so many are shown; `TimelineRead.left_out` says how many older ones are not."""


class Media(NamedTuple):
    """A picture or clip. `preview`: JPEG; the file has this `sha256` and lies where it was made."""

    preview: bytes
    sha256: str
    mime: str


@dataclass(frozen=True)
class TimelineRow:
    """`flag`: the gravest of `marked.FLAGS` that it carries, "" none; `remark`: all of them in words; `taken_ms`: when it arrived here."""

    id: str
    search: str
    hlc: int
    at_ms: int
    kind: str
    author: str
    peer: str
    sentence: str
    flag: str = ""
    remark: str = ""
    taken_ms: int = 0
    media: Media | None = None

    @property
    def who(self) -> str:
        """The person, and the peer it was written at."""
        return tr("{person} ({peer})", person=self.author, peer=self.peer) if self.author not in ("", self.peer) else self.peer


@dataclass(frozen=True)
class TimelineRead:
    """`left_out`: older entries that are not listed; `disputes`: conflicts about the incident itself, settled ones too."""

    rows: list[TimelineRow]
    left_out: int
    disputes: tuple[Dispute, ...] = ()


def read_timeline(database: pw.SqliteDatabase, incident: str) -> TimelineRead:
    mine = Timeline.incident == incident
    query = Timeline.select().where(mine).order_by(Timeline.hlc.desc()).limit(MOST_ROWS)
    held = list(query.dicts().execute(database))
    left_out = 0
    if len(held) == MOST_ROWS:
        left_out = Timeline.select(pw.fn.COUNT(Timeline.hlc)).where(mine).tuples().execute(database)[0][0] - MOST_ROWS
    names = _names(database, held)
    subjects = sorted({incident} | {event["subject"] for event in held if event["kind"].startswith("resource.")})
    disputes = read_disputes(database, subjects)
    besides = read_besides(database, incident, {event["mark"] for event in held}, disputes, names)
    rows = [_row(event, names, besides) for event in held]
    return TimelineRead(rows, left_out, tuple(dispute for dispute in disputes if dispute.subject == incident))


def concerned(changes: Changes, incident: str) -> bool:
    """Whether the timeline of `incident` may have grown, or what is said of its entries changed."""
    return "review" in changes.ids or any(incident in changes.ids.get(table, ()) for table in ("timeline", "incident"))


def columns() -> list[Column[TimelineRow]]:
    """Two columns carry all: the panel is narrow. Kind, author and age can be shown apart."""
    return [
        Column(
            "time",
            lambda: tr("Time"),
            lambda row, now_ms: f"{clock_text(row.at_ms, now_ms)}\n{when_text(row.at_ms, now_ms)}",
            lambda row: row.hlc,
            tip=lambda row, _now: moment_text(row.at_ms),
            width_chars=9,
            numeric=True,
            ages=True,
        ),
        Column(
            "sentence",
            lambda: tr("What was said"),
            lambda row, _now: entry_text(row),
            None,
            lambda row, _now: FLAGS.get(row.flag) or KIND_MARKS.get(row.kind, UNKNOWN_MARK),
            lambda row, _now: "\n".join(part for part in (f"{row.who}: {row.sentence}", row.remark) if part),
            width_chars=20,
            wide=True,
        ),
        Column("kind", lambda: tr("Kind"), lambda row, _now: word("event_kind", row.kind), width_chars=13, hidden=True),
        Column("author", lambda: tr("Author"), lambda row, _now: row.who, width_chars=12, hidden=True),
        Column(
            "taken",
            lambda: tr("Arrived"),
            lambda row, now_ms: clock_text(row.taken_ms, now_ms) if row.taken_ms else "–",
            lambda row: row.taken_ms or None,
            tip=lambda row, _now: moment_text(row.taken_ms) if row.taken_ms else "",
            width_chars=9,
            numeric=True,
            hidden=True,
        ),
    ]


def when_text(at_ms: int, now_ms: int) -> str:
    """The age; of a time to come, which only a clock that is ahead can have said, how long until then."""
    return age_text(at_ms, now_ms) if at_ms <= now_ms else until_text(at_ms, now_ms)


def entry_text(row: TimelineRow) -> str:
    """Kind and author; what must be known of the entry before it is believed; what was said."""
    return "\n".join(part for part in (f"{word('event_kind', row.kind)} · {row.author or row.peer}", row.remark, row.sentence) if part)


def _names(database: pw.SqliteDatabase, held: list[dict[str, Any]]) -> dict[str, str]:
    """Names of everything the sentences and authors speak of: units and resources by id, peers by origin."""
    wanted = list(
        {event["subject"] for event in held if event["kind"].startswith("road.")}.union(
            *(ids_named(event["kind"], event["subject"], bytes(event["body"])) for event in held)
        )
    )
    names = peer_names(database)
    for table in (Resource, Road, Unit, Basin, Sensor):
        found = table.select(table.id, table.name).where(table.id.in_(wanted)).tuples().execute(database)
        names.update({row_id: name for row_id, name in found if name})
    return names


def _row(event: dict[str, Any], names: dict[str, str], besides: Besides) -> TimelineRow:
    kind, body = event["kind"], bytes(event["body"])
    peer = name_of(event["origin"], names)
    beside = remarks(event, besides)
    erased = event["mark"] == "erased"
    told = "" if erased else sentence(kind, event["subject"], body, names)
    author = "" if erased else author_of(kind, body)
    remark = "\n".join(words for _, words in beside)
    return TimelineRow(
        id=f"{event['hlc']}/{event['origin']}/{event['topic']}/{event['seq']}",
        search=folded(told, remark, author, peer, word("event_kind", kind), kind),
        hlc=event["hlc"],
        at_ms=ms_of(event["hlc"]),
        kind=kind,
        author=author,
        peer=peer,
        sentence=told,
        flag=next((flag for flag, _ in beside if flag), ""),
        remark=remark,
        taken_ms=event["taken_ms"],
        media=_media(kind, body),
    )


def _media(kind: str, body: bytes) -> Media | None:
    if kind != "media.filed":
        return None
    try:
        told = kinds.decode_body(kind, body)
    except msgspec.DecodeError:
        return None
    return Media(told.preview, told.sha256, told.mime) if isinstance(told, kinds.MediaFiled) else None
