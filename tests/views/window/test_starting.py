"""What a start does not pay for."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"pyproj", "shapely", "pyqtgraph", "lxml", "openpyxl", "pypinyin", "rustworkx", "folium", "asyncio", "ssl", "zeroconf"}
LATER = {"console.views.monitoring.panel", "console.views.video.panel", "console.views.routes.panel", "console.views.incidents.panel"}


def loaded(words: str) -> set[str]:
    """The modules of a fresh process after `words`."""
    code = f"import sys\n{words}\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize(
    ("words", "not_yet"),
    [
        ("import console.app", HEAVY | LATER),
        ("import console.views.window.starting", HEAVY | {"PySide6", "numpy", "peewee"}),
        ("import console.commands.node\nfrom console.comms.peer import Peer", HEAVY | {"PySide6", "numpy"}),
    ],
)
def test_what_is_needed_later_is_not_loaded_before_the_window_and_its_peer_are_up(words: str, not_yet: set[str]) -> None:
    assert loaded(words) & not_yet == set()


def test_pyside_still_reads_sources_by_the_function_that_is_put_aside() -> None:
    """Else a start takes a quarter longer than it could: see what PySide does now."""
    import PySide6.QtCore  # noqa: F401

    assert callable(sys.modules["shibokensupport.feature"]._mod_uses_pyside)
