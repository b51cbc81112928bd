"""The common form of every reader: moments in time order, and a ledger of what was not used.

A reader is lazy: opening a file checks that it is of its kind, iterating reads on. Memory is bounded by each reader's own limits,
never by the file. Ids in a moment (its subject, and `unit` and `incident` in its body) are local to the recording; whoever plays it
turns them into ids of the peer that speaks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from console.models.kinds import Body

MAX_LISTED = 200


class Moment(NamedTuple):
    """One thing that happened. `at_ms`: UTC milliseconds on the recording's clock. `peer`: which of a scenario's peers says it."""

    at_ms: int
    subject: str
    kind: str
    body: Body
    area: str = ""
    peer: str = ""


class Unused(NamedTuple):
    """One line or element that was not used. `line` counts from 1; 0 when no line can be named."""

    line: int
    reason: str
    detail: str = ""

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.reason}" + (f" ({self.detail})" if self.detail else "")


class Ledger:
    """Counts everything that was not used by reason, exactly, and lists the first `MAX_LISTED` with their lines.

    `remarks` says in words what was used otherwise than it was written (points without a time, outlines made simpler).
    """

    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()
        self.listed: list[Unused] = []
        self.remarks: list[str] = []

    @property
    def total(self) -> int:
        return self.reasons.total()

    def note(self, line: int, reason: str, detail: str = "") -> None:
        self.reasons[reason] += 1
        if len(self.listed) < MAX_LISTED:
            self.listed.append(Unused(line, reason, detail[:120]))

    def remark(self, text: str) -> None:
        if len(self.remarks) < MAX_LISTED:
            self.remarks.append(text)


class Cut(NamedTuple):
    """From `at_ms` on, the links of `peer` are cut for `for_s` seconds of the recording's time."""

    at_ms: int
    for_s: float
    peer: str


class Cast(NamedTuple):
    """A peer that a scenario wants: `role` is the role its token must have been issued for."""

    id: str
    role: str
    name: str


class Recording(msgspec.Struct, kw_only=True):
    """What a reader makes of a file.

    `cast`, `cuts` and `owners` (local id -> id of the peer it belongs to) are a scenario's. `own_clock`: its times are a story's own, so
    every time in its bodies is moved to the present; otherwise only those that say when a thing began or is due, and never
    what a warning from elsewhere states of itself.
    """

    format: str
    title: str
    moments: Iterable[Moment]
    ledger: Ledger
    cast: tuple[Cast, ...] = ()
    owners: dict[str, str] = {}
    cuts: tuple[Cut, ...] = ()
    exercise: bool = False
    own_clock: bool = False
