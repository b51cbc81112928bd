"""`opened DATA WHAT ...`: `tests.benchmarks.window`, begun as `fengsui window` is: peer, Chromium, the window's modules."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from console.models.paths import DataDir
from console.views.window.opening import Opening
from console.views.window.starting import start


def main(data: str, what: str, *numbers: str) -> None:
    opening = Opening(DataDir(Path(data)))
    started = start(opening)
    import_module("tests.benchmarks.window").main(started, opening, what, *numbers)


if __name__ == "__main__":
    main(*sys.argv[1:])
