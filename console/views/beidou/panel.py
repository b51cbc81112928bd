"""The satellite workspace: the card's clock, what waits, what went, the port. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QProgressBar, QSplitter, QTabWidget, QVBoxLayout, QWidget

from console.comms.local.messages import Me, Satellite, SendBySatellite, UseTerminal
from console.views.beidou import presenter
from console.views.context import Context, Request
from console.views.entry.form import AskForm, TextLine
from console.views.i18n import tr
from console.views.tables.marks import Mark
from console.views.tables.pages import page
from console.views.tables.paint import ICON_PX, is_night, mark_icon
from console.views.tables.pairs import PairsView
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel

FULL = 1000
CLOCK_SIZE = 1.4
FACTS_MIN_PX = 90
SHARES = (340, 660)


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


class SatellitePanel(Panel):
    """The terminal left; right what waits and what went. As told by the peer, also while the window shows a past instant: it is this
    machine's present."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "satellite")
        self._satellite: Satellite | None = None
        self.clock, self.state, self._mark = QLabel(), QLabel(), QLabel()
        self.bar = QProgressBar()
        self.facts = PairsView("", below=True)
        now_ms = context.time.wall_ms
        self.waiting = TablePane("satellite.waiting", presenter.waiting_columns(), now_ms, lambda: tr("Nothing waits for the satellite."))
        self.recent = TablePane("satellite.recent", presenter.recent_columns(), now_ms, lambda: tr("No short message yet."))
        self.send, self.port = SendForm(context), PortForm(context)
        self.tabs = QTabWidget()
        self._lay_out()
        context.news.links.connect(self._on_links)
        self.offer(tr("Satellite: send what is urgent now"), self.send.submit, field=True)
        self.offer(tr("Satellite: choose the terminal's port"), lambda: self.port.port.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self._show(None)

    def _on_links(self, me: Me | None, _links: object) -> None:
        satellite = None if me is None else me.satellite
        missing = "" if me is not None else tr("This machine's own peer is away.")
        self.port.set_missing(missing)
        self.send.set_missing(missing or ("" if satellite is not None else tr("There is no terminal to send by.")))
        if satellite != self._satellite:
            self._show(satellite)

    def _on_second(self) -> None:
        super()._on_second()
        self._show_clock()

    def _show(self, satellite: Satellite | None) -> None:
        self._satellite = satellite
        if satellite is not None:
            self.port.propose(satellite.port)
        self.state.setText(presenter.state_text(satellite))
        self._mark.setPixmap(_pixmap(presenter.state_mark(satellite), self))
        for pane, rows in ((self.waiting, presenter.waiting_rows(satellite)), (self.recent, presenter.recent_rows(satellite))):
            pane.table.replace_all(rows)
            pane.set_filled()
        self.tabs.setTabText(0, presenter.waiting_title(satellite))
        self._show_clock()

    def _show_clock(self) -> None:
        now_ms = self.context.time.wall_ms()
        words = presenter.clock_words(self._satellite, now_ms)
        self.clock.setText(words)
        self.bar.setValue(round(presenter.clock_share(self._satellite, now_ms) * FULL))
        self.bar.setAccessibleDescription(words)
        self.facts.show_columns([("", presenter.facts(self._satellite, now_ms))])

    def _lay_out(self) -> None:
        font = self.clock.font()
        font.setPointSizeF(font.pointSizeF() * CLOCK_SIZE)
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
        self.facts.setMinimumHeight(FACTS_MIN_PX)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(page(self.clock, self.bar, self._state_line(), self.send, self.facts, self.port, grows=self.facts))
        for pane, title in ((self.waiting, tr("Waits for the satellite")), (self.recent, tr("Short messages"))):
            pane.view.setAccessibleName(title)
            self.tabs.addTab(pane, title)
        self.tabs.setDocumentMode(True)
        splitter.addWidget(self.tabs)
        splitter.setSizes(list(SHARES))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(splitter)
        self.setFocusProxy(self.waiting.view)

    def _state_line(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        self._mark.setFixedWidth(ICON_PX + 4)
        line.addWidget(self._mark)
        line.addWidget(self.state, 1)
        return row


def _pixmap(mark: Mark, widget: QWidget) -> QPixmap:
    return mark_icon(mark, is_night(widget.palette()), widget.devicePixelRatioF()).pixmap(ICON_PX, ICON_PX)
