"""`fengsui enrol` and the way from its token to a report at the node, with real processes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.processes import CHECKOUT, Process, fengsui, fengsui_json, free_port, node

REFUSED, USAGE, ENVIRONMENT = 4, 2, 3


def failing(*words: str) -> tuple[int, str]:
    """Exit code and what was said of a command that does not succeed; nothing may be on standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "console", *words], capture_output=True, text=True, encoding="utf-8", cwd=CHECKOUT, timeout=60, check=False
    )
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_a_token_is_used_once_and_both_ends_say_so(tmp_path: Path) -> None:
    with node(tmp_path / "node"):
        token = fengsui("enrol", "--data", str(tmp_path / "node"), "--role", "unit", "--area", "652701").strip()
        assert len(token.splitlines()) == 1
        out = fengsui("unit", "--data", str(tmp_path / "u"), "--join", token, "--name", "救援一队", "--report", "到达现场")
        assert [line.split()[2:] for line in out.splitlines()] == [
            ["1", "652701/report", "unit.registered"],
            ["2", "652701/report", "unit.report"],
        ]
        code, said = failing("unit", "--data", str(tmp_path / "v"), "--join", token, "--name", "second", "--report", "x")
        assert code == REFUSED
        assert "token used by 救援一队 at " in said
        listed = fengsui_json("peers", "--data", str(tmp_path / "node"))
        assert isinstance(listed, dict)
        assert [peer["name"] for peer in listed["peers"]] == ["救援一队"]
        assert any(link["refused"] == {"used": 1} for link in listed["links"])
        assert fengsui("journal", "digest", "--data", str(tmp_path / "node"), "--origin", "救援一队") == fengsui(
            "journal", "digest", "--data", str(tmp_path / "u"), "--origin", "救援一队"
        )


def test_later_starts_need_no_token(tmp_path: Path) -> None:
    with node(tmp_path / "node"):
        token = fengsui("enrol", "--data", str(tmp_path / "node"), "--area", "652701").strip()
        fengsui("unit", "--data", str(tmp_path / "u"), "--join", token, "--name", "one", "--report", "1")
        out = fengsui("unit", "--data", str(tmp_path / "u"), "--status", "onscene", "--lon", "82.5", "--lat", "44.5", "--json")
        said = [json.loads(line) for line in out.splitlines()]
        assert {(event["kind"], event["seq"]) for event in said} == {("unit.position", 1), ("unit.status", 3)}


def test_a_token_can_be_made_while_the_node_is_down(tmp_path: Path) -> None:
    port = free_port()
    with node(tmp_path / "node", port=port):
        pass
    token = fengsui_json("enrol", "--data", str(tmp_path / "node"), "--role", "unit", "--area", "652701", "--valid", "1")
    assert isinstance(token, dict)
    with node(tmp_path / "node", port=port):
        fengsui("unit", "--data", str(tmp_path / "u"), "--join", token["token"], "--name", "one", "--report", "1")


@pytest.mark.parametrize(
    ("words", "code", "said"), [(["--area", "110000"], REFUSED, "not within"), (["--role", "king"], USAGE, "invalid choice")]
)
def test_what_a_node_may_not_give_is_said(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    with node(tmp_path / "node"):
        got, text = failing("enrol", "--data", str(tmp_path / "node"), *words)
    assert (got, said in text) == (code, True)


def test_without_a_peer_there_is_nothing_to_enrol_with(tmp_path: Path) -> None:
    code, said = failing("enrol", "--data", str(tmp_path / "nothing"))
    assert code == ENVIRONMENT
    assert str(tmp_path / "nothing") in said
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--report", "x"], USAGE, "not enrolled"),
        (["--join", "nonsense", "--name", "n"], REFUSED, "not a token"),
        (["--lon", "82"], USAGE, "--lat"),
        (["--lon", "200", "--lat", "1"], USAGE, "no position"),
        (["--track", "/no/such.gpx"], ENVIRONMENT, "/no/such.gpx"),
    ],
)
def test_a_unit_that_cannot_begin_says_why(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    got, text = failing("unit", "--data", str(tmp_path / "u"), *words)
    assert (got, said in text) == (code, True), text


def test_a_unit_stays_until_it_is_interrupted(tmp_path: Path) -> None:
    with node(tmp_path / "node"):
        token = fengsui("enrol", "--data", str(tmp_path / "node"), "--area", "652701").strip()
        with Process("unit", "--data", str(tmp_path / "u"), "--join", token, "--name", "one") as unit:
            unit.wait_lines(1, "unit.registered")
            unit.popen.send_signal(signal.SIGINT)
            assert unit.finish() == 130
        listed = fengsui_json("peers", "--data", str(tmp_path / "node"))
    assert isinstance(listed, dict)
    assert [(link["state"], link["reason"]) for link in listed["links"] if link["name"] == "one"] == [("gone", "it was stopped")]
