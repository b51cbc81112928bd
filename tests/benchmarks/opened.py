"""`opened DATA WHAT ...`: `tests.benchmarks.window`, begun as `fengsui window` is: peer, Chromium, the window's modules."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from console.models.paths import DataDir
from console.views.window.opening import Opening
from console.views.window.peer_process import begin, own_peer


def main(data: str, what: str, *numbers: str) -> None:
    opening = Opening(DataDir(Path(data)))
    process = own_peer(opening)
    begin(opening, process)

    from console.views.map.web import MapWeb
    from console.views.window.qt import qt_application

    app = qt_application()
    web = MapWeb.begun()
    import_module("tests.benchmarks.window").main(app, opening, process, web, what, *numbers)


if __name__ == "__main__":
    main(*sys.argv[1:])
