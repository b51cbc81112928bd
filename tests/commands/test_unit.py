"""`fengsui unit --track`: a recorded track as a live unit."""

from __future__ import annotations

from pathlib import Path

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
