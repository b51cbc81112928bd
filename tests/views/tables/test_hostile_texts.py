"""Names and words come from other machines: whatever is in them is shown as it is, and never taken for markup."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from console.models.kinds import LogEntered
from console.models.state import tables
from console.views.context import Thing
from console.views.incidents.panel import IncidentsPanel
from console.views.tables.panel import Panel
from console.views.units.panel import UnitsPanel
from console.views.warnings.panel import WarningsPanel
from tests.views.tables import sample
from tests.views.tables.desk import Desk
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

EVIL = '<img src="file:///etc/hostname"><b>{n} | %s</b>\u202e\x00'


def as_markup(panel: Panel) -> list[str]:
    """Texts of labels that Qt would take for markup."""
    return [label.text() for label in panel.findChildren(QLabel) if label.textFormat() != Qt.TextFormat.PlainText and "<" in label.text()]


def tips(panel: Panel) -> list[str]:
    return [
        pane.table.index(row, column).data(Qt.ItemDataRole.ToolTipRole)
        for pane in panel._panes()
        for row in range(pane.table.rowCount())
        for column in range(pane.table.columnCount())
    ]


@pytest.mark.parametrize("make", [IncidentsPanel, UnitsPanel, WarningsPanel])
def test_no_text_of_others_is_taken_for_markup(qtbot: QtBot, tmp_path: Path, make: type[Panel]) -> None:
    with shown(qtbot, tmp_path, make, empty=True) as (desk, panel):
        fill(desk)
        desk.context.news.reset.emit()
        for thing in (Thing.INCIDENT, Thing.UNIT, Thing.WARNING):
            desk.context.selection.select(thing, "evil")
        assert as_markup(panel) == []
        told = tips(panel)
        assert any("&lt;img" in tip for tip in told)
        assert not any("<img" in tip for tip in told)


def fill(desk: Desk) -> None:
    desk.put(tables.Incident, id="evil", title=EVIL, place=EVIL, hazard=EVIL, category=EVIL, opened_ms=NOW_MS)
    desk.put(tables.Unit, id="evil", name=EVIL, kind=EVIL, status=EVIL, incident="evil", task="evil", org=EVIL, note=EVIL)
    desk.put(tables.Task, id="evil", unit="evil", text=EVIL, state=EVIL, note=EVIL, incident="evil")
    desk.put(
        tables.Warning,
        id="evil",
        identifier=EVIL,
        headline=EVIL,
        description=EVIL,
        severity=EVIL,
        colour=EVIL,
        cap_status=EVIL,
        sender=EVIL,
    )
    sample.add_entry(desk, "evil", LogEntered(text=EVIL, author=EVIL), 1, NOW_MS, "evil")
