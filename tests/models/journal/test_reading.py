"""A reader beside the writer: it sees whole transactions, holds nobody up and writes nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from console.errors import Fault, UsageFault
from console.models import kinds
from console.models.clock import HLC_MAX, hlc_from_ms
from console.models.journal.reading import Reader
from console.models.state.tables import Incident
from tests.models.voices import NOW_MS, Voice, county, open_journal


def test_a_missing_journal_is_a_fault_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="no journal at"):
        Reader(tmp_path / "journal.db")
    assert list(tmp_path.iterdir()) == []


def test_reading_and_writing_go_on_together(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    reader = Reader(tmp_path / "journal.db")
    desk = Voice(1)
    try:
        journal.append([county().enrol(desk, "console")])
        for n in range(200):
            journal.append([desk.say("incident.opened", f"i{n}", kinds.IncidentOpened(title="x"))])
        cursor = reader.connection.execute("SELECT id FROM incident")
        first = cursor.fetchone()
        journal.append([desk.say("incident.opened", "late", kinds.IncidentOpened(title="x"))])
        seen = [first, *cursor.fetchall()]
        assert len(seen) == 200
        assert ("late",) not in seen
        assert Incident.select().where(Incident.id == "late").count(reader.database) == 1
        assert reader.position() == journal.position
        assert reader.heads() == journal.heads()
    finally:
        reader.close()
        journal.close()


def test_a_reader_writes_nothing(tmp_path: Path) -> None:
    open_journal(tmp_path / "journal.db").close()
    reader = Reader(tmp_path / "journal.db")
    try:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.connection.execute("DELETE FROM meta")
    finally:
        reader.close()


def test_span_and_moments(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    reader = Reader(tmp_path / "journal.db")
    root, desk = county(), Voice(1)

    def at(second: int) -> int:
        return hlc_from_ms(NOW_MS + 1000 * second)

    try:
        assert reader.span() is None
        journal.append([root.enrol(desk, "console")])
        for second in range(1, 6):
            journal.append([desk.say("log.entered", f"i{second}", kinds.LogEntered(text="x"), at(second))])
            journal.append([desk.say("unit.position", "u", kinds.UnitPosition(lon=1, lat=1), at(second) + 5)])
        assert reader.span() == (hlc_from_ms(NOW_MS) + 1, at(5) + 5)
        assert [moment.subject for moment in reader.moments(at(1), at(4))] == ["i2", "i3"]
        assert [moment.subject for moment in reader.moments(at(1), HLC_MAX, 2)] == ["i2", "i3"]
        assert [moment.subject for moment in reader.moments(0, at(4), 1, latest=True)] == ["i3"]
        assert reader.moments(at(4), HLC_MAX)[0][:5] == (at(5), "log.entered", "i5", desk.hex, "652722/report")
    finally:
        reader.close()
        journal.close()


def test_peers_by_name_and_by_id(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    reader = Reader(tmp_path / "journal.db")
    root, desk, other = county(), Voice(1, "desk"), Voice(2, "desk")
    try:
        journal.append([root.enrol(desk, "console")])
        assert reader.origin_named("desk") == desk.origin
        assert reader.origin_named(desk.hex[:6].upper()) == desk.origin
        assert reader.origin_named("county") == root.origin
        assert reader.origin_named("peer 100") == journal.signer.origin
        assert reader.name_of(desk.origin) == "desk"
        assert reader.name_of(b"\x01" * 16) == "01" * 6
        for unknown in ("nobody", desk.hex[:5]):
            with pytest.raises(UsageFault, match="no peer"):
                reader.origin_named(unknown)
        journal.append([root.enrol(other, "console")])
        with pytest.raises(UsageFault, match="more than one"):
            reader.origin_named("desk")
    finally:
        reader.close()
        journal.close()
