"""What this machine runs on: as systems tell it, as it is played, when saving begins, and that it is recorded and told."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from console.comms.local.client import LocalClient, ask, look
from console.comms.local.messages import Changed, Draft, Hello, Power, Ready, SavePower, Welcome
from console.comms.peer import Peer
from console.comms.peer.power import (
    SIMULATED_VARIABLE,
    PowerWatch,
    Supply,
    simulated_supply,
    supply_of,
    system_supply,
)
from console.errors import Fault
from console.models.changes import Changes
from console.models.journal.reading import Reader
from console.models.kinds import IncidentOpened, PowerChanged, encode_body
from console.models.paths import DataDir
from console.models.rules.power import MAINS, PERSON, THRESHOLD, power_rule
from tests.comms.peers import AREA, House, house, link, position, report  # noqa: F401
from tests.waiting import deadline

LOOK_MS = round(power_rule().saving.look_s * 1000)


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ((62.4, 5400, False), Supply(62, 5400, False)),
        ((62, psutil.POWER_TIME_UNKNOWN, False), Supply(62, None, False)),
        ((100, psutil.POWER_TIME_UNLIMITED, True), Supply(100, None, True)),
        ((50, 3600, True), Supply(50, None, True)),  # until full, by some drivers: not how long it will last
        ((50, 3600, None), Supply(50, 3600, None)),
        ((50, 1 << 40, False), Supply(50, None, False)),
        ((104.7, 60, False), Supply(100, 60, False)),
        ((-3, 60, False), Supply(0, 60, False)),
    ],
)
def test_what_systems_tell(told: tuple[float, int, bool | None], wanted: Supply) -> None:
    assert supply_of(*told) == wanted


class Raising(NamedTuple):
    error: Exception

    def __call__(self) -> object:
        raise self.error


@pytest.mark.parametrize("error", [FileNotFoundError("/sys"), ValueError("capacity"), psutil.AccessDenied()])
def test_a_driver_that_fails_is_no_battery(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", Raising(error), raising=False)
    assert system_supply() is None
    monkeypatch.delattr(psutil, "sensors_battery")
    assert system_supply() is None


@pytest.mark.parametrize("text", ["", "percent = 101", "percent = 'full'", "percent = 3\nleft = 2", "\xff"])
def test_a_simulated_battery_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "battery.toml"
    with pytest.raises(Fault, match=r"battery\.toml"):
        simulated_supply(path)
    path.write_text(text, encoding="latin-1")
    with pytest.raises(Fault, match=r"battery\.toml"):
        simulated_supply(path)


class Machine:
    """A watch on a battery under the test's hand. `recorded`: what became events; `full`: the disk takes nothing."""

    def __init__(self, supply: Supply | None, begun: tuple[bool, str] = (False, "")) -> None:
        self.supply = supply
        self.full = False
        self.recorded: list[PowerChanged] = []
        self.now_ms = 0
        self.watch = PowerWatch(lambda: self.supply, power_rule(), self._record, begun)

    def _record(self, body: PowerChanged) -> None:
        if self.full:
            raise Fault("the disk is full")
        self.recorded.append(body)

    def look(self, supply: Supply | None = None) -> None:
        self.supply = supply or self.supply
        self.now_ms += LOOK_MS
        self.watch.turn(self.now_ms)

    @property
    def said(self) -> list[tuple[bool, str]]:
        return [(body.saving, body.why) for body in self.recorded]


def test_it_begins_under_the_threshold_and_ends_on_mains() -> None:
    machine = Machine(Supply(31, None, False))
    machine.look()
    assert machine.watch.told == Power(percent=31, plugged=False)
    machine.look(Supply(30, 1800, False))
    assert machine.watch.told == Power(percent=30, left_s=1800, plugged=False, saving=True, why=THRESHOLD)
    machine.look(Supply(35, 3600, False))
    machine.look(Supply(35, None, True))
    assert machine.said == [(True, THRESHOLD), (False, MAINS)]
    assert (machine.recorded[0].percent, machine.recorded[0].left_s) == (30, 1800)
    assert machine.recorded[1].percent is None


def test_it_is_not_looked_at_more_often_than_it_says() -> None:
    machine = Machine(Supply(31, None, False))
    machine.look()
    machine.supply = Supply(5, None, False)
    machine.watch.turn(machine.now_ms + LOOK_MS - 1)
    assert not machine.watch.saving


def test_a_persons_word_holds_until_the_plug_is_pulled_or_put_in() -> None:
    machine = Machine(Supply(80, None, False))
    machine.look()
    machine.watch.choose(True, "王建国")
    machine.look()
    assert machine.watch.saving
    machine.watch.choose(False, "王建国")
    machine.look(Supply(9, 600, False))
    assert not machine.watch.saving  # nor by itself, however low: a person said so
    machine.look(Supply(9, None, True))
    machine.look(Supply(9, 600, False))
    assert machine.said == [(True, PERSON), (False, PERSON), (True, THRESHOLD)]
    assert machine.recorded[0].author == "王建国"


def test_without_a_battery_it_is_by_hand_alone() -> None:
    machine = Machine(None)
    machine.look()
    assert machine.watch.told == Power()
    machine.watch.choose(True, "")
    machine.look()
    assert machine.watch.told == Power(saving=True, why=PERSON)
    assert machine.watch.percent is None


def test_the_last_run_s_word_is_kept_and_what_no_longer_holds_is_ended() -> None:
    by_hand = Machine(None, (True, PERSON))
    by_hand.look()
    assert by_hand.watch.saving
    assert by_hand.recorded == []
    on_mains = Machine(Supply(90, None, True), (True, THRESHOLD))
    on_mains.look()
    assert on_mains.said == [(False, MAINS)]


def test_what_could_not_be_recorded_is_recorded_later() -> None:
    machine = Machine(Supply(10, None, False))
    machine.full = True
    machine.look()
    assert machine.watch.saving
    machine.full = False
    machine.look()
    machine.look()
    assert machine.said == [(True, THRESHOLD)]


def test_a_battery_that_cannot_be_looked_at_is_as_it_was_seen_last() -> None:
    def fails() -> Supply | None:
        raise Fault("battery.toml: not a simulated battery")

    watch = PowerWatch(fails, power_rule(), lambda body: None)
    watch.turn(0)
    assert watch.fault.startswith("battery.toml")
    assert watch.told == Power()


@pytest.fixture
def battery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Writes the simulated battery of every peer that starts."""
    path = tmp_path / "battery.toml"
    monkeypatch.setenv(SIMULATED_VARIABLE, str(path))

    def put(text: str) -> None:
        path.write_text(text, encoding="utf-8")

    return put


def _station(data: DataDir) -> tuple[int, str] | None:
    reader = Reader(data.journal)
    try:
        found: tuple[int, str] | None = reader.connection.execute("SELECT saving, why FROM station").fetchone()
        return found
    finally:
        reader.close()


def test_a_peer_records_it_and_tells_its_windows_and_other_peers(
    house: House,  # noqa: F811
    battery: Callable[[str], None],
) -> None:
    battery("percent = 25\nleft_s = 1500")
    node = house.node()
    data = DataDir(house.root / "desk")
    desk = house.start(Peer(data, local=True))
    desk.join(node.invite("console", AREA).result(5), "desk").result(20)
    deadline(lambda: _station(data) == (1, THRESHOLD), "saving is recorded", 15)
    assert look(data).me.power == Power(percent=25, left_s=1500, plugged=False, saving=True, why=THRESHOLD, simulated=True)
    deadline(lambda: link(node, "desk").battery == 25, "the node is told", 15)
    deadline(lambda: _station(DataDir(house.root / "node")) == (1, THRESHOLD), "and has the record", 15)
    ask(data, lambda number: SavePower(id=number, on=False, author="王建国"))
    assert _station(data) == (0, PERSON)
    assert not look(data).me.power.saving


def test_while_power_is_saved_a_command_reaches_the_window_at_once_and_positions_wait(
    house: House,  # noqa: F811
    battery: Callable[[str], None],
) -> None:
    battery("percent = 12")
    data = DataDir(house.root / "desk")
    node = house.start(Peer(data, name="desk", role="node", area=AREA, listen=["tcp://127.0.0.1:0"], local=True))
    unit = house.joined(node)
    unit.write([report(unit)]).result(5)
    deadline(lambda: look(data).me.power.saving, "power is saved", 15)
    with LocalClient(data) as window:
        window.send(Hello(watch=True))
        deadline(lambda: any(isinstance(message, Welcome) for message in window.receive()), "the window is welcome", 10)
        moves, told_s, start_s = 0, [], time.monotonic()
        for number in range(20):
            unit.write([position(unit, 82.0 + number / 100)]).result(5)
            if number % 5 == 4:
                began_s = time.monotonic()
                node.write([Draft(kind="incident.opened", body=encode_body(IncidentOpened(title="now")))]).result(5)
                deadline(lambda: any("incident" in changes.ids for changes in _changes(window)), "the window hears of it", 5)
                told_s.append(time.monotonic() - began_s)
            moves += sum(bool(changes.fixes) for changes in _changes(window))
        took_ms = (time.monotonic() - start_s) * 1000
    assert max(told_s) < power_rule().pace.positions_ms / 2000
    assert moves <= 1 + took_ms / power_rule().pace.positions_ms


def _changes(window: LocalClient) -> list[Changes]:
    """Taken at once, as a window does."""
    found = [message.changes for message in window.receive() if isinstance(message, Changed)]
    for _ in found:
        window.send(Ready())
    return found
