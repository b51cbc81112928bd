"""Who may not speak is told why, at both ends, by real commands; nothing of what it says is read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.commands.test_enrol import REFUSED, failing
from tests.e2e.processes import fengsui, fengsui_json, free_port, node, start_node

HOUR_MS = 3_600_000


def _enrol(data: Path, *words: str) -> str:
    return fengsui("enrol", "--data", str(data), "--area", "652701", *words).strip()


def _count(data: Path) -> str:
    return fengsui("journal", "count", "--data", str(data))


def _links(data: Path) -> list[dict[str, Any]]:
    listed = fengsui_json("peers", "--data", str(data))
    assert isinstance(listed, dict)
    links: list[dict[str, Any]] = listed["links"]
    return links


def _refusals(data: Path) -> dict[str, str]:
    """Code -> the reason shown with it, over the links of the node."""
    return {code: link["reason"] for link in _links(data) for code in link["refused"]}


def test_a_used_token_and_a_revoked_key(tmp_path: Path) -> None:
    data, unit = tmp_path / "node", str(tmp_path / "unit")
    with node(data):
        token = _enrol(data)
        fengsui("unit", "--data", unit, "--join", token, "--name", "one", "--report", "before")
        fengsui("peers", "revoke", "one", "--why", "radio lost", "--data", str(data))
        held = _count(data)
        code, said = failing("unit", "--data", str(tmp_path / "second"), "--join", token, "--name", "two", "--report", "stolen")
        assert (code, "token used by one" in said) == (REFUSED, True), said
        code, said = failing("unit", "--data", unit, "--report", "after")
        assert (code, "radio lost" in said) == (REFUSED, True), said
        assert _count(data) == held
        shown = _refusals(data)
    assert "token used by one" in shown["used"]
    assert "radio lost" in shown["revoked"]


def test_an_expired_token(tmp_path: Path) -> None:
    data, port = tmp_path / "node", free_port()
    with start_node(data, port):
        token = _enrol(data, "--valid", "1")
    with closing(sqlite3.connect(data / "journal.db")) as connection, connection:  # two hours pass
        connection.execute("UPDATE invite SET expires_ms = expires_ms - ?", (2 * HOUR_MS,))
    with start_node(data, port):
        held = _count(data)
        code, said = failing("unit", "--data", str(tmp_path / "late"), "--join", token, "--name", "late", "--report", "x")
        assert (code, "expired" in said) == (REFUSED, True), said
        assert _count(data) == held
        assert "expired" in _refusals(data)["expired"]


def test_a_key_that_is_not_enrolled(tmp_path: Path) -> None:
    data, unit, port = tmp_path / "node", str(tmp_path / "unit"), free_port()
    with start_node(data, port):
        fengsui("unit", "--data", unit, "--join", _enrol(data), "--name", "one", "--report", "before")
    for path in data.glob("journal.db*"):  # the node is the same by its keys and has enrolled nobody
        path.unlink()
    with start_node(data, port):
        held = _count(data)
        code, said = failing("unit", "--data", unit, "--report", "after")
        assert (code, "not enrolled" in said) == (REFUSED, True), said
        assert _count(data) == held
        assert "not enrolled" in _refusals(data)["unenrolled key"]
