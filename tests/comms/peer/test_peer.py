"""Real peers over real CURVE sockets: what is written in one place is in the other, whatever happens between."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from console.comms.local.messages import Draft
from console.comms.peer import Peer
from console.comms.peer.loop import Loop
from console.errors import Fault
from console.models import kinds
from console.models.clock import wall_ms
from console.models.journal.faults import DiskFullFault
from console.models.paths import DataDir
from tests.comms.peers import House, house, link, own, position, report
from tests.waiting import deadline

__all__ = ["house"]


def test_a_report_is_acknowledged_once_the_node_has_it(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    [delivered] = unit.deliver([report(unit)]).result(10)
    assert (delivered.topic, delivered.seq) == ("652701/report", 1)
    assert house.held("node", unit.origin) == {"652701/report": 1}
    assert link(node, "unit").state == "online"


def test_orders_reach_the_unit_and_reports_the_console(house: House) -> None:
    node = house.node()
    unit, console = house.joined(node), house.joined(node, "console", role="console", area="6527")
    unit.deliver([report(unit), position(unit)]).result(10)
    deadline(lambda: len(house.held("console", unit.origin)) == 2, "both lanes at the console")
    order = Draft(kind="task.assigned", body=kinds.encode_body(kinds.TaskAssigned(unit=own(unit), text="go")))
    console.deliver([order]).result(10)
    deadline(lambda: house.held("unit", console.origin) == {"6527/command": 1}, "the order at the unit")
    deadline(lambda: house.heads("console") == house.heads("node"), "equal journals")


def test_what_is_written_while_the_link_is_cut_arrives_afterwards(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    unit.deliver([report(unit)]).result(10)
    unit.cut(0.5).result(5)
    waiting = [unit.deliver([report(unit, str(n)), position(unit)]) for n in range(20)]
    assert not waiting[-1].done()
    for future in waiting:
        future.result(15)
    assert house.held("node", unit.origin)["652701/report"] == 21


def test_what_waits_for_a_peer_that_is_away_grows(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    unit.deliver([report(unit)]).result(10)
    deadline(lambda: link(unit).waiting == {}, "nothing waits for the node")
    node.stop()
    assert link(unit, state="gone").reason
    unit.write([report(unit), position(unit)]).result(5)
    assert link(unit).waiting == {"report": 1, "telemetry": 1}
    unit.write([report(unit)]).result(5)
    assert link(unit).waiting == {"report": 2, "telemetry": 1}
    house.node()
    deadline(lambda: link(unit).waiting == {}, "all of it has arrived", 20)


def test_what_waits_for_a_unit_that_is_away_grows(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    deadline(lambda: link(node, "unit", state="online").waiting == {}, "nothing waits for the unit")
    unit.stop()
    assert link(node, "unit", state="gone").reason == "it was stopped"
    order = Draft(kind="task.assigned", body=kinds.encode_body(kinds.TaskAssigned(unit=own(unit), text="go")))
    node.write([order, order]).result(5)
    assert link(node, "unit").waiting == {"command": 2}
    node.revoke("unit").result(5)
    assert link(node, "unit").waiting == {}


def test_a_peer_started_while_its_node_is_away_tells_what_it_has_for_it(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    unit.deliver([report(unit)]).result(10)
    node.stop()
    unit.stop()
    again = house.bare("unit")
    again.write([report(again)]).result(5)
    assert link(again, state="gone").waiting == {"report": 1}, "the first one it is known to hold, though it was not heard again"


def test_a_node_that_comes_back_is_found_again(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    unit.deliver([report(unit)]).result(10)
    endpoint = node.me().listen[0]
    node.stop()
    link(unit, state="gone")
    future = unit.deliver([report(unit)])
    house.node(listen=endpoint)
    future.result(20)
    assert house.held("node", unit.origin) == {"652701/report": 2}


def test_a_peer_remembers_its_node_and_where_it_listened(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    listening = node.me().listen
    node.stop()
    unit.stop()
    again = house.start(Peer(DataDir(house.root / "node"), local=False))
    assert again.me().listen == listening
    unit = house.bare("unit")
    unit.deliver([report(unit)]).result(15)


def test_goodbye_is_said(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    link(node, "unit", state="online")
    unit.stop()
    gone = link(node, "unit", state="gone")
    assert "stopped" in gone.reason


def test_a_cut_node_is_dialled_again(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    link(unit, state="online")
    node.cut(0.3).result(5)
    unit.deliver([report(unit)]).result(20)


def test_a_port_that_is_taken_says_which_and_what_to_do(house: House) -> None:
    taken = house.node().me().listen[0]
    with pytest.raises(Fault, match="cannot listen on") as caught:
        house.node("second", listen=taken)
    assert taken in str(caught.value)
    patient = house.start(Peer(DataDir(house.root / "third"), listen=[taken], patient=True, name="third", area="6527", local=False))
    assert taken in patient.me().faults["listen"]


def test_two_peers_on_one_directory_is_refused(house: House) -> None:
    house.node()
    with pytest.raises(Fault, match="in use by process"):
        house.node()


def test_a_full_disk_acknowledges_nothing_and_heals(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    unit.deliver([report(unit)]).result(10)
    limit = _limit_pages(node)
    future: Future[object] = unit.deliver([report(unit, "x" * 7000) for _ in range(60)])  # type: ignore[assignment]
    deadline(lambda: "disk" in node.me().faults, "the fault stands")
    assert not future.done()
    assert "room" in node.me().faults["disk"]
    with pytest.raises(DiskFullFault):
        node.write([report(node, "y" * 8000) for _ in range(60)]).result(10)
    limit(1 << 30)
    future.result(15)
    deadline(lambda: not node.me().faults, "the fault is over")
    assert house.held("node", unit.origin) == {"652701/report": 61}


def _limit_pages(node: Peer) -> Callable[[int], None]:
    """Make SQLite itself refuse to grow the node's file: what a full disk does. Answers with a way to lift it."""

    def limit(pages: int) -> None:
        def apply(loop: Loop) -> None:
            loop.hub.journal._connection.execute(f"PRAGMA max_page_count = {pages}")

        node._submit(apply).result(5)

    limit(1)  # SQLite takes no less than what there is
    return limit


def test_writing_without_an_identity_says_so(house: House) -> None:
    peer = house.bare("nobody")
    with pytest.raises(Fault, match="name, role and area"):
        peer.write([report(peer)]).result(5)


def test_after_the_end_everything_fails_and_nothing_hangs(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    node.stop()
    waiting = unit.deliver([report(unit)])
    unit.stop()
    with pytest.raises(Fault, match="stopped"):
        waiting.result(5)
    with pytest.raises(Fault, match="stopped"):
        unit.write([report(unit)]).result(5)


def test_a_turn_that_fails_stands_as_a_fault_and_the_next_is_taken(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    node = house.node()
    unit = house.joined(node)
    network = node._running.network
    turn = network.turn
    monkeypatch.setattr(network, "turn", lambda *_words: 1 / 0)
    deadline(lambda: "ZeroDivisionError" in node.me().faults.get("peer", ""), "the fault is told")
    monkeypatch.setattr(network, "turn", turn)
    unit.deliver([report(unit)]).result(10)
    deadline(lambda: "peer" not in node.me().faults, "the fault is over")


def test_only_its_owner_can_look_into_a_new_data_directory(house: House) -> None:
    house.node()
    directory = house.root / "node"
    if os.name == "posix":
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_a_clock_that_goes_wrong_is_told_of(house: House) -> None:
    node = house.node(wall=lambda: wall_ms() + 3_600_000)
    unit = house.joined(node)
    deadline(lambda: "3600 s ahead" in link(unit, "node").reason or "3599 s ahead" in link(unit, "node").reason, "the unit is told")
    deadline(lambda: "s behind" in link(node, "unit").reason, "the node is told")
