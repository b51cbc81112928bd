"""Plotting on one map: what the page is told, and what the hand on it asks for. GUI thread only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QMenu

from console.models.rules.plots import FRAMES, plot_rule
from console.views import i18n
from console.views.i18n import tr
from console.views.plot.drawing import Drawing
from console.views.plot.figure import Point
from console.views.plot.presenter import kind_text
from console.views.plot.signs import icon
from console.views.tables.panel import bring_forward

if TYPE_CHECKING:
    from console.views.map.panel import MapPanel

MOST_SAID = 20
"""Points that the page may tell of at once: a drag gives two."""


class PlotsOnMap(QObject):
    """The window's plotting, shown on `chart`; a measuring or a form that asks for a place ends for it, and it for them."""

    def __init__(self, chart: MapPanel) -> None:
        super().__init__(chart)
        self._chart, self._plotting = chart, chart.context.plotting
        self._under_way = False
        self._plotting.changed.connect(self._tell)
        chart.context.picking.changed.connect(self._give_way)
        chart.tools.held["measure"].toggled.connect(lambda on: self._plotting.end() if on else None)
        add = chart.tools.add
        undo = add("plot_undo", tr("Undo what I plotted"), "Ctrl+Z", self._plotting.undo_asked.emit, on_bar=False)
        redo = add("plot_redo", tr("Do it again"), "Ctrl+Shift+Z", self._plotting.redo_asked.emit, on_bar=False)
        snap = add("snap", tr("Snap while plotting"), "Ctrl+Shift+J", self._plotting.set_snap, checkable=True, on_bar=False)
        menu = QMenu(chart)
        for kind in plot_rule().kind:
            menu.addAction(icon(kind), kind_text(kind.code), lambda code=kind.code: self._plotting.wanted.emit(code))
        menu.addSeparator()
        menu.addActions([undo, redo, snap])
        chart.tools.add_menu(tr("Plot"), menu)
        said = chart.said
        said.on("plot_points", self._on_points)
        said.on("plot_end", lambda _: self._plotting.finish())
        said.on("plot_back", lambda _: self._plotting.back())
        said.on("plot_quit", lambda _: self._plotting.end())
        said.on("plot_vertex", self._on_vertex)
        said.on("plot_shift", self._on_shift)
        chart.look(plotKinds=kinds_for_page())
        self._tell()

    def _tell(self) -> None:
        plotting = self._plotting
        begins = not self._under_way
        self._under_way = plotting.drawing is not None or bool(plotting.editing)
        if self._under_way and begins:
            self._come_forward()
            self._chart.context.picking.end()
            measure = self._chart.tools.held["measure"]
            if measure.isChecked():
                measure.trigger()
        self._chart.tools.held["snap"].setChecked(plotting.snap)
        self._chart.look(plotting=told(plotting.drawing), plotEditing=plotting.editing, plotSnap=plotting.snap)

    def _come_forward(self) -> None:
        """Of several maps, the one in the window that is worked in gets the keys."""
        if self._chart.window().isActiveWindow() or QApplication.activeWindow() is None:
            bring_forward(self._chart)
            self._chart.web.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give_way(self) -> None:
        if self._chart.context.picking.asker is not None:
            self._plotting.end()

    def _on_points(self, words: dict[str, str]) -> None:
        points = points_said(words.get("points", ""))
        self._plotting.place(points)
        if words.get("ends"):
            self._plotting.finish()

    def _on_vertex(self, words: dict[str, str]) -> None:
        at = None if words.get("remove") else _place(words)
        index = words.get("index", "")
        if (at is not None or words.get("remove")) and index.isascii() and index.isdigit() and len(index) < 6:
            self._plotting.reshaped.emit(words.get("plot", ""), int(index), at, bool(words.get("insert")))

    def _on_shift(self, words: dict[str, str]) -> None:
        at = _place(words)
        if at is not None:
            self._plotting.shifted.emit(words.get("plot", ""), *at)


def told(drawing: Drawing | None) -> dict[str, Any] | None:
    """As the page draws what is under way."""
    if drawing is None:
        return None
    return {"kind": drawing.kind, "shape": drawing.shape, "points": drawing.points[:], "radius_m": drawing.radius_m}


def kinds_for_page() -> dict[str, dict[str, str]]:
    """Names in the language in use, inks, lines and signs, by code."""
    rule, english = plot_rule(), i18n.language() == i18n.ENGLISH
    return {
        kind.code: {
            "name": kind.name.en if english else kind.name.zh,
            "day": rule.ink_of(kind).day,
            "night": rule.ink_of(kind).night,
            "line": kind.line,
            "marks": kind.marks,
            "fill": kind.fill,
            "frame": FRAMES[kind.frame],
            "glyph": kind.glyph,
        }
        for kind in rule.kind
    }


def points_said(text: str, most: int = MOST_SAID) -> list[Point]:
    """Points that the page tells of, `most` at most; [] for what is none."""
    try:
        held = json.loads(text)
        points = [(float(lon), float(lat)) for lon, lat in held[:most]]
    except (ValueError, TypeError, KeyError):
        return []
    return [(round(lon, 7), round(lat, 7)) for lon, lat in points if abs(lon) <= 180 and abs(lat) <= 90]


def _place(words: dict[str, str]) -> Point | None:
    try:
        lon, lat = float(words["lon"]), float(words["lat"])
    except (KeyError, ValueError):
        return None
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None
