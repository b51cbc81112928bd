"""A map of its own behind the window, as large as the sheet wants it, which gives its picture and its legend. GUI thread only."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from console.views.context import News, Picking, Selection
from console.views.i18n import tr
from console.views.map.panel import MapPanel
from console.views.map.points import SETS
from console.views.plot.session import Plotting
from console.views.print.layout import Frame

LOOK_MS, PATIENCE_MS = 50, 30_000
_numbers = count(1)
SEEN_PX = (240, 160)
"""Of the page, which a window must hold to have it drawn: what of it is in view is composed on the GUI thread, for each of its frames, and the map
is as large as the sheet wants it all the same."""
_SIZE = """(() => {{
  const box = fengsui.map.getContainer();
  Object.assign(box.style, {{ position: "absolute", left: "0", top: "0", right: "auto", bottom: "auto", width: "{width}px", height: "{height}px" }});
  fengsui.map.invalidateSize({{ animate: false, pan: false }});
  return `${{fengsui.map.getSize().x}} ${{fengsui.map.getSize().y}}`;
}})()"""
_TAKE = "JSON.stringify(fengsui.part('Printing').done)"


class Drawn(NamedTuple):
    """`image`: PNG; `legend`: (title, [(text, PNG)]) of what is on it; `late`: parts of a map file had not come."""

    image: bytes
    legend: list[tuple[str, list[tuple[str, bytes]]]]
    late: bool


class PrintChart(QObject):
    """Shows what `chart` shows, by day, with nothing chosen and nothing being drawn on it. It hears no news: each sheet is of one reading.
    Signals: `drawn(Drawn)`, `failed(text)`."""

    drawn = Signal(object)
    failed = Signal(str)

    def __init__(self, chart: MapPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._context = replace(chart.context, selection=Selection(self), news=News(self), picking=Picking(self), plotting=Plotting(self))
        self._chart = MapPanel(self._context)
        self._chart.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self._chart.tools.hide()
        self._chart.restore_state(chart.save_state())
        self._chart.layers.show_only(chart.layers.shown())
        for what in SETS.values():
            self._chart.layers.set_opacity(what.layer, 1.0)  # paper does not say that signs are pale by choice, not by age
        self._chart.set_theme("day")
        self._chart.said.on("printed", self._on_printed)
        self._chart.resize(*SEEN_PX)
        self._ready = self._read = self._sized = False
        self._chart.ready.connect(self._on_ready)
        self._wanted: Frame | None = None
        self._ticket = ""
        self._waited_ms = 0
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._when_settled)

    def draw(self, frame: Frame) -> None:
        """Ask for it, of what is known by now; an older one that is not done yet is forgotten."""
        self._wanted, self._ticket, self._waited_ms, self._read, self._sized = frame, "", 0, False, False
        self._chart.show()
        self._size()
        self._chart.look(selected=None, follow=False, finding=False, dim=False)
        self._context.news.reset.emit()
        self._after_reading(lambda _: self._after_reading(self._on_read))
        self._look.start()

    def _after_reading(self, done: Callable[[object], None]) -> None:
        """Once what the map asked for so far has been answered: the reading thread keeps the order."""
        self._context.reading.run(f"print {next(_numbers)}", lambda _database: None, done)

    def _on_read(self, _nothing: object) -> None:
        self._read = True

    def close(self) -> None:
        self._look.stop()
        self._chart.close()
        self._chart.deleteLater()

    @property
    def _has_files(self) -> bool:
        """The office's maps have been opened here too, or refused."""
        return all(one.held is not None or one.fault for one in self._chart.loaded.layers)

    def _on_ready(self) -> None:
        self._ready = True
        self._size()

    def _size(self) -> None:
        """As soon as there is a page."""
        frame = self._wanted
        if self._ready and frame is not None:
            width, height = frame.layout.pixels
            self._chart.web.page.runJavaScript(_SIZE.format(width=width, height=height), self._sizer(frame))

    def _sizer(self, frame: Frame) -> Callable[[Any], None]:
        def sized(told: Any) -> None:
            if frame is self._wanted:
                self._sized = told == "{} {}".format(*frame.layout.pixels)

        return sized

    def _when_settled(self) -> None:
        """The page is there and has painted all it was told, at the size asked for: then have it print."""
        self._waited_ms += LOOK_MS
        frame = self._wanted
        if frame is None or self._waited_ms > PATIENCE_MS:
            self._look.stop()
            self.failed.emit(tr("The map was not ready in time. Try again; a smaller sheet needs less."))
        elif self._sized and self._read and self._has_files and self._chart.settled and not self._ticket:
            self._ticket = str(next(_numbers))
            self._chart.do("print", self._ticket, frame.lon, frame.lat, frame.zoom)

    def _on_printed(self, words: dict[str, str]) -> None:
        if not self._ticket or words.get("ticket") != self._ticket:
            return
        self._look.stop()
        if words.get("why"):
            self.failed.emit(words["why"])
        else:
            self._chart.web.page.runJavaScript(_TAKE, self._taker(self._ticket))

    def _taker(self, ticket: str) -> Callable[[Any], None]:
        def take(text: Any) -> None:
            if ticket != self._ticket:
                return
            try:
                held = json.loads(text)
                legend = [(title, [(words, base64.b64decode(sign)) for words, sign in rows]) for title, rows in held["legend"]]
                self.drawn.emit(Drawn(base64.b64decode(held["image"]), legend, bool(held["late"])))
            except (TypeError, ValueError, KeyError) as error:
                self.failed.emit(str(error))

        return take
