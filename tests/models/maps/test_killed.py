"""kill -9 of a child that reads an office's file: the operator is told, what was there stays as it was, nothing is left behind."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from console.errors import Fault
from console.models.maps.overlay import warden
from console.models.roads import taking
from tests.waiting import deadline

Read = Callable[[Path, Path], None]


def overlay(path: Path, to: Path) -> None:
    warden.take_in(path, to)


def roads(path: Path, to: Path) -> None:
    taking.take_in(path, to, 7, threading.Event())


def many_lines(path: Path) -> Path:
    """Roads that both readers take."""
    lines = [[[82 + at * 1e-5, 44.0], [82 + at * 1e-5, 44.1]] for at in range(2_000)]
    features = [
        {"type": "Feature", "properties": {"highway": "primary"}, "geometry": {"type": "LineString", "coordinates": line}} for line in lines
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


@pytest.mark.parametrize(("read", "module"), [(overlay, "console.models.maps.overlay.child"), (roads, "console.models.roads.child")])
def test_a_killed_reader_changes_nothing_and_is_told(tmp_path: Path, read: Read, module: str) -> None:
    path, to = many_lines(tmp_path / "县道.geojson"), tmp_path / "laid"
    to.write_bytes(b"what was there")
    faults: list[str] = []

    def reading() -> None:
        try:
            read(path, to)
        except Fault as fault:
            faults.append(str(fault))

    def reader() -> psutil.Process | None:
        return next((child for child in psutil.Process().children() if module in child.cmdline()), None)

    def at_work() -> psutil.Process | None:
        """It has opened the file, or is about to: its libraries are loaded."""
        child = reader()
        return child if child is not None and child.cpu_times().user > 0.2 else None

    thread = threading.Thread(target=reading)
    thread.start()
    child = deadline(at_work, "it reads", 20)
    assert child is not None
    child.kill()
    thread.join(20)
    assert faults == [f"{path}: its reader was killed, perhaps because this machine ran out of memory. Close other programs and try again."]
    assert to.read_bytes() == b"what was there"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["laid", "县道.geojson"]
    read(path, to)
    assert to.read_bytes() != b"what was there", "and again it is read"
