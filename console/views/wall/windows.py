"""Windows beside the main one: more maps, and the wall screen with a map that follows the desk's. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeySequence, QScreen, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.views.context import Context
from console.views.i18n import tr
from console.views.map.panel import MapPanel
from console.views.time.zone import Zone
from console.views.wall.board import BoardView
from console.views.window.banner import Stripes
from console.views.window.theme import Theme, sheet

MAX_MAPS = 4
"""Beside the main one: each is a Chromium page of its own."""
MAP_SIZE = (1100, 760)
BOARD_SHARE = 3
MAP_TYPE = 1.4
"""How much larger symbols and names of the wall's map are."""


class MapWindow(QWidget):
    """One more map. Attributes: `chart`. Signals: `closed()`."""

    closed = Signal()

    def __init__(self, context: Context, title: str) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.chart = MapPanel(context)
        self._replay, self._exercise = Stripes("replay", self), Stripes("exercise", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._replay)
        column.addWidget(self._exercise)
        column.addLayout(self._middle(context), 1)
        self.resize(*MAP_SIZE)

    def _middle(self, _context: Context) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.chart, 1)
        return row

    def set_theme(self, theme: Theme) -> None:
        self.setStyleSheet(sheet(theme))
        for stripes in (self._replay, self._exercise):
            stripes.set_theme(theme)
        self.chart.set_theme(theme.base)
        self.chart.set_dim(theme.name == "dim")

    def show_marks(self, replay: str, exercise: str) -> None:
        """What must stand above every picture of the state: not live, exercise; "" where it is not so."""
        self._replay.show_text(replay)
        self._exercise.show_text(exercise)

    def follow(self, chart: MapPanel) -> None:
        """Look where another map looks, from now on and after each move."""
        chart.looked.connect(self.chart.go_to)
        if chart.centre is not None:
            self.chart.go_to(*chart.centre)
        self.chart.layers.show_only(chart.layers.shown())

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)


class WallWindow(MapWindow):
    """The whole of a screen: map, what matters beside it, the clock above. Escape or F11 ends it."""

    def __init__(self, context: Context, zone: Zone) -> None:
        self._context, self._zone = context, zone
        self.clock = QLabel(alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        super().__init__(context, tr("Fengsui wall screen"))
        self.chart.tools.hide()
        self.chart.web.view.setZoomFactor(MAP_TYPE)
        self.chart.card.setEnabled(False)
        for keys in ("Escape", "F11"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.close)
        context.news.second.connect(self._show_time)
        self._show_time()

    def _middle(self, context: Context) -> QHBoxLayout:
        self.board = BoardView(context)
        side = QVBoxLayout()
        side.setSpacing(0)
        side.addWidget(self.clock)
        side.addWidget(self.board, 1)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.chart, 2 * BOARD_SHARE + 1)
        row.addLayout(side, BOARD_SHARE)
        return row

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.board.set_theme(theme)
        size_px = max(20, self.height() // 14)
        self.clock.setStyleSheet(
            f"color: {theme.colours['text']}; background: {theme.colours['window']}; font-size: {size_px}px; padding: 4px 16px"
        )

    def open(self, screen: QScreen) -> None:
        """On the whole of `screen`."""
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def _show_time(self) -> None:
        self.clock.setText(self._zone.clock_text(self._context.time.now_ms()))


class Windows(QObject):
    """Opens them and keeps them in step with the main window. Attributes: `maps`, `wall` (None while there is none)."""

    def __init__(
        self, context: Context, chart: MapPanel, zone: Zone, theme: Callable[[], Theme], marks: Callable[[], tuple[str, str]]
    ) -> None:
        super().__init__(chart)
        self._context, self._chart, self._zone = context, chart, zone
        self._theme, self._marks = theme, marks
        self.maps: list[MapWindow] = []
        self.wall: WallWindow | None = None
        self._another = self._action(tr("New map window"), "Ctrl+Shift+N", self.open_map)
        self._wall = self._action(tr("Wall screen"), "Ctrl+Shift+Y", self.toggle_wall)

    def actions(self) -> list[QAction]:
        return [self._another, self._wall]

    def open_map(self) -> None:
        """One more map, looking where the main one looks; nothing when there are MAX_MAPS."""
        if len(self.maps) < MAX_MAPS:
            window = MapWindow(self._context, tr("Map {n}", n=len(self.maps) + 2))
            self.maps.append(window)
            window.closed.connect(lambda: self.maps.remove(window))
            self._dress(window)
            window.chart.layers.show_only(self._chart.layers.shown())
            if self._chart.centre is not None:
                window.chart.go_to(*self._chart.centre)
            window.show()
            self._another.setEnabled(len(self.maps) < MAX_MAPS)
            window.closed.connect(lambda: self._another.setEnabled(True))

    def toggle_wall(self) -> None:
        if self.wall is not None:
            self.wall.close()
            return
        self.wall = window = WallWindow(self._context, self._zone)
        window.closed.connect(self._forget_wall)
        window.open(self._screen())
        self._dress(window)
        window.follow(self._chart)

    def restyle(self) -> None:
        """The theme is another, or what stands above every picture."""
        for window in self._all():
            self._dress(window)

    def show_marks(self) -> None:
        for window in self._all():
            window.show_marks(*self._marks())

    def close(self) -> None:
        for window in self._all():
            window.close()

    def _all(self) -> list[MapWindow]:
        return [*self.maps, *([self.wall] if self.wall is not None else [])]

    def _dress(self, window: MapWindow) -> None:
        window.set_theme(self._theme())
        window.show_marks(*self._marks())

    def _forget_wall(self) -> None:
        self.wall = None

    def _screen(self) -> QScreen:
        """One on which the main window is not, where there is one."""
        own = self._chart.screen()
        return next((screen for screen in QGuiApplication.screens() if screen is not own), own)

    def _action(self, text: str, keys: str, run: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(keys)
        action.triggered.connect(lambda _checked: run())
        return action
