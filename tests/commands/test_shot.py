"""`fengsui shot`: real pictures from a real journal, in a display of its own."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from console.cli import main
from tests.views.window.sample_journal import data_with_history

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb")


def shot(*words: str) -> subprocess.CompletedProcess[str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    return subprocess.run(
        [sys.executable, "-m", "console", "shot", *words], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=100
    )


def colours(path: Path) -> tuple[tuple[int, int], int]:
    """((width, height), number of different rows of pixels) of an 8 bit PNG: a blank picture has one kind of row."""
    data = path.read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    body, place = b"", 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        if data[place + 4 : place + 8] == b"IDAT":
            body += data[place + 8 : place + 8 + length]
        place += length + 12
    raw = zlib.decompress(body)
    stride = len(raw) // height
    return (width, height), len({raw[row * stride : (row + 1) * stride] for row in range(height)})


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return data_with_history(tmp_path_factory.mktemp("shot") / "data").root


def test_the_whole_window_is_rendered_without_a_display(journal: Path, tmp_path: Path) -> None:
    before = {path.name for path in journal.iterdir()}
    out = tmp_path / "window.png"
    ended = shot("--data", str(journal), "--out", str(out), "--size", "1366x768", "--at", "2014-07-04T16:20:00", "--lang", "zh_CN")
    assert ended.returncode == 0, ended.stderr
    size, rows = colours(out)
    assert size == (1366, 768)
    assert rows > 300
    assert {path.name for path in journal.iterdir()} - before <= {"journal.db-wal", "journal.db-shm"}


def test_an_empty_directory_is_refused_and_left_empty(tmp_path: Path) -> None:
    ended = shot("--data", str(tmp_path), "--out", str(tmp_path / "x.png"))
    assert ended.returncode == 2
    assert "no journal" in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "x.pdf"], ".png"),
        (["--out", "x.png", "--view", "sky"], "map"),
        (["--out", "x.png", "--example-after", "-1"], "0 to 3600"),
        ([], "--out"),
    ],
)
def test_bad_options_are_refused_with_the_remedy(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["shot", *words])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_time_that_is_none_is_refused(journal: Path, tmp_path: Path) -> None:
    ended = shot("--data", str(journal), "--out", str(tmp_path / "x.png"), "--at", "yesterday")
    assert ended.returncode == 3
    assert "2014-07-04T16:30:00" in ended.stderr
