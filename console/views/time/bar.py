"""The time bar: live button, the instant, steps, play, rate and scrubber."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDateTime, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QLabel, QToolBar, QToolButton, QWidget

from console.views.i18n import tr
from console.views.time.mode import TimeMode
from console.views.time.playback import RATES
from console.views.time.scrubber import Scrubber
from console.views.time.zone import Zone


class InstantEdit(QDateTimeEdit):
    """ "01:23:00" typed is 01:23:00: after two digits Qt goes on to the next section by itself, and the colon must not go on again."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in (":", "-") and self.lineEdit().hasSelectedText():
            event.accept()
        else:
            super().keyPressEvent(event)


class TimeBar(QToolBar):
    """Signals: `stepped(+1 or -1)` asks for the next or previous event. Attributes: `actions_`, for menu and palette.

    Space, comma, full stop and End work while the keyboard is in the bar; the function keys work everywhere.
    """

    stepped = Signal(int)

    def __init__(self, time: TimeMode, zone: Zone, parent: QWidget | None = None) -> None:
        super().__init__(tr("Time"), parent)
        self.setObjectName("time_bar")
        self.setMovable(False)
        self._time, self._zone = time, zone
        self._peer_present = False
        self.live = self._action(tr("Return to live"), "Ctrl+L", time.go_live)
        self.jump = self._action(tr("Jump to a time"), "Ctrl+J", self._begin_jump)
        self.back = self._action(tr("Previous event"), "F7", lambda: self.stepped.emit(-1))
        self.play = self._action(tr("Play or pause"), "F8", time.toggle)
        self.forward = self._action(tr("Next event"), "F9", lambda: self.stepped.emit(1))
        self.actions_ = [self.live, self.jump, self.back, self.play, self.forward]
        self._build()
        for keys, action in (("End", self.live), ("Space", self.play), (",", self.back), (".", self.forward)):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(action.trigger)
        time.switched.connect(self._on_switched)
        time.moved.connect(self._redraw)
        time.played.connect(self._redraw)
        self._redraw()

    def set_ticks(self, moments_ms: list[int]) -> None:
        self.scrubber.set_ticks(moments_ms)

    def _action(self, text: str, keys: str, run: object) -> QAction:
        action = QAction(text, self)
        action.setShortcut(keys)
        action.setToolTip(f"{text} ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        action.triggered.connect(run)
        return action

    def _build(self) -> None:
        self._live_button = self._button(self.live, "live_button")
        self.instant = InstantEdit(calendarPopup=True, displayFormat="yyyy-MM-dd HH:mm:ss")
        self.instant.setAccessibleName(tr("Instant shown"))
        self.instant.setKeyboardTracking(False)
        self.instant.dateTimeChanged.connect(self._on_edited)
        self.addWidget(self.instant)
        self._back_button = self._button(self.back, "back_button")
        self._back_button.setText("|◀")
        self._play_button = self._button(self.play, "play_button")
        self._forward_button = self._button(self.forward, "forward_button")
        self._forward_button.setText("▶|")
        self.rate = QComboBox()
        self.rate.setAccessibleName(tr("Speed of playing"))
        self.rate.setToolTip(tr("Speed of playing"))
        for rate in RATES:
            self.rate.addItem(f"{rate}×", rate)
        self.rate.currentIndexChanged.connect(lambda _index: self._time.set_rate(self.rate.currentData()))
        self.addWidget(self.rate)
        self._first, self._last = QLabel(), QLabel()
        for label in (self._first, self._last):
            label.setMinimumWidth(label.fontMetrics().horizontalAdvance("00:00:00 "))
        self.scrubber = Scrubber(self._zone)
        self.scrubber.sought.connect(self._time.fix)
        for widget in (self._first, self.scrubber, self._last):
            self.addWidget(widget)

    def _button(self, action: QAction, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolTip(action.toolTip())
        button.setAccessibleName(action.text())
        button.clicked.connect(action.trigger)
        self.addWidget(button)
        return button

    def _begin_jump(self) -> None:
        """The keyboard goes to the hour, where most corrections are made."""
        self.instant.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.instant.setSelectedSection(QDateTimeEdit.Section.HourSection)

    def _on_edited(self, shown: QDateTime) -> None:
        text = shown.toString("yyyy-MM-ddTHH:mm:ss")
        self._time.fix(self._zone.ms(datetime.fromisoformat(text)))

    def show_peer(self, present: bool) -> None:
        """Live without news from the own peer does not look like live."""
        self._peer_present = present
        self._show_mode()

    def _show_mode(self) -> None:
        if not self._time.live:
            text, mode = tr("○ NOT LIVE"), "fixed"
        elif self._peer_present:
            text, mode = tr("● LIVE"), "live"
        else:
            text, mode = tr("✕ NO NEWS"), "cut"
        self._live_button.setText(text)
        _set_property(self._live_button, "mode", mode)

    def show_now(self) -> None:
        """Once a second: the live clock in the bar. Not while someone types a time into it."""
        if self._time.live and not self.instant.hasFocus():
            self._show_instant()

    def _show_instant(self) -> None:
        text = self._zone.local(self._time.now_ms()).strftime("%Y-%m-%dT%H:%M:%S")
        with QSignalBlocker(self.instant):
            self.instant.setDateTime(QDateTime.fromString(text, "yyyy-MM-ddTHH:mm:ss"))

    def _on_switched(self, live: bool) -> None:
        """Back to live nobody is typing a time any more: a past one left standing would be taken for the present."""
        if live and self.instant.hasFocus():
            self.scrubber.setFocus(Qt.FocusReason.OtherFocusReason)
        self._redraw()

    def _redraw(self) -> None:
        live, span = self._time.live, self._time.span
        self._show_mode()
        self._play_button.setText("❚❚" if self._time.playing else "▶")
        for control in (self.back, self.play, self.forward, self._back_button, self._play_button, self._forward_button, self.rate):
            control.setEnabled(span is not None)
        with QSignalBlocker(self.rate):
            self.rate.setCurrentIndex(RATES.index(self._time.rate))
        self.scrubber.set_span(span)
        self.scrubber.set_instant(None if live else self._time.now_ms())
        if span is not None:
            self._first.setText(self._zone.clock_text(span[0]))
            self._last.setText(self._zone.clock_text(span[1]))
        if not (live and self.instant.hasFocus()):
            self._show_instant()


def _set_property(widget: QWidget, name: str, value: str) -> None:
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
