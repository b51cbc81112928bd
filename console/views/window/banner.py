"""The one place for what must not be missed, most important first: not live, exercise, calls for help, standing faults with what to do,
links. Never a pop-up. Each has so many lines at most and counts the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.views.i18n import tr
from console.views.window.theme import Theme

MAX_FAULTS_SHOWN = 2
STRIPE_PX = 22


@dataclass
class Fault:
    """`count`: how often it was raised since it began. `remedy`: (label, action) or None. `minor`: stands below the others."""

    text: str
    count: int
    remedy: tuple[str, Callable[[], None]] | None
    minor: bool = False


class Stripes(QWidget):
    """A strip no one can miss: words on diagonal stripes, so that it does not hang on colour alone."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = name
        self._theme: Theme | None = None
        self._label = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter)
        font = self._label.font()
        font.setBold(True)
        self._label.setFont(font)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2 * STRIPE_PX, 3, 2 * STRIPE_PX, 3)
        self._row.addWidget(self._label, 1)
        self.hide()

    def add_button(self, button: QPushButton) -> None:
        self._row.addWidget(button)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        palette = self._label.palette()
        palette.setColor(self._label.foregroundRole(), QColor(theme.colours[f"on_{self._name}"]))
        self._label.setPalette(palette)
        self.update()

    def show_text(self, text: str) -> None:
        """ "" hides the strip."""
        self._label.setText(text)
        self.setVisible(bool(text))

    @property
    def text(self) -> str:
        return self._label.text()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.colours[self._name]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colours[f"{self._name}_stripe"]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self.height()
        for left in range(-height, self.width(), 2 * STRIPE_PX):
            corners = ((left, height), (left + height, 0), (left + height + STRIPE_PX, 0), (left + STRIPE_PX, height))
            painter.drawPolygon(QPolygon([QPoint(x, y) for x, y in corners]))
        painter.setBrush(QColor(self._theme.colours[self._name]))
        painter.drawRect(self._behind_text())
        painter.end()

    def _behind_text(self) -> QRect:
        """Plain ground under the words: stripes there would cost legibility."""
        width = self._label.fontMetrics().horizontalAdvance(self._label.text()) + 2 * STRIPE_PX
        middle = self._label.geometry().center().x()
        return QRect(middle - width // 2, 0, width, self.height())


class Banner(QWidget):
    """Faults are kept by code: raised again they are counted, not repeated."""

    def __init__(self, return_to_live: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.replay = Stripes("replay", self)
        self.exercise = Stripes("exercise", self)
        back = QPushButton(tr("Return to live"))
        back.setObjectName("compact")
        back.clicked.connect(return_to_live)
        self.replay.add_button(back)
        self._faults: dict[str, Fault] = {}
        self._strip = QWidget(self)
        self._strip.setObjectName("fault_strip")
        self._strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lines = QVBoxLayout(self._strip)
        self._lines.setContentsMargins(10, 3, 10, 3)
        self._lines.setSpacing(2)
        self._strip.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        for strip in (self.replay, self.exercise, self._strip):
            self._column.addWidget(strip)

    @property
    def faults(self) -> dict[str, Fault]:
        return dict(self._faults)

    def set_theme(self, theme: Theme) -> None:
        self.replay.set_theme(theme)
        self.exercise.set_theme(theme)

    def add_strip(self, strip: QWidget) -> None:
        """A line of somebody else's, below the faults; it shows and hides itself."""
        self._column.addWidget(strip)

    def add_alarm(self, strip: QWidget) -> None:
        """As `add_strip`, above the faults: a person's life comes before a machine's trouble."""
        self._column.insertWidget(self._column.indexOf(self._strip), strip)

    def raise_fault(self, code: str, text: str, remedy: tuple[str, Callable[[], None]] | None = None, *, minor: bool = False) -> None:
        held = self._faults.get(code)
        self._faults[code] = Fault(text, 1 if held is None else held.count + 1, remedy, minor)
        self._redraw()

    def clear_fault(self, code: str) -> None:
        if self._faults.pop(code, None) is not None:
            self._redraw()

    def _redraw(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (line := item.widget()) is not None:
                line.hide()
                line.deleteLater()
        shown = sorted(self._faults.items(), key=lambda held: held[1].minor)[:MAX_FAULTS_SHOWN]
        for code, fault in shown:
            self._lines.addWidget(self._line(code, fault))
        hidden = len(self._faults) - len(shown)
        if hidden:
            self._lines.addWidget(QLabel(tr("{n} more fault|{n} more faults", n=hidden)))
        self._strip.setVisible(bool(self._faults))

    def _line(self, code: str, fault: Fault) -> QWidget:
        line = QWidget(self._strip)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        counted = tr("{text} ({n} times)", text=fault.text, n=fault.count) if fault.count > 1 else fault.text
        label = QLabel(f"⚠ {counted}", wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(label, 1)
        if fault.remedy is not None:
            title, action = fault.remedy
            button = QPushButton(title)
            button.setObjectName("compact")
            button.clicked.connect(action)
            row.addWidget(button)
        hide = QPushButton(tr("Hide"))
        hide.setObjectName("compact")
        hide.clicked.connect(lambda: self.clear_fault(code))
        row.addWidget(hide)
        return line
