"""The column beside the wall's map: big type that is read across a room. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.models.changes import Changes
from console.views.context import Context, ReadingFor
from console.views.i18n import tr
from console.views.wall import presenter
from console.views.wall.presenter import SIGNS, Board, Line, Section
from console.views.window.theme import Theme

LINES = 26
"""How many lines of text fill the height."""
GAP = 0.4
"""Of a line, before a section."""
TONES = {1: "bad", 2: "bad", 3: "caution", 4: "link"}
_tag = "wall"


class BoardView(QWidget):
    """Reads itself, again when what it shows changed; words age each second. Attributes: `sections`, as shown last."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._board: Board | None = None
        self._theme: Theme | None = None
        self.sections: list[Section] = []
        self.setAccessibleName(tr("What matters now"))
        context.news.changed.connect(self._on_changed)
        context.news.reset.connect(self.read)
        context.news.second.connect(self._word)
        self.read()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def read(self) -> None:
        now_ms = self._context.time.now_ms()
        ReadingFor(self._context.reading, self).run(_tag, lambda database: presenter.read_board(database, now_ms), self._take)

    def _on_changed(self, changes: Changes) -> None:
        if not presenter.TABLES.isdisjoint(changes.ids):
            self.read()

    def _take(self, board: Board) -> None:
        self._board = board
        self._word()

    def _word(self) -> None:
        if self._board is None:
            return
        sections = presenter.sections(self._board, self._context.time.now_ms())
        if sections != self.sections:
            self.sections = sections
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._theme is None:
            return
        colours = {name: QColor(value) for name, value in self._theme.colours.items()}
        painter = QPainter(self)
        painter.fillRect(self.rect(), colours["window"])
        step = self.height() / LINES
        top = step * GAP
        for section in self.sections:
            top = self._paint_section(painter, section, top, step, colours)
        painter.end()

    def _paint_section(self, painter: QPainter, section: Section, top: float, step: float, colours: dict[str, QColor]) -> float:
        head = section.title + (f"  {len(section.lines) + section.more}" if len(section.lines) + section.more > 1 else "")
        self._write(painter, head, 0, top, step, colours["muted"], bold=True)
        top += step
        for line in section.lines:
            self._paint_line(painter, line, top, step, colours)
            top += step
        if section.more:
            self._write(painter, tr("and {n} more|and {n} more", n=section.more), step, top, step, colours["muted"])
            top += step
        return top + step * GAP

    def _paint_line(self, painter: QPainter, line: Line, top: float, step: float, colours: dict[str, QColor]) -> None:
        colour = colours[TONES.get(line.level, "text")]
        self._write(painter, SIGNS.get(line.level, ""), 0, top, step, colour)
        age_px = self._write(painter, line.age, 0, top, step, colours["muted"], right=True)
        self._write(
            painter, line.text, step, top, step, colour if line.level else colours["text"], bold=line.level in (1, 2), kept_px=age_px
        )

    def _write(
        self,
        painter: QPainter,
        text: str,
        indent: float,
        top: float,
        step: float,
        colour: QColor,
        *,
        bold: bool = False,
        right: bool = False,
        kept_px: float = 0.0,
    ) -> float:
        """How wide it was, with its distance to what stands before it."""
        font = QFont(self.font())
        font.setPixelSize(max(9, round(step * 0.62)))
        font.setBold(bold)
        painter.setFont(font)
        painter.setPen(colour)
        edge = round(step * 0.5)
        room = round(self.width() - 2 * edge - indent - kept_px)
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        flags = Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
        painter.drawText(round(edge + indent), round(top), room, round(step), flags, shown)
        return metrics.horizontalAdvance(shown) + edge if shown else 0.0
