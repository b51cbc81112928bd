"""All gauges of the list as small plots, on the time of the chart. GUI thread only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import peewee as pw
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.models.changes import Changes
from console.views.age import moment_text, zone_name
from console.views.context import Context
from console.views.i18n import tr
from console.views.monitoring.presenter import SensorRow, worst_first
from console.views.monitoring.scope import Scope, Span
from console.views.monitoring.smalls import Small, Smalls

if TYPE_CHECKING:
    from console.views.monitoring.multiples import Multiples

LEAST_WAIT_MS = 100
WIDTH_PX = 180


class Overview(QWidget):
    """Signals: `picked(id)`, `opened(id)`. Reads only what is in view, and only while it is seen itself."""

    picked = Signal(str)
    opened = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.plots: Multiples | None = None
        self.same, self.worst, self._words = QCheckBox(tr("Same scale")), QCheckBox(tr("Worst first")), QLabel()
        self.worst.setToolTip(tr("Otherwise in the order of the list"))
        self._rows: list[SensorRow] = []
        self._span = Scope().span(context.time.now_ms())
        self._smalls, self._told, self._fresh = Smalls(), set[str](), True
        self._active = self._asked = self._wanted = False
        self._pause = QTimer(self, singleShot=True, interval=LEAST_WAIT_MS)
        self._pause.timeout.connect(self._ask)
        line = QHBoxLayout()
        for widget in (self.same, self.worst, self._words):
            line.addWidget(widget)
        line.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(2, 2, 2, 0)
        self._column.addLayout(line)
        self._column.addStretch(0)
        self.worst.setChecked(True)
        self.worst.toggled.connect(lambda _on: self._show())
        context.news.changed.connect(self._on_changed)
        context.news.reset.connect(self._on_reset)
        context.news.second.connect(self._on_second)

    def show_plots(self, plots: Multiples) -> None:
        self.plots = plots
        self._column.insertWidget(1, plots, 1)
        plots.picked.connect(self.picked)
        plots.opened.connect(self.opened)
        plots.wanted.connect(self._want)
        plots.set_same_scale(self.same.isChecked())
        self.same.toggled.connect(plots.set_same_scale)
        self._show()

    def show_rows(self, rows: list[SensorRow]) -> None:
        """As the list has them."""
        self._rows = rows
        if self._active:
            self._show()

    def show_span(self, span: Span) -> None:
        if span.width_ms != self._span.width_ms or abs(span.end_ms - self._span.end_ms) > span.width_ms // WIDTH_PX:
            self._span = span
            self._want()

    def select(self, sensor: str) -> None:
        if self.plots is not None:
            self.plots.select_id(sensor)

    def set_active(self, active: bool) -> None:
        self._active = active
        if active:
            self._show()
            self._want()

    def _show(self) -> None:
        if self.plots is not None:
            rows = worst_first(self._rows) if self.worst.isChecked() else self._rows
            self.plots.show_rows(rows, self._context.time.now_ms())

    def _on_changed(self, changes: Changes) -> None:
        told = changes.ids.get("sensor", set())
        if told:
            self._told |= told
            self._want()

    def _on_reset(self) -> None:
        self._fresh, self._asked = True, False
        self._want()

    def _on_second(self) -> None:
        if self._active and self.plots is not None:
            self.plots.tick(self._context.time.now_ms())
            if self._asked:
                self._asked = False
                self._want()

    def _want(self) -> None:
        self._wanted = True
        self._ask()

    def _ask(self) -> None:
        if not (self._wanted and self._active and self.plots is not None) or self._asked or self._pause.isActive():
            return
        sensors, span, told, fresh = self.plots.in_view(), self._span, frozenset(self._told), self._fresh
        smalls, now_ms = self._smalls, self._context.time.now_ms()
        self._wanted, self._asked, self._told, self._fresh = False, True, set(), False

        def read(database: pw.SqliteDatabase) -> tuple[Span, dict[str, Small]]:
            if fresh:
                smalls.forget()
            return span, smalls.read(database, sensors, span, told, now_ms, WIDTH_PX)

        self._context.reading.run("monitoring.small", read, self._take)

    def _take(self, found: tuple[Span, dict[str, Small]]) -> None:
        self._asked = False
        span, smalls = found
        self._words.setText(
            tr("{start} to {end}, {zone}", start=moment_text(span.start_ms), end=moment_text(span.end_ms), zone=zone_name())
        )
        if self.plots is not None:
            self.plots.show_smalls(smalls, span)
        self._pause.start()
