"""Sync under everything a link can do to it: cuts, lost acknowledgements, frames that come twice, processes that die, journals lost.

Two rules hold always: what a sender takes for acknowledged, the receiver's journal file holds; and once the links are whole again,
every peer that wants the same holds the same.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from console.errors import Fault
from tests.comms.stations import Cable, Station

WHO = st.sampled_from(["unit", "console"])


class Outage(RuleBasedStateMachine):
    """A node, a unit and a console, each with a journal file."""

    def __init__(self) -> None:
        super().__init__()
        self._root = tempfile.TemporaryDirectory()
        self.cables: dict[str, Cable] = {}

    @initialize()
    def begin(self) -> None:
        root = Path(self._root.name)
        self.node = Station(root, 1, "node", "node", "6527")
        self.far = {"unit": Station(root, 2, "unit", "unit", "652701"), "console": Station(root, 3, "console", "console", "6527")}
        for station in self.far.values():
            self.node.vouch(station)

    @rule(text=st.text(max_size=5), lane=st.sampled_from(["report", "telemetry"]), who=WHO)
    def say(self, text: str, lane: str, who: str) -> None:
        if self.far[who].hub.recovery.holding:
            with pytest.raises(Fault, match="recovering"):
                self.far[who].move()
        elif lane == "report":
            self.far[who].report(text)
        else:
            self.far[who].move(len(text))

    @rule(by=st.sampled_from(["node", "console"]), area=st.sampled_from(["6527", "652701", "652722"]))
    def order(self, by: str, area: str) -> None:
        station = self.node if by == "node" else self.far["console"]
        if not station.hub.recovery.holding:
            station.order(self.far["unit"].own("u"), area=area)

    @precondition(lambda self: len(self.cables) < 2)
    @rule(who=WHO)
    def connect(self, who: str) -> None:
        if who not in self.cables:
            self.cables[who] = Cable(self.node, self.far[who])

    @precondition(lambda self: self.cables)
    @rule(who=WHO, count=st.integers(1, 4), keep=st.booleans())
    def carry(self, who: str, count: int, keep: bool) -> None:
        cable = self.cables.get(who)
        if cable is not None:
            cable.carry_up(count, keep=keep and cable.down.line.session.peer is not None)
            cable.carry_down(count, keep=keep and cable.up.line.session.peer is not None)

    @precondition(lambda self: self.cables)
    @rule()
    def carry_all(self) -> None:
        for cable in self.cables.values():
            for _ in range(2):
                cable.carry_up(len(cable.up.out))
                cable.carry_down(len(cable.down.out))

    @rule(who=st.sampled_from(["node", "unit", "console"]))
    def commit(self, who: str) -> None:
        self._station(who).hub.commit()

    @precondition(lambda self: self.cables)
    @rule(what=st.sampled_from(["unit", "console", "node"]), dies=st.booleans())
    def fail(self, what: str, dies: bool) -> None:
        """A link is cut, or all of a station's, because it is killed: then what it had not committed is lost too."""
        for far in list(self.cables):
            if what in ("node", far):
                self.cables.pop(far).cut()
        if dies:
            self._station(what).reopen()

    @rule(who=WHO, count=st.integers(0, 2))
    def lose_journal(self, who: str, count: int) -> None:
        """What it had not sent is gone for good; all else it must get back, and go on after it. `count`: so much it does send before."""
        if who in self.cables:
            self.cables.pop(who).cut()
        if count:
            cable = Cable(self.node, self.far[who])
            cable.settle()
            for _ in range(0 if self.far[who].hub.recovery.holding else count):
                self.far[who].report("sent")
            cable.settle()
            cable.cut()
        self.node.hub.commit()
        self.far[who].lose()

    def _station(self, who: str) -> Station:
        return self.node if who == "node" else self.far[who]

    @invariant()
    def nothing_acknowledged_is_missing(self) -> None:
        for who, cable in self.cables.items():
            for line, other in ((cable.up.line, self.node), (cable.down.line, self.far[who])):
                held = other.journal.vector()
                assert all(held.get(stream, 0) >= seq for stream, seq in line.session.acked.items())

    def teardown(self) -> None:
        if hasattr(self, "node"):
            self._heal()
            for station in (self.node, *self.far.values()):
                station.close()
        self._root.cleanup()

    def _heal(self) -> None:
        for who, far in self.far.items():
            if who in self.cables:
                self.cables[who].cut()
            self.cables[who] = Cable(self.node, far)
        for _ in range(3):  # from the unit to the console it is two links
            for cable in self.cables.values():
                cable.settle()
        for far in self.far.values():
            assert not far.hub.recovery.holding
            far.report("whole")
        for cable in (*self.cables.values(), *self.cables.values()):
            cable.settle()
        unit, console = self.far["unit"], self.far["console"]
        assert console.journal.digest() == self.node.journal.digest()
        for topic in ("652701/command", "6527/command"):
            assert unit.journal.digest(topic) == self.node.journal.digest(topic)
        assert unit.journal.digest(origin=unit.signer.origin) == self.node.journal.digest(origin=unit.signer.origin)
        refused = [cable.down.line.record.refused | cable.up.line.record.refused for cable in self.cables.values()]
        assert all(set(codes) <= {"duplicate"} for codes in refused), refused


TestOutage = Outage.TestCase
TestOutage.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
