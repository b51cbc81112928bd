"""Equal events give equal journals and equal tables, whatever the order, the cutting and the repetition they came with."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from console.models.journal.reading import Reader
from tests.models.voices import arrivals, deliver, histories, open_journal, tables


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_order_gives_equal_digests_and_tables(data: st.DataObject) -> None:
    history = data.draw(histories())
    with tempfile.TemporaryDirectory() as directory:
        seen = []
        for name, batches in (("straight", [[run] for run in history]), ("shuffled", data.draw(arrivals(history)))):
            path = Path(directory) / f"{name}.db"
            journal = open_journal(path)
            try:
                deliver(journal, batches)
                assert journal.position == len(history)
                digest = journal.digest()
            finally:
                journal.close()
            reader = Reader(path)
            try:
                seen.append((digest, reader.heads(), tables(reader.connection)))
            finally:
                reader.close()
    assert seen[0] == seen[1]
