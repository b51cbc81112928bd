"""The maps and sources of one map panel: where they are kept, and the window that lists them. GUI thread only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.views.i18n import tr
from console.views.sources.presenter import box_of

if TYPE_CHECKING:
    from console.views.map.panel import MapPanel
    from console.views.sources.dialog import SourcesDialog

HOME = (82.4, 44.6, 8.0)
"""Longitude, latitude, zoom where the page has not said yet what it shows."""


class SourcesOnMap:
    """Attributes: `dialog`, once it was opened: a start does not pay for it."""

    def __init__(self, chart: MapPanel) -> None:
        self._chart = chart
        self.dialog: SourcesDialog | None = None
        if chart.context.data is not None:
            chart.loaded.keep_in(chart.context.data / "maps")
        chart.tools.add("sources", tr("Maps and sources..."), "Ctrl+Shift+U", self.open)
        chart.tools.add("about", tr("What the map's layers say here"), "Ctrl+Shift+I", chart.presenter_do("about"), on_bar=False)

    def open(self) -> None:
        if self.dialog is None:
            self.dialog = self._made()
        self.dialog.open()

    def _made(self) -> SourcesDialog:
        from console.views.sources.dialog import SourcesDialog
        from console.views.sources.fetching import Fillings
        from console.views.sources.store import Store

        chart, data = self._chart, self._chart.context.data or self._chart.loaded.folder
        self._fillings = Fillings(data)
        chart.destroyed.connect(self._fillings.ender())
        return SourcesDialog(chart.loaded, Store(data, chart), self._fillings, chart.ask_for_file, self._box, chart)

    def _box(self) -> tuple[float, float, float, float]:
        size = self._chart.web.size()
        return box_of(*(self._chart.centre or HOME), size.width(), size.height())
