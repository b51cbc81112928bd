"""The machine that tells stories: any schedule of writes, cuts, deaths, clocks and things carried by hand, and at the end all is mended.

What must hold at every step, and at the end, is in `checks`. `Story.steps` counts the steps of all stories told in this process.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from console.comms.session import limits
from console.models.event import Vector
from console.models.journal.early import UNSEALED
from console.models.run import Run
from tests.sync import checks
from tests.sync.members import ROSTER, found
from tests.sync.sayings import drafts, shortened
from tests.sync.world import PAIRS, World

SECOND_MS, MINUTE_MS, HOUR_MS = 1000, 60_000, 3_600_000

NAMES = st.sampled_from([post.name for post in ROSTER])
LINKS = st.sampled_from(PAIRS)
FEW = st.integers(0, 3)
SKEWS_MS = st.sampled_from([0, -3 * HOUR_MS, -5 * MINUTE_MS, 5 * MINUTE_MS, 3 * HOUR_MS])


class Parcel(NamedTuple):
    """A bundle on its way in somebody's pocket."""

    sender: str
    receiver: str
    runs: list[Run]


def parts(runs: list[Run], count: int) -> Iterator[list[Run]]:
    """Each stream's events cut into `count` parts, one after the other."""
    for n in range(count):
        cuts = [(len(run.entries) * n // count, len(run.entries) * (n + 1) // count) for run in runs]
        yield [
            Run(run.origin, run.topic, run.first_seq + start, run.entries[start:end])
            for run, (start, end) in zip(runs, cuts, strict=True)
            if end > start
        ]


@lru_cache(maxsize=1)
def _founded() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """The journals that every story begins with, made once a process."""
    directory = tempfile.TemporaryDirectory(dir=_memory(), prefix="fengsui-founded-")
    found(Path(directory.name))
    return directory, Path(directory.name)


def _memory() -> str | None:
    """Where files cost no disk: what is lost in a power cut is reckoned, not tried (`Member.die`)."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


class Story(RuleBasedStateMachine):
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self._root = tempfile.TemporaryDirectory(dir=_memory(), prefix="fengsui-story-")
        self._batch = limits.BATCH
        self.world = World(Path(self._root.name), _founded()[1])
        self.parcels: list[Parcel] = []

    @initialize(batch=st.sampled_from([1 << 11, 1 << 13, limits.BATCH]), parted=st.sets(LINKS, max_size=4))
    def begin(self, batch: int, parted: set[tuple[str, str]]) -> None:
        """`batch`: small ones make many frames of a backlog."""
        limits.BATCH = batch
        self.world.parted = parted
        self.world.redial()
        self.world.flow()

    # -- writing -------------------------------------------------------------------------------------------------------------

    @rule(who=NAMES, choice=st.integers(0, 13), way=FEW, area=FEW, count=st.integers(1, 3))
    def say(self, who: str, choice: int, way: int, area: int, count: int) -> None:
        self.world.write(who, drafts(self.world.members[who], choice, way, area, count))

    @rule(who=NAMES, choice=st.integers(0, 5), way=FEW, area=FEW)
    def say_much(self, who: str, choice: int, way: int, area: int) -> None:
        self.world.write(who, drafts(self.world.members[who], choice, way, area, 40))

    @rule()
    def enrol(self) -> None:
        self.world.enrol_latecomers()

    # -- links ----------------------------------------------------------------------------------------------------------------

    @rule(pair=LINKS, up=FEW, down=FEW, up_notices=st.booleans(), down_notices=st.booleans())
    def cut(self, pair: tuple[str, str], up: int, down: int, up_notices: bool, down_notices: bool) -> None:
        self.world.cut(pair, up=up, down=down, up_notices=up_notices, down_notices=down_notices)

    @rule(pair=LINKS)
    def heal(self, pair: tuple[str, str]) -> None:
        self.world.parted.discard(pair)
        self.world.connect(pair)

    @rule(pair=LINKS, up=st.integers(0, 3), down=st.integers(0, 3), commit=st.booleans())
    def carry(self, pair: tuple[str, str], up: int, down: int, commit: bool) -> None:
        """A few frames and no more: the rest is still under way."""
        for connection in self.world.links[pair]:
            connection.carry_up(up)
            if commit:
                self.world.members[pair[1]].hub.commit()
            connection.carry_down(down)

    @rule(frames=st.integers(1, 3))
    def moment(self, frames: int) -> None:
        """Every link moves a little, and whoever got something stores it."""
        for connection in self.world.connections:
            connection.carry_up(frames)
        self.world.commit()
        for connection in self.world.connections:
            connection.carry_down(frames)
        self.world.commit()

    @rule(who=NAMES)
    def commit(self, who: str) -> None:
        self.world.members[who].hub.commit()

    @rule()
    def flow(self) -> None:
        self.world.flow()

    # -- deaths, disks and clocks -----------------------------------------------------------------------------------------------

    @rule(who=NAMES, power=st.booleans(), torn=st.sampled_from([0, 100, 5000, 20_000]))
    def die(self, who: str, power: bool, torn: int) -> None:
        self.world.die(who, power=power, torn=torn)

    @rule(who=NAMES, full=st.booleans())
    def disk(self, who: str, full: bool) -> None:
        self.world.members[who].journal.full = full

    @rule(who=NAMES, skew_ms=SKEWS_MS)
    def clock(self, who: str, skew_ms: int) -> None:
        self.world.members[who].skew_ms = skew_ms

    @rule(ms=st.sampled_from([1, 20, SECOND_MS, 3 * SECOND_MS, 31 * SECOND_MS, HOUR_MS]))
    def wait(self, ms: int) -> None:
        """Machines that sleep for an hour find their links gone, and dial again."""
        self.world.time.ms += ms
        self.world.tick()
        if ms >= SECOND_MS:
            self.world.redial()

    # -- carried by hand ----------------------------------------------------------------------------------------------------------

    @rule(sender=NAMES, receiver=NAMES, known=st.booleans(), volumes=st.integers(1, 3))
    def pack(self, sender: str, receiver: str, known: bool, volumes: int) -> None:
        """`known`: the sender knows what the receiver holds; else everything is packed. Each volume is a parcel of its own."""
        if sender != receiver and len(self.parcels) < 8:
            vector: Vector = self.world.members[receiver].journal.vector() if known else {}
            runs = self.world.bundle(sender, receiver, vector)
            self.parcels += [Parcel(sender, receiver, part) for part in parts(runs, volumes)]

    @precondition(lambda self: self.parcels)
    @rule(which=st.integers(0, 7), again=st.booleans())
    def unpack(self, which: int, again: bool) -> None:
        """In any order, and if it is kept, again some time."""
        which %= len(self.parcels)
        parcel = self.parcels[which] if again else self.parcels.pop(which)
        outcomes = self.world.take(parcel.receiver, parcel.sender, parcel.runs)
        codes = {outcome.refusal.code for outcome in outcomes if outcome.refusal is not None}
        assert codes <= {"gap", "unknown-origin"}, codes

    @precondition(lambda self: self.world.events)
    @rule(which=st.integers(0, 40), receiver=NAMES, signed=st.booleans())
    def radio(self, which: int, receiver: str, signed: bool) -> None:
        """A short message by satellite: one event ahead of its stream, or long after it."""
        event = self.world.events[-1 - which % len(self.world.events)]
        member = self.world.members[receiver]
        if member.wants(event.stream) and event.origin != member.origin and (event.kind in UNSEALED or (signed and event.signature)):
            refused = self.world.signal(receiver, shortened(event, signed=signed))
            assert {no.code for no in refused} <= {"unknown-origin"}, refused

    # -- what must hold -----------------------------------------------------------------------------------------------------------

    @invariant()
    def holds(self) -> None:
        Story.steps += 1
        checks.nothing_acknowledged_is_missing(self.world)

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:  # nothing is proven by mending what has failed
                self.world.settle()
                checks.all_is_told(self.world)
                checks.all_is_whole(self.world)
        finally:
            limits.BATCH = self._batch
            self.world.close()
            self._root.cleanup()
