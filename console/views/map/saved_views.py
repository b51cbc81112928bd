"""Saved views: a place, how near, and the layers, under a name. A part of the map (`console.views.map.parts`). GUI thread only."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta
from PySide6.QtWidgets import QInputDialog, QMenu

from console.models.form import ready
from console.models.kinds import Lat, Lon
from console.views.i18n import tr
from console.views.map.kept import Kept

if TYPE_CHECKING:
    from console.views.map.panel import MapPanel

MAX_VIEWS = 50
MAX_NAME_CHARS = 60


class SavedView(msgspec.Struct, frozen=True):
    name: Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARS)]
    centre: tuple[Lon, Lat, Annotated[float, Meta(ge=0, le=24)]]  # lon, lat, zoom
    layers: dict[str, float] = {}


class SavedViews:
    """Attributes: `views`, in the order they were saved; `menu`."""

    def __init__(self, chart: MapPanel) -> None:
        self._chart = chart
        self.views: list[SavedView] = []
        self.menu = QMenu(chart)
        chart.tools.add_menu(tr("Views"), self.menu)
        chart.kept["views"] = Kept(self._save, self._restore)
        self._fill()

    def keep(self, name: str) -> None:
        """What the map shows now, under `name`; another of that name is replaced. At most MAX_VIEWS, the oldest goes first."""
        name, centre = name.strip()[:MAX_NAME_CHARS], self._chart.centre
        if name and centre is not None:
            view = SavedView(name, centre, self._chart.layers.shown())
            self.views = [*(held for held in self.views if held.name != name), view][-MAX_VIEWS:]
            self._fill()

    def go(self, view: SavedView) -> None:
        self._chart.layers.show_only(view.layers)
        self._chart.go_to(*view.centre)

    def drop(self, name: str) -> None:
        self.views = [held for held in self.views if held.name != name]
        self._fill()

    def _fill(self) -> None:
        self.menu.clear()
        self.menu.addAction(tr("Save this view…"), self._ask)
        if self.views:
            self.menu.addSeparator()
        for view in self.views:
            self.menu.addAction(tr("View: {name}", name=view.name), partial(self.go, view))
        if self.views:
            self.menu.addSeparator()
            for view in self.views:
                self.menu.addAction(tr("Forget view: {name}", name=view.name), partial(self.drop, view.name))

    def _ask(self) -> None:
        name, said = QInputDialog.getText(self._chart, tr("Save this view…"), tr("Name:"))
        if said:
            self.keep(name)

    def _save(self) -> Any:
        return msgspec.to_builtins(self.views)

    def _restore(self, held: Any) -> None:
        """Of a foreign list what can be read."""
        by_name = {view.name: view for view in self.views}
        for value in held if isinstance(held, list) else []:
            try:
                view = msgspec.convert(value, ready(SavedView))
            except msgspec.ValidationError:
                continue
            by_name[view.name] = view
        self.views = list(by_name.values())[-MAX_VIEWS:]
        self._fill()
