"""The machine's clock set a day forward and back while a peer runs: ages and links go on, nothing written goes back in time, and it is said."""

from __future__ import annotations

import pytest

from console.comms.peer import Peer
from console.models.clock import SteadyWall, ms_of, wall_ms
from console.models.journal.reading import Reader
from console.models.paths import DataDir
from tests.comms.peers import BELOW, House, house, link, position, report
from tests.waiting import deadline

__all__ = ["house"]

DAY_MS = 24 * 3600 * 1000


class Clock:
    """The machine's, which somebody sets."""

    def __init__(self) -> None:
        self.set_ms = 0

    def __call__(self) -> int:
        return wall_ms() + self.set_ms


def heard_ms(house: House) -> int:
    reader = Reader(DataDir(house.root / "node").journal)
    try:
        return int(reader.connection.execute("SELECT max(heard_ms) FROM unit").fetchone()[0])
    finally:
        reader.close()


@pytest.mark.parametrize("step_ms", [DAY_MS, -DAY_MS])
def test_a_clock_that_is_set_moves_no_age_and_no_link(house: House, step_ms: int) -> None:
    clock = Clock()
    node = house.node(wall=clock)
    unit = house.joined(node)
    unit.deliver([report(unit), position(unit)]).result(20)
    me, before = node.me(), heard_ms(house)
    heard = link(node, state="online").heard_ms
    clock.set_ms = step_ms
    said = deadline(lambda: node.me().faults.get("clock_set"), "it is said")
    assert ("forward" if step_ms > 0 else "back") in said
    assert "86400 s" in said
    unit.deliver([report(unit), position(unit)]).result(20)
    assert 0 <= heard_ms(house) - before < 60_000, "heard a moment later, by a clock that goes on"
    after = link(node, state="online")
    assert heard is not None
    assert after.heard_ms is not None
    assert 0 <= after.heard_ms - heard < 60_000
    assert node.me().clock_ms == me.clock_ms
    clock.set_ms = 0
    deadline(lambda: "clock_set" not in node.me().faults, "it is over")


def test_what_is_written_never_goes_back_in_time(house: House) -> None:
    clock = Clock()
    node = house.node(wall=clock)
    unit = house.joined(node)
    hlcs = []
    for step_ms in (0, DAY_MS, -DAY_MS, 0):
        clock.set_ms = step_ms
        node.invite("unit", "652701").result(5)
        reader = Reader(DataDir(house.root / "node").journal)
        hlcs.append(reader.connection.execute("SELECT max(hlc) FROM event").fetchone()[0])
        reader.close()
    assert hlcs == sorted(set(hlcs))
    assert ms_of(hlcs[1]) - ms_of(hlcs[0]) >= DAY_MS - 60_000
    assert link(unit, state="online")


def test_a_steady_wall_goes_by_the_steady_clock_alone() -> None:
    now = {"wall": 1_000_000, "steady": 50}
    clock = SteadyWall(lambda: now["wall"], lambda: now["steady"])
    assert clock.now_ms() == 1_000_000
    now.update(wall=0, steady=150)
    assert (clock.now_ms(), clock.stepped_ms()) == (1_000_100, -1_000_100)


def test_after_the_seconds_of_32_bits_have_run_out_all_goes_on(house: House) -> None:
    ends_ms = 2**31 * 1000
    begun_ms = wall_ms()

    def wall() -> int:
        return ends_ms - 500 + wall_ms() - begun_ms

    node = house.node(wall=wall)
    unit = house.start(Peer(DataDir(house.root / "unit"), local=False, wall=wall))
    unit.join(node.invite("unit", BELOW).result(5), "unit").result(20)
    deadline(lambda: wall() > ends_ms, "January 19th, 2038, 03:14:08")
    unit.deliver([report(unit), position(unit)]).result(20)
    assert 0 <= heard_ms(house) - ends_ms < 60_000
    assert link(node, state="online")
    assert node.me().faults.get("clock_set") is None
