"""The last window knows that it is the last, also after another died."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from console.views.window.windows_open import WindowsOpen

WAITING = "import sys; sys.stdin.read()"


def test_the_only_window_is_the_last(tmp_path: Path) -> None:
    windows = WindowsOpen(tmp_path)
    windows.enter()
    assert windows.leave()


def test_another_living_window_counts_and_a_dead_one_does_not(tmp_path: Path) -> None:
    windows = WindowsOpen(tmp_path)
    windows.enter()
    with subprocess.Popen([sys.executable, "-c", WAITING], stdin=subprocess.PIPE) as other:
        (tmp_path / "windows" / str(other.pid)).touch()
        assert not windows.leave()
        other.communicate()
    windows.enter()
    assert windows.leave()
    assert list((tmp_path / "windows").iterdir()) == []
