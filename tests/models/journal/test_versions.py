"""Files of every schema version that ever was open, whole, in the present one."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from console.models.journal import schema
from console.models.journal.export import records
from console.models.journal.reading import Reader
from console.models.journal.verify import verify
from tests.models.voices import open_journal

_DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.mark.parametrize("version", range(1, schema.VERSION + 1))
def test_a_saved_file_opens_with_all_it_held(tmp_path: Path, version: int) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(gzip.decompress((_DATA / f"journal-v{version}.db.gz").read_bytes()))
    saved = json.loads((_DATA / f"journal-v{version}.json").read_text(encoding="utf-8"))
    journal = open_journal(path)
    try:
        assert journal.digest() == saved["digest"]
        assert journal.position == len(saved["events"])
    finally:
        journal.close()
    reader = Reader(path)
    try:
        assert json.loads(json.dumps(list(records(reader.connection)))) == saved["events"]
        assert verify(reader.connection).damage == []
        status = reader.connection.execute("SELECT title, status, sheep FROM incident").fetchall()
        assert status == [("牧场滑坡(演练)", "closed", 1500)]
    finally:
        reader.close()
