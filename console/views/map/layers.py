"""Which layers of the map are shown, and how strongly: one value, kept for each workspace. GUI thread only."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from console.views.i18n import mark


class Layer(NamedTuple):
    """`opacity`: at first, 0 to 1; 0 is hidden. `faint`: it can be drawn more faintly; symbols and names are there or not."""

    title: str
    group: str
    opacity: float = 1.0
    faint: bool = False


GROUPS = {"units": mark("Units"), "events": mark("What happens"), "fixed": mark("What stands there"), "ground": mark("Ground")}
LAYERS = {
    "names": Layer(mark("Unit names"), "units"),
    "trails": Layer(mark("Trails of all units"), "units", 0.0),
    "incidents": Layer(mark("Incidents"), "events"),
    "basins": Layer(mark("Basins by risk"), "events", faint=True),
    "quakes": Layer(mark("Earthquake rings"), "events", faint=True),
    "warnings": Layer(mark("Warning areas"), "events", faint=True),
    "plots": Layer(mark("Plots"), "events", faint=True),
    "roads": Layer(mark("Roads cut"), "events"),
    "sensors": Layer(mark("Sensors"), "fixed"),
    "resources": Layer(mark("Resources"), "fixed"),
    "feeds": Layer(mark("Cameras"), "fixed"),
    "places": Layer(mark("Place names"), "ground"),
    "basemap": Layer(mark("Shipped basemap"), "ground"),
}
"""key (as the page's parts have it in `static layer`) -> what it is."""


class Layers(QObject):
    """Signals: `changed()`. Attributes: `workspace`, whose layers these are."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = ""
        self._opacity = {key: layer.opacity or 1.0 for key, layer in LAYERS.items()}
        self._hidden = {key for key, layer in LAYERS.items() if not layer.opacity}
        self._left: dict[str, dict[str, float]] = {}

    def shown(self) -> dict[str, float]:
        """key -> opacity, 0 where it is hidden: as the page is told."""
        return {key: 0.0 if key in self._hidden else self._opacity[key] for key in LAYERS}

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

    def show_only(self, shown: Any) -> None:
        """As `shown` gave it; of what a foreign value holds only what fits is taken, and layers that it does not name stay as they are."""
        before = self.shown()
        for key, value in shown.items() if isinstance(shown, dict) else ():
            if key in LAYERS and isinstance(value, int | float) and 0 <= value <= 1:
                self._hidden = self._hidden - {key} if value else self._hidden | {key}
                self._opacity[key] = max(float(value), 0.1) if value else self._opacity[key]
        if self.shown() != before:
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
