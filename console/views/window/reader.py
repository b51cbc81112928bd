"""Background reading: one thread with the databases; the GUI thread never queries.

The thread reads the live journal, or the state at a fixed instant. Waiting work is kept by tag, newest only. An answer is
delivered on the GUI thread unless newer work with its tag came meanwhile. Where reading fails, the window is told; the work's
asker is not answered (a table asks again by itself).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import peewee as pw
from PySide6.QtCore import QObject, Qt, Signal

from console.errors import Fault
from console.models.changes import Changes

T = TypeVar("T")
JOIN_S = 5.0
log = logging.getLogger(__name__)


class LiveState(Protocol):
    """`console.models.journal.reading.Reader`, made, used and closed by the reading thread."""

    @property
    def database(self) -> pw.SqliteDatabase: ...
    def close(self) -> None: ...


class StateAtInstant(Protocol):
    """`console.models.state.instant.Instant`."""

    @property
    def database(self) -> pw.SqliteDatabase: ...
    def seek(self, hlc: int) -> Changes | None:
        """What differs from the instant shown before; None when everything may."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class _Job:
    tag: str
    ticket: int
    work: Callable[[_Sources], Any]
    done: Callable[[Any], None]


class _Sources:
    """What the thread reads from, opened on first use."""

    def __init__(self, open_live: Callable[[], Any], open_instant: Callable[[], StateAtInstant], identify: Callable[[], object]) -> None:
        self._open_live, self._open_instant, self._identify = open_live, open_instant, identify
        self._file: object = None
        self._live: Any = None
        self._instant: StateAtInstant | None = None
        self._at: int | None = None

    def renew(self) -> None:
        """Open anew what has another file in its place by now: a damaged journal was put away, and made anew."""
        file = self._identify()
        if file != self._file:
            self._file = file
            self.close()

    def live(self) -> Any:
        if self._live is None:
            self._live = self._open_live()
        return self._live

    def seek(self, hlc: int | None) -> Changes | None:
        """Turn to another instant, None to the live journal."""
        self._at = hlc
        if hlc is None:
            self._close_instant()
            return None
        if self._instant is None:
            self._instant = self._open_instant()
        return self._instant.seek(hlc)

    def database(self) -> pw.SqliteDatabase:
        """Of the time asked for last: after a failure the instant is opened anew, never the live state shown in its stead."""
        if self._at is None:
            live: pw.SqliteDatabase = self.live().database
            return live
        if self._instant is None:
            self.seek(self._at)
        assert self._instant is not None
        return self._instant.database

    def close(self) -> None:
        self._close_instant()
        if self._live is not None:
            self._live.close()
            self._live = None

    def _close_instant(self) -> None:
        if self._instant is not None:
            self._instant.close()
            self._instant = None


class BackgroundReading(QObject):
    """Implements `console.views.context.Reading`. Attributes: `idle`, nothing asked for is still to come.

    Signals: `failed(text)` for each failure, `worked()` for the first success after one.
    """

    failed = Signal(str)
    worked = Signal()
    _answered = Signal(object, object)
    _not_answered = Signal(object, str)

    def __init__(
        self,
        open_live: Callable[[], Any],
        open_instant: Callable[[], StateAtInstant],
        parent: QObject | None = None,
        *,
        identify: Callable[[], object] = lambda: None,
    ) -> None:
        """`identify`: which file it is that is read; on the reading thread, before each piece of work."""
        super().__init__(parent)
        self._waiting: dict[str, _Job] = {}
        self._tickets: dict[str, int] = {}
        self._held = True
        self._ending = False
        self._failing = False
        self._wake = threading.Condition()
        self._sources = _Sources(open_live, open_instant, identify)
        self._owed: set[str] = set()
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._not_answered.connect(self._tell_failure, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._serve, name="reading", daemon=True)
        self._thread.start()

    @property
    def idle(self) -> bool:
        return not self._owed

    def release(self) -> None:
        """There is a journal to read; until told so, work waits."""
        with self._wake:
            self._held = False
            self._wake.notify()

    def run(self, tag: str, work: Callable[[pw.SqliteDatabase], T], done: Callable[[T], None]) -> None:
        self._put(tag, lambda sources: work(sources.database()), done)

    def ask_journal(self, tag: str, work: Callable[[Any], T], done: Callable[[T], None]) -> None:
        """As `run`, but `work` gets the live journal's `Reader` whatever the time mode."""
        self._put(tag, lambda sources: work(sources.live()), done)

    def seek(self, hlc: int | None, done: Callable[[Changes | None], None]) -> None:
        """All reading after this is of the state at `hlc` (None: live). `done` gets what differs, None for everything."""
        self._put("seek", lambda sources: sources.seek(hlc), done)

    def close(self) -> None:
        """Ends the thread; what waits is dropped."""
        with self._wake:
            self._ending = True
            self._wake.notify()
        self._thread.join(JOIN_S)

    def _put(self, tag: str, work: Callable[[_Sources], Any], done: Callable[[Any], None]) -> None:
        ticket = self._tickets.get(tag, 0) + 1
        self._tickets[tag] = ticket
        self._owed.add(tag)
        with self._wake:
            self._waiting[tag] = _Job(tag, ticket, work, done)
            self._wake.notify()

    def _deliver(self, job: _Job, answer: Any) -> None:
        if not self._ending and self._tickets.get(job.tag) == job.ticket:
            self._owed.discard(job.tag)
            job.done(answer)

    def _tell_failure(self, job: _Job, reason: str) -> None:
        if not self._ending:
            if self._tickets.get(job.tag) == job.ticket:
                self._owed.discard(job.tag)
            self.failed.emit(reason)

    # -- on the reading thread ------------------------------------------------------------------------------------

    def _serve(self) -> None:
        while (job := self._next()) is not None:
            try:
                self._sources.renew()
                answer = job.work(self._sources)
            except Exception as error:  # noqa: BLE001 - whatever a reader raises is shown, and the thread lives on
                self._fail(job, error)
            else:
                if self._failing:
                    self._failing = False
                    self.worked.emit()
                self._answered.emit(job, answer)
        self._sources.close()

    def _next(self) -> _Job | None:
        with self._wake:
            self._wake.wait_for(lambda: self._ending or (self._waiting and not self._held))
            if self._ending:
                return None
            tag = "seek" if "seek" in self._waiting else next(iter(self._waiting))
            return self._waiting.pop(tag)

    def _fail(self, job: _Job, error: Exception) -> None:
        """The databases are opened anew next time: the file may have been replaced, or come back with its disk."""
        if not self._failing:
            log.error("reading for %s failed", job.tag, exc_info=error)
        self._failing = True
        self._sources.close()
        known = isinstance(error, Fault | pw.PeeweeException | OSError)
        self._not_answered.emit(job, str(error) if known else f"{type(error).__name__}: {error}")


def journal_reading(journal: Path) -> BackgroundReading:
    """Of a journal file. What reads it is loaded by the reading thread, while the window is made."""

    def live() -> LiveState:
        from console.models.journal.reading import Reader

        return Reader(journal)

    def instant() -> StateAtInstant:
        from console.models.state.instant import Instant

        return Instant(journal)

    def identify() -> tuple[int, int] | None:
        try:
            found = journal.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    return BackgroundReading(live, instant, identify=identify)
