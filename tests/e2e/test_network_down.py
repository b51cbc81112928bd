"""The map with every network interface down, the loopback too: in a network namespace of its own, where nothing can be reached."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from console.models.paths import resources_dir
from tests.commands.test_shot import colours
from tests.e2e.processes import CHECKOUT
from tests.views.window.sample_journal import data_with_history

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="a network namespace needs root on Linux"),
    pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare (util-linux)"),
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb"),
    pytest.mark.skipif(not (resources_dir() / "map/bundle/page.html").is_file(), reason="the map bundle has not been built"),
]


def test_the_map_is_painted_with_every_interface_down(tmp_path: Path) -> None:
    data, out = data_with_history(tmp_path / "data").root, tmp_path / "map.png"
    picture = [sys.executable, "-m", "console", "shot", "--data", str(data), "--view", "map", "--out", str(out), "--size", "1000x700"]
    words = ["unshare", "-n", "sh", "-c", 'ip -o link show up 2>/dev/null | grep -q . && exit 9; exec "$@"', "sh", *picture]
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden} | {"QTWEBENGINE_DISABLE_SANDBOX": "1"}
    ended = subprocess.run(words, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    if "unshare failed" in ended.stderr:
        pytest.skip("this machine does not let a network namespace be made")
    assert ended.returncode == 0, ended.stderr
    size, rows = colours(out)
    assert size == (1000, 700)
    assert rows > 150  # a blank or failed page has a few
