"""The file: who may open it, what is refused and left untouched, what happens when the disk gives no more."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import peewee as pw
import pytest

from console.errors import Fault
from console.models import kinds
from console.models.identity import Signer
from console.models.journal import Journal, NewEvent, schema
from console.models.journal.faults import DiskFullFault, ReadOnlyFault
from console.models.journal.reading import Reader
from tests.models.journal import appender
from tests.models.voices import Voice, county, open_journal

LOG = kinds.LogEntered(text="x" * 4000)


def _print(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# -- whose it is ------------------------------------------------------------------------------------------------------------


def test_a_second_writer_is_told_who_holds_it(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    try:
        with pytest.raises(Fault, match=f"in use by process {os.getpid()}"):
            open_journal(tmp_path / "journal.db")
    finally:
        journal.close()
    open_journal(tmp_path / "journal.db").close()


def test_a_writer_in_another_process_is_told_of(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-m", appender.__name__, str(tmp_path / "journal.db")]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline()
            with pytest.raises(Fault, match=f"in use by process {child.pid}"):
                Journal.open(tmp_path / "journal.db", Signer(appender.SEED))
        finally:
            child.kill()


def test_another_key_is_refused(tmp_path: Path) -> None:
    open_journal(tmp_path / "journal.db", seed=1).close()
    with pytest.raises(Fault, match="another key"):
        Journal.open(tmp_path / "journal.db", Signer.generate())


# -- what it is ---------------------------------------------------------------------------------------------------------------


def _newer(path: Path) -> None:
    open_journal(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def _foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE other (a)")
    connection.close()


def _text(path: Path) -> None:
    path.write_text("this is no database\n" * 100, encoding="utf-8")


@pytest.mark.parametrize(("make", "words"), [(_newer, "newer version"), (_foreign, "another program"), (_text, "not a journal")])
def test_a_file_that_is_not_ours_is_refused_and_left_untouched(tmp_path: Path, make: object, words: str) -> None:
    path = tmp_path / "journal.db"
    make(path)  # type: ignore[operator]
    before = _print(path)
    with pytest.raises(Fault, match=words):
        Journal.open(path, Signer(bytes([100]) * 32))
    with pytest.raises(Fault, match=words):
        Reader(path)
    assert _print(path) == before


def test_an_empty_file_becomes_a_journal_but_not_for_a_reader(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.touch()
    with pytest.raises(Fault, match="schema 0"):
        Reader(path)
    open_journal(path).close()
    Reader(path).close()


# -- migrations ---------------------------------------------------------------------------------------------------------------


def test_steps_are_taken_one_by_one_and_a_failing_one_leaves_the_last_whole(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    open_journal(path).close()

    def one(database: pw.SqliteDatabase) -> None:
        schema.raw(database).execute("CREATE TABLE added (a)")

    def two(database: pw.SqliteDatabase) -> None:
        schema.raw(database).execute("CREATE TABLE half (a)")
        raise OSError("power cut")

    database = pw.SqliteDatabase(str(path), thread_safe=False)
    database.connect()
    try:
        with pytest.raises(OSError, match="power cut"):
            schema.migrate(database, 1, 3, {1: one, 2: two})
        connection = schema.raw(database)
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        assert "added" in names
        assert "half" not in names
    finally:
        database.close()


def test_tables_of_another_projection_are_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = open_journal(path)
    journal.author([NewEvent("", "incident.opened", "i", kinds.encode_body(kinds.IncidentOpened(title="滑坡")))])
    journal.close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE incident SET title = 'as an older version had it'")
    connection.execute("UPDATE meta SET value = x'00' WHERE key = 'projection'")
    connection.commit()
    connection.close()
    open_journal(path).close()
    reader = Reader(path)
    try:
        assert reader.connection.execute("SELECT title FROM incident").fetchall() == [("滑坡",)]
    finally:
        reader.close()


# -- when it cannot be written ------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if mount is None or subprocess.run([mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("a small file system can only be mounted by root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_a_fault_and_changes_nothing(small_disk: Path) -> None:
    journal = open_journal(small_disk / "journal.db")
    root, desk = county(), Voice(1)
    try:
        journal.append([root.enrol(desk, "console")])
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(1024 * 1024))
        fault: Fault | None = None
        for _ in range(10_000):
            run = desk.say("log.entered", "i", LOG)
            before = journal.digest(), journal.position, dict(journal.heads()), journal.clock.last, journal.trust
            try:
                journal.append([run])
            except DiskFullFault as error:
                fault = error
                break
        assert "Make room" in str(fault)
        assert (journal.digest(), journal.position, dict(journal.heads()), journal.clock.last, journal.trust) == before
        ballast.unlink()
        assert journal.append([run]).outcomes[0].accepted == 1
    finally:
        journal.close()


def test_a_file_that_may_not_be_written_is_a_fault_and_changes_nothing(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    try:
        journal._connection.execute("PRAGMA query_only = 1")
        before = journal.digest(), journal.position, journal.trust
        with pytest.raises(ReadOnlyFault, match="rights"):
            journal.append([county().enrol(Voice(1), "console")])
        assert (journal.digest(), journal.position, journal.trust) == before
    finally:
        journal.close()


# -- durability ---------------------------------------------------------------------------------------------------------------


def test_reports_are_synced_and_telemetry_of_others_is_not(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    root, unit = county(), Voice(1)

    def synchronous() -> int:
        return int(journal._connection.execute("PRAGMA synchronous").fetchone()[0])

    try:
        seen = []
        journal.append([root.enrol(unit, "unit")])
        seen.append(synchronous())
        position = kinds.UnitPosition(lon=1, lat=1)
        journal.append([unit.say("unit.position", unit.own("u"), position)])
        seen.append(synchronous())
        journal.append([unit.say("unit.position", unit.own("u"), position), unit.say("log.entered", "i", LOG)])
        seen.append(synchronous())
        journal.append([unit.say("unit.position", unit.own("u"), position)])
        journal.author([NewEvent("", "unit.position", "u", kinds.encode_body(position))])
        seen.append(synchronous())
    finally:
        journal.close()
    assert seen == [2, 1, 2, 2]
