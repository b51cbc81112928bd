"""What a start does about a journal that the last run left torn or damaged: mends it in place, or puts it away and makes it anew.

Nothing is deleted: a damaged file is renamed, with the date, and stays. What cannot be proven of it is asked for again by the ordinary
sync rule. Every step can be interrupted by the next power cut and is gone through again.

- At every start, cheaply: the header, the file's length, the write-ahead log's end, the end of each stream.
- `suspect`: damage found elsewhere (in the middle of the work, by `verify`), for the next start to look into thoroughly.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec
import peewee as pw

from console.errors import Fault
from console.models import kinds
from console.models.identity import Signer
from console.models.journal import ending, meta, schema
from console.models.journal.ending import Loss, Losses, Recovered
from console.models.journal.erasing import Erasures
from console.models.journal.faults import CorruptFault, DiskFullFault, ForeignFault, ReadOnlyFault, fault_of
from console.models.journal.lock import WriterLock
from console.models.journal.pages import Log, Pages
from console.models.journal.rebuild import Remembered, rebuild
from console.models.journal.refresh import refresh
from console.models.journal.salvage import Salvage
from console.models.journal.verify import file_damage, stream_damage
from console.models.state.project import Projection, happenings

T = TypeVar("T")
_SPARED = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_NOMEM", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH"})
_log = logging.getLogger(__name__)


class Suspicion(msgspec.Struct, frozen=True):
    """Beside the journal while damage waits to be seen to. `aside`: the name the damaged file gets, once the new one stands ready."""

    damage: str
    aside: str = ""


def suspect(path: Path, damage: str) -> None:
    """Have the next start look into the journal at `path`. A disk that cannot be written to keeps its damage until it can."""
    with suppress(OSError):
        _put_suspicion(path, Suspicion(damage))


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
        held = _suspicion(self._path)
        if held is not None:
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
            if not _means_damage(error):
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
            alive_ms = self._lock.alive_ms or 0
            ending.put_recovered(connection, Recovered(alive_ms, position, torn, self._mended, seen.aside, seen.damage, self._gone))
        self._lock.opened()
        return ending.recovered(connection)

    def put_log_away(self) -> str:
        """Keep the log as it was found; its name."""
        aside = _beside(_free_name(self._path, self._wall()), "-wal")
        if self._log_path.exists():
            shutil.copyfile(self._log_path, aside)
        return aside.name

    def close(self) -> None:
        """What was held for the case that it is needed goes."""
        self.log.close()
        with suppress(OSError):
            _beside(self._path, "-wal.kept").unlink(missing_ok=True)

    def _keep_log(self) -> None:
        """SQLite writes over the part of the log that it does not believe, and deletes all of it when it closes the file."""
        wal, kept = _beside(self._path, "-wal"), _beside(self._path, "-wal.kept")
        self._log_path = wal
        try:
            if wal.exists() and wal.stat().st_size and not (kept.exists() and _suspicion(self._path)):
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
            _put_suspicion(self._path, Suspicion(damage))
            if mended_in_place(self._path):
                self._suspicion, self._mended = Suspicion(damage), True
                _drop_suspicion(self._path)
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
        aside = _free_name(self._path, self._wall())
        new = _beside(self._path, ".rescued")
        for leftover in (new, _beside(new, "-wal"), _beside(new, "-shm")):
            leftover.unlink(missing_ok=True)
        database = pw.SqliteDatabase(str(new), thread_safe=False)
        try:
            with closing(Pages(self._path, self.log)) as pages:
                self._fill(database, pages, aside.name)
        finally:
            database.close()
        self.log.close()
        self.log = Log(_beside(new, "-wal"))
        _put_suspicion(self._path, Suspicion(damage, aside.name))
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
        found = _suspicion(self._path)
        new = _beside(self._path, ".rescued")
        if found is None or not found.aside:
            return
        aside = self._path.with_name(found.aside)
        if new.exists():
            for part, name in (("-wal", "-wal"), ("-wal.kept", "-wal"), ("", "")):
                source = _beside(self._path, part)
                if source.exists() and source.stat().st_size:
                    source.replace(_beside(aside, name))
            for leftover in ("-wal", "-shm"):
                _beside(self._path, leftover).unlink(missing_ok=True)
            new.rename(self._path)
            _sync_names(self._path.parent)
        self._suspicion = found
        _drop_suspicion(self._path)


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


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Raises CorruptFault when the file is shorter than it says, or a stream does not end where its row says. Cheap: nothing of the size of
    the journal is read."""
    page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
    said = connection.execute("PRAGMA page_count").fetchone()[0]
    there = path.stat().st_size // page_bytes
    with closing(Log(_beside(path, "-wal"))) as log:
        logged = {frame.page for frame in log.frames}
    if not logged.issuperset(range(there + 1, said + 1)):
        raise _short(path, f"it has {there} pages where it says {said}")
    for row_id, topic, seq, hlc, floor in connection.execute("SELECT id, topic, seq, hlc, floor FROM stream").fetchall():
        if seq <= floor:
            continue
        last = connection.execute("SELECT seq, hlc FROM event WHERE stream = ? ORDER BY seq DESC LIMIT 1", (row_id,)).fetchone()
        if last != (seq, hlc):
            raise _short(path, f"{topic} does not end at {seq} as it says")


def _short(path: Path, damage: str) -> CorruptFault:
    return CorruptFault(f"{path} is damaged: {damage}. Start a peer on it.", damage)


def believed_frames(connection: sqlite3.Connection) -> int:
    """How many frames of its log SQLite believes. It moves them into the file by the way, and says so only then."""
    _, frames, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return max(0, int(frames))


def mended_in_place(path: Path) -> bool:
    """Whether the events of the journal are whole, once indexes and what is derived from events were made anew in it."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            if meta.identity(connection) is None:
                return False
            connection.execute("BEGIN IMMEDIATE")
            try:
                if not _mend(connection):
                    connection.execute("ROLLBACK")
                    return False
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            return not file_damage(connection)
    except (sqlite3.Error, pw.DatabaseError) as error:
        fault = fault_of(error, path)
        if isinstance(fault, DiskFullFault | ReadOnlyFault):
            raise
        return False
    except (msgspec.DecodeError, ValueError, TypeError, LookupError):
        return False


def _mend(connection: sqlite3.Connection) -> bool:
    if file_damage(connection):
        connection.execute("REINDEX")
        if file_damage(connection):
            return False
    if any(True for _ in stream_damage(connection)):
        return False
    refresh(connection)
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    return True


def _means_damage(error: sqlite3.Error | pw.DatabaseError) -> bool:
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    name = str(getattr(cause, "sqlite_errorname", ""))
    if isinstance(fault_of(error, Path()), DiskFullFault | ReadOnlyFault):
        return False
    return not any(name.startswith(spared) for spared in _SPARED)


# -- beside the journal ------------------------------------------------------------------------------------------------------


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _free_name(path: Path, now_ms: int) -> Path:
    date = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%d-%H%M%S")
    names = (path.with_name(f"{path.stem}.damaged-{date}{number}{path.suffix}") for number in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(name for name in names if not name.exists())


def _suspicion(path: Path) -> Suspicion | None:
    try:
        return msgspec.json.decode(_beside(path, ".suspect").read_bytes(), type=Suspicion)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Suspicion("what was wrong with it cannot be read any more")


def _put_suspicion(path: Path, suspicion: Suspicion) -> None:
    part, whole = _beside(path, ".suspect.part"), _beside(path, ".suspect")
    with part.open("wb") as file:
        file.write(msgspec.json.encode(suspicion))
        file.flush()
        os.fsync(file.fileno())
    part.replace(whole)
    _sync_names(whole.parent)


def _drop_suspicion(path: Path) -> None:
    _beside(path, ".suspect").unlink(missing_ok=True)


def _sync_names(directory: Path) -> None:
    """Where a directory cannot be opened (Windows), its names are on the disk anyway."""
    with suppress(PermissionError):
        fd = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
