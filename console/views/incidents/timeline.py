"""The timeline of one incident: every command or report about it, each a row with author, time and sentence. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import peewee as pw

from console.models.changes import Changes
from console.models.clock import ms_of
from console.models.state.tables import Resource, Timeline, Unit
from console.views.age import age_text, clock_text, moment_text
from console.views.i18n import tr, word
from console.views.incidents.sentences import KIND_MARKS, UNKNOWN_MARK, author_of, ids_named, sentence
from console.views.tables.columns import Column, folded
from console.views.tables.names import name_of, peer_names

MOST_ROWS = 5000
"""The newest so many are shown; `TimelineRead.left_out` says how many older ones are not."""


@dataclass(frozen=True)
class TimelineRow:
    id: str
    search: str
    hlc: int
    at_ms: int
    kind: str
    author: str
    peer: str
    sentence: str

    @property
    def who(self) -> str:
        """The person, and the peer it was written at."""
        return tr("{person} ({peer})", person=self.author, peer=self.peer) if self.author not in ("", self.peer) else self.peer


@dataclass(frozen=True)
class TimelineRead:
    rows: list[TimelineRow]
    left_out: int


def read_timeline(database: pw.SqliteDatabase, incident: str) -> TimelineRead:
    mine = Timeline.incident == incident
    query = Timeline.select().where(mine).order_by(Timeline.hlc.desc()).limit(MOST_ROWS)
    held = list(query.dicts().execute(database))
    left_out = 0
    if len(held) == MOST_ROWS:
        left_out = Timeline.select(pw.fn.COUNT(Timeline.hlc)).where(mine).tuples().execute(database)[0][0] - MOST_ROWS
    names = _names(database, held)
    return TimelineRead([_row(event, names) for event in held], left_out)


def concerned(changes: Changes, incident: str) -> bool:
    """Whether the timeline of `incident` may have grown."""
    return any(incident in changes.ids.get(table, ()) for table in ("timeline", "incident"))


def columns() -> list[Column[TimelineRow]]:
    """Two columns carry all: the panel is narrow. Kind, author and age can be shown apart."""
    return [
        Column(
            "time",
            lambda: tr("Time"),
            lambda row, now_ms: f"{clock_text(row.at_ms, now_ms)}\n{age_text(row.at_ms, now_ms)}",
            lambda row: row.hlc,
            tip=lambda row, _now: moment_text(row.at_ms),
            width_chars=9,
            numeric=True,
            ages=True,
        ),
        Column(
            "sentence",
            lambda: tr("What was said"),
            lambda row, _now: f"{word('event_kind', row.kind)} · {row.author or row.peer}\n{row.sentence}",
            None,
            lambda row, _now: KIND_MARKS.get(row.kind, UNKNOWN_MARK),
            lambda row, _now: f"{row.who}: {row.sentence}",
            width_chars=20,
            wide=True,
        ),
        Column("kind", lambda: tr("Kind"), lambda row, _now: word("event_kind", row.kind), width_chars=13, hidden=True),
        Column("author", lambda: tr("Author"), lambda row, _now: row.who, width_chars=12, hidden=True),
    ]


def _names(database: pw.SqliteDatabase, held: list[dict[str, Any]]) -> dict[str, str]:
    """Names of everything the sentences and authors speak of: units and resources by id, peers by origin."""
    wanted = list(set().union(*(ids_named(event["kind"], event["subject"], bytes(event["body"])) for event in held)))
    names = peer_names(database)
    for table in (Resource, Unit):
        found = table.select(table.id, table.name).where(table.id.in_(wanted)).tuples().execute(database)
        names.update({row_id: name for row_id, name in found if name})
    return names


def _row(event: dict[str, Any], names: dict[str, str]) -> TimelineRow:
    kind, body = event["kind"], bytes(event["body"])
    told = sentence(kind, event["subject"], body, names)
    peer = name_of(event["origin"], names)
    author = author_of(kind, body)
    return TimelineRow(
        id=f"{event['hlc']}/{event['origin']}/{event['topic']}/{event['seq']}",
        search=folded(told, author, peer, word("event_kind", kind), kind),
        hlc=event["hlc"],
        at_ms=ms_of(event["hlc"]),
        kind=kind,
        author=author,
        peer=peer,
        sentence=told,
    )
