"""`fengsui unit --track`: a recorded track as a live unit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from console.models.paths import DataDir
from tests.e2e.processes import fengsui, fengsui_json, node

GPX = """<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>a</name><trkseg>
{points}</trkseg></trk><trk><name>b</name><trkseg><trkpt lat="1" lon="1"><time>2024-05-01T08:00:00Z</time></trkpt></trkseg></trk></gpx>"""


def _track(path: Path, points: int) -> Path:
    lines = (f'<trkpt lat="44.{n:02}" lon="82.{n:02}"><time>2024-05-01T08:00:{n:02}Z</time></trkpt>\n' for n in range(points))
    path.write_text(GPX.format(points="".join(lines)), encoding="utf-8")
    return path


def test_a_track_is_played_at_its_speed_and_acknowledged(tmp_path: Path) -> None:
    track = _track(tmp_path / "a.gpx", 20)
    with node(tmp_path / "node"):
        token = fengsui("enrol", "--data", str(tmp_path / "node"), "--area", "652701").strip()
        words = ("--join", token, "--name", "one", "--kind", "rescue", "--track", str(track), "--speed", "50")
        out = fengsui("unit", "--data", str(tmp_path / "u"), *words, "--report", "first", "--report", "second")
    assert len([line for line in out.splitlines() if line.endswith("unit.position")]) == 20
    counts = fengsui_json("journal", "count", "--data", str(tmp_path / "node"), "--origin", "one")
    assert counts == {"events": 23, "streams": 2, "command": 0, "report": 3, "telemetry": 20}


def test_a_call_for_help_and_a_road_cut_reach_the_node_and_end(tmp_path: Path) -> None:
    with node(tmp_path / "node"):
        token = fengsui("enrol", "--data", str(tmp_path / "node"), "--area", "652701").strip()
        data = ("unit", "--data", str(tmp_path / "u"))
        here = ("--lon", "82.91", "--lat", "44.33", "--report", "两人被困")
        calls = ("--call-help", "trapped", "--people", "2", "--road-closed", "X782", "--reason", "debris", "--took-note", "a@b,w1")
        out = fengsui(*data, "--join", token, "--name", "one", *here, *calls)
        kinds = [line.split()[-1] for line in out.splitlines()]
        assert {"unit.help", "road.closed", "warning.acknowledged"} <= set(kinds)
        held = state(tmp_path / "node")
        assert held("SELECT help, help_people, help_lon, help_text FROM unit") == [("trapped", 2, 82.91, "两人被困")]
        assert held("SELECT name, reason, status, lon, since_ms > 0 FROM road") == [("X782", "debris", "closed", 82.91, 1)]
        assert [row[0].split(" ")[0] for row in held("SELECT id FROM receipt")] == ["a@b,w1"]
        fengsui(*data, "--helped", "获救", "--road-opened", "X782")
        assert held("SELECT help FROM unit") == [("",)]
        assert held("SELECT status FROM road") == [("open",)]


def test_a_road_that_was_never_reported_cut_is_not_opened(tmp_path: Path) -> None:
    with node(tmp_path / "node"):
        token = fengsui("enrol", "--data", str(tmp_path / "node"), "--area", "652701").strip()
        fengsui("unit", "--data", str(tmp_path / "u"), "--join", token, "--name", "one", "--road-opened", "X1", code=2)


def state(data: Path) -> Callable[[str], list[tuple[Any, ...]]]:
    """What a query of the node's journal answers."""

    def ask(query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"{DataDir(data).journal.as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()

    return ask
