"""What a start does about a journal that the last run left torn or damaged: mends it in place, or puts it away and makes it anew.

Nothing is deleted: a damaged file is renamed, with the date, and stays. What cannot be proven of it is asked for again by the ordinary
sync rule. Every step can be interrupted by the next power cut and is gone through again.

- At every start, cheaply: the header, the file's length, the write-ahead log's end, the end of each stream.
- `suspect`: damage found elsewhere (in the middle of the work, by `verify`), for the next start to look into thoroughly.
"""

from __future__ import annotations

import errno
import logging
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

import msgspec
import peewee as pw

from console.errors import Fault
from console.models import kinds
from console.models.identity import Signer
from console.models.journal import ending, schema
from console.models.journal.ending import Loss, Losses, Recovered
from console.models.journal.erasing import Erasures
from console.models.journal.faults import CorruptFault, ForeignFault, fault_of
from console.models.journal.lock import WriterLock
from console.models.journal.pages import Log, Pages
from console.models.journal.rebuild import Remembered, rebuild
from console.models.journal.refresh import refresh
from console.models.journal.salvage import Salvage
from console.models.journal.soundness import means_damage, mended_in_place
from console.models.journal.suspicion import Suspicion, beside, drop_suspicion, free_name, put_suspicion, suspicion_of, sync_names
from console.models.state.project import Projection, happenings

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Rescue:
    """One start of the journal at `path`, whose lock is held. To be closed."""

    def __init__(self, path: Path, signer: Signer, lock: WriterLock, wall: Callable[[], int], remembered: Remembered | None) -> None:
        self._path, self._signer, self._lock, self._wall, self._remembered = path, signer, lock, wall, remembered
        self._gone = lock.opened_before and not path.exists()
        self._mended = False
        self._suspicion: Suspicion | None = None
        self._finish()
        self._keep_log()
        self.log = Log(self._log_path)

    def open(self, make: Callable[[], T]) -> T:
        """What `make` makes of a sound file. Raises Fault, or what `make` raises of sqlite3, where nothing is damaged."""
        held = suspicion_of(self._path)
        if held is not None and self._lock.opened_before:
            self._mend(held.damage)
        elif self._lock.opened_before and not self._path.exists() and self.log.frames:
            self._mend("it is gone but for its log")
        try:
            return make()
        except (ForeignFault, CorruptFault) as fault:
            if not self._lock.opened_before:
                raise
            damage = fault.damage if isinstance(fault, CorruptFault) else "its header says that it is another program's"
        except (sqlite3.Error, pw.DatabaseError) as error:
            if not means_damage(error):
                raise
            damage = str(error)
        except (msgspec.DecodeError, ValueError, TypeError, LookupError) as error:
            damage = f"{type(error).__name__}: {error}"
        self._mend(damage)
        return make()

    def report(self, connection: sqlite3.Connection, position: int, torn: int) -> Recovered | None:
        """What is to be told, by now or still; from here on this run has not said goodbye. The transaction is the caller's."""
        well = ending.ended_well(connection)
        if self._suspicion is not None or (self._lock.opened_before and not well):
            seen = self._suspicion or Suspicion("")
            last = connection.execute("SELECT taken_ms FROM event ORDER BY position DESC LIMIT 1").fetchone()
            alive_ms = max(self._lock.alive_ms or 0, min(last[0], self._wall()) if last is not None else 0)
            ending.put_recovered(connection, Recovered(alive_ms, position, torn, self._mended, seen.aside, seen.damage, self._gone))
        self._lock.opened()
        return ending.recovered(connection)

    def put_log_away(self) -> str:
        """Keep the log as it was found; its name."""
        aside = beside(free_name(self._path, self._wall()), "-wal")
        if self._log_path.exists():
            shutil.copyfile(self._log_path, aside)
        return aside.name

    def close(self) -> None:
        """What was held for the case that it is needed goes."""
        self.log.close()
        with suppress(OSError):
            beside(self._path, "-wal.kept").unlink(missing_ok=True)

    def _keep_log(self) -> None:
        """SQLite writes over the part of the log that it does not believe, and deletes all of it when it closes the file."""
        wal, kept = beside(self._path, "-wal"), beside(self._path, "-wal.kept")
        self._log_path = wal
        try:
            if wal.exists() and wal.stat().st_size and not (kept.exists() and suspicion_of(self._path)):
                shutil.copyfile(wal, kept)
            if kept.exists():
                self._log_path = kept
        except OSError:  # no room for a copy: the log itself has to do
            kept.unlink(missing_ok=True)

    # -- mending ---------------------------------------------------------------------------------------------------------------

    def _mend(self, damage: str) -> None:
        """Raises Fault when there is no room, or no right, to."""
        _log.error("%s is damaged (%s); what is good of it is kept, and the rest asked for again", self._path, damage)
        try:
            put_suspicion(self._path, Suspicion(damage))
            if mended_in_place(self._path):
                self._suspicion, self._mended = Suspicion(damage), True
                drop_suspicion(self._path)
            else:
                self._make_anew(damage)
        except (sqlite3.Error, pw.DatabaseError) as error:
            raise fault_of(error, self._path) from error
        except OSError as error:
            raise Fault(
                f"{self._path} is damaged ({damage}) and cannot be made anew ({error.strerror}). Make room, check the rights, "
                "close other programs that read it, and start again."
            ) from error

    def _make_anew(self, damage: str) -> None:
        aside = free_name(self._path, self._wall())
        new = beside(self._path, ".rescued")
        for leftover in (new, beside(new, "-wal"), beside(new, "-shm")):
            leftover.unlink(missing_ok=True)
        database = pw.SqliteDatabase(str(new), thread_safe=False)
        try:
            with closing(Pages(self._path, self.log)) as pages:
                self._fill(database, pages, aside.name)
        finally:
            database.close()
        self.log.close()
        self.log = Log(beside(new, "-wal"))
        put_suspicion(self._path, Suspicion(damage, aside.name))
        self._finish()

    def _fill(self, database: pw.SqliteDatabase, pages: Pages, aside: str) -> None:
        database.connect()
        connection = schema.raw(database)
        connection.execute("PRAGMA synchronous = 2")
        schema.create(database)
        connection.execute("BEGIN IMMEDIATE")
        salvage = Salvage(pages, connection)
        if 2 * pages.unreadable > pages.count:
            raise OSError(errno.EIO, "the disk does not give most of it")
        kept = rebuild(salvage, connection, self._signer, self._remembered, self._wall())
        streams = [Loss(*stream, each.seq, each.claimed) for stream, each in kept.items() if each.claimed > each.seq]
        unsure = not any(stream.origin == self._signer.origin and each.recorded for stream, each in kept.items())
        ending.put_losses(connection, Losses(aside, streams, unsure=unsure))
        refresh(connection)
        _erase_again(connection)
        connection.execute("COMMIT")

    def _finish(self) -> None:
        """Put the damaged file away and the new one in its place: begun when the suspicion has a name for it, whoever began it."""
        found = suspicion_of(self._path)
        new = beside(self._path, ".rescued")
        if found is None or not found.aside:
            return
        aside = self._path.with_name(found.aside)
        if new.exists():
            for part, name in (("-wal", "-wal"), ("-wal.kept", "-wal"), ("", "")):
                source = beside(self._path, part)
                if source.exists() and source.stat().st_size:
                    source.replace(beside(aside, name))
            for leftover in ("-wal", "-shm"):
                beside(self._path, leftover).unlink(missing_ok=True)
            new.rename(self._path)
            sync_names(self._path.parent)
        self._suspicion = found
        drop_suspicion(self._path)


def _erase_again(connection: sqlite3.Connection) -> None:
    """What was ordered to be erased stays so, although an older copy of its page may have been all that could be read."""
    erasures, projection = Erasures(connection), Projection(connection)
    orders = list(happenings(connection, "e.kind = 'incident.purged'"))
    for at in orders:
        if isinstance(at.body, kinds.IncidentPurged):
            erasures.order(at.subject, at.area, at.body)
    for subject in {at.subject for at in orders}:
        erasures.carry_out(subject, projection)
    projection.flush()
