"""Printing what one map shows. GUI thread only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import peewee as pw
from PySide6.QtCore import QTimer

from console.models.state.tables import Incident
from console.views.context import Thing
from console.views.i18n import tr

if TYPE_CHECKING:
    from console.views.map.panel import MapPanel
    from console.views.print.dialog import PrintDialog

_EXTENT = """JSON.stringify((() => {
  const { map, page } = fengsui, size = map.getSize();
  return [[0, size.y], [size.x, 0]].flatMap((at) => page.where({ latlng: map.containerPointToLatLng(at) }));
})())"""


class PrintMap:
    """Ctrl+P. Attributes: `dialog`, the one open, or None."""

    def __init__(self, chart: MapPanel) -> None:
        self._chart = chart
        self.dialog: Any = None
        chart.tools.add("print", tr("Print..."), "Ctrl+P", self.open)

    def open(self) -> None:
        """Ask the page what it shows, and the journal what the incident that is chosen is called; then the sheet."""
        if self.dialog is not None:
            self.dialog.raise_()
            return
        self._chart.web.page.runJavaScript(_EXTENT, self._on_extent)

    def _on_extent(self, text: Any) -> None:
        try:
            west, south, east, north = json.loads(text)
        except (TypeError, ValueError):
            self._chart.say_fault(tr("The map is not ready to be printed yet: try again in a moment."))
            return
        extent = (float(west), float(south), float(east), float(north))
        selection = self._chart.context.selection
        incident = selection.id if selection.thing is Thing.INCIDENT else ""
        self._chart.context.reading.run(
            "print.title", lambda database: title_of(database, incident), lambda title: self._show(extent, title)
        )

    def _show(self, extent: tuple[float, float, float, float], title: str) -> None:
        from console.views.print.dialog import PrintDialog  # the dialog itself comes in the next turn of the window

        QTimer.singleShot(0, self._chart, lambda: self._make(PrintDialog, extent, title))

    def _make(self, made: type[PrintDialog], extent: tuple[float, float, float, float], title: str) -> None:
        if self.dialog is None:
            marks = getattr(self._chart.window(), "marks", ("", ""))
            self.dialog = made(self._chart, extent, marks, title)
            self.dialog.destroyed.connect(self._forget)
            self.dialog.show()

    def _forget(self) -> None:
        self.dialog = None


def title_of(database: pw.SqliteDatabase, incident: str) -> str:
    """Of the incident chosen, else of the newest that is open; "" when there is none."""
    query = Incident.select(Incident.title).where(~Incident.withdrawn)
    chosen = query.where(Incident.id == incident) if incident else query.where(Incident.status == "open").order_by(Incident.hlc.desc())
    return next((title for (title,) in chosen.limit(1).tuples().execute(database)), "")
