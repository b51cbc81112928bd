"""Node, two units, a console's own peer: four processes. The node is killed in mid-stream; nothing acknowledged may be missing."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.processes import Process, fengsui, free_port, start_node
from tests.waiting import deadline

BEFORE, WHILE_AWAY, AFTER = 40, 20, 20


def _unit(data: Path, token: str, name: str) -> Process:
    return Process("unit", "--data", str(data), "--join", token, "--name", name, "--kind", "rescue", "--report-lines", typed=True)


def _acknowledged(unit: Process) -> set[tuple[str, int, str]]:
    """(subject, seq, topic) of every event the unit was told is durable at its node."""
    return {(words[1], int(words[2]), words[3]) for words in (line.split() for line in unit.lines) if words[:1] == ["acknowledged"]}


def _held(data: Path) -> set[tuple[str, int, str]]:
    rows = [json.loads(line) for line in fengsui("journal", "export", "--data", str(data)).splitlines()]
    return {(row["subject"], row["seq"], row["topic"]) for row in rows}


def _digest(data: Path, *narrowed: str) -> str:
    digest = fengsui("journal", "digest", "--data", str(data), *narrowed).strip()
    assert len(digest) == 64, digest
    return digest


def test_a_node_killed_in_mid_stream_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    port = free_port()
    node_data, console_data = tmp_path / "node", tmp_path / "console"
    names = ("Mountain rescue", "Medical")
    unit_data = {name: tmp_path / name for name in names}
    node = start_node(node_data, port)
    with node:
        tokens = {name: fengsui("enrol", "--data", str(node_data), "--role", "unit", "--area", "652722").strip() for name in names}
        upstream = fengsui("enrol", "--data", str(node_data), "--role", "console", "--area", "6527").strip()
        with (
            Process("node", "--data", str(console_data), "--upstream", upstream, "--name", "Duty desk"),
            _unit(unit_data[names[0]], tokens[names[0]], names[0]) as first,
            _unit(unit_data[names[1]], tokens[names[1]], names[1]) as second,
        ):
            units = (first, second)
            for unit in units:
                unit.type(*(f"before {number}" for number in range(BEFORE)))
            for unit in units:  # some are acknowledged, the rest are on their way
                unit.wait_lines(BEFORE // 2, "acknowledged")
            node.kill()
            acknowledged_by_the_dead = set.union(*(_acknowledged(unit) for unit in units))
            assert acknowledged_by_the_dead
            assert acknowledged_by_the_dead <= _held(node_data)
            for unit in units:
                unit.type(*(f"while away {number}" for number in range(WHILE_AWAY)))
            with start_node(node_data, port):
                for unit in units:
                    unit.type(*(f"after {number}" for number in range(AFTER)))
                    unit.wait_lines(BEFORE + WHILE_AWAY + AFTER, "unit.report")
                assert set.union(*(_acknowledged(unit) for unit in units)) <= _held(node_data)
                for name in names:
                    assert _digest(node_data, "--origin", name) == _digest(unit_data[name], "--origin", name)
                deadline(lambda: _digest(console_data) == _digest(node_data), "the console holds what the node holds", timeout_s=30)
                for unit in units:
                    unit.end_input()
                    assert unit.finish() == 0
    for data in (node_data, console_data, *unit_data.values()):
        fengsui("journal", "verify", "--data", str(data))
