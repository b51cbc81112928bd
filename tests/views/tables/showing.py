"""Shows a panel in a real window and puts the sample exercise behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pytestqt.qtbot import QtBot

from console.views.context import Context
from console.views.tables.panel import Panel
from tests.views.tables import sample
from tests.views.tables.desk import Desk

P = TypeVar("P", bound=Panel)


@contextmanager
def shown(qtbot: QtBot, folder: Path, make: Callable[[Context], P], *, empty: bool = False) -> Iterator[tuple[Desk, P]]:
    """(desk, panel), the panel exposed at the size it has in a window of 1366 x 768."""
    desk = Desk(folder)
    if not empty:
        sample.fill(desk)
    panel = make(desk.context)
    qtbot.addWidget(panel)
    panel.resize(980, 420)
    with qtbot.waitExposed(panel):
        panel.show()
    yield desk, panel
    panel.close()
    desk.close()
