"""How the way of painting is chosen, in processes of their own: it is read from the environment, once."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

ASK = """
import dataclasses, json, os
from console.views.map.graphics import choose_graphics
chosen = dataclasses.asdict(choose_graphics()); choose_graphics()
names = ("QT_QUICK_BACKEND", "QTWEBENGINE_CHROMIUM_FLAGS", "QTWEBENGINE_DISABLE_SANDBOX")
print(json.dumps([chosen, {name: os.environ.get(name) for name in names}]))
"""


def choose(**environment: str) -> tuple[dict[str, object], dict[str, str | None]]:
    ours = ("QT", "FENGSUI")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)} | environment
    done = subprocess.run([sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=True)
    chosen, told = json.loads(done.stdout)
    return chosen, told


def test_software_keeps_flags_already_given_and_adds_its_own_once() -> None:
    chosen, told = choose(FENGSUI_GRAPHICS="software", QTWEBENGINE_CHROMIUM_FLAGS="--lang=zh")
    assert chosen["path"] == "software"
    assert told["QT_QUICK_BACKEND"] == "software"
    assert told["QTWEBENGINE_CHROMIUM_FLAGS"] == "--lang=zh --disable-gpu"


def test_gpu_leaves_all_to_chromium() -> None:
    chosen, told = choose(FENGSUI_GRAPHICS="gpu")
    assert chosen["path"] == "gpu"
    assert told["QT_QUICK_BACKEND"] is None
    assert told["QTWEBENGINE_CHROMIUM_FLAGS"] is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system's own drawing is used")
def test_without_a_screen_it_is_software() -> None:
    assert choose(QT_QPA_PLATFORM="offscreen")[0]["path"] == "software"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no root here")
def test_only_root_goes_without_a_sandbox() -> None:
    chosen, told = choose()
    assert (told["QTWEBENGINE_DISABLE_SANDBOX"] == "1") is (os.geteuid() == 0)
    assert chosen["sandbox"] is (os.geteuid() != 0)
