"""`fengsui window`: its options, and what it says where there is no display."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.cli import main

ROOT = Path(__file__).parents[2]


def without_display(*words: str) -> subprocess.CompletedProcess[str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run([sys.executable, "-m", "console", *words], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
@pytest.mark.parametrize("words", [("window",), (), ("--example",)])
def test_without_a_display_it_says_so_and_offers_a_picture(words: tuple[str, ...], tmp_path: Path) -> None:
    ended = without_display(*words, "--data", str(tmp_path))
    assert ended.returncode == 3
    assert "no display" in ended.stderr
    assert "make demo-shot" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--speed", "0"], "from 1 to 100"),
        (["--speed", "fast"], "from 1 to 100"),
        (["--size", "wide"], "1600x900"),
        (["--size", "100x100"], "320x240"),
        (["--lang", "tlh"], "zh_CN"),
        (["--theme", "pink"], "night"),
    ],
)
def test_bad_options_are_refused_with_the_remedy(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["window", *words])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["window", "--help"])
    text = capsys.readouterr().out
    assert all(option in text for option in ("--data", "--example", "--speed", "--lang", "--theme", "--size"))
