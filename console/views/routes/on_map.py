"""What panels sketch on the map, told to the page of one (`resources/map/route.js`); and where that map looks, told to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.views.map.panel import MapPanel


class SketchOnMap:
    def __init__(self, chart: MapPanel) -> None:
        self._chart, self._sketch = chart, chart.context.sketch
        self._sketch.changed.connect(self._tell)
        self._sketch.look_requested.connect(lambda lon, lat, zoom: self._go("spot", lon, lat, zoom))
        self._sketch.fit_requested.connect(lambda *bounds: self._go("bounds", *bounds))
        chart.looked.connect(self._on_looked)
        self._tell()

    def _tell(self) -> None:
        self._chart.look(sketch={key: figure._asdict() for key, figure in self._sketch.figures.items()})

    def _go(self, verb: str, *words: float) -> None:
        self._chart.look(finding=False)
        self._chart.do(verb, *words)

    def _on_looked(self, lon: float, lat: float, _zoom: float) -> None:
        self._sketch.centre = (lon, lat)
