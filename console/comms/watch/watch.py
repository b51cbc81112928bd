"""The thread `risks` of a node or console: judges when readings come and once a minute, and hands over what ought to be written."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import peewee as pw

from console.comms.watch.who import QUANTITIES, Who
from console.errors import Fault
from console.models.changes import Changes
from console.models.journal import NewEvent
from console.models.journal.reading import Reader

REST_S = 2.0
STOP_S = 10.0
HEARD = ("sensor", "basin", "risk")
_log = logging.getLogger(__name__)


class _Ended(Exception):
    """The peer ends while much is read."""


class Watch:
    """`changed`, `start` and `close` on the peer's thread, which sets `who` (None: it judges nothing). The thread is begun with the first
    gauge or basin there is. `write(events)` and `fault(text)` are called on the thread `risks` and must pass it on."""

    def __init__(
        self,
        path: Path,
        now_ms: Callable[[], int],
        write: Callable[[list[NewEvent]], None],
        fault: Callable[[str], None],
    ) -> None:
        self._path, self._now_ms, self._write, self._fault = path, now_ms, write, fault
        self.who: Who | None = None
        self._news = threading.Condition()
        self._touched: set[str] = set()
        self._risks: set[str] = set()
        self._anew = True
        self._again = False
        self._ending = False
        self._thread: threading.Thread | None = None

    def start(self, connection: sqlite3.Connection) -> None:
        """`connection`: a reader of the journal. Nothing is begun where there is nothing to judge."""
        marks = ",".join("?" * len(QUANTITIES))
        gauges = connection.execute(f"SELECT 1 FROM sensor WHERE quantity IN ({marks}) LIMIT 1", tuple(QUANTITIES)).fetchone()
        if gauges or connection.execute("SELECT 1 FROM basin LIMIT 1").fetchone():
            self._begin()

    def changed(self, changes: Changes) -> None:
        if not any(table in changes.ids for table in HEARD):
            return
        with self._news:
            self._touched |= changes.ids.get("sensor", set())
            self._risks |= changes.ids.get("risk", set())
            self._anew = self._anew or "basin" in changes.ids
            self._again = True
            self._news.notify()
        if "sensor" in changes.ids or "basin" in changes.ids:
            self._begin()

    def close(self) -> None:
        with self._news:
            self._ending = True
            self._news.notify()
        if self._thread is not None:
            self._thread.join(STOP_S)
            self._thread = None

    def _begin(self) -> None:
        if self._thread is None and not self._ending:
            self._thread = threading.Thread(target=self._run, name="risks", daemon=True)
            self._thread.start()

    # -- on the thread `risks` -------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._ending:
            try:
                reader = Reader(self._path)
            except Fault as fault:
                self._fault(str(fault))
                self._wait(REST_S)
                continue
            try:
                self._watch(reader)
            except _Ended:
                return
            except (Fault, sqlite3.Error, pw.PeeweeException) as error:  # damage, a full disk: others tell of it and mend it
                _log.warning("risks are not judged: %s", error)
                self._fault(f"risks are not being judged: {error}")
                self._wait(REST_S)
            except Exception as error:  # noqa: BLE001 - the peer goes on, and says that this does not
                _log.exception("the watch over thresholds failed")
                self._fault(f"risks are not being judged: {type(error).__name__}: {error}. The log says more.")
                self._wait(REST_S)
            finally:
                reader.close()

    def _watch(self, reader: Reader) -> None:
        """What judges is loaded here: a peer without gauges is up sooner, and smaller, without it."""
        from console.comms.watch.desk import Desk
        from console.models.hazards.rules import hazard_rules
        from console.models.sensors import sensor_rules

        rules = hazard_rules()
        desk = Desk(reader.database, rules, sensor_rules(), self._breathe)
        due_s = 0.0
        while not self._ending:
            touched, risks, anew = self._take()
            desk.said.hear(risks)
            who = self.who
            if who is not None:
                if anew:
                    desk.load(self._now_ms())
                whole = anew or time.monotonic() >= due_s
                verdicts = desk.judge(self._now_ms(), touched, whole=whole)
                if whole:
                    due_s = time.monotonic() + rules.watch.every_s
                events = desk.owed(verdicts, who, self._now_ms())
                if events:
                    self._write(events)
                self._fault("")
            left_s = due_s - time.monotonic()
            self._wait(min(left_s, rules.watch.patience_s) if desk.waiting else left_s)
            self._rest(rules.watch.settle_ms / 1000)

    def _breathe(self) -> None:
        if self._ending:
            raise _Ended
        time.sleep(0)

    def _take(self) -> tuple[set[str], set[str], bool]:
        """Sensors, rows of risk, and whether the registry is to be read anew."""
        with self._news:
            touched, risks, anew = self._touched, self._risks, self._anew
            self._touched, self._risks, self._anew, self._again = set(), set(), False, False
        return touched, risks, anew

    def _wait(self, seconds: float) -> None:
        with self._news:
            if not self._again and not self._ending:
                self._news.wait(max(seconds, 0.05))

    def _rest(self, seconds: float) -> None:
        """What comes together is judged together."""
        if not self._ending:
            time.sleep(seconds)
