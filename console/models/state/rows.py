"""Rows of the state tables while events are applied to them: a write-back cache, and the rule by which fields are won.

Every field is a last-writer-wins register: the write with the greater stamp (hlc, origin) stands, whatever the order of arrival;
on equal stamps (only a faulty or hostile author makes them) the greater encoded value does. So equal events give equal rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from console.models.event import Origin
from console.models.state.tables import STATE_TABLES, StateTable

Stamp = tuple[int, Origin]
_encode = msgspec.msgpack.Encoder().encode
_decode_stamps = msgspec.msgpack.Decoder(dict[str, tuple[int, bytes]]).decode

_CACHED_ROWS = 20_000


class Columns:
    """A table's column names, defaults and statements."""

    def __init__(self, table: type[StateTable]) -> None:
        fields = table._meta.sorted_fields
        self.table = str(table._meta.table_name)
        self.names = tuple(field.column_name for field in fields)
        self.defaults = {field.column_name: field.default for field in fields}
        quoted = ", ".join(f'"{name}"' for name in self.names)
        self._select_where = f'SELECT {quoted} FROM main."{self.table}" WHERE id'
        self.select = f"{self._select_where} = ?"
        self.insert = f'INSERT INTO main."{self.table}" ({quoted}) VALUES ({", ".join("?" * len(self.names))})'
        updates = ", ".join(f'"{name}" = excluded."{name}"' for name in self.names[1:])
        self.upsert = f"{self.insert} ON CONFLICT (id) DO UPDATE SET {updates}"

    def select_of(self, many: int) -> str:
        return f"{self._select_where} IN ({', '.join('?' * many)})"


COLUMNS: Mapping[str, Columns] = {columns.table: columns for columns in map(Columns, STATE_TABLES)}
_GRANTS = frozenset({"peer", "invite"})  # their `area` is what is granted, not where it was said


class Row:
    """One row: `values` by column in table order, `stamps` by field; `dirty`: differs from the table, `noted`: views must be told."""

    __slots__ = ("dirty", "keeps_area", "noted", "restamped", "stamps", "values")

    def __init__(self, values: dict[str, Any], stamps: dict[str, Stamp], *, keeps_area: bool) -> None:
        self.values = values
        self.stamps = stamps
        self.keeps_area = keeps_area
        self.dirty = self.noted = self.restamped = False

    def touch(self, stamp: Stamp, area: str) -> None:
        """Note that an event was about this row: the first (by stamp) gives its origin and area, the last its hlc."""
        values = self.values
        if stamp[0] > values["hlc"]:
            values["hlc"] = stamp[0]
            self.dirty = True
        first = self.stamps.get("origin")
        if first is not None and (first < stamp or (first == stamp and values["area"] <= area)):
            return
        self.stamps["origin"] = stamp
        values["origin"] = stamp[1].hex()
        if not self.keeps_area:
            values["area"] = area
        self.dirty = self.restamped = True

    def glimpse(self, hlc: int, area: str) -> None:
        """As `touch`, of something that is not here in full yet: leaves nothing that the full event would not overwrite."""
        values = self.values
        if hlc > values["hlc"]:
            values["hlc"] = hlc
            self.dirty = True
        if not self.keeps_area and not values["area"]:
            values["area"] = area
            self.dirty = True

    def write(self, stamp: Stamp, *, again: bool = False, **fields: Any) -> None:
        """Set the fields whose present stamp is not greater. `again`: the event that wrote them has lost its words, what it has now stands."""
        if fields and self.stamps.keys().isdisjoint(fields):  # nobody has written them: without looking at each
            self.stamps.update(dict.fromkeys(fields, stamp))
            self.values.update(fields)
            self.dirty = self.restamped = self.noted = True
            return
        for name, value in fields.items():
            held = self.stamps.get(name)
            if held is None or held < stamp or (held == stamp and again) or (held == stamp and _encode(self.values[name]) < _encode(value)):
                self.stamps[name] = stamp
                self.values[name] = value
                self.dirty = self.restamped = self.noted = True

    def raise_to(self, name: str, value: int) -> None:
        """Set a field that only grows."""
        held = self.values[name]
        if held is None or value > held:
            self.values[name] = value
            self.dirty = True

    def parameters(self) -> tuple[Any, ...]:
        if self.restamped:
            self.values["stamps"] = _encode(dict(sorted(self.stamps.items())))
            self.restamped = False
        self.dirty = self.noted = False
        return tuple(self.values.values())


class Rows:
    """Rows by (table, id), loaded on demand and kept while the transactions that `flush` belongs to commit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: dict[tuple[str, str], Row] = {}
        self._touched: dict[tuple[str, str], Row] = {}

    def get(self, table: str, row_id: str) -> Row:
        """The row, made with its defaults when there is none."""
        key = (table, row_id)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = self._load(table, row_id)
        self._touched[key] = row
        return row

    def expect(self, table: str, row_ids: Collection[str]) -> None:
        """These will be asked for: they are read at once, a few hundred at most."""
        columns = COLUMNS[table]
        unread = [row_id for row_id in row_ids if (table, row_id) not in self._rows]
        found = {row[0]: row for row in self._connection.execute(columns.select_of(len(unread)), unread)}
        for row_id in unread:
            self._rows[table, row_id] = self._row(table, row_id, found.get(row_id))

    def _load(self, table: str, row_id: str) -> Row:
        return self._row(table, row_id, self._connection.execute(COLUMNS[table].select, (row_id,)).fetchone())

    def _row(self, table: str, row_id: str, found: tuple[Any, ...] | None) -> Row:
        columns = COLUMNS[table]
        if found is not None:
            values = dict(zip(columns.names, found, strict=True))
            stamps = values["stamps"]  # None: it was only glimpsed so far, early
            return Row(values, {} if stamps is None else _decode_stamps(stamps), keeps_area=table in _GRANTS)
        row = Row({**columns.defaults, "id": row_id}, {}, keeps_area=table in _GRANTS)
        row.dirty = row.noted = True
        return row

    def flush(self) -> dict[str, set[str]]:
        """Write what differs; the ids to tell views of, by table."""
        writes: dict[str, list[tuple[Any, ...]]] = {}
        noted: dict[str, set[str]] = {}
        for (table, row_id), row in self._touched.items():
            if row.noted:
                noted.setdefault(table, set()).add(row_id)
            if row.dirty:
                writes.setdefault(table, []).append(row.parameters())
        for table, parameters in writes.items():
            self._connection.executemany(COLUMNS[table].upsert, parameters)
        self._touched = {}
        if len(self._rows) > _CACHED_ROWS:
            self._rows = {}
        return noted

    def forget(self) -> None:
        """Drop everything not written: the transaction was rolled back, or the tables were replaced."""
        self._rows = {}
        self._touched = {}
