"""Erasing what was said of a closed incident (Emergency Response Law 2024, arts 84-85), in a way that the chain can still be checked.

`incident.purged` lists events, and of each the head of its stream after it. Where such an event is held its words are destroyed: in the
event, the timeline, the projected tables, the search, and the file's free pages (`secure_delete`); numbers, places and times stay. Its
author's signature is over that head, the event before it and the event after it agree with it, so nothing can be slipped in its place. A
peer takes an event without its words from another only when an `incident.purged` that it believes lists it. While a hold stands on the
incident nothing of it is erased.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

import msgspec

from console.models import kinds
from console.models.event import Head, Stream, chain
from console.models.kinds import Erasure
from console.models.state.project import Projection, happenings, incident_of

_WORDS = ("text", "note", "author", "summary", "why", "source")
ENDINGS = ("incident.purged", "incident.closed", "hold.lifted")
"""Kinds after which what was ordered to be erased may have to be."""
MAX_LISTED = 400
"""Erasures in one `incident.purged`: it stays below the size of an event."""


def redacted(kind: str, raw: bytes) -> bytes:
    """The body without its words and names, and without a picture."""
    body = kinds.decode_body(kind, raw)
    if body is None:
        return msgspec.msgpack.encode({})
    bare: dict[str, Any] = {name: "" for name in _WORDS if isinstance(getattr(body, name, None), str)}
    if isinstance(body, kinds.MediaFiled):
        bare |= {"preview": b"", "name": ""}  # the hash stays, by which the file is known and deleted
    return kinds.encode_body(msgspec.structs.replace(body, **bare))


def personal(connection: sqlite3.Connection, incident: str, personal_kinds: Iterable[str]) -> list[Erasure]:
    """What of an incident's timeline is to be erased, in the order it was said."""
    names = tuple(personal_kinds)
    rows = connection.execute(
        "SELECT origin, topic, seq FROM timeline WHERE incident = ? AND mark IN ('', 'held') "
        f"AND kind IN ({', '.join('?' * len(names))}) ORDER BY hlc, origin, topic, seq",
        (incident, *names),
    ).fetchall()
    return [
        Erasure(bytes.fromhex(origin), topic, seq, _head_after(connection, bytes.fromhex(origin), topic, seq))
        for origin, topic, seq in rows
    ]


def _head_after(connection: sqlite3.Connection, origin: bytes, topic: str, seq: int) -> Head:
    """Of a signed stream: what the next event says came before it, or the stream's head."""
    found = (
        connection.execute(
            "SELECT e.prev FROM event e JOIN stream s ON s.id = e.stream WHERE s.origin = ? AND s.topic = ? AND e.seq = ?",
            (origin, topic, seq + 1),
        ).fetchone()
        or connection.execute("SELECT head FROM stream WHERE origin = ? AND topic = ? AND seq = ?", (origin, topic, seq)).fetchone()
    )
    head: Head = found[0]
    return head


def erasable(projection: Projection, incident: str) -> bool:
    """Whether an order to erase what was said of an incident is carried out here: it is closed, and no hold stands on it."""
    values = projection.rows.get("incident", incident).values
    return values["status"] == "closed" and not values["hold"]


class Erasures:
    """The table `erasure`: what was ordered to be erased. Used by the journal's writer, inside its transactions."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._incidents: dict[tuple[Stream, int], str] = {}
        self.reload()

    def reload(self) -> None:
        """From the table: at the start, or when a transaction was rolled back."""
        rows = self._connection.execute("SELECT origin, topic, seq, incident FROM erasure")
        self._incidents = {(Stream(origin, topic), seq): incident for origin, topic, seq, incident in rows}

    def incident(self, stream: Stream, seq: int) -> str | None:
        """Of which incident an event is to be erased; None when it is not to be."""
        return self._incidents.get((stream, seq)) if self._incidents else None

    def order(self, incident: str, area: str, body: kinds.IncidentPurged) -> None:
        """Note what a purge lists, said on a topic of `area`: events of that area and below alone."""
        listed = [each for each in body.erased if each.topic.startswith(area)]
        self._connection.executemany(
            "INSERT OR IGNORE INTO erasure (origin, topic, seq, head, incident) VALUES (?,?,?,?,?)",
            [(each.origin, each.topic, each.seq, each.head, incident) for each in listed],
        )
        for each in listed:
            self._incidents.setdefault((Stream(each.origin, each.topic), each.seq), incident)

    def carry_out(self, incident: str, projection: Projection) -> bool:
        """Erase what is held of what was ordered, unless it may not be; whether anything was. The words are still in the write-ahead log."""
        if not erasable(projection, incident):
            return False
        rows = self._connection.execute(
            "SELECT e.position, e.kind, e.subject, e.body, e.prev, s.origin, s.topic, e.seq, e.hlc FROM erasure x "
            "JOIN stream s ON s.origin = x.origin AND s.topic = x.topic JOIN event e ON e.stream = s.id AND e.seq = x.seq "
            "WHERE x.incident = ? AND e.erased = x''",
            (incident,),
        ).fetchall()
        for position, kind, subject, raw, prev, origin, topic, seq, hlc in rows:
            known = kinds.decode_body(kind, raw)
            if known is None or incident_of(kind, subject, known) != incident:
                continue  # whoever ordered it listed what is none of the incident's
            body = redacted(kind, raw)
            head = chain(prev, origin, topic, seq, hlc, kind, subject, raw)  # not as the order says: it may be wrong
            self._connection.execute("UPDATE event SET body = ?, erased = ? WHERE position = ?", (body, head, position))
            self._connection.execute("DELETE FROM search WHERE rowid = ?", (position,))
            for at in happenings(self._connection, "e.position = ?", (position,)):
                projection.apply(at)
        if rows:
            self._connection.execute("DELETE FROM keyframe")  # they have the words too
            self._connection.execute("INSERT INTO search (search) VALUES ('optimize')")  # what is deleted stays in the index until then
        return bool(rows)
