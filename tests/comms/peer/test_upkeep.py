"""Damage to a journal at work: found, put away, and what it took fetched back, while the peer's process goes on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from console.comms.local.messages import Draft
from console.comms.peer import Peer, loop
from console.models import kinds
from console.models.event import Stream
from console.models.identity import owned_subject
from console.models.paths import DataDir
from console.models.rules.upkeep import JournalRule, UpkeepRule
from tests.comms.peers import House, house, link, own, position, report
from tests.waiting import deadline

__all__ = ["house"]

WAIT_S = 40
PROMPT = UpkeepRule(JournalRule(verify_delay_s=1, verify_days=7, beat_s=1))


def journal_of(house: House, name: str) -> Path:
    return DataDir(house.root / name).journal


def alter(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path, timeout=10)
    with connection:
        assert connection.execute(sql).rowcount
    connection.close()


def order(node: Peer, unit: Peer, number: int) -> Draft:
    body = kinds.encode_body(kinds.TaskAssigned(unit=own(unit), text=f"go {number}"))
    return Draft(kind="task.assigned", subject=owned_subject(bytes.fromhex(node.origin), f"t{number}"), body=body, area="652701")


def of(house: House, name: str, origin: str) -> dict[Stream, tuple[int, bytes]]:
    return {stream: head for stream, head in house.heads(name).items() if stream.origin.hex() == origin}


def kept_aside(house: House, name: str) -> list[Path]:
    return list((house.root / name).glob("journal.damaged-*.db"))


def test_a_thorough_look_finds_damage_and_the_peer_is_made_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    node = house.node()
    unit = house.joined(node)
    unit.deliver([draft for n in range(60) for draft in (report(unit, str(n)), position(unit))]).result(20)
    node.stop()
    alter(journal_of(house, "node"), "UPDATE event SET body = x'c0' WHERE kind = 'unit.report' AND seq = 20")
    monkeypatch.setattr(loop, "upkeep_rule", lambda: PROMPT)
    node = house.node()
    deadline(lambda: kept_aside(house, "node"), "the damaged file is put away", WAIT_S)
    deadline(lambda: of(house, "node", unit.origin) == of(house, "unit", unit.origin), "all is back", WAIT_S)
    deadline(lambda: "losses" not in node.me().faults, "nothing is said to be missing any more", WAIT_S)
    found = node.me().recovered
    assert found is not None
    assert found.aside == kept_aside(house, "node")[0].name
    unit.deliver([report(unit, "after")]).result(20)
    assert node.origin == node.me().origin


def test_own_events_that_damage_took_come_back_from_the_node_first(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    unit.deliver([draft for n in range(60) for draft in (report(unit, str(n)), position(unit))]).result(20)
    before = of(house, "unit", unit.origin)
    unit.stop()
    node.stop()
    path = journal_of(house, "unit")
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 // 4096 * 4096)
    again = house.bare("unit")
    assert "recovering" in again.me().faults
    deadline(lambda: "put away as journal.damaged-" in again.me().faults.get("losses", ""), "it is said what is missing")
    written = again.deliver([report(again, "after")])
    house.node()
    assert [each.seq for each in written.result(WAIT_S)] == [61]
    after = of(house, "unit", unit.origin)
    assert {stream: seq for stream, (seq, _) in after.items() if stream.topic.endswith("/telemetry")} == {
        stream: seq for stream, (seq, _) in before.items() if stream.topic.endswith("/telemetry")
    }
    deadline(lambda: not {"losses", "recovering"} & set(again.me().faults), "all is back", WAIT_S)
    assert of(house, "node", unit.origin) == of(house, "unit", unit.origin)


def test_a_node_with_nobody_above_has_its_own_back_from_whom_it_enrolled(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    node.write([order(node, unit, n) for n in range(30)]).result(10)
    before = of(house, "node", node.origin)
    orders = Stream(bytes.fromhex(node.origin), "652701/command")
    deadline(lambda: of(house, "unit", node.origin).get(orders) == before[orders], "the unit has its orders", WAIT_S)
    node.stop()
    alter(journal_of(house, "node"), "DELETE FROM event WHERE kind = 'task.assigned' AND seq > 10")
    again = house.node()
    assert "a peer that this one enrolled" in again.me().faults["recovering"]
    written = again.write([order(again, unit, 99)])
    written.result(WAIT_S)
    link(again, state="online")
    after = of(house, "node", node.origin)
    for stream, (seq, head) in before.items():
        assert after[stream][0] == seq + 1 if stream == orders else after[stream] == (seq, head)
    deadline(lambda: of(house, "unit", node.origin)[orders] == after[orders], "no fork", WAIT_S)
    assert "fork" not in unit.me().refused


def test_alone_it_goes_on_at_once_and_says_what_is_lost(house: House) -> None:
    node = house.node()
    node.write([Draft(kind="log.entered", subject="i", body=kinds.encode_body(kinds.LogEntered(text=str(n)))) for n in range(30)]).result(
        10
    )
    node.stop()
    alter(journal_of(house, "node"), "DELETE FROM event WHERE seq > 10")
    again = house.node()
    deadline(lambda: "lost but for that file" in again.me().faults.get("losses", ""), "it is said", WAIT_S)
    assert "20 of this peer's own" in again.me().faults["losses"]
    draft = Draft(kind="log.entered", subject="i", body=kinds.encode_body(kinds.LogEntered(text="after")))
    again.write([draft]).result(10)
    assert house.held("node", again.origin) == {"6527/report": 11}


def test_the_installed_rule_can_be_read_and_a_broken_one_is_told(tmp_path: Path) -> None:
    from console.errors import Fault
    from console.models.form import read_toml

    broken = tmp_path / "upkeep.toml"
    broken.write_text("[journal]\nbeat_s = 0\n", encoding="utf-8")
    with pytest.raises(Fault, match=r"upkeep\.toml"):
        read_toml(broken, UpkeepRule)
