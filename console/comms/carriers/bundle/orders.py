"""What can be asked about bundles, and what is answered: plain values that go over the local socket. Light: a window loads it.

An order begins a *job*; there is one job at a time. `Look` tells how it is, `Halt` ends it early.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Whom(msgspec.Struct, tag="whom", frozen=True):
    """For whom a bundle can be made."""


class Plan(msgspec.Struct, tag="plan", frozen=True):
    """What a bundle for `peer` (name or origin) would carry; with `incident` (its id) all of that incident alone."""

    peer: str
    incident: str = ""


class Make(msgspec.Struct, tag="make", frozen=True):
    """Write it. `out`: absolute path of the first volume; `volume_bytes`: of each file at most, 0: one file; `replace`: what has that
    name already."""

    peer: str
    out: str
    incident: str = ""
    volume_bytes: int = 0
    replace: bool = False


class Show(msgspec.Struct, tag="show", frozen=True):
    """What is in these files (absolute paths), and what of it is new here. Nothing is taken."""

    files: list[str]


class Take(msgspec.Struct, tag="take", frozen=True):
    """Check these files whole, then take what is in them."""

    files: list[str]


class Look(msgspec.Struct, tag="look", frozen=True):
    job: int


class Halt(msgspec.Struct, tag="halt", frozen=True):
    job: int


Work = Whom | Plan | Make | Show | Take
Order = Work | Look | Halt


# -- answers -----------------------------------------------------------------------------------------------------------------


class Receiver(msgspec.Struct, frozen=True):
    """`peer`: origin in hex."""

    peer: str
    name: str
    role: str
    area: str


class Receivers(msgspec.Struct, tag="receivers", frozen=True):
    peers: list[Receiver]


class Planned(msgspec.Struct, tag="planned", frozen=True):
    """`peer`: origin in hex; `events`: by lane; `early`: how many of them go ahead of their streams; `most_bytes`: of all volumes
    together, at most; `known_ms`: as of when it is known what the peer holds, None: nothing is."""

    peer: str
    name: str
    role: str
    area: str
    events: dict[str, int]
    early: int
    most_bytes: int
    known_ms: int | None
    title: str = ""


class Made(msgspec.Struct, tag="made", frozen=True):
    """`files`: what was written, with the bytes of each."""

    name: str
    events: dict[str, int]
    files: list[tuple[str, int]]


class Kind(msgspec.Struct, frozen=True):
    """Events of one kind in a volume. `first_ms`, `last_ms`: author time, of the segments that hold some."""

    lane: str
    kind: str
    count: int
    first_ms: int
    last_ms: int


class Inside(msgspec.Struct, frozen=True):
    """One volume. `sender`: origin in hex; `ahead_ms`: how far its maker's clock, when it made this, was ahead of ours now (0: it
    was not); `events` and `new` (not held here yet) by lane; `waiting`: how many of the new ones need an earlier volume first."""

    file: str
    bytes: int
    bundle: str
    volume: int
    last: bool
    sender: str
    name: str
    role: str
    area: str
    made_ms: int
    ahead_ms: int
    incident: str
    title: str
    kinds: list[Kind]
    events: dict[str, int]
    new: dict[str, int]
    waiting: int


class Shown(msgspec.Struct, tag="shown", frozen=True):
    """`missing`: numbers of volumes that belong between those given, or after them, and are not among them."""

    volumes: list[Inside]
    missing: list[int]


class NotTaken(msgspec.Struct, frozen=True):
    """An event that was refused, and with it what follows it in its stream. `code` as in `outcome.Refusal`."""

    place: str
    code: str
    text: str


class Taken(msgspec.Struct, tag="taken", frozen=True):
    """`events`: stored now, by lane; `held`: held already; `early`: shown ahead of their streams; `waiting`: not taken because an
    earlier volume, or another bundle, must come first; `refused`: the first ones of `refusals`."""

    files: int
    events: dict[str, int]
    held: int
    early: int
    waiting: int
    refusals: int
    refused: list[NotTaken]
    missing: list[int]


Result = Receivers | Planned | Made | Shown | Taken
State = Literal["running", "done", "failed", "stopped"]


class Job(msgspec.Struct, frozen=True):
    """`phase`: reading, writing, checking or taking; `done` of `whole` bytes or events of it; `reason`: why it failed, for a person;
    `exit_code`: of a command that waited for it."""

    number: int
    state: State
    phase: str = ""
    done: int = 0
    whole: int = 0
    result: Result | None = None
    reason: str = ""
    exit_code: int = 0
