"""Windows are real, under a virtual display; a test closes those it opens. Qt-free tests here run where Qt is absent."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from console.views import i18n


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """pytest-qt makes the application of this class, after what must come before it (the map's scheme)."""
    from PySide6.QtWidgets import QApplication

    from console.views.window.qt import prepare_qt

    prepare_qt()
    return QApplication


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Tests read English texts unless they choose a language."""
    before = i18n.language()
    i18n.use_language(i18n.ENGLISH)
    yield
    i18n.use_language(before)


@pytest.fixture(autouse=True)
def _no_window_left() -> Iterator[None]:
    yield
    if "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()] == []
