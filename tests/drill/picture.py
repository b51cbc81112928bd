"""The picture of a drill: acts across the top, a row for each peer, how much of what was said it knew, and what it was linked with."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QImage, QPainterPath
from PySide6.QtGui import QPainter as Painter

from tests.drill.cast import Cast
from tests.drill.ledger import Ledger, Said
from tests.drill.verdict import Verdict
from tests.netlab.post import Post

WIDTH, LEFT, RIGHT, TOP, FOOT = 1500, 178, 128, 124, 66
LEVELS = 4
"""Lines for the names of the acts."""
ROWS_PX = {"node": 40, "console": 40, "unit": 15}
GAP_PX = 5
PAPER, INK, FAINT, GRID = "#ffffff", "#1c2733", "#66727f", "#d5dbe1"
SAID, KNOWN = "#dbe3ea", "#2f6690"
EARLY, LOST = "#c2410c", "#b3261e"
STATES = {"linked": ("#3a8f5a", "linked with the node above"), "beside": ("#e0a100", "linked with others nearby only")}
STATES |= {"alone": ("#b3261e", "linked with nobody"), "dead": ("#1c2733", "its process is dead")}
STATE_PX = {"node": 6, "console": 6, "unit": 3}


class Chart:
    """Scales, and the painter that the parts share."""

    def __init__(self, painter: Painter, ledger: Ledger) -> None:
        self.painter, self.ledger = painter, ledger
        self.ends_s = ledger.acts[-1].ends_s

    def x(self, at_s: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * min(at_s, self.ends_s) / self.ends_s

    def text(self, x: float, y: float, text: str, *, size: int = 12, colour: str = INK, bold: bool = False) -> None:
        font = self.painter.font()
        font.setPixelSize(size)
        font.setBold(bold)
        self.painter.setFont(font)
        self.painter.setPen(QColor(colour))
        self.painter.drawText(QPointF(x, y), text)

    def width(self, text: str) -> float:
        """Of a bold text."""
        font = self.painter.font()
        font.setPixelSize(12)
        font.setBold(True)
        return QFontMetricsF(font).horizontalAdvance(text)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self.painter.fillRect(QRectF(x, y, width, height), QColor(colour))

    def steps(self, times: Sequence[float], whole: int, y: float, height: float, colour: str) -> None:
        """How many of `whole` (at least 1) there were by each time, as a filled staircase."""
        path = QPainterPath(QPointF(self.x(0), y + height))
        for number, at_s in enumerate(sorted(times), 1):
            path.lineTo(self.x(at_s), y + height - height * (number - 1) / whole)
            path.lineTo(self.x(at_s), y + height - height * number / whole)
        path.lineTo(self.x(self.ends_s), y + height - height * len(times) / whole)
        path.lineTo(self.x(self.ends_s), y + height)
        path.closeSubpath()
        self.painter.fillPath(path, QColor(colour))


def draw(ledger: Ledger, cast: Cast, verdict: Verdict, file: Path) -> None:
    """Write the picture as PNG."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication.instance() or QGuiApplication([])
    height = TOP + sum(ROWS_PX[post.role] + GAP_PX for post in cast.posts) + FOOT
    image = QImage(WIDTH, height, QImage.Format.Format_RGB32)
    image.fill(QColor(PAPER))
    painter = Painter(image)
    try:
        painter.setRenderHint(Painter.RenderHint.Antialiasing)
        _paint(Chart(painter, ledger), cast, verdict, height)
    finally:
        painter.end()
    image.save(str(file))
    del application


def _paint(chart: Chart, cast: Cast, verdict: Verdict, height: int) -> None:
    _title(chart, cast, verdict)
    _acts(chart, height)
    y = float(TOP)
    for post in cast.posts:
        _row(chart, post, y)
        y += ROWS_PX[post.role] + GAP_PX
    _legend(chart, height)


def _title(chart: Chart, cast: Cast, verdict: Verdict) -> None:
    chart.text(16, 28, "Outage drill: what was known where and when", size=20, bold=True)
    result = f"{len(cast.posts)} processes, {verdict.acknowledged} events acknowledged, {len(verdict.lost)} lost, "
    result += "all digests equal" if not verdict.unequal else f"{len(verdict.unequal)} digests not equal"
    chart.text(16, 48, result, size=13, colour=FAINT if verdict.well else LOST)


def _acts(chart: Chart, height: int) -> None:
    """Names that would run into each other stand one above the other."""
    ends, names = [0.0] * LEVELS, []
    for number, act in enumerate(chart.ledger.acts):
        x, name = chart.x(act.begins_s), f"{number + 1} {act.name}"
        level = next((level for level, end in enumerate(ends) if end <= x), LEVELS - 1)
        ends[level] = x + 12 + chart.width(name)
        top = TOP - 10 - 16 * level
        if number % 2:
            chart.box(x, TOP - 4, chart.x(act.ends_s) - x, height - TOP - FOOT + 4, "#f1f4f7")
        chart.box(x, top - 10, 1, height - top + 10 - FOOT, GRID)
        names.append((min(x + 4, WIDTH - chart.width(name) - 8), top, name))
    for x, top, name in names:
        chart.box(x - 1, top - 11, chart.width(name) + 4, 14, PAPER)
        chart.text(x, top, name, bold=True)
    for second in range(0, int(chart.ends_s) + 1, 10):
        chart.box(chart.x(second), height - FOOT, 1, 5, FAINT)
        if second % 30 == 0:
            chart.text(chart.x(second) + 3, height - FOOT + 14, f"{second} s", size=11, colour=FAINT)


def _row(chart: Chart, post: Post, y: float) -> None:
    height, strip = ROWS_PX[post.role], STATE_PX[post.role]
    said = [each for each in chart.ledger.said if post.concerns(each.stream)]
    known = {each.key: when for each in said if (when := chart.ledger.when(each, post.name)) is not None}
    if said:
        chart.steps([each.at_s for each in said], len(said), y, height - strip, SAID)
        chart.steps([when.at_s for when in known.values()], len(said), y, height - strip, KNOWN)
    _early(chart, said, post, y, height - strip)
    for span in chart.ledger.spans(post.name):
        chart.box(
            chart.x(span.begins_s), y + height - strip, chart.x(span.ends_s) - chart.x(span.begins_s), strip - 1, STATES[span.name][0]
        )
    size = 10 if post.role == "unit" else 13
    middle = y + height / 2 + size / 2 - 2
    chart.text(16, middle, post.name, size=size, bold=post.role != "unit")
    whole = len(known) == len(said)
    chart.text(WIDTH - RIGHT + 8, middle, f"{len(known)} of {len(said)}", size=size, colour=INK if whole else LOST, bold=not whole)


def _early(chart: Chart, said: Sequence[Said], post: Post, y: float, height: float) -> None:
    """What came by satellite first: a mark where the staircase has it."""
    times = sorted(when.at_s for each in said if (when := chart.ledger.when(each, post.name)) is not None)
    for each in said:
        when = chart.ledger.when(each, post.name)
        if when is not None and when.early:
            share = bisect_right(times, when.at_s) / len(said)
            chart.painter.setBrush(QColor(EARLY))
            chart.painter.setPen(QColor(PAPER))
            chart.painter.drawEllipse(QPointF(chart.x(when.at_s), y + height - height * share), 4, 4)


def _legend(chart: Chart, height: int) -> None:
    y, x = height - 22, 16.0
    for colour, text in ((SAID, "said so far, of what concerns it"), (KNOWN, "known there"), *STATES.values()):
        chart.box(x, y - 9, 12, 10, colour)
        chart.text(x + 17, y, text, size=12)
        x += 17 + chart.painter.fontMetrics().horizontalAdvance(text) + 22
    chart.painter.setBrush(QColor(EARLY))
    chart.painter.setPen(QColor(PAPER))
    chart.painter.drawEllipse(QPointF(x + 6, y - 4), 5, 5)
    chart.text(x + 17, y, "by satellite short message first", size=12)
