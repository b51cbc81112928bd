"""Verification finds what was altered behind the journal's back, and where it begins."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from console.models import kinds
from console.models.journal.reading import Reader
from console.models.journal.verify import Damage, verify
from tests.models.voices import AREA, Voice, county, join, open_journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal with five reports of one unit, and five positions."""
    journal = open_journal(tmp_path / "journal.db")
    unit = Voice(1)
    log, position = kinds.LogEntered(text="三号沟有泥流"), kinds.UnitPosition(lon=82.9, lat=44.6)
    journal.append([county().enrol(unit, "unit")])
    journal.append([join([unit.say("log.entered", "i", log) for _ in range(5)])])
    journal.append([join([unit.say("unit.position", unit.own("u"), position) for _ in range(5)])])
    journal.append([join([unit.say("incident.opened", unit.own("i"), kinds.IncidentOpened(title="滑坡"))])])
    journal.close()
    return tmp_path / "journal.db"


def damage_of(path: Path) -> list[Damage]:
    reader = Reader(path)
    try:
        return verify(reader.connection).damage
    finally:
        reader.close()


def alter(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path)
    assert connection.execute(sql).rowcount
    connection.commit()
    connection.close()


_REPORT = "seq = 3 AND kind = 'log.entered'"
_POSITION = "seq = 3 AND kind = 'unit.position'"


def test_an_untouched_journal_is_right(path: Path) -> None:
    reader = Reader(path)
    try:
        assert verify(reader.connection) == (12, 3, [])
    finally:
        reader.close()


@pytest.mark.parametrize(
    ("sql", "seq", "words"),
    [
        (f"UPDATE event SET body = CAST(replace(body, x'e4b889', x'e4b88a') AS BLOB) WHERE {_REPORT}", 3, "signature"),
        (f"UPDATE event SET subject = 'other' WHERE {_REPORT}", 3, "signature"),
        (f"UPDATE event SET kind = 'log.altered' WHERE {_REPORT}", 3, "signature"),
        (f"UPDATE event SET hlc = 'x' WHERE {_REPORT}", 3, "types"),
        (f"UPDATE event SET body = 'text' WHERE {_REPORT}", 3, "types"),
        (f"UPDATE event SET hlc = hlc - 1 WHERE {_REPORT}", 3, "not later"),
        (f"UPDATE event SET prev = zeroblob(32) WHERE {_REPORT}", 3, "does not follow"),
        (f"UPDATE event SET signature = zeroblob(64) WHERE {_REPORT}", 3, "signature"),
        (f"DELETE FROM event WHERE {_REPORT}", 3, "missing"),
        ("DELETE FROM event WHERE kind = 'incident.opened'", 6, "ends at 5"),
    ],
)
def test_an_altered_report_is_found_where_it_stands(path: Path, sql: str, seq: int, words: str) -> None:
    alter(path, sql)
    (damage,) = damage_of(path)
    assert (damage.origin, damage.topic, damage.seq) == (Voice(1).hex, f"{AREA}/report", seq)
    assert words in damage.what


def test_altered_telemetry_shows_in_the_head(path: Path) -> None:
    alter(path, f"UPDATE event SET subject = subject || 'x' WHERE {_POSITION}")
    (damage,) = damage_of(path)
    assert (damage.topic, damage.seq) == (f"{AREA}/telemetry", 5)
    assert "head" in damage.what


def test_a_body_that_is_none_is_found(path: Path) -> None:
    alter(path, f"UPDATE event SET body = x'c1' WHERE {_POSITION}")
    (damage,) = damage_of(path)
    assert (damage.seq, damage.topic) == (3, f"{AREA}/telemetry")


def test_each_damaged_stream_is_told(path: Path) -> None:
    alter(path, f"UPDATE event SET subject = 'x' WHERE {_REPORT}")
    alter(path, f"UPDATE event SET hlc = 1 WHERE {_POSITION}")
    assert {damage.topic for damage in damage_of(path)} == {f"{AREA}/report", f"{AREA}/telemetry"}


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE incident SET title = '泥石流'", "table incident: row"),
        ("DELETE FROM unit", "table unit: 0 rows where the events give 1"),
        ("DELETE FROM timeline WHERE seq = 2", "table timeline"),
        ("UPDATE track SET lon = 1", "table track"),
    ],
)
def test_a_table_that_is_not_what_the_events_say_is_found(path: Path, sql: str, words: str) -> None:
    alter(path, sql)
    (damage,) = damage_of(path)
    assert words in damage.what


def test_a_damaged_file_is_told(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    where = raw.rindex("三号沟有泥流".encode())
    page = where // 4096 * 4096
    raw[page : page + 8] = b"\x00" * 8
    path.write_bytes(raw)
    assert "file" in damage_of(path)[0].what
