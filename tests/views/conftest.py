"""Real windows under a virtual display: nothing may be left behind, no text be half translated."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from console.views import i18n


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Tests read English texts unless they choose a language."""
    before = i18n.language()
    i18n.use_language(i18n.ENGLISH)
    yield
    i18n.use_language(before)


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """Fails on threads left running and windows left open."""
    threads = set(threading.enumerate())
    yield
    app = QApplication.instance()
    if app is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()] == []
    left = [thread for thread in threading.enumerate() if thread not in threads and thread.is_alive() and not thread.daemon]
    assert left == []
