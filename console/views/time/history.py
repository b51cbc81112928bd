"""Joins the time mode to reading: a moved instant becomes one seek of the reading thread, and news of what differs. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from console.models.changes import Changes
from console.models.clock import HLC_MAX, end_of_ms, hlc_from_ms, ms_of
from console.views.context import News
from console.views.time.mode import TimeMode

if TYPE_CHECKING:
    from console.models.journal.reading import Reader

T = TypeVar("T")
MAX_TICKS = 2000
SPAN_EVERY_S = 5


class JournalReading(Protocol):
    """Of `console.views.window.reader.BackgroundReading`."""

    def seek(self, hlc: int | None, done: Callable[[Changes | None], None]) -> None: ...
    def ask_journal(self, tag: str, work: Callable[[Reader], T], done: Callable[[T], None]) -> None: ...


class History(QObject):
    """Signals: `ticks(list of UTC ms)`: where command and report events are, at most MAX_TICKS of them."""

    ticks = Signal(object)

    def __init__(self, time: TimeMode, reading: JournalReading, news: News, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._time, self._reading, self._news = time, reading, news
        self._seeking = False
        self._moved_meanwhile = False
        self._jumped = False
        self._age_s = 0
        time.switched.connect(self._on_switched)
        time.moved.connect(self._on_moved)
        news.second.connect(self._on_second)
        news.reset.connect(self.measure)

    def measure(self) -> None:
        """Ask anew for the journal's span and ticks."""
        self._age_s = 0
        self._reading.ask_journal("span", _span_and_ticks, self._take_span)

    def read_again(self) -> None:
        """After a failure: seek again where the time is fixed, then have everything read anew."""
        self._jumped = True
        if self._time.live:
            self._reading.seek(None, self._take_live)
        else:
            self._seek()

    def step(self, direction: int) -> None:
        """To the next (+1) or previous (-1) command or report event, seen from the instant shown."""
        now_ms = self._time.now_ms()
        self._reading.ask_journal("step", lambda reader: _neighbour(reader, now_ms, direction), self._take_step)

    def _on_switched(self, live: bool) -> None:
        self._jumped = True
        if live:
            self._seeking = self._moved_meanwhile = False
            self._reading.seek(None, self._take_live)

    def _take_live(self, _changes: Changes | None) -> None:
        self._jumped = False
        self._news.reset.emit()

    def _on_moved(self, _instant_ms: int) -> None:
        if self._seeking:
            self._moved_meanwhile = True
        else:
            self._seek()

    def _seek(self) -> None:
        """One at a time: a slow seek makes playing coarser, never late."""
        self._seeking, self._moved_meanwhile = True, False
        self._reading.seek(end_of_ms(self._time.now_ms()), self._take_seek)

    def _take_seek(self, changes: Changes | None) -> None:
        self._seeking = False
        if self._time.live:
            return
        if changes is None or self._jumped:
            self._jumped = False
            self._news.reset.emit()
        elif changes:
            self._news.changed.emit(changes)
        self._news.second.emit()
        if self._moved_meanwhile:
            self._seek()

    def give_up(self) -> None:
        """Reading failed: a seek under way will not answer."""
        self._seeking = False

    def _on_second(self) -> None:
        self._age_s += 1
        if self._age_s >= SPAN_EVERY_S and self._time.live:
            self.measure()

    def _take_span(self, found: tuple[tuple[int, int] | None, list[int]]) -> None:
        span, moments = found
        self._time.set_span(span)
        self.ticks.emit(moments)

    def _take_step(self, instant_ms: int | None) -> None:
        if instant_ms is not None:
            self._time.pause()
            self._time.fix(instant_ms)


def _span_and_ticks(reader: Reader) -> tuple[tuple[int, int] | None, list[int]]:
    """The span in UTC ms, and the moments of the newest MAX_TICKS command and report events in it. Reader thread."""
    span = reader.span()
    if span is None:
        return None, []
    moments = reader.moments(span[0] - 1, span[1] + 1, MAX_TICKS, latest=True)
    return (ms_of(span[0]), ms_of(span[1])), [ms_of(moment.hlc) for moment in moments]


def _neighbour(reader: Reader, now_ms: int, direction: int) -> int | None:
    """UTC ms of the next or previous command or report event that is of another millisecond. Reader thread."""
    after, before = (end_of_ms(now_ms), HLC_MAX) if direction > 0 else (0, hlc_from_ms(now_ms))
    found = reader.moments(after, before, 1, latest=direction < 0)
    return ms_of(found[0].hlc) if found else None
