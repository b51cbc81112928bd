"""Which layers of the map are shown, how strongly and in which order: one value, kept for each workspace. GUI thread only."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from console.views.i18n import mark


class Layer(NamedTuple):
    """`opacity`: at first, 0 to 1; 0 is hidden. `faint`: it can be drawn more faintly; names, incidents and cut roads are there or not, and
    a sensor in alarm is never faint."""

    title: str
    group: str
    opacity: float = 1.0
    faint: bool = False


GROUPS = {
    "units": mark("Units"),
    "events": mark("What happens"),
    "areas": mark("Areas and plots, uppermost first"),
    "fixed": mark("What stands there"),
    "ground": mark("Ground"),
}
LAYERS = {
    "names": Layer(mark("Unit names"), "units"),
    "trails": Layer(mark("Trails of all units"), "units", 0.0, faint=True),
    "incidents": Layer(mark("Incidents"), "events"),
    "roads": Layer(mark("Roads cut"), "events"),
    "basins": Layer(mark("Basins by risk"), "areas", faint=True),
    "quakes": Layer(mark("Earthquake rings"), "areas", faint=True),
    "warnings": Layer(mark("Warning areas"), "areas", faint=True),
    "plots": Layer(mark("Plots"), "areas", faint=True),
    "sensors": Layer(mark("Sensors"), "fixed", faint=True),
    "resources": Layer(mark("Resources"), "fixed", faint=True),
    "feeds": Layer(mark("Cameras"), "fixed", faint=True),
    "places": Layer(mark("Place names"), "ground"),
    "basemap": Layer(mark("Shipped basemap"), "ground", faint=True),
}
"""key (as the page's parts have it in `static layer`) -> what it is."""
AREAS = [key for key, layer in LAYERS.items() if layer.group == "areas"]
"""Drawn beneath all symbols, in an order that can be changed; at first this, the lowest first."""


class Layers(QObject):
    """Signals: `changed()`. Attributes: `workspace`, whose layers these are."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = ""
        self._opacity = {key: layer.opacity or 1.0 for key, layer in LAYERS.items()}
        self._hidden = {key for key, layer in LAYERS.items() if not layer.opacity}
        self._areas = AREAS[:]
        self._left: dict[str, dict[str, float]] = {}

    def shown(self) -> dict[str, float]:
        """key -> opacity, 0 where it is hidden; those of AREAS in the order in which they are drawn, the lowest first."""
        return {key: 0.0 if key in self._hidden else self._opacity[key] for key in _with(self._areas)}

    def told(self) -> dict[str, Any]:
        """As the page is told."""
        return {"layers": self.shown(), "areas": self._areas[:]}

    def listed(self) -> list[str]:
        """All keys as people read them: of AREAS the uppermost first."""
        return _with(self._areas[::-1])

    def is_shown(self, key: str) -> bool:
        return key not in self._hidden

    def opacity(self, key: str) -> float:
        """Of a layer, also while it is hidden; above 0."""
        return self._opacity[key]

    def show(self, key: str, on: bool) -> None:
        if on != self.is_shown(key):
            self._hidden ^= {key}
            self.changed.emit()

    def set_opacity(self, key: str, opacity: float) -> None:
        """Between 0.1 and 1: what is nearly invisible is forgotten to be there."""
        opacity = round(min(max(opacity, 0.1), 1.0), 2)
        if opacity != self._opacity[key]:
            self._opacity[key] = opacity
            self.changed.emit()

    def move(self, key: str, by: int) -> bool:
        """One of AREAS over (1) or under (-1) the next. Whether there was one."""
        at = self._areas.index(key) if key in AREAS else -1
        if at < 0 or not 0 <= at + by < len(AREAS):
            return False
        self._areas.insert(at + by, self._areas.pop(at))
        self.changed.emit()
        return True

    def show_only(self, shown: Any) -> None:
        """As `shown` gave it; of what a foreign value holds only what fits is taken, and layers that it does not name stay as they are."""
        before = list(self.shown().items())
        named: list[str] = []
        for key, value in shown.items() if isinstance(shown, dict) else ():
            if key in LAYERS and isinstance(value, int | float) and 0 <= value <= 1:
                self._hidden = self._hidden - {key} if value else self._hidden | {key}
                self._opacity[key] = max(float(value), 0.1) if value else self._opacity[key]
                named.append(key)
        order = iter([key for key in named if key in AREAS])
        self._areas = [next(order) if key in named else key for key in self._areas]
        if list(self.shown().items()) != before:
            self.changed.emit()

    def enter(self, workspace: str, hidden: Collection[str] = ()) -> None:
        """The layers of another workspace, as they were left; at first all that are shown at first but `hidden`."""
        self._left[self.workspace] = self.shown()
        self.workspace = workspace
        delivered = {key: 0.0 if key in hidden else layer.opacity for key, layer in LAYERS.items()}
        self.show_only(self._left.get(workspace, delivered))

    def save(self) -> dict[str, dict[str, float]]:
        """By workspace."""
        return self._left | {self.workspace: self.shown()}

    def restore(self, held: Any) -> None:
        """What `save` gave, or anything a foreign file holds."""
        if isinstance(held, dict):
            self._left = {str(key): shown for key, shown in held.items() if isinstance(shown, dict)}
            self.show_only(self._left.get(self.workspace))


def _with(areas: list[str]) -> list[str]:
    """All keys, those of AREAS in this order."""
    order = iter(areas)
    return [next(order) if key in AREAS else key for key in LAYERS]
