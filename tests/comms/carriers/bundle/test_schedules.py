"""Any schedule of writing, making, losing, repeating and taking bundles between peers that never see each other ends in equal journals."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.comms.carriers.bundle import making, taking
from console.models.journal.verify import verify
from tests.comms.carriers.bundle.people import Company, Person

NAMES = ("node", "desk", "other")


class Step(NamedTuple):
    """`what`: write, move, make, take (a bundle under way, again or for the first time)."""

    what: str
    who: int
    whom: int
    pick: int


steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(["write", "write", "move", "make", "make", "take", "take", "take"]),
        *[st.integers(0, 2)] * 2,
        st.integers(0, 50),
    ),
    min_size=5,
    max_size=40,
)


class Story:
    def __init__(self, root: Path, stack: ExitStack) -> None:
        company = Company(root, stack)
        self.root = root
        desk, other = company.person("desk", "console", "6527"), company.person("other", "console", "6527")
        self.people: list[Person] = [company.node, desk, other]
        self.files: dict[int, list[Path]] = {0: [], 1: [], 2: []}
        self._made = 0

    def act(self, step: Step) -> None:
        person = self.people[step.who]
        if step.what == "write":
            person.report(f"report {step.pick}", area="652701" if step.pick % 2 else "6527")
        elif step.what == "move":
            person.move(80 + step.pick / 100)
        elif step.what == "make" and step.who != step.whom:
            self.make(step.who, step.whom, small=step.pick % 3 == 0)
        elif step.what == "take" and self.files[step.who]:
            files = self.files[step.who]
            person.take(files[step.pick % len(files)])

    def make(self, who: int, whom: int, *, small: bool = False) -> list[Path]:
        """Nothing when it does not know the other yet: it learns of it by the node's bundle."""
        person, name = self.people[who], NAMES[whom]
        if not any(grant.name == name for grant in person.journal.trust.grants.values()):
            return []
        self._made += 1
        files = person.make(name, self.root / f"{self._made}.fsb", volume_bytes=making.MIN_VOLUME_BYTES if small else 0)
        self.files[whom] += files
        return files

    def carry(self, who: int, whom: int) -> None:
        taken = self.people[whom].take(*self.make(who, whom))
        assert (taken.refusals, taken.waiting) == (0, 0)

    def heal(self) -> None:
        """Everybody's to the node, the node's to everybody: twice, so that what the node learns last reaches all."""
        for _ in range(2):
            for one in (1, 2):
                self.carry(0, one)
                self.carry(one, 0)
        for one in (1, 2):
            self.carry(0, one)


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MIN_VOLUME_BYTES", 4000)
    monkeypatch.setattr(taking, "SLICE_EVENTS", 3)


@pytest.mark.usefixtures("_small")
def test_any_schedule_ends_in_equal_journals() -> None:
    @settings(max_examples=max(15, settings.default.max_examples // 4))
    @given(steps)
    def check(schedule: list[Step]) -> None:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            story = Story(Path(folder), stack)
            for step in schedule:
                story.act(step)
            story.heal()
            assert len({person.journal.digest() for person in story.people}) == 1
            assert all(not verify(person.journal._connection).damage for person in story.people)

    check()
