"""The doctor sees faults that are really there, and names what mends them."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from console.commands import doctor
from console.doctor import data as kept
from console.doctor import libraries, machine, probe, screen
from console.doctor.finding import State
from console.models.paths import DataDir

HOUR_MS = 3_600_000


@pytest.fixture
def home(tmp_path: Path) -> DataDir:
    data = DataDir(tmp_path / "data")
    data.keys.mkdir(parents=True, mode=0o700)
    return data


def test_a_library_that_is_missing_is_named_with_its_package() -> None:
    found = libraries.system_libraries({"libnowhere.so.7": "libnowhere7", "libc.so.6": "libc6"})
    assert found.state is State.FAULT
    assert "libnowhere.so.7" in found.says
    assert "libc.so.6" not in found.says
    assert found.remedy == "apt-get install libnowhere7"


def test_every_library_is_in_a_package_that_setup_installs() -> None:
    listed = (Path(__file__).parents[2] / "packaging" / "apt-packages.txt").read_text(encoding="utf-8")
    names = {name for line in listed.splitlines() for name in line.split("|")}
    assert {package for package in libraries.LIBRARIES.values() if package != "libnspr4"} <= names


def test_an_abort_in_a_probe_is_a_finding_not_the_end() -> None:
    done = probe.probe("import os; os.abort()")
    assert not done.ok
    assert done.says


def test_a_probe_that_hangs_is_ended() -> None:
    done = probe.probe("import threading; threading.Event().wait()", timeout_s=0.5)
    assert not done.ok
    assert "0.5 s" in done.says


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_no_display_is_a_warning_with_a_way_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    found = screen.display()
    assert found.state is State.WARN
    assert "fengsui shot" in found.remedy


def test_a_display_that_refuses_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987654")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    assert screen.display().state is State.FAULT


@pytest.mark.parametrize(("newest_ms", "state"), [(None, State.OK), (-HOUR_MS, State.OK), (2 * HOUR_MS, State.FAULT)])
def test_a_clock_behind_the_journal_is_a_fault(newest_ms: int | None, state: State) -> None:
    now_ms = 4_000_000_000_000
    found = machine.clock(now_ms, None if newest_ms is None else now_ms + newest_ms)
    assert found[0].state is state


def test_a_flat_clock_battery_is_seen() -> None:
    assert machine.clock(0, None)[0].state is State.FAULT


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert [found.state for found in machine.ports(port)] == [State.OK, State.WARN]
    assert [found.state for found in machine.ports(port)] == [State.OK, State.OK]


def test_disk_is_looked_at_where_the_data_would_be(tmp_path: Path) -> None:
    found = machine.disk(tmp_path / "not" / "yet")
    assert str(tmp_path) in found[0].says
    assert "durable" in found[1].says
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="rights are POSIX")
def test_keys_that_others_can_read_are_a_fault(home: DataDir) -> None:
    key = home.keys / "sign.key"
    key.write_bytes(bytes(32))
    key.chmod(0o600)
    assert kept.keys(home).state is State.OK
    key.chmod(0o640)
    found = kept.keys(home)
    assert found.state is State.FAULT
    assert str(key) in found.says


def test_a_journal_that_is_not_one_is_a_fault_and_left_as_it_is(home: DataDir) -> None:
    home.journal.write_bytes(b"not a database" * 100)
    before = home.journal.read_bytes()
    found, newest_ms = kept.journal(home)
    assert found.state is State.FAULT
    assert newest_ms is None
    assert home.journal.read_bytes() == before


def test_another_programs_database_is_a_fault(home: DataDir) -> None:
    connection = sqlite3.connect(home.journal)
    connection.execute("CREATE TABLE other (x)")
    connection.commit()
    connection.close()
    assert kept.journal(home)[0].state is State.FAULT


def test_a_peer_that_died_is_told(home: DataDir) -> None:
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True)
    home.running.write_text(json.dumps({"pid": int(done.stdout)}), encoding="utf-8")
    assert kept.peer(home).state is State.WARN
    home.running.write_text(json.dumps({"pid": os.getpid()}), encoding="utf-8")
    assert kept.peer(home).state is State.OK
    home.running.write_text("{", encoding="utf-8")
    assert kept.peer(home).state is State.OK


def test_the_command_prints_for_programs_and_ends_with_1_on_a_fault(home: DataDir) -> None:
    home.journal.write_bytes(b"not a database" * 100)
    command = [sys.executable, "-m", "console", "doctor", "--json", "--data", str(home.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 1, done.stderr
    found = {entry["name"]: entry for entry in json.loads(done.stdout)}
    assert found["journal"]["state"] == "fault"
    assert found["journal"]["remedy"]
    assert found["webengine"]["state"] == "ok"
    assert found["fonts"]["state"] == "ok"
    assert found["graphics"]["state"] == "ok"


def test_a_finding_reads_as_a_line() -> None:
    assert doctor.line(kept.peer(DataDir(Path("nowhere")))) == "ok      peer         none runs on this directory; the window starts one"
