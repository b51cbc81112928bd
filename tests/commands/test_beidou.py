"""`fengsui beidou`: what it says of a running peer's terminal, and the table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.processes import fengsui, fengsui_json, node


def test_the_table_needs_no_peer() -> None:
    assert "| `unit.help` | with a place, in few words |" in fengsui("beidou", "table")
    rows = json.loads(fengsui("beidou", "table", "--json"))
    assert {row["messages"] for row in rows if row["kind"] == "unit.help"} == {1}


@pytest.mark.slow
def test_a_port_is_chosen_shown_remembered_and_left(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / "node"))
    with node(tmp_path / "node"):
        assert "no satellite terminal is used" in fengsui("beidou", *data)
        fengsui("beidou", "send", *data, code=4)
        fengsui("beidou", "port", *data, code=2)
        assert f"{tmp_path}/none: " in fengsui("beidou", "port", f"{tmp_path}/none", *data)
    with node(tmp_path / "node"):
        told = fengsui_json("beidou", *data)
        assert isinstance(told, dict)
        assert told["port"] == f"{tmp_path}/none"
        fengsui("beidou", "port", "off", *data)
        assert "no satellite terminal is used" in fengsui("beidou", *data)
