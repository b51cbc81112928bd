"""Peers with terminals: what comes by satellite is in the state, passed on over links, and gives way to the original."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.comms.carriers.beidou import carrier
from console.comms.carriers.beidou.rules import load_rules
from console.comms.carriers.beidou.simulated import SimCard
from console.comms.local.messages import Draft
from console.comms.peer import Peer
from console.models import kinds
from console.models.paths import DataDir
from tests.comms.carriers.beidou.sky import Sky
from tests.comms.peers import AREA, BELOW, House, house, own
from tests.waiting import deadline

__all__ = ["house"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are not to be had on Windows")
NODE_CARD, UNIT_CARD = "0242286", "0242287"


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = load_rules()
    sending = msgspec.structs.replace(rules.sending, grace_s=1.0, acknowledge_s=0.5, retry_s=5.0)
    monkeypatch.setattr(carrier, "load_rules", lambda: msgspec.structs.replace(rules, sending=sending))


@pytest.fixture
def sky(tmp_path: Path) -> Iterator[Sky]:
    sky = Sky(tmp_path / "ports", [SimCard(NODE_CARD, rate_s=1), SimCard(UNIT_CARD, rate_s=1)])
    yield sky
    sky.close()


def draft(subject: str, body: kinds.Body) -> Draft:
    return Draft(kind=kinds.kind_of(body), subject=subject, body=kinds.encode_body(body))


def rows(house: House, name: str, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{DataDir(house.root / name).journal}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def known(peer: Peer) -> int:
    satellite = peer.me().satellite
    return 0 if satellite is None else satellite.partners


def test_a_call_by_satellite_reaches_the_console_behind_the_node_and_gives_way_to_the_original(house: House, sky: Sky) -> None:
    ports = sky.root
    node = house.start(
        Peer(
            DataDir(house.root / "node"),
            listen=["tcp://127.0.0.1:0"],
            name="node",
            area=AREA,
            local=False,
            satellite=str(ports / NODE_CARD),
        )
    )
    unit = house.start(Peer(DataDir(house.root / "unit"), local=False, satellite=str(ports / UNIT_CARD)))
    unit.join(node.invite("unit", BELOW).result(5), "unit").result(20)
    console = house.joined(node, "console", role="console", area=AREA)
    deadline(lambda: known(unit) == 1 and known(node) == 1, "each knows the other's card", 20)
    unit.cut(300).result(5)
    sent = unit.deliver([draft(own(unit, "unit"), kinds.HelpCalled(nature="flood", text="水已进屋", people=4, lon=82.6, lat=44.6))])
    wanted = [("flood", 4, "水已进屋")]
    for name in ("node", "console"):
        deadline(lambda name=name: rows(house, name, "SELECT help, help_people, help_text FROM unit") == wanted, f"it is at the {name}", 30)  # type: ignore[misc]
    assert rows(house, "console", "SELECT count(*) FROM event WHERE kind = 'unit.help'") == [(0,)]
    deadline(lambda: [each.carrier for each in unit.links()] == ["beidou"], "the unit's link says by what its node is reached")
    told = unit.me().satellite
    assert told is not None
    assert (told.state, told.card) == ("ready", UNIT_CARD)
    console.write([draft(own(console, "t"), kinds.TaskAssigned(unit=own(unit, "unit"), text="上屋顶等待"))]).result(5)
    deadline(
        lambda: rows(house, "unit", "SELECT id, text FROM task") == [(own(console, "t"), "上屋顶等待")], "the order is at the unit", 30
    )
    author = "SELECT lower(hex(origin)) FROM early WHERE kind = 'task.assigned'"
    assert rows(house, "unit", author) == [(console.origin,)]  # under the console's name, though its node sent it
    assert not sent.done()  # the event itself is not there yet, and nobody says so
    unit.cut(0).result(5)
    assert sent.result(30)
    for name in ("node", "console"):
        deadline(
            lambda name=name: rows(house, name, "SELECT count(*) FROM event WHERE kind = 'unit.help'") == [(1,)],
            f"the original is at the {name}",
            20,
        )  # type: ignore[misc]
        deadline(lambda name=name: rows(house, name, "SELECT * FROM early") == [], f"nothing early is left at the {name}", 20)  # type: ignore[misc]
        assert rows(house, name, "SELECT help, help_people, help_text FROM unit") == wanted


def test_a_damaged_file_or_a_port_that_is_none_does_not_stop_a_peer(house: House) -> None:
    (house.root / "node").mkdir(mode=0o700)
    (house.root / "node" / "beidou.json").write_bytes(b"{")
    node = house.node()
    assert "beidou.json" in node.me().faults["satellite"]
    assert node.me().satellite is None
    other = house.start(Peer(DataDir(house.root / "other"), name="other", area=AREA, local=False, satellite=str(house.root / "no port")))
    deadline(lambda: (told := other.me().satellite) is not None and told.state == "absent", "the port is said to be absent")
