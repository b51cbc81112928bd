"""Names and words come from other machines: whatever is in them is shown as it is, and never taken for markup."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from console.models.kinds import LogEntered
from console.models.state import tables
from console.views.context import Thing
from console.views.incidents.panel import IncidentsPanel
from console.views.mode.panel import ModePanel
from console.views.resources.panel import ResourcesPanel
from console.views.roads.panel import RoadsPanel
from console.views.tables.panel import Panel
from console.views.units.panel import UnitsPanel
from console.views.warnings.panel import WarningsPanel
from tests.views.tables import sample
from tests.views.tables.desk import Desk
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

EVIL = '<img src="file:///etc/hostname"><b>{n} | %s</b>\u202e\x00'


def as_markup(panel: QWidget) -> list[str]:
    """Texts of labels that Qt would take for markup."""
    return [label.text() for label in panel.findChildren(QLabel) if label.textFormat() != Qt.TextFormat.PlainText and "<" in label.text()]


def tips(panel: Panel) -> list[str]:
    return [
        pane.table.index(row, column).data(Qt.ItemDataRole.ToolTipRole)
        for pane in panel._panes()
        for row in range(pane.table.rowCount())
        for column in range(pane.table.columnCount())
    ]


@pytest.mark.parametrize("make", [IncidentsPanel, UnitsPanel, WarningsPanel, RoadsPanel, ModePanel, ResourcesPanel])
def test_no_text_of_others_is_taken_for_markup(qtbot: QtBot, tmp_path: Path, make: type[Panel]) -> None:
    with shown(qtbot, tmp_path, make, empty=True) as (desk, panel):
        fill(desk)
        desk.context.news.reset.emit()
        for thing in (Thing.INCIDENT, Thing.UNIT, Thing.WARNING, Thing.ROAD, Thing.RESOURCE):
            desk.context.selection.select(thing, "evil")
        alarms = [alarm for name in ("attention", "badge") if (alarm := getattr(panel, name, None)) is not None]
        for alarm in alarms:
            qtbot.addWidget(alarm)
        assert [text for part in (panel, *alarms) for text in as_markup(part)] == []
        told = tips(panel)
        assert any("&lt;img" in tip for tip in told)
        assert not any("<img" in tip for tip in told)


def fill(desk: Desk) -> None:
    desk.put(tables.Road, id="evil", name=EVIL, reason=EVIL, source=EVIL, note=EVIL, incident=EVIL, author=EVIL, line=b"\xff")
    desk.put(tables.Mode, id="evil", mode=EVIL, why=EVIL, author=EVIL, response_level=99)
    desk.put(tables.Resource, id="evil", name=EVIL, kind=EVIL, status=EVIL, note=EVIL, stamps=b"\xff")
    for hlc, origin in ((10, EVIL), (20, "b")):
        for subject in ("evil", "evil2"):
            for field in ("title", EVIL):
                desk.put(tables.Written, subject=subject, field=field, hlc=hlc, origin=origin, base=1, value=b"\xff" * hlc)
    desk.put(tables.Receipt, id="evil evil", warning="evil", unit="evil", note=EVIL)
    desk.put(tables.Incident, id="evil", title=EVIL, place=EVIL, hazard=EVIL, category=EVIL, opened_ms=NOW_MS)
    desk.put(
        tables.Unit,
        id="evil",
        name=EVIL,
        kind=EVIL,
        status=EVIL,
        incident="evil",
        task="evil",
        org=EVIL,
        note=EVIL,
        help=EVIL,
        help_text=EVIL,
    )
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
