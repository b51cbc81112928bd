"""What panels sketch on the map, told to the page of one (`resources/map/route.js`); and where that map looks, told to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from console.views.map.panel import MapPanel


class SketchOnMap(QObject):
    def __init__(self, chart: MapPanel) -> None:
        super().__init__(chart)
        self._chart, self._sketch = chart, chart.context.sketch
        self._sketch.changed.connect(self._tell)
        self._sketch.look_requested.connect(self._on_look)
        self._sketch.fit_requested.connect(self._on_fit)
        chart.looked.connect(self._on_looked)
        self._tell()

    def _tell(self) -> None:
        self._chart.look(sketch={key: figure._asdict() for key, figure in self._sketch.figures.items()})

    def _on_look(self, lon: float, lat: float, zoom: float) -> None:
        self._go("spot", lon, lat, zoom)

    def _on_fit(self, west: float, south: float, east: float, north: float) -> None:
        self._go("bounds", west, south, east, north)

    def _go(self, verb: str, *words: float) -> None:
        self._chart.look(finding=False)
        self._chart.do(verb, *words)

    def _on_looked(self, lon: float, lat: float, _zoom: float) -> None:
        self._sketch.centre = (lon, lat)
