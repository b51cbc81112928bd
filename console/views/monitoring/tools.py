"""The line of choices over the chart: which time, how drawn, what is laid under it, what is taken away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QDateTime, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from console.views.age import local
from console.views.i18n import tr
from console.views.monitoring.plan import SUM_HOURS, Wish
from console.views.monitoring.scope import RANGES_MS, Scope, Span
from console.views.tables.rows import Rows

CUSTOM, FITTED = "custom", "fitted"
FORMATS = ("png", "svg", "csv")
SPACE_PX = 3


def range_text(key: str) -> str:
    return {
        "1h": tr("1 h"),
        "6h": tr("6 h"),
        "24h": tr("24 h"),
        "3d": tr("3 days"),
        "7d": tr("7 days"),
        "30d": tr("30 days"),
        FITTED: tr("Readings, up to 24 h"),
        CUSTOM: tr("From, to..."),
    }[key]


class Tools(QWidget):
    """Signals: `ranged(width_ms)`, `fitted()`, `between(Span)`, `followed()`, `wished()`, `compared()`, `asked_peak()`, `taken(format)`."""

    ranged = Signal(int)
    fitted = Signal()
    between = Signal(object)
    followed = Signal()
    wished = Signal()
    compared = Signal()
    asked_peak = Signal()
    taken = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.range = QComboBox()
        self.range.setAccessibleName(tr("Time shown"))
        for key in (FITTED, *RANGES_MS, CUSTOM):
            self.range.addItem(range_text(key), key)
        self.follow = _button(tr("Follow now"), tr("The time moves on with the window's (End)"))
        self.stacked = _button(tr("Stacked"), tr("A plot for each gauge"))
        self.rise = _button(tr("Rate of rise"), tr("How fast each rises, per hour"))
        self.limits = _button(tr("Limits"), tr("Warning levels and limits, drawn within the plot"), on=True)
        self.sums = QComboBox()
        self.sums.setAccessibleName(tr("Accumulated rain"))
        self.sums.addItem(tr("Sums: none"), 0)
        for hours in SUM_HOURS:
            self.sums.addItem(tr("Sum of {n} h", n=hours), hours)
        self.compare = _button(tr("Compare"), tr("Lay another time of the same gauges under this one"))
        self.save = QToolButton()
        self.save.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.save.setText(tr("Save"))
        self.save.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._custom, self._past = QWidget(), QWidget()
        self.start, self.end, self.past_start = _moment(tr("From")), _moment(tr("To")), _moment(tr("The other time begins"))
        self.align = QComboBox()
        self.align.setAccessibleName(tr("Lay it under"))
        for code, text in (("start", tr("beginning under beginning")), ("peak", tr("peak under peak"))):
            self.align.addItem(text, code)
        self.peak = QPushButton(tr("Highest on record"))
        self._lay_out()
        self._connect()

    # -- what is chosen --------------------------------------------------------------------------------------------

    def wish(self) -> Wish:
        return Wish(self.stacked.isChecked(), self.rise.isChecked(), int(self.sums.currentData()), self.limits.isChecked())

    def past(self) -> tuple[int, bool] | None:
        """(beginning of the other time in UTC ms, whether peak is laid under peak); None: no comparison."""
        return (_ms(self.past_start), self.align.currentData() == "peak") if self.compare.isChecked() else None

    def show_scope(self, scope: Scope, span: Span) -> None:
        same = (key for key, width_ms in RANGES_MS.items() if width_ms == scope.width_ms)
        key = FITTED if scope.fitted else next(same, CUSTOM)
        with QSignalBlocker(self.range), QSignalBlocker(self.follow):
            self.range.setCurrentIndex(self.range.findData(CUSTOM if self._custom.isVisible() else key))
            self.follow.setChecked(scope.following)
        self.follow.setText(tr("● Follows now") if scope.following else tr("○ Follow now"))
        if not self._custom.isVisible():
            _put(self.start, span.start_ms)
            _put(self.end, span.end_ms)

    def show_past(self, start_ms: int, *, at_peak: bool) -> None:
        _put(self.past_start, start_ms)
        with QSignalBlocker(self.align):
            self.align.setCurrentIndex(1 if at_peak else 0)
        self.compared.emit()

    def state(self) -> dict[str, Any]:
        """What is remembered between starts."""
        wish = self.wish()
        return {"stacked": wish.stacked, "rise": wish.rise, "sum_hours": wish.sum_hours, "limits": wish.limits}

    def restore(self, saved: dict[str, Any]) -> None:
        for key, button in (("stacked", self.stacked), ("rise", self.rise), ("limits", self.limits)):
            if isinstance(saved.get(key), bool):
                button.setChecked(saved[key])
        at = self.sums.findData(saved.get("sum_hours"))
        self.sums.setCurrentIndex(max(0, at))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        line = Rows(SPACE_PX)
        for widget in (self.range, self.follow, self.stacked, self.rise, self.sums, self.limits, self.compare, self.save):
            line.addWidget(widget)
        menu = QMenu(self.save)
        for code, text in (("png", tr("Picture (PNG)...")), ("svg", tr("Picture to enlarge (SVG)...")), ("csv", tr("Readings (CSV)..."))):
            action = QAction(text, menu)
            action.triggered.connect(lambda _on=False, code=code: self.taken.emit(code))
            menu.addAction(action)
        self.save.setMenu(menu)
        self._row(self._custom, [QLabel(tr("From")), self.start, QLabel(tr("To")), self.end])
        self._row(self._past, [QLabel(tr("The other time begins")), self.past_start, self.align, self.peak])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self._custom)
        column.addWidget(self._past)

    @staticmethod
    def _row(holder: QWidget, widgets: list[QWidget]) -> None:
        row = Rows(SPACE_PX)
        for widget in widgets:
            row.addWidget(widget)
        holder.setLayout(row)
        holder.hide()

    def _connect(self) -> None:
        self.range.activated.connect(self._on_range)
        self.follow.clicked.connect(lambda _on: self.followed.emit())
        for button in (self.stacked, self.rise, self.limits):
            button.toggled.connect(lambda _on: self.wished.emit())
        self.sums.currentIndexChanged.connect(lambda _at: self.wished.emit())
        self.compare.toggled.connect(self._on_compare)
        self.past_start.dateTimeChanged.connect(lambda _at: self.compared.emit())
        self.align.currentIndexChanged.connect(lambda _at: self.compared.emit())
        self.peak.clicked.connect(self.asked_peak)
        for edit in (self.start, self.end):
            edit.editingFinished.connect(self._on_between)

    def _on_range(self) -> None:
        key = self.range.currentData()
        self._custom.setVisible(key == CUSTOM)
        if key == CUSTOM:
            self.start.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key == FITTED:
            self.fitted.emit()
        else:
            self.ranged.emit(RANGES_MS[key])

    def _on_between(self) -> None:
        span = Span(_ms(self.start), _ms(self.end))
        if span.width_ms > 0:
            self.between.emit(span)

    def _on_compare(self, on: bool) -> None:
        self._past.setVisible(on)
        if on:
            _put(self.past_start, _ms(self.start))
            self.past_start.setFocus(Qt.FocusReason.OtherFocusReason)
        self.compared.emit()


def _button(text: str, tip: str, *, on: bool = False) -> QToolButton:
    button = QToolButton()
    button.setCheckable(True)
    button.setChecked(on)
    button.setText(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def _moment(name: str) -> QDateTimeEdit:
    edit = QDateTimeEdit(calendarPopup=True, displayFormat="yyyy-MM-dd HH:mm")
    edit.setAccessibleName(name)
    edit.setKeyboardTracking(False)
    return edit


def _ms(edit: QDateTimeEdit) -> int:
    """The time typed, in the zone of the screen."""
    typed = datetime.fromisoformat(edit.dateTime().toString("yyyy-MM-ddTHH:mm:ss"))
    return round(typed.replace(tzinfo=local(0).tzinfo).timestamp() * 1000)


def _put(edit: QDateTimeEdit, at_ms: int) -> None:
    with QSignalBlocker(edit):
        edit.setDateTime(QDateTime.fromString(f"{local(at_ms):%Y-%m-%dT%H:%M:00}", "yyyy-MM-ddTHH:mm:ss"))


__all__ = ["CUSTOM", "FORMATS", "Tools"]
