"""No network between a unit and its node, only two cards and a simulated satellite: real processes, real ports."""

from __future__ import annotations

import random
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
import serial

from console.comms.carriers.beidou.dialects import Rdss21, Transmit
from console.comms.carriers.beidou.sentences import write as sentence
from console.comms.local.client import ask, look
from console.comms.local.messages import Draft, Satellite, Write
from console.errors import Fault
from console.models import kinds
from console.models.paths import DataDir
from tests.e2e.processes import Process, fengsui, free_port, start_node
from tests.waiting import deadline

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are not to be had on Windows")]

NODE_CARD, UNIT_CARD = "0242286", "0242287"
PASSES_S = 60


def write(data: Path, body: kinds.Body, subject: str = "", area: str = "652722") -> str:
    draft = Draft(kind=kinds.kind_of(body), body=kinds.encode_body(body), subject=subject, area=area)
    return ask(DataDir(data), lambda number: Write(id=number, drafts=[draft])).ids[0]


def rows(data: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{DataDir(data).journal}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def satellite(data: Path) -> Satellite:
    """As its peer tells it; while none runs, nothing is known."""
    with suppress(Fault):
        return look(DataDir(data)).me.satellite or Satellite(port="", state="none")
    return Satellite(port="", state="no peer")


def digests(*data: Path) -> set[str]:
    """Of what the unit said, at each."""
    return {fengsui("journal", "digest", "--data", str(each), "--origin", "Rescue 1") for each in data}


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[Process]:
    words = ("--card", f"{NODE_CARD},rate=2", "--card", f"{UNIT_CARD},rate=2,bds3", "--delay", "0.1-0.8", "--repeat", "0.2", "--seed", "3")
    with Process("beidou-sim", *words, "--links", str(tmp_path / "ports"), typed=True) as process:
        process.wait_lines(2, "port ")
        yield process


def node_with_card(tmp_path: Path, port: int) -> Process:
    return start_node(tmp_path / "node", port, "--name", "County", "--no-discovery", "--beidou", str(tmp_path / "ports" / NODE_CARD))


def unit_with_card(tmp_path: Path, *words: str) -> Process:
    card = str(tmp_path / "ports" / UNIT_CARD)
    return Process("unit", "--data", str(tmp_path / "unit"), "--name", "Rescue 1", "--no-discovery", "--beidou", card, *words)


def test_a_call_for_help_and_its_answer_go_by_satellite_and_merge_with_the_originals(tmp_path: Path, sim: Process) -> None:
    node_data, unit_data, port = tmp_path / "node", tmp_path / "unit", free_port()
    with node_with_card(tmp_path, port) as node:
        token = fengsui("enrol", "--data", str(node_data), "--role", "unit", "--area", "652722").strip()
        with unit_with_card(tmp_path, "--join", token) as unit:
            unit.wait_lines(1, "unit.registered")
            incident = write(node_data, kinds.IncidentOpened(title="Debris flow at gully 3"))
            for data in (node_data, unit_data):  # each knows the other's card before the network goes
                deadline(lambda data=data: satellite(data).partners == 1, f"{data.name} knows the other's card", 30)  # type: ignore[misc]
            subject = rows(unit_data, "SELECT id FROM unit")[0][0]
            node.kill()
            with node_with_card(tmp_path, free_port()):  # nobody dials it there: nothing but the satellite is left
                write(
                    unit_data,
                    kinds.HelpCalled(nature="trapped", text="三人被困", people=3, lon=82.64713, lat=44.60042, incident=incident),
                    subject,
                )
                help_of = "SELECT help, help_people, help_text, help_lon FROM unit"
                deadline(
                    lambda: rows(node_data, help_of) == [("trapped", 3, "三人被困", 82.64713)], "the call is in the node's state", PASSES_S
                )
                assert rows(node_data, "SELECT mark FROM timeline WHERE kind = 'unit.help'") == [("early",)]
                assert rows(node_data, "SELECT carrier FROM early WHERE kind = 'unit.help'") == [("beidou",)]

                task = write(node_data, kinds.TaskAssigned(unit=subject, text="向东岸撤离，直升机二十分钟到", incident=incident))
                deadline(lambda: rows(unit_data, "SELECT id FROM task") == [(task,)], "the order reaches the unit", PASSES_S)
                write(unit_data, kinds.TaskAnswered(unit=subject, state="acknowledged", incident=incident, note="明白"), task)
                deadline(
                    lambda: rows(node_data, "SELECT state, note FROM task") == [("acknowledged", "明白")], "its answer is back", PASSES_S
                )
                deadline(lambda: satellite(unit_data).waiting_count == 0, "all that the unit had to say is acknowledged", PASSES_S)
                told = satellite(unit_data)
                assert told.counts["acknowledged"] >= 2
                assert told.dialect == "BDS-3"
            with start_node(node_data, port):
                deadline(lambda: len(digests(node_data, unit_data)) == 1, "both hold the same once the network is back", PASSES_S)
                for data in (node_data, unit_data):
                    deadline(lambda data=data: rows(data, "SELECT * FROM early") == [], f"nothing early is left at {data.name}", PASSES_S)  # type: ignore[misc]
                shown = rows(
                    node_data, "SELECT kind, mark, count(*) FROM timeline WHERE kind LIKE 'task.%' OR kind LIKE 'unit.help%' GROUP BY 1, 2"
                )
                assert sorted(shown) == [("task.answered", "", 1), ("task.assigned", "", 1), ("unit.help", "", 1)]
                assert rows(unit_data, "SELECT text, state FROM task") == [("向东岸撤离，直升机二十分钟到", "acknowledged")]
    for data in (node_data, unit_data):
        fengsui("journal", "verify", "--data", str(data))


@pytest.mark.timeout(600)
def test_through_loss_a_pulled_cable_a_killed_unit_and_a_stranger_all_of_it_arrives_once(tmp_path: Path) -> None:
    """And the long order comes whole, in its parts; the stranger's messages change nothing."""
    node_data, unit_data, port, stranger = tmp_path / "node", tmp_path / "unit", free_port(), "0333333"
    cards = ("--card", f"{NODE_CARD},rate=2", "--card", f"{UNIT_CARD},rate=2", "--card", f"{stranger},rate=1")
    with Process("beidou-sim", *cards, "--delay", "0.1-2", "--seed", "5", "--links", str(tmp_path / "ports"), typed=True) as sim:
        sim.wait_lines(3, "port ")
        with node_with_card(tmp_path, port) as node:
            token = fengsui("enrol", "--data", str(node_data), "--role", "unit", "--area", "652722").strip()
            with unit_with_card(tmp_path, "--join", token) as unit:
                unit.wait_lines(1, "unit.registered")
                for data in (node_data, unit_data):
                    deadline(lambda data=data: satellite(data).partners == 1, f"{data.name} knows the other's card", 30)  # type: ignore[misc]
                subject = rows(unit_data, "SELECT id FROM unit")[0][0]
                node.kill()
                unit.kill()
        with node_with_card(tmp_path, free_port()), serial.Serial(str(tmp_path / "ports" / stranger), timeout=0.1) as line:
            sim.type("loss 0.3")
            order = "去三号沟东岸接六名被困牧民，携带担架和保暖物资，走北线，南线桥已断，到达后报告人数和伤情，天黑前返回集结点"
            write(node_data, kinds.TaskAssigned(unit=subject, text=order))
            with unit_with_card(tmp_path) as unit:
                deadline(lambda: satellite(unit_data).state == "ready", "the unit has its terminal again", 30)
                write(unit_data, kinds.HelpCalled(nature="medical", people=1), subject)
                for number in range(4):
                    content = bytes([0x10, 0, 0, number]) + random.Random(number).randbytes(40)
                    line.write(sentence(Rdss21().order(Transmit(NODE_CARD, content))))
                deadline(lambda: "satellite sent" in " ".join(unit.lines), "the unit began to send", 60)
                unit.kill()
            with unit_with_card(tmp_path):
                sim.type(f"unplug {UNIT_CARD}")
                deadline(lambda: satellite(unit_data).state == "absent", "the pulled cable is noticed", 30)
                sim.type(f"plug {UNIT_CARD}", "loss 0.1")
                deadline(lambda: rows(node_data, "SELECT help FROM unit") == [("medical",)], "the call arrives", 240)
                deadline(lambda: rows(unit_data, "SELECT text FROM task") == [(order,)], "the order arrives whole", 300)
                told = satellite(node_data)
                assert told.refused.get("card", 0) >= 1  # the stranger's
                assert rows(node_data, "SELECT count(*) FROM early WHERE kind = 'unit.help'") == [(1,)]
