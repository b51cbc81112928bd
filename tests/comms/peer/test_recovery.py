"""A peer whose journal is lost while its keys are kept: what it had said comes back first, and no number is ever given twice."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest

from console.comms import wire
from console.comms.peer import Peer
from console.comms.peer.recovery import MAX_WAITING, PATIENCE_MS, Recovery
from console.comms.session import Received
from console.comms.wire import Hello
from console.errors import Fault
from console.models.event import Stream
from console.models.paths import DataDir
from tests.comms.peers import House, house, link, position, report
from tests.comms.stations import Cable, Station
from tests.waiting import deadline

__all__ = ["house"]


def lose(house: House, peer: Peer, name: str) -> None:
    """What a broken disk and a restored key directory leave."""
    peer.stop()
    for path in DataDir(house.root / name).root.glob("journal.db*"):
        path.unlink()


@pytest.mark.parametrize(("role", "area"), [("unit", "652701"), ("console", "6527")])
def test_a_lost_journal_comes_back_before_anything_is_written(house: House, role: str, area: str) -> None:
    node = house.node()
    peer = house.joined(node, "far", role=role, area=area)
    peer.deliver([draft for n in range(300) for draft in (report(peer, str(n)), position(peer))]).result(10)
    before = house.held("node", peer.origin)
    lose(house, peer, "far")
    again = house.bare("far")
    assert (again.me().name, again.me().role, again.me().area) == ("far", role, area)
    [delivered] = again.deliver([report(again, "after")]).result(15)
    assert delivered.seq == before[delivered.topic] + 1
    assert house.held("node", peer.origin) == {**before, delivered.topic: delivered.seq}
    mine = bytes.fromhex(peer.origin)
    own = {name: {s: head for s, head in house.heads(name).items() if s.origin == mine} for name in ("node", "far")}
    assert own["far"] == own["node"]
    assert "recovering" not in again.me().faults
    assert "fork" not in node.me().refused
    if role == "console":
        deadline(lambda: house.heads("far") == house.heads("node"), "equal journals")


def test_nothing_is_written_until_the_node_was_heard(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    unit.deliver([report(unit)]).result(10)
    node.stop()
    lose(house, unit, "unit")
    first = house.bare("unit")
    assert first.me().faults["recovering"].startswith("recovering own events")
    unwritten = first.write([report(first)])
    first.stop()
    with pytest.raises(Fault, match="not written"):
        unwritten.result(5)
    again = house.bare("unit")
    future = again.deliver([report(again)])
    assert "recovering" in again.me().faults, "it is remembered from one start to the next"
    assert house.held("unit", again.origin) == {}
    house.node()
    assert [delivered.seq for delivered in future.result(20)] == [2]
    again.stop()
    assert "recovering" not in house.bare("unit").me().faults


def test_memory_without_a_member_is_told_not_crashed_on(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    lose(house, unit, "unit")
    path = DataDir(house.root / "unit").root / "peer.json"
    path.write_text(path.read_text().replace('"member"', '"earlier"'))
    again = house.bare("unit")
    assert "Join it again" in again.me().faults["upstream"]
    again.join(node.invite("unit", "652701").result(5), "unit").result(20)
    link(again, state="online")
    assert "upstream" not in again.me().faults


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Station, Station]:
    """A node that holds three reports of a unit, and the unit with an empty journal."""
    node, unit = Station(tmp_path, 1, "node", "node", "6527"), Station(tmp_path, 2, "unit", "unit", "652701")
    node.vouch(unit)
    for n in range(3):
        unit.report(str(n))
    Cable(node, unit).settle()
    unit.close()
    unit.path.unlink()
    unit.open()
    unit.journal.set_identity("unit", "unit", "652701")
    unit.journal.add_root(node.signer.origin, node.signer.public_key, "node", "node", "6527", bytes(32))
    node.lines = []
    return node, unit


def submit(unit: Station) -> Future[str]:
    future: Future[str] = Future()
    unit.hub.when_whole(lambda: future.set_result(str(unit.report("new").seq)), future)
    return future


def test_what_is_written_waits_and_goes_on_after_the_last(pair: tuple[Station, Station]) -> None:
    node, unit = pair
    cable = Cable(node, unit)
    cable.carry_up(1)
    cable.carry_down(1)
    future = submit(unit)
    unit.hub.commit()
    assert unit.hub.faults["recovering"].startswith("recovering own events: 3 of them")
    assert not future.done()
    with pytest.raises(Fault, match="recovering own events"):
        unit.report("at once")
    cable.settle()
    assert future.result(0) == "4"
    cable.settle()
    assert unit.journal.digest(origin=unit.signer.origin) == node.journal.digest(origin=unit.signer.origin)
    assert not unit.hub.faults
    assert not cable.down.line.record.refused


def test_what_waits_fails_when_the_link_ends_first(pair: tuple[Station, Station]) -> None:
    node, unit = pair
    cable = Cable(node, unit)
    cable.carry_up(1)
    cable.carry_down(1)
    future = submit(unit)
    cable.cut()
    unit.hub.commit()
    with pytest.raises(Fault, match="not written"):
        future.result(0)
    with pytest.raises(Fault, match="link"):
        submit(unit)
    assert unit.journal.position == 0
    cable = Cable(node, unit)
    cable.settle()
    assert submit(unit).result(0) == "4"


def test_only_a_node_above_can_hold_up_what_is_written(tmp_path: Path) -> None:
    node, unit = Station(tmp_path, 1, "node", "node", "6527"), Station(tmp_path, 2, "unit", "unit", "652701")
    node.vouch(unit)
    cable = Cable(node, unit)
    lie = [(node.signer.origin, "6527/command", 1 << 50)]
    hello = wire.decode(cable.up.out.popleft())
    assert isinstance(hello, Hello)
    cable.down.line.take(Received(wire.encode(Hello(*(getattr(hello, name) for name in hello.__struct_fields__[:5]), lie, 1, 1))))
    node.hub.commit()
    assert not node.hub.faults
    assert node.order(unit.own("u")).seq == 1


def test_patience_and_the_queue_are_bounded(tmp_path: Path) -> None:
    node, unit = Station(tmp_path, 1, "node", "node", "6527"), Station(tmp_path, 2, "unit", "unit", "652701")
    node.vouch(unit)
    recovery, above = Recovery(unit.journal), node.signer.origin
    recovery.heard(above, {Stream(unit.signer.origin, "652701/report"): 9})
    futures: list[Future[None]] = [Future() for _ in range(MAX_WAITING)]
    for future in futures:
        recovery.wait(lambda: None, future)
    with pytest.raises(Fault, match="9 of them"):
        recovery.wait(lambda: None, Future())
    recovery.turn(1000, [above])
    recovery.turn(999 + PATIENCE_MS, [above])
    assert not futures[0].done()
    recovery.turn(1000 + PATIENCE_MS, [above])
    assert all(isinstance(future.exception(0), Fault) for future in futures)
