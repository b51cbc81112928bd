"""Conflicts: what several people wrote into one field while they were apart.

The later author's time stands, everywhere alike (`console.models.state.rows`); what is found here is only shown, to be reviewed. Two
writes of a field by different peers, of different values, are a conflict when the later one's author did not know of the earlier: its
`base` is less than the earlier's hlc. Nothing depends on the order of arrival. A `conflict.reviewed` event settles two writes when its
author saw both: what comes later, however old, is to be reviewed again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import msgspec

from console.models.kinds import MAX_SEEN, ConflictReviewed, SeenWrite, decode_body

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


class Review(NamedTuple):
    """What one review settles: any two of the writes it has `seen`, by (hlc, origin in hex); without any, what is not later than `upto_hlc`."""

    upto_hlc: int
    seen: frozenset[tuple[int, str]] = frozenset()


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


class _Reviewed:
    """All reviews of one field. A write is given the reviews that saw it as bits: two are settled when they have one in common."""

    def __init__(self, reviews: Iterable[Review]) -> None:
        self._upto_hlc = 0
        self._bits: dict[tuple[int, str], int] = {}
        for at, review in enumerate(reviews):
            if not review.seen:
                self._upto_hlc = max(self._upto_hlc, review.upto_hlc)
            for stamp in review.seen:
                self._bits[stamp] = self._bits.get(stamp, 0) | 1 << at

    def settles(self, earlier: Write, later: Write) -> bool:
        return later.hlc <= self._upto_hlc or bool(self._bits.get(earlier[:2], 0) & self._bits.get(later[:2], 0))


def conflict_of(subject: str, field: str, writes: Iterable[Write], reviews: Iterable[Review] = ()) -> Conflict | None:
    """The conflict among the writes of one field, in whatever order they and their reviews are given; None when there is none."""
    ordered, reviewed = sorted(set(writes)), _Reviewed(reviews)
    found: set[Write] = set()
    settled = True
    for at, later in enumerate(ordered):
        for earlier in reversed(ordered[max(0, at - LOOKED_BACK) : at]):
            if earlier.hlc <= later.base:
                break
            if earlier.origin != later.origin and earlier.value != later.value:
                found |= {earlier, later}
                settled = settled and reviewed.settles(earlier, later)
    return Conflict(subject, field, tuple(sorted(found)), ordered[-1], settled) if found else None


def sights(stamps: Iterable[tuple[int, str]]) -> list[list[SeenWrite]]:
    """What a review of these writes, (hlc, origin in hex), lists: in as many events as it takes, so that any two that can be in conflict
    are in one of them."""
    seen = [SeenWrite(hlc, bytes.fromhex(origin)) for hlc, origin in sorted(set(stamps))]
    step = MAX_SEEN - LOOKED_BACK
    return [seen[start : start + MAX_SEEN] for start in range(0, max(1, len(seen) - LOOKED_BACK), step)]


_UNKNOWING = "SELECT DISTINCT subject, field FROM written WHERE base < hlc"
_WRITES = "SELECT subject, field, hlc, origin, base, value FROM written WHERE (subject, field) IN ({unknowing}) ORDER BY subject, field"
_REVIEWS = "SELECT body FROM timeline WHERE \"incident\" = ? AND kind = 'conflict.reviewed' AND mark <> 'held'"
_MANY = 500


def read_conflicts(connection: sqlite3.Connection, subjects: Sequence[str] | None = None) -> list[Conflict]:
    """Every conflict of the state that `connection` shows, settled ones too, by subject and field; `subjects` narrows it."""
    if subjects is not None and len(subjects) > _MANY:
        wanted = set(subjects)
        return [conflict for conflict in read_conflicts(connection) if conflict.subject in wanted]
    some = "" if subjects is None else f" AND subject IN ({','.join('?' * len(subjects))})"
    rows = connection.execute(_WRITES.format(unknowing=_UNKNOWING + some), () if subjects is None else tuple(subjects)).fetchall()
    found: list[Conflict] = []
    for subject, about in groupby(rows, key=lambda row: row[0]):
        reviews: dict[str, list[Review]] | None = None
        for field, held in groupby(about, key=lambda row: row[1]):
            writes = [Write(row[2], row[3], row[4], bytes(row[5])) for row in held]
            if conflict_of(subject, field, writes) is None:
                continue
            if reviews is None:
                reviews = _reviews(connection, subject)
            conflict = conflict_of(subject, field, writes, reviews.get(field, ()))
            found += [] if conflict is None else [conflict]
    return found


def _reviews(connection: sqlite3.Connection, subject: str) -> dict[str, list[Review]]:
    """By field; from the timeline, which has each review whole. One that this version cannot read settles nothing."""
    found: dict[str, list[Review]] = {}
    for (raw,) in connection.execute(_REVIEWS, (subject,)):
        try:
            body = decode_body("conflict.reviewed", bytes(raw))
        except msgspec.DecodeError:
            continue
        if isinstance(body, ConflictReviewed):
            seen = frozenset((write.hlc, write.origin.hex()) for write in body.seen)
            found.setdefault(body.field, []).append(Review(body.upto_hlc, seen))
    return found
