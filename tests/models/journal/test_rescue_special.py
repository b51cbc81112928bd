"""What is not like other events outlives a rescue too: what was dropped, what was erased, what came early."""

from __future__ import annotations

from pathlib import Path

from console.models import kinds
from console.models.journal.early import Early
from tests.models.journal.damaged import damage_of, held, reopen, tables_of
from tests.models.journal.test_retention import dropped, enrol, everywhere, incident, walk
from tests.models.voices import AREA, NOW_MS, Voice, join, open_journal


def _lose_the_header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(4096))


def test_what_was_dropped_stays_dropped_and_the_vector_true(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = open_journal(path)
    unit = enrol(journal, seed=1, role="unit")
    journal.append([join(walk(unit, 100))])
    dropped(journal, NOW_MS - 2 * 86_400_000 - 86_400_000 // 2)
    journal.append([unit.say("unit.position", unit.own("u"), kinds.UnitPosition(lon=1, lat=1))])
    kept = journal._connection.execute("SELECT * FROM kept ORDER BY 1, 2, 3, 4, 5").fetchall()
    journal.close()
    assert kept
    before = held(path)
    units = tables_of(path)["unit"]
    _lose_the_header(path)
    journal = reopen(path)
    assert journal.losses.streams == []
    assert journal._connection.execute("SELECT * FROM kept ORDER BY 1, 2, 3, 4, 5").fetchall() == kept
    journal.close()
    assert held(path) == before
    assert tables_of(path)["unit"] == units
    assert damage_of(path) == []


def test_what_was_erased_stays_erased(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = open_journal(path)
    case = incident(journal)
    journal.purge(case, "响应结束")
    digest = journal.digest()
    journal.close()
    _lose_the_header(path)
    journal = reopen(path)
    assert not everywhere(journal, "王秀英")
    assert journal.digest() == digest
    again = journal._connection.execute("SELECT count(*) FROM erasure").fetchone()[0]
    journal.close()
    assert again > 0
    assert damage_of(path) == []


def test_what_came_early_is_still_shown(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = open_journal(path)
    unit: Voice = enrol(journal, seed=1, role="unit")
    said = unit.say("unit.report", unit.own("u"), kinds.UnitReport(text="桥断"))
    entry = said.entries[0]
    early = Early(unit.origin, f"{AREA}/report", 5, entry.hlc, entry.kind, entry.subject, entry.body, carrier="beidou")
    journal.append_early([early])
    journal.close()
    tables = tables_of(path)
    _lose_the_header(path)
    journal = reopen(path)
    assert [(each.seq, each.body, each.carrier) for each in journal.early({})] == [(5, entry.body, "beidou")]
    journal.close()
    assert tables_of(path) == tables
    assert damage_of(path) == []
