"""A real SQLite file holding the projected tables, filled as the projection would have. No Qt."""

from __future__ import annotations

from pathlib import Path

import peewee as pw

from console.models.journal.schema import EarlyRow, EventRow, StreamRow
from console.models.state.tables import LOG_TABLES, STATE_TABLES, Table

NOW_MS = 1_404_464_400_000
"""2014-07-04 17:00:00 in Beijing."""
TABLES = [*STATE_TABLES, *LOG_TABLES, StreamRow, EventRow, EarlyRow]


class State:
    """Attributes: `database`."""

    def __init__(self, folder: Path) -> None:
        self.database = pw.SqliteDatabase(str(folder / "state.db"), check_same_thread=False, pragmas={"synchronous": "off"})
        with self.database.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
            self.database.create_tables(TABLES)
        self.database.execute_sql("CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB)")

    def put(self, table: type[Table], **values: object) -> None:
        """A row as the projection would have left it."""
        table.insert(**values).on_conflict_replace().execute(self.database)

    def change(self, table: type[Table], row_id: str, **values: object) -> None:
        table.update(**values).where(table.id == row_id).execute(self.database)

    def remove(self, table: type[Table], row_id: str) -> None:
        table.delete().where(table.id == row_id).execute(self.database)

    def close(self) -> None:
        self.database.close()
