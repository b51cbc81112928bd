"""`fengsui play` through a real node: sockets, keys and journals are real; only the files are ours."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.cli import main
from console.commands.play import _camera, _offset
from console.comms.peer import Peer
from console.models.paths import DataDir
from tests.waiting import deadline

ROOT = Path(__file__).resolve().parents[2]

GPX = """<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="1" lon="2"/><trk><name>巡逻组</name><trkseg>
<trkpt lat="44.60" lon="82.89"><time>2024-05-01T08:00:00Z</time></trkpt>
<trkpt lat="44.61" lon="82.89"><time>2024-05-01T08:10:00Z</time></trkpt>
<trkpt lat="144.61" lon="82.89"><time>2024-05-01T08:10:00Z</time></trkpt>
</trkseg></trk></gpx>"""

STORY = """
[scenario]
format = 1
title = "演练"
exercise = true
area = "652722"
duration = "+00:10:00"
[[peer]]
id = "desk"
role = "console"
name = "值班台"
[[peer]]
id = "hills"
role = "unit"
name = "山地队"
[[unit]]
id = "team"
peer = "hills"
kind = "rescue"
name = "一组"
position = [82.0, 44.0]
idle_s = 60
[[incident]]
id = "slide"
peer = "desk"
at = "+00:01:00"
title = "滑坡"
[[event]]
at = "+00:02:00"
kind = "task.assigned"
subject = "go"
peer = "desk"
body = { unit = "team", incident = "slide", text = "出发" }
[[event]]
at = "+00:05:00"
kind = "task.answered"
subject = "go"
body = { unit = "team", incident = "slide", state = "done" }
[[cut]]
at = "+00:04:00"
for_s = 180
peer = "hills"
"""


class Node:
    """A running node and what its journal holds."""

    def __init__(self, root: Path) -> None:
        self._data = DataDir(root)
        self.peer = Peer(self._data, listen=["tcp://127.0.0.1:0"], name="node", area="65")
        self.peer.start()

    def token(self, role: str = "gateway", area: str = "6527") -> str:
        return self.peer.invite(role, area).result(10)

    def select(self, query: str) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(f"file:{self._data.journal}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    node = Node(tmp_path / "node")
    yield node
    node.peer.stop()


@pytest.fixture
def gpx(tmp_path: Path) -> Path:
    path = tmp_path / "巡逻.gpx"
    path.write_text(GPX, encoding="utf-8")
    return path


def test_a_track_becomes_a_unit_of_the_node(node: Node, gpx: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", str(gpx), "--join", node.token(), "--speed", "600", "--area", "652722", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["kinds"] == {"unit.position": 2, "unit.registered": 1}
    assert summary["reasons"] == {"waypoint": 1, "point without a valid position": 1}
    ((subject, name, area, lat, valid_s),) = node.select("SELECT id, name, area, lat, valid_s FROM unit")
    assert str(subject).endswith(":track-1")
    assert (name, area, lat, valid_s) == ("巡逻组", "652722", 44.61, 15)


def test_the_summary_for_a_person_lists_what_was_not_used(node: Node, gpx: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", str(gpx), "--join", node.token(), "--speed", "6000"]) == 0
    out = capsys.readouterr().out
    assert "1 units, 3 events" in out
    assert "not used: 2" in out
    assert "line 4: point without a valid position (lat=144.61 lon=82.89)" in out


def test_a_scenario_of_two_peers_a_cut_link_and_what_it_held_back(node: Node, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "story.toml"
    path.write_text(STORY, encoding="utf-8")
    tokens = ("--join", node.token("console"), "--join", node.token("unit"))
    assert main(["play", str(path), *tokens, "--speed", "120", "--data", str(tmp_path / "players")]) == 0
    assert "cutting the link of hills for 2 s" in capsys.readouterr().err
    ((task, state, unit),) = node.select("SELECT id, state, unit FROM task")
    ((team,),) = node.select("SELECT id FROM unit")
    assert (state, unit) == ("done", team)
    assert str(task).partition(":")[0] != str(team).partition(":")[0], "the desk gives the order, the party answers it"
    ((title, exercise),) = node.select("SELECT title, exercise FROM incident")
    assert (title, exercise) == ("滑坡", 1)
    ((positions,),) = node.select("SELECT count(*) FROM event WHERE kind = 'unit.position'")
    assert positions == 10, "what was said while the link was cut came afterwards"
    assert sorted(directory.name for directory in (tmp_path / "players").iterdir()) == ["desk", "hills"]


def test_one_console_token_serves_a_whole_scenario(node: Node, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "story.toml"
    path.write_text(STORY, encoding="utf-8")
    assert main(["play", str(path), "--join", node.token("console"), "--speed", "1200"]) == 0
    assert "the cut of hills is left out" in capsys.readouterr().err
    assert node.select("SELECT state FROM task") == [("done",)]


def test_a_token_that_may_not_give_orders_is_not_spent(node: Node, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "story.toml"
    path.write_text(STORY, encoding="utf-8")
    assert main(["play", str(path), "--join", node.token("unit")]) == 2
    assert "peer 'desk' gives orders, which a unit may not" in capsys.readouterr().err
    assert node.select("SELECT used_by FROM invite") == [("",)]


def test_a_used_token_is_refused(node: Node, gpx: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token = node.token()
    assert main(["play", str(gpx), "--join", token, "--speed", "6000"]) == 0
    assert main(["play", str(gpx), "--join", token, "--speed", "6000"]) == 4
    assert "fengsui: " in capsys.readouterr().err


def test_an_area_that_is_not_the_tokens_is_refused(node: Node, gpx: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", str(gpx), "--join", node.token(), "--area", "654004"]) == 2
    assert "--area 654004 is outside area 6527" in capsys.readouterr().err


def test_a_story_of_another_area_is_refused_at_once(node: Node, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "story.toml"
    path.write_text(STORY.replace("652722", "654004"), encoding="utf-8")
    assert main(["play", str(path), "--join", node.token("console")]) == 3
    assert "654004" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "code", "says"),
    [
        ("absent.gpx", None, 2, "cannot be read"),
        ("empty.gpx", b"", 3, "the file is empty"),
        ("notes.txt", b"hello", 2, "neither GPX, AIS"),
        ("way.gpx", b"<gpx><wpt lat='1' lon='2'><name>x</name></wpt></gpx>", 3, "nothing in it to play; not used: 1 waypoint"),
    ],
)
def test_files_that_cannot_be_played_say_so(
    node: Node, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes | None, code: int, says: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert main(["play", str(path), "--join", node.token()]) == code
    assert says in capsys.readouterr().err


def test_what_is_no_token_is_refused_before_anything_starts(gpx: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", str(gpx), "--join", "nonsense"]) == 4
    assert "not a token" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C of another process is another matter on Windows")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_play_leaves_nothing_behind(node: Node, gpx: Path, tmp_path: Path, number: signal.Signals) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "console", "play", str(gpx), "--join", node.token(), "--loop"]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | {"TMPDIR": str(scratch)}, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "events" in process.stderr.readline()
        deadline(lambda: node.select("SELECT id FROM unit"), "the unit at the node")
        process.send_signal(number)
        rest = process.stderr.read()
        assert process.wait(20) == 130
    assert "Traceback" not in rest
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("01:30", 90), ("+01:00:00", 3600), ("0.5", 0.5)])
def test_offsets(text: str, seconds: float) -> None:
    assert _offset(text) == seconds


@pytest.mark.parametrize("text", ["", "1:2:3:4", "-5", "x", "inf", "nan"])
def test_offsets_that_are_none(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not"):
        _offset(text)


@pytest.mark.parametrize("text", ["cam", "=http://a/b", "cam=", "cam=http://user:secret@a/b", "cam=http://a/b?token=x", "cam=ftp://a/b"])
def test_an_address_of_a_camera_that_is_none_or_holds_a_secret_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as refused:
        _camera(text)
    assert "secret" not in str(refused.value).replace("without user and password", "")


def test_an_address_of_a_camera_is_taken() -> None:
    assert _camera("cam-1=http://127.0.0.1:80/a.mjpg") == ("cam-1", "http://127.0.0.1:80/a.mjpg")
