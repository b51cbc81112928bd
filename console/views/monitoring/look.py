"""The colours of a chart, day and night, from the window's palette; and how each kind of limit is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette, QPen

from console.views.tables.marks import Tone
from console.views.tables.paint import is_night, tone_colour

LEVEL_TONES = {1: Tone.RED, 2: Tone.ORANGE, 3: Tone.YELLOW, 4: Tone.BLUE, 0: Tone.GREY}
LEVEL_DASHES = {1: [12, 2], 2: [8, 4], 3: [4, 4], 4: [2, 4], 0: [1, 3]}
"""The graver, the more of the line is there."""
LINE_DASHES: dict[int, list[float]] = {1: [9, 4], 2: [2, 3], 3: [10, 3, 2, 3]}
"""As `envelope.DASHES`, for pictures that are not made of pixels."""


@dataclass(frozen=True)
class Look:
    night: bool
    base: QColor
    text: QColor
    muted: QColor
    border: QColor

    @classmethod
    def of(cls, palette: QPalette) -> Look:
        role = QPalette.ColorRole
        return cls(
            is_night(palette),
            palette.color(role.Base),
            palette.color(role.Text),
            palette.color(role.PlaceholderText),
            palette.color(role.Mid),
        )

    @property
    def grid(self) -> QColor:
        """Between the ground and the frame, so that it is under everything."""
        ground, line = self.base, self.border
        red, green, blue = (
            round(0.7 * one + 0.3 * other)
            for one, other in ((ground.red(), line.red()), (ground.green(), line.green()), (ground.blue(), line.blue()))
        )
        return QColor(red, green, blue)

    @classmethod
    def paper(cls) -> Look:
        """For what is taken away: white ground, whatever the screen's theme."""
        return cls(False, QColor("#ffffff"), QColor("#14202b"), QColor("#4c5b69"), QColor("#8a97a3"))

    def tone(self, tone: Tone) -> QColor:
        """A yellow line on white would not be seen: it is drawn as dark gold there."""
        return QColor("#9a7400") if tone is Tone.YELLOW and not self.night else tone_colour(tone, self.night)

    def limit_pen(self, level: int) -> QPen:
        pen = QPen(self.tone(LEVEL_TONES[level]), 1)
        pen.setDashPattern(LEVEL_DASHES[level])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def line_pen(self, tone: Tone, dash: int) -> QPen:
        pen = QPen(self.tone(tone), 1)
        if dash in LINE_DASHES:
            pen.setDashPattern(LINE_DASHES[dash])
        return pen
