"""`fengsui node`: starts, stops, stands upright again; and keeps what it acknowledged whatever kills it."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.commands.test_enrol import ENVIRONMENT, REFUSED, failing
from tests.e2e.processes import Process, fengsui, fengsui_json, free_port, node
from tests.waiting import deadline

REPORTS = 300


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_ends_cleanly(tmp_path: Path, number: signal.Signals, code: int) -> None:
    with node(tmp_path / "node") as process:
        process.popen.send_signal(number)
        assert process.finish() == code
    assert not (tmp_path / "node" / "running.json").exists()
    assert not any("Traceback" in line for line in process.lines)


def test_what_stands_in_its_way_is_said(tmp_path: Path) -> None:
    port = free_port()
    with node(tmp_path / "node", port=port):
        code, said = failing("node", "--data", str(tmp_path / "other"), "--listen", f"tcp://127.0.0.1:{port}", "--area", "6527")
        assert (code, str(port) in said) == (ENVIRONMENT, True)
        code, said = failing("node", "--data", str(tmp_path / "node"), "--listen", "tcp://127.0.0.1:0")
        assert (code, "in use by process" in said) == (ENVIRONMENT, True)
    code, said = failing("node", "--data", str(tmp_path / "third"), "--listen", "tcp://127.0.0.1:0")
    assert (code, "--area" in said) == (ENVIRONMENT, True)
    code, said = failing("node", "--data", str(tmp_path / "third"), "--listen", "nonsense", "--area", "6527")
    assert (code, "nonsense" in said) == (ENVIRONMENT, True)
    assert failing("node", "--data", str(tmp_path / "third"), "--upstream", "x")[0] == REFUSED


def test_everything_acknowledged_survives_kill_9_and_the_unit_finds_the_node_again(tmp_path: Path) -> None:
    port, data = free_port(), str(tmp_path / "node")
    with node(tmp_path / "node", port=port) as process:
        token = fengsui("enrol", "--data", data, "--area", "652701").strip()
        words = [word for n in range(REPORTS) for word in ("--report", f"report {n}")]
        with Process("unit", "--data", str(tmp_path / "u"), "--join", token, "--name", "one", *words) as unit:
            unit.wait_lines(20, "unit.report")
            process.kill()
            acknowledged = [int(line.split()[2]) for line in unit.lines if "unit.report" in line]
            assert _held(data) >= max(acknowledged)
            with node(tmp_path / "node", port=port):
                assert unit.finish() == 0
                assert len([line for line in unit.lines if "unit.report" in line]) == REPORTS
                assert fengsui("journal", "digest", "--data", data, "--origin", "one") == fengsui(
                    "journal", "digest", "--data", str(tmp_path / "u"), "--origin", "one"
                )
                assert "right" in fengsui("journal", "verify", "--data", data)


def _held(data: str) -> int:
    counts = fengsui_json("journal", "count", "--data", data, "--origin", "one")
    assert isinstance(counts, dict)
    return int(counts["report"])


def test_a_node_joins_the_one_above_it(tmp_path: Path) -> None:
    with node(tmp_path / "region", "--name", "region") as region:
        token = fengsui("enrol", "--data", str(tmp_path / "region"), "--role", "node", "--area", "652701").strip()
        port = free_port()
        words = ("--data", str(tmp_path / "county"), "--listen", f"tcp://127.0.0.1:{port}", "--area", "652701", "--name", "county")
        with Process("node", *words, "--upstream", token) as county:
            county.wait_lines(1, "county")
            below = fengsui("enrol", "--data", str(tmp_path / "county"), "--area", "652701001").strip()
            fengsui("unit", "--data", str(tmp_path / "u"), "--join", below, "--name", "one", "--report", "up")
            deadline(
                lambda: '"unit.report"' in fengsui("journal", "tail", "--data", str(tmp_path / "region"), "--json"), "at the region", 20
            )
        assert region.popen.poll() is None
        with Process("node", *words, "--upstream", token) as county:  # the same command line again
            county.wait_lines(1, "county")
