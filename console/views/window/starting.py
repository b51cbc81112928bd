"""What a start begins with, so that the window is there soonest: the peer and Chromium come up while the window's modules are loaded.

Nothing that takes long is imported before the peer is under way.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, NamedTuple

from console.views.window.opening import Opening
from console.views.window.peer_process import begin, own_peer

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from console.views.map.web import MapWeb
    from console.views.window.peer_link import PeerProcess


class Started(NamedTuple):
    """`web`: the map's page, on its way."""

    app: QApplication
    process: PeerProcess
    web: MapWeb


def start(opening: Opening) -> Started:
    """Until `hurried`, Python does not look for garbage: all that is made now stays."""
    process = own_peer(opening)
    begin(opening, process)
    gc.disable()

    from console.views.map.web import MapWeb
    from console.views.window.qt import qt_application

    _read_no_sources()
    return Started(qt_application(), process, MapWeb.begun())


def hurried() -> None:
    """The window is there."""
    gc.enable()


def _read_no_sources() -> None:
    """PySide reads the source of every module that is loaded after it, in case it uses `snake_case` or `true_property`; nothing here does, and
    it is a quarter of the time that the modules take. Where PySide has no such function any more, it stays as it is."""
    feature = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda _module: True  # type: ignore[union-attr]
