"""Above each plot: its title, and of every line the sign, the name, the newest value and its age; or what it read at the cross-hair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsSceneResizeEvent, QStyleOptionGraphicsItem, QWidget

from console.views.age import age_text, clock_text
from console.views.i18n import tr, word
from console.views.monitoring.limits import figure
from console.views.monitoring.look import Look
from console.views.monitoring.plan import Bars, Line, Pane
from console.views.monitoring.ranges import nearest_before
from console.views.tables.marks import Mark, Shape
from console.views.tables.paint import draw_mark

MOST = 12
SIGN_PX, GAP_PX = 9.0, 16.0
NORMAL = "normal"


@dataclass(frozen=True)
class Entry:
    mark: Mark | None
    text: str


def entries(pane: Pane, now_ms: int, cross_s: float | None, condition_of: Callable[[str], str]) -> list[Entry]:
    """The title first. Without a cross-hair the newest values with their age and what is wrong with them, else what each read at its moment."""
    head = tr("{title}, {unit}", title=pane.title, unit=pane.unit) if pane.unit else pane.title
    found = [Entry(None, head if cross_s is None else tr("{title} · {time}", title=head, time=clock_text(round(cross_s * 1000), now_ms)))]
    told: list[Line | Bars] = [*pane.lines, *pane.bars]
    for one in told[:MOST]:
        mark = Mark(Shape.RING, one.mark.tone) if isinstance(one, Line) and one.past else one.mark
        found.append(Entry(mark, _newest(one, now_ms, condition_of(one.sensor)) if cross_s is None else _at(one, cross_s)))
    if len(told) > MOST:
        found.append(Entry(None, tr("and {n} more", n=len(told) - MOST)))
    return found


def _newest(one: Line | Bars, now_ms: int, condition: str) -> str:
    if isinstance(one, Line) and one.past:
        return one.name
    parts = []
    if isinstance(one, Line) and len(one.y) and not np.isnan(one.y[-1]):
        parts.append(f"{'≥ ' if one.at_least else ''}{figure(float(one.y[-1]))} {one.unit}".rstrip())
    if isinstance(one, Bars):
        parts.append(tr("mm in {span}", span=_length(one.width_s)))
    if one.newest_ms is not None:
        parts.append(age_text(one.newest_ms, now_ms))
    if condition and condition != NORMAL and one.newest_ms is not None:
        parts.append(word("sensor_condition", condition))
    return tr("{name}  {told}", name=one.name, told=" · ".join(parts)) if parts else one.name


def _at(one: Line | Bars, cross_s: float) -> str:
    at = nearest_before(one.x, cross_s)
    value = float(one.y[at]) if at >= 0 else np.nan
    if isinstance(one, Bars) and cross_s >= (one.x[at] + one.width_s if at >= 0 else 0):
        value = np.nan
    unit = "mm" if isinstance(one, Bars) else one.unit
    return tr("{name}  {told}", name=one.name, told=tr("no data") if np.isnan(value) else f"{figure(value)} {unit}".rstrip())


def _length(width_s: float) -> str:
    minutes = round(width_s / 60)
    return tr("{n} min", n=minutes) if minutes < 60 else tr("{n} h", n=minutes // 60)


class Legend(pg.GraphicsWidget):  # type: ignore[misc]
    """As many lines high as its entries need, or needed at any time: ages that grow and shrink do not move the plot."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._entries: list[Entry] = []
        self._places: list[tuple[float, float]] = []
        self._lines = 0

    def show_entries(self, told: list[Entry]) -> None:
        if told != self._entries:
            if [entry.mark for entry in told] != [entry.mark for entry in self._entries]:
                self._lines = 0
            self._entries = told
            self._lay_out()
            self.update()

    def texts(self) -> list[str]:
        return [entry.text for entry in self._entries]

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        super().resizeEvent(event)
        if event.newSize().width() != event.oldSize().width():
            self._lines = 0
        self._lay_out()

    def _lay_out(self) -> None:
        metrics, width = QFontMetricsF(self.font()), self.size().width()
        x = y = 0.0
        self._places = []
        for entry in self._entries:
            wide = metrics.horizontalAdvance(entry.text) + (SIGN_PX + 5 if entry.mark else 0)
            if x > 0 and x + wide > width:
                x, y = 0.0, y + metrics.height()
            self._places.append((x, y))
            x += wide + GAP_PX
        lines = round(y / metrics.height()) + 1
        if lines > self._lines:
            self._lines = lines
            self.setFixedHeight(lines * metrics.height() + 2)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        metrics = QFontMetricsF(self.font())
        painter.setFont(self.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for entry, (x, y) in zip(self._entries, self._places, strict=True):
            if entry.mark:
                box = QRectF(x, y + (metrics.height() - SIGN_PX) / 2, SIGN_PX, SIGN_PX)
                draw_mark(painter, box, entry.mark, self.look.night)
            left = x + (SIGN_PX + 5 if entry.mark else 0)
            painter.setPen(self.look.text if entry.mark else self.look.muted)
            place = QRectF(left, y, max(20.0, self.size().width() - left), metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, entry.text)
