"""The satellite terminal beside the links: the card's clock, what waits, what went, the port. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QProgressBar, QSplitter, QVBoxLayout, QWidget

from console.comms.local.messages import Me, Satellite, SendBySatellite, UseTerminal
from console.views.beidou import presenter
from console.views.context import Context, Request
from console.views.entry.form import AskForm, TextLine
from console.views.i18n import tr
from console.views.tables.marks import Mark
from console.views.tables.paint import ICON_PX, is_night, mark_icon
from console.views.tables.pairs import PairsView
from console.views.tables.pane import TablePane

FULL = 1000
TABLE_MIN_PX = 110


class SendForm(AskForm):
    """What is urgent goes by satellite for a while, whatever else reaches the others."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, tr("Send by satellite"))

    def request(self) -> Callable[[int], Request]:
        return lambda request_id: SendBySatellite(id=request_id)

    def clear(self) -> None:
        """There is nothing to type."""


class PortForm(AskForm):
    """Which serial port the terminal is on; left empty, none is used."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, tr("Use this port"))
        self.port = TextLine(self, tr("/dev/ttyUSB0 or COM3; empty: no terminal"))
        layout = QFormLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(tr("Serial port"), self.port)

    def request(self) -> Callable[[int], Request]:
        port = self.port.text().strip()
        return lambda request_id: UseTerminal(id=request_id, port=port)

    def clear(self) -> None:
        """The port stands."""

    def propose(self, port: str) -> None:
        if not self.port.text():
            self.port.setText(port)


class SatelliteView(QWidget):
    """Shown as told by the peer, also while the window shows a past instant: it is this machine's present."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._satellite: Satellite | None = None
        self.clock, self.state, self._mark = QLabel(), QLabel(), QLabel()
        self.bar = QProgressBar()
        self.facts = PairsView("", below=True)
        self.waiting = TablePane(
            "satellite.waiting", presenter.waiting_columns(), context.time.wall_ms, lambda: tr("Nothing waits for the satellite.")
        )
        self.recent = TablePane("satellite.recent", presenter.recent_columns(), context.time.wall_ms, lambda: tr("No short message yet."))
        self.send, self.port = SendForm(context), PortForm(context)
        self._lay_out()
        context.news.links.connect(self._on_links)
        context.news.second.connect(self._show_clock)
        self._show(None)

    def _on_links(self, me: Me | None, _links: object) -> None:
        satellite = None if me is None else me.satellite
        missing = "" if me is not None else tr("This machine's own peer is away.")
        self.port.set_missing(missing)
        self.send.set_missing(missing or ("" if satellite is not None else tr("There is no terminal to send by.")))
        if satellite != self._satellite:
            self._show(satellite)

    def _show(self, satellite: Satellite | None) -> None:
        self._satellite = satellite
        if satellite is not None:
            self.port.propose(satellite.port)
        self.state.setText(presenter.state_text(satellite))
        _put_mark(self._mark, presenter.state_mark(satellite))
        self.waiting.table.replace_all(presenter.waiting_rows(satellite))
        self.waiting.set_filled()
        self.recent.table.replace_all(presenter.recent_rows(satellite))
        self.recent.set_filled()
        self._show_clock()

    def _show_clock(self) -> None:
        now_ms = self._context.time.wall_ms()
        words = presenter.clock_words(self._satellite, now_ms)
        self.clock.setText(words)
        self.bar.setValue(round(presenter.clock_share(self._satellite, now_ms) * FULL))
        self.bar.setAccessibleDescription(words)
        self.facts.show_columns([("", presenter.facts(self._satellite, now_ms))])

    def _lay_out(self) -> None:
        font = self.clock.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setBold(True)
        self.clock.setFont(font)
        for label in (self.clock, self.state):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.bar.setRange(0, FULL)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Time until the next message"))
        self.waiting.sort_by("place")
        self.recent.sort_by("at", descending=True)
        line = QHBoxLayout()
        self._mark.setFixedWidth(ICON_PX + 4)
        line.addWidget(self._mark)
        line.addWidget(self.state, 1)
        tables = QSplitter(Qt.Orientation.Vertical)
        tables.setChildrenCollapsible(False)
        for pane, title in ((self.waiting, tr("Waits for the satellite")), (self.recent, tr("Short messages"))):
            pane.setMinimumHeight(TABLE_MIN_PX)
            pane.view.setAccessibleName(title)
            tables.addWidget(pane)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.clock)
        layout.addWidget(self.bar)
        layout.addLayout(line)
        layout.addWidget(self.facts)
        layout.addWidget(self.send)
        layout.addWidget(tables, 1)
        layout.addWidget(self.port)


def _put_mark(label: QLabel, mark: Mark) -> None:
    label.setPixmap(mark_icon(mark, is_night(label.palette()), label.devicePixelRatioF()).pixmap(ICON_PX, ICON_PX))
