"""A context of fake parts around a real database, and a real map panel in a real window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import peewee as pw
import pytest

from console.models.state.tables import LOG_TABLES, STATE_TABLES


@pytest.fixture
def database(tmp_path: Path) -> Iterator[pw.SqliteDatabase]:
    held = pw.SqliteDatabase(str(tmp_path / "state.db"))
    tables = [*STATE_TABLES, *LOG_TABLES]
    with held.bind_ctx(tables):
        held.create_tables(tables)
        yield held
    held.close()


@pytest.fixture
def context(database: pw.SqliteDatabase, qtbot: Any) -> Any:
    from console.views.context import Context, News, Selection
    from tests.views.map.parts import Clock, Reader, Silent

    assert qtbot is not None
    return Context(Reader(database), Silent(), Clock(), Selection(), News(), lambda: "test")


@pytest.fixture
def make_panel(qtbot: Any, context: Any) -> Callable[[], Any]:
    from console.views.map.panel import MapPanel

    def make(*, finding: bool = False) -> Any:
        """Looking at one place; `finding`: where the map goes by itself."""
        panel = MapPanel(context)
        panel.resize(1000, 700)
        qtbot.addWidget(panel)
        with qtbot.waitSignal(panel.ready, timeout=20_000):
            panel.show()
        qtbot.waitUntil(lambda: panel.channel.painted.seq > 0, timeout=10_000)
        if not finding:
            panel.restore_state('{"centre": [82.5, 44.6, 8]}')
            qtbot.waitUntil(lambda: panel.settled, timeout=10_000)
        return panel

    return make
