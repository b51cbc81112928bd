"""How a lost node is dialled: real sockets, no cable; the ways in which the other end does not answer are made for real."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from console.comms.peer import Peer
from console.comms.peer.dialler import MAX_ATTEMPTS, Dialler
from console.comms.peer.memory import Memory, Upstream
from tests.comms.peers import House, house, link, report
from tests.waiting import deadline

__all__ = ["house"]


@pytest.fixture
def deaf() -> Iterator[list[str]]:
    """Endpoints that take a connection and never say a word."""
    with ExitStack() as made:
        sockets = [made.enter_context(socket.create_server(("127.0.0.1", 0), backlog=64)) for _ in range(3)]
        yield [f"tcp://127.0.0.1:{each.getsockname()[1]}" for each in sockets]


def dialler(peer: Peer) -> Dialler:
    return peer._submit(lambda loop: loop.network._diallers[0]).result(5)


def test_who_never_answers_keeps_nobody_from_who_does(house: House, deaf: list[str]) -> None:
    node = house.node()
    unit = house.joined(node)
    unit.stop()
    memory = Memory(house.root / "unit")
    held = memory.upstreams[0]
    memory.set_upstream(Upstream([*deaf, *held.endpoints], held.key, held.origin, held.name))
    unit = house.bare("unit")
    unit.deliver([report(unit)]).result(15)
    assert link(unit, state="online").endpoint == held.endpoints[0]
    deadline(lambda: Memory(house.root / "unit").upstreams[0].endpoints[0] == held.endpoints[0], "it is tried first the next time")


def test_a_crowd_of_lies_about_where_the_node_is_does_not_hide_it(house: House, deaf: list[str]) -> None:
    node = house.node()
    unit = house.joined(node)
    link(unit, state="online")
    unit.cut(0.3).result(5)
    dialled = dialler(unit)
    lies = iter(range(10_000))

    def lie() -> bool:
        """As fast as hints are passed on, and faster."""
        at = next(lies)
        unit._submit(lambda _loop: dialled.hint([deaf[at % 3], deaf[(at + 1) % 3]])).result(5)
        return dialled.online

    deadline(lie, "the node is found among the lies", 15)
    unit.deliver([report(unit)]).result(10)


def test_attempts_are_few_and_all_are_closed(house: House, deaf: list[str]) -> None:
    node = house.node()
    unit = house.joined(node)
    node.stop()
    dialled = dialler(unit)
    unit._submit(lambda _loop: dialled.hint(deaf)).result(5)
    seen: list[list[bool]] = []

    def looked() -> bool:
        seen.append([each.patient for each in dialled._attempts])
        return len(seen) >= 200 and any(len(each) > 1 for each in seen)

    deadline(looked, "several attempts at once", 15)
    assert max(map(len, seen)) <= MAX_ATTEMPTS
    assert all(sum(each) <= 1 for each in seen)
    again = house.node()
    deadline(lambda: dialled.online, "found again", 15)
    assert dialled._attempts == []
    assert link(unit, state="online").endpoint == again.me().listen[0]


def test_who_is_busy_is_asked_once(house: House, deaf: list[str]) -> None:
    """Its machine took the connection, its program has yet to answer: as a node to which 500 units return at once."""
    unit = house.joined(house.node())
    unit.stop()
    memory = Memory(house.root / "unit")
    held = memory.upstreams[0]
    memory.set_upstream(Upstream(deaf[:1], held.key, held.origin, held.name))
    unit = house.bare("unit")
    dialled = dialler(unit)
    deadline(lambda: dialled._attempts and dialled._attempts[0].busy_ms, "the connection is taken")
    tries = dialled._tries
    seen = deadline(lambda: dialled._tries >= tries + 4 and len(dialled._attempts), "it would have been asked four times more", 5)
    assert seen == 1


def test_a_link_that_answers_nothing_is_dialled_beside_though_it_is_heard(house: House) -> None:
    """One way is open again, the other still waits: H8-5."""
    node = house.node()
    unit = house.joined(node)
    link(unit, state="online")
    dialled = dialler(unit)
    first = dialled._held

    def mute() -> None:
        line, held = dialled.line, dialled._held
        assert line is not None
        assert held is not None
        held.send = lambda frame: None  # type: ignore[method-assign]

    unit._submit(lambda _loop: mute()).result(5)
    unit.deliver([report(unit)]).result(10)
    assert dialled._held is not first
