"""`fengsui peers`: list, revoke; and what a revoked unit is told."""

from __future__ import annotations

from pathlib import Path

from tests.commands.test_enrol import REFUSED, USAGE, failing
from tests.e2e.processes import fengsui, fengsui_json, node


def test_a_revoked_unit_is_told_why(tmp_path: Path) -> None:
    data = str(tmp_path / "node")
    with node(tmp_path / "node"):
        token = fengsui("enrol", "--data", data, "--area", "652701").strip()
        fengsui("unit", "--data", str(tmp_path / "u"), "--join", token, "--name", "one", "--report", "1")
        assert "one" in fengsui("peers", "--data", data)
        assert fengsui("peers", "revoke", "one", "--why", "radio lost", "--data", data).startswith("revoked one ")
        code, said = failing("unit", "--data", str(tmp_path / "u"), "--report", "2")
        assert (code, "radio lost" in said) == (REFUSED, True)
        assert "refused: revoked" in fengsui("peers", "--data", data)
        assert failing("peers", "revoke", "one", "--why", "again", "--data", data)[0] == REFUSED
    listed = fengsui_json("peers", "--data", data)
    assert isinstance(listed, dict)
    assert [(peer["name"], peer["revoked"]) for peer in listed["peers"]] == [("one", True)]
    assert listed["links"] is None


def test_revoking_while_the_node_is_down(tmp_path: Path) -> None:
    data = str(tmp_path / "node")
    with node(tmp_path / "node"):
        token = fengsui("enrol", "--data", data, "--area", "652701").strip()
        fengsui("unit", "--data", str(tmp_path / "u"), "--join", token, "--name", "one", "--report", "1")
    fengsui("peers", "revoke", "one", "--why", "radio lost", "--data", data)
    assert "revoked one" in fengsui("peers", "--data", data)
    assert failing("peers", "revoke", "nobody", "--why", "x", "--data", data)[0] == USAGE
    assert failing("peers", "revoke", "one", "--data", data)[0] == USAGE
    assert failing("peers", "list", "one", "--data", data)[0] == USAGE
