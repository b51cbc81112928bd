"""Conflicts: what several people wrote into one field while they were apart.

The later author's time stands, everywhere alike (`console.models.state.rows`); what is found here is only shown, to be reviewed. Two
writes of a field by different peers, of different values, are a conflict when the later one's author did not know of the earlier: its
`base` is less than the earlier's hlc. Nothing depends on the order of arrival. A `conflict.reviewed` event settles the writes up to its
`upto_hlc`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import msgspec

LOOKED_BACK = 200
"""Each write is compared with so many before it at most: nobody reviews more, and a hostile peer costs no more."""
_decode = msgspec.msgpack.Decoder().decode
_UNREADABLE = "?"


class Write(NamedTuple):
    """One write, ordered by its stamp. `origin` in hex; `value`: msgpack; `base`: hlc up to which its author knew the field."""

    hlc: int
    origin: str
    base: int
    value: bytes

    @property
    def said(self) -> Any:
        """The value itself; bytes that cannot be read (only a damaged file has them) are "?"."""
        try:
            return _decode(self.value)
        except msgspec.DecodeError:
            return _UNREADABLE


class Conflict(NamedTuple):
    """`writes`: all that conflict with another, by stamp; `stands`: the last write of the field; `settled`: everything was reviewed."""

    subject: str
    field: str
    writes: tuple[Write, ...]
    stands: Write
    settled: bool

    @property
    def upto_hlc(self) -> int:
        """What a review of all that is seen here settles."""
        return max(write.hlc for write in self.writes)


def conflict_of(subject: str, field: str, writes: Iterable[Write], reviewed_hlc: int = 0) -> Conflict | None:
    """The conflict among the writes of one field, in whatever order they are given; None when there is none."""
    ordered = sorted(set(writes))
    found: set[Write] = set()
    settled = True
    for at, later in enumerate(ordered):
        for earlier in reversed(ordered[max(0, at - LOOKED_BACK) : at]):
            if earlier.hlc <= later.base:
                break
            if earlier.origin != later.origin and earlier.value != later.value:
                found |= {earlier, later}
                settled = settled and later.hlc <= reviewed_hlc
    return Conflict(subject, field, tuple(sorted(found)), ordered[-1], settled) if found else None


_UNKNOWING = "SELECT DISTINCT subject, field FROM written WHERE base < hlc"
_WRITES = "SELECT subject, field, hlc, origin, base, value FROM written WHERE (subject, field) IN ({unknowing}) ORDER BY subject, field"
_REVIEWS = "SELECT subject, field, upto_hlc FROM review"
_MANY = 500


def read_conflicts(connection: sqlite3.Connection, subjects: Sequence[str] | None = None) -> list[Conflict]:
    """Every conflict of the state that `connection` shows, settled ones too, by subject and field; `subjects` narrows it."""
    if subjects is not None and len(subjects) > _MANY:
        wanted = set(subjects)
        return [conflict for conflict in read_conflicts(connection) if conflict.subject in wanted]
    some = "" if subjects is None else f"subject IN ({','.join('?' * len(subjects))})"
    names = () if subjects is None else tuple(subjects)
    unknowing = _UNKNOWING + (f" AND {some}" if some else "")
    reviews = connection.execute(_REVIEWS + (f" WHERE {some}" if some else ""), names).fetchall()
    reviewed = {(subject, field): hlc for subject, field, hlc in reviews}
    found: list[Conflict] = []
    rows = connection.execute(_WRITES.format(unknowing=unknowing), names)
    for (subject, field), writes in groupby(rows, key=lambda row: (row[0], row[1])):
        conflict = conflict_of(
            subject, field, (Write(row[2], row[3], row[4], bytes(row[5])) for row in writes), reviewed.get((subject, field), 0)
        )
        if conflict is not None:
            found.append(conflict)
    return found
