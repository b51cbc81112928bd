"""A node whose file system is full, read-only or failing: nothing is acknowledged, the fault stands for all to see, and it heals by itself."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from console.comms.local.client import ask, look
from console.comms.local.messages import Draft, Write
from console.errors import EXIT_ENVIRONMENT, Fault
from console.models import kinds
from console.models.journal.reading import Reader
from console.models.paths import DataDir
from tests.disks import filled, small_disk
from tests.e2e.processes import Process, fengsui, free_port, node
from tests.faults.power import NoShim, Power, shim
from tests.waiting import deadline

__all__ = ["small_disk"]
REPORTS = 80
LINE = kinds.encode_body(kinds.LogEntered(text="三号沟有泥流"))


def _faults(data: Path) -> dict[str, str]:
    try:
        return look(DataDir(data)).me.faults
    except Fault:
        return {}


def test_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    data = small_disk / "node"
    with node(data, "--local"):
        token = fengsui("enrol", "--data", str(data), "--area", "652701").strip()
        words = ("unit", "--data", str(tmp_path / "unit"), "--join", token, "--name", "one", "--report-lines")
        with Process(*words, typed=True) as unit:
            unit.type("before")
            unit.wait_lines(1, "unit.report")
            filler = filled(small_disk)
            unit.type(*("x" * 4000 for _ in range(REPORTS)))
            deadline(lambda: "disk" in _faults(data), "the fault stands", timeout_s=20)
            acknowledged = {line.split()[2] for line in unit.lines if "unit.report" in line}
            assert len(acknowledged) < REPORTS
            held = [line for line in fengsui("journal", "export", "--data", str(data)).splitlines() if '"unit.report"' in line]
            assert len(held) >= len(acknowledged)
            filler.unlink()
            unit.wait_lines(REPORTS + 1, "unit.report", deadline_s=20)
            deadline(lambda: not _faults(data), "the fault is over", timeout_s=10)
            unit.end_input()
            assert unit.finish() == 0
        fengsui("journal", "verify", "--data", str(data))


def _shimmed(tmp_path: Path, **environment: str) -> tuple[Power, dict[str, str]]:
    try:
        power = Power(tmp_path / "node" / "journal.db", tmp_path / "shadow", shim(tmp_path))
    except NoShim as no:
        pytest.skip(str(no))
    return power, {**power.environment, **environment}


def _node(data: Path, environment: dict[str, str]) -> Process:
    process = Process("node", "--data", str(data), "--listen", f"tcp://127.0.0.1:{free_port()}", "--area", "6527", env=environment)
    process.wait_lines(1, "127.0.0.1")
    return process


def _held(data: Path, kind: str) -> int:
    reader = Reader(DataDir(data).journal)
    try:
        return int(reader.connection.execute("SELECT count(*) FROM event WHERE kind = ?", (kind,)).fetchone()[0])
    finally:
        reader.close()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO], ids=["full", "read-only", "failing"])
def test_a_disk_that_takes_nothing_is_read_all_the_same(tmp_path: Path, number: int) -> None:
    """What is held is still given to whoever asks; what comes is not acknowledged before it is stored, and is when the disk is well."""
    data = tmp_path / "node"
    power, environment = _shimmed(tmp_path, POWER_ERRNO=str(number))
    with _node(data, environment):
        token = fengsui("enrol", "--data", str(data), "--area", "652701").strip()
        other = fengsui("enrol", "--data", str(data), "--role", "console", "--area", "6527").strip()
        words = ("unit", "--data", str(tmp_path / "unit"), "--join", token, "--name", "one", "--report-lines")
        with Process(*words, typed=True) as unit:
            unit.type("before")
            unit.wait_lines(1, "unit.report")
            with Process("node", "--data", str(tmp_path / "desk"), "--upstream", other, "--name", "desk") as desk:
                desk.wait_lines(1, "desk")
                deadline(lambda: _held(tmp_path / "desk", "unit.report") == 1, "the desk has what there is", timeout_s=20)
                power.full.touch()
                unit.type("while it takes nothing")
                deadline(lambda: "disk" in _faults(data), "the fault stands", timeout_s=20)
                assert len([line for line in unit.lines if "unit.report" in line]) == 1
                assert _held(data, "unit.report") == 1
                power.full.unlink()
                unit.wait_lines(2, "unit.report", deadline_s=20)
                deadline(lambda: _held(tmp_path / "desk", "unit.report") == 2, "it is passed on", timeout_s=20)
            deadline(lambda: "disk" not in _faults(data), "the fault is over", timeout_s=10)
            unit.end_input()
            assert unit.finish() == 0


def test_a_disk_that_cannot_be_read_for_a_while_costs_nothing(tmp_path: Path) -> None:
    data = tmp_path / "node"
    power, environment = _shimmed(tmp_path)
    write = Write(id=1, drafts=[Draft(kind="log.entered", subject=f"i{n}", body=LINE) for n in range(200)])
    with _node(data, environment) as process:
        ask(DataDir(data), lambda number: write)
        process.kill()
    power.broken.touch()
    with Process("node", "--data", str(data), env=environment) as process:
        assert process.finish() == EXIT_ENVIRONMENT
        assert any("cannot be made anew" in line or "damaged" in line for line in process.lines), process.lines
    assert list(data.glob("journal.damaged-*")) == []
    power.broken.unlink()
    with _node(data, environment):
        assert _held(data, "log.entered") == 200
        assert look(DataDir(data)).me.recovered is not None
    assert list(data.glob("journal.damaged-*")) == []
    fengsui("journal", "verify", "--data", str(data))


@pytest.mark.parametrize("table", ["station", "peer", "invite", "unit", "event", "stream", "meta"])
def test_a_node_starts_whatever_table_is_spoilt(tmp_path: Path, table: str) -> None:
    """Whoever reads it first at the start, the page at the root of a table is nothing that ends a node."""
    data = tmp_path / "node"
    write = Write(id=1, drafts=[Draft(kind="log.entered", subject=f"i{n}", body=LINE) for n in range(50)])
    with node(data):
        ask(DataDir(data), lambda number: write)
    reader = Reader(DataDir(data).journal)
    (root,) = reader.connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    before = reader.heads()
    reader.close()
    with DataDir(data).journal.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(os.urandom(4096))
    with node(data) as process:
        found = look(DataDir(data)).me
        assert found.recovered is not None, process.lines
        assert found.recovered.damage
    reader = Reader(DataDir(data).journal)
    after = reader.heads()
    reader.close()
    assert all(seq <= before[stream][0] for stream, (seq, _) in after.items())
    if table not in ("event", "stream"):
        assert after == before
    fengsui("journal", "verify", "--data", str(data))
