"""A context of fake parts around a real database, and a real map panel in a real window."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import peewee as pw
import pytest
from PySide6.QtCore import QTimer

os.environ.setdefault("FENGSUI_GRAPHICS", "software")

from console.models.state.tables import LOG_TABLES, STATE_TABLES
from console.views.map.graphics import choose_graphics
from console.views.map.scheme import register_scheme

choose_graphics()
register_scheme()

from console.views.context import Context, News, Selection  # noqa: E402

NOW_MS = 1_404_460_800_000


class Clock:
    """The window's time, set by hand."""

    def __init__(self) -> None:
        self.ms = NOW_MS
        self.live = True

    def now_ms(self) -> int:
        return self.ms


class Reader:
    """Reads at once, answers when the event loop turns; a newer read of a tag replaces the older."""

    def __init__(self, database: pw.SqliteDatabase) -> None:
        self.database = database
        self._tickets: dict[str, int] = {}

    def run(self, tag: str, work: Callable[[pw.SqliteDatabase], Any], done: Callable[[Any], None]) -> None:
        ticket = self._tickets[tag] = self._tickets.get(tag, 0) + 1

        def deliver() -> None:
            if self._tickets[tag] == ticket:
                done(work(self.database))

        QTimer.singleShot(0, deliver)


class Silent:
    def write(self, *_: object) -> None:
        raise AssertionError("the map writes nothing")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[pw.SqliteDatabase]:
    held = pw.SqliteDatabase(str(tmp_path / "state.db"))
    tables = [*STATE_TABLES, *LOG_TABLES]
    with held.bind_ctx(tables):
        held.create_tables(tables)
        yield held
    held.close()


@pytest.fixture
def context(database: pw.SqliteDatabase, qtbot: Any) -> Context:
    assert qtbot is not None
    return Context(Reader(database), Silent(), Clock(), Selection(), News(), lambda: "test")


@pytest.fixture
def make_panel(qtbot: Any, context: Context) -> Callable[[], Any]:
    from console.views.map.panel import MapPanel

    def make() -> Any:
        panel = MapPanel(context)
        panel.resize(1000, 700)
        qtbot.addWidget(panel)
        with qtbot.waitSignal(panel.ready, timeout=20_000):
            panel.show()
        qtbot.waitUntil(lambda: panel.channel.painted.seq > 0, timeout=10_000)
        return panel

    return make
