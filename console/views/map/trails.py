"""Where units came from: read in the background for the span of time that the operator chose, for the selected unit or for all. GUI thread,
but for what says that it is not.

The buffer that the page fetches from `/trails/<ticket>`: little-endian, u32 count, then columns of so many: slot u32, second u32 (UTC),
longitude i32 and latitude i32 in 1e-7 degrees, a unit's points together and in order of time.
"""

from __future__ import annotations

import math
import struct
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import peewee as pw
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from console.views.context import ReadingFor, Thing
from console.views.i18n import mark, tr
from console.views.map.kept import Kept
from console.views.map.live import E7
from console.views.map.source import NOT_FOUND, Answer
from console.views.map.things.shown import rows

if TYPE_CHECKING:
    from console.views.map.panel import MapPanel

SPANS_S = {
    600: mark("Trails of 10 minutes"),
    3600: mark("Trails of 1 hour"),
    21_600: mark("Trails of 6 hours"),
    86_400: mark("Trails of 24 hours"),
}
FIRST_SPAN_S = 3600
BUCKET_S = 10
"""The table has one point in each so many seconds at most."""
MAX_POINTS = 300_000
"""Of all trails together: with more, points are left out evenly."""
SLICE = 200
"""Units read at a time, so that others' reading is not kept waiting."""
OWN_EVERY_S, ALL_EVERY_S, MANY_EVERY_S = 10, 30, 120
MANY = 500
KEPT = 40
"""Buffers that the page may still fetch."""
_numbers = count(1)


def read(database: pw.SqliteDatabase, units: list[tuple[str, int]], span_s: int, now_ms: int, step: int) -> bytes:
    """The buffer of these units (id, slot), one point in `step` buckets. On the reader thread."""
    slots, until = dict(units), now_ms // 1000 // BUCKET_S
    marks = ",".join("?" * len(units))
    query = (
        f"SELECT unit, min(bucket), lon, lat FROM track WHERE unit IN ({marks}) AND bucket > ? AND bucket <= ? GROUP BY unit, bucket / ?"
    )
    found = list(rows(database, query, [*slots, until - span_s // BUCKET_S, until, step]))
    slot = np.fromiter((slots[unit] for unit, *_ in found), "<u4", len(found))
    second = np.fromiter((bucket * BUCKET_S for _, bucket, *_ in found), "<u4", len(found))
    lon, lat = (np.rint(np.fromiter((row[at] for row in found), np.float64, len(found)) * E7).astype("<i4") for at in (2, 3))
    return b"".join((struct.pack("<I", len(found)), *(column.tobytes() for column in (slot, second, lon, lat))))


class Trails(QObject):
    """A part of the map. Attributes: `span_s`, how far back trails reach."""

    def __init__(self, chart: MapPanel) -> None:
        super().__init__(chart)
        self._chart, self._context = chart, chart.context
        self._reader = ReadingFor(self._context.reading, self)
        self._tag = f"trails {next(_numbers)}"
        self.span_s = FIRST_SPAN_S
        self._bodies: dict[int, bytes] = {}
        self._ticket = 0
        self._turn = 0  # readings begun: what an earlier one still brings is let go
        self._seconds = 0
        self._all = chart.layers.is_shown("trails")
        self._make_menu()
        chart.web.scheme.sources.serve("trails", self._answer)
        chart.layers.changed.connect(self._on_layers)
        chart.ready.connect(self.restart)
        self._context.selection.changed.connect(self._on_selected)
        self._context.news.reset.connect(self.restart)
        self._context.news.second.connect(self._on_second)
        chart.kept["trails"] = Kept(lambda: self.span_s, self._restore)

    def _make_menu(self) -> None:
        menu, group = QMenu(self._chart), QActionGroup(self._chart)
        self.actions: dict[int, QAction] = {}
        for span_s, text in SPANS_S.items():
            action = self._chart.tools.add(f"trails_{span_s}", tr(text), "", partial(self.reach, span_s), checkable=True, on_bar=False)
            group.addAction(action)
            menu.addAction(action)
            self.actions[span_s] = action
        self.actions[self.span_s].setChecked(True)
        self._chart.tools.add_menu(tr("Trails"), menu)

    def reach(self, span_s: int, _checked: bool = True) -> None:
        self.span_s = span_s
        self.actions[span_s].setChecked(True)
        self.restart()

    def restart(self) -> None:
        """Read anew, and forget what was shown."""
        self._turn += 1
        self._seconds = 0
        units = self._units()
        if not units:
            self._chart.do("trails", 0, True, self._chart.presenter.epoch)
            return
        step = max(1, math.ceil(len(units) * self.span_s / BUCKET_S / MAX_POINTS))
        self._read(self._turn, units, 0, step)

    def _units(self) -> list[tuple[str, int]]:
        """Whose trails are shown, with their slots: of all, or of the selected one."""
        slots, selection = self._chart.presenter.fleet.slots, self._context.selection
        if self._all:
            return list(slots.items())
        chosen = slots.get(selection.id) if selection.thing is Thing.UNIT else None
        return [] if chosen is None else [(selection.id, chosen)]

    def _read(self, turn: int, units: list[tuple[str, int]], start: int, step: int) -> None:
        part, now_ms = units[start : start + SLICE], self._context.time.now_ms()

        def take(body: bytes) -> None:
            if turn != self._turn:
                return
            self._ticket += 1
            self._bodies[self._ticket] = body
            self._bodies.pop(self._ticket - KEPT, None)
            self._chart.do("trails", self._ticket, start == 0, self._chart.presenter.epoch)
            if start + SLICE < len(units):
                self._read(turn, units, start + SLICE, step)

        self._reader.run(self._tag, lambda database: read(database, part, self.span_s, now_ms, step), take)

    def _answer(self, rest: str) -> Answer:
        """On the map's file thread."""
        body = self._bodies.get(int(rest)) if rest.isascii() and rest.isdigit() and len(rest) < 12 else None
        return NOT_FOUND if body is None else Answer("application/octet-stream", body)

    def _on_layers(self) -> None:
        shown = self._chart.layers.is_shown("trails")
        if shown != self._all:
            self._all = shown
            self.restart()

    def _on_selected(self, *_: Any) -> None:
        if not self._all:
            self.restart()

    def _on_second(self) -> None:
        """From the end of a trail to where its unit is now the page draws a line: trails are read again before that says too little."""
        self._seconds += 1
        many = len(self._chart.presenter.fleet) > MANY
        every_s = (MANY_EVERY_S if many else ALL_EVERY_S) if self._all else OWN_EVERY_S
        if self._seconds >= every_s and (self._all or self._units()):
            self.restart()

    def _restore(self, held: Any) -> None:
        if isinstance(held, int) and held in SPANS_S:
            self.reach(held)
