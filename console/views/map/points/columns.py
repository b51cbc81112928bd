"""Things that stand where they are, by the ten thousand, in columns; and the buffer in which the page fetches them. Qt-free.

A value is never changed: the reader thread makes the next from the last, the GUI thread takes it over, the map's file thread packs it.

The buffer, all little-endian; `resources/map/points.js` reads it. A header of 32 bytes::

    0  u32  magic 0x31504D46 ("FMP1")       16  u32  slots in all
    4  u32  version                         20  u32  bytes of text
    8  u32  the version this follows;       24  u32  0
            0 = everything, forget all      28  u32  0
    12 u32  n, rows in this buffer

then five columns of n: slot u32, longitude i32 and latitude i32 in 1e-7 degrees (WGS 84), state u32, end u32; then the text, UTF-8: of each
row `id`, a zero byte, `label`, up to its `end`. State bits::

    0-7    kind, index into the set's kinds, 255 any other     14-16  level of alarm, 1 (gravest) to 4, 0 none
    8-11   status, index into the set's statuses, 15 other     17     has a position the map can show
    12-13  0 fresh, 1 stale, 2 gone, 3 does not age            18     removed
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from console.models.rules.staleness import StalenessRule, default_rule
from console.views.map.fleet import MAX_LAT_DEG, short
from console.views.map.live import E7

MAGIC = 0x31504D46
HEADER = struct.Struct("<8I")
OTHER_KIND, OTHER_STATUS, AGELESS = 255, 15, 3
FRESH_SHIFT, ALARM_SHIFT = 12, 14
PLACED, REMOVED = 1 << 17, 1 << 18
MAX_CODE = 200
"""Bytes of an id or a label that the page is told."""


class Row(NamedTuple):
    """One thing. `kind`, `status`: codes; `alarm`: level 1 (gravest) to 4, 0 for none, and none where what was heard is gone; `heard_ms`:
    UTC ms, None: it does not age; `valid_s` counts from it. A thing never heard from, though it should be, has `heard_ms` 0."""

    id: str
    label: str
    lon: float | None
    lat: float | None
    kind: str
    status: str = ""
    heard_ms: int | None = None
    valid_s: float = 0.0
    alarm: int = 0


Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Points:
    """All of one set. `state`, `changed_at` (the version in which a row last changed) and the other columns are by slot; `whole_from`: a page
    that has less than this version is given everything."""

    kinds: tuple[str, ...]
    statuses: tuple[str, ...]
    version: int = 0
    whole_from: int = 0
    slots: dict[str, int] = field(default_factory=dict)
    text: tuple[bytes, ...] = ()
    lon: Floats = field(default_factory=lambda: np.empty(0))
    lat: Floats = field(default_factory=lambda: np.empty(0))
    heard_ms: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    valid_s: Floats = field(default_factory=lambda: np.empty(0))
    alarm: Bits = field(default_factory=lambda: np.empty(0, np.uint32))
    code: Bits = field(default_factory=lambda: np.empty(0, np.uint32))
    state: Bits = field(default_factory=lambda: np.empty(0, np.uint32))
    changed_at: Bits = field(default_factory=lambda: np.empty(0, np.uint32))

    def filled(self, rows: Sequence[Row], now_ms: int) -> Points:
        """With these rows and no others."""
        count, version = len(rows), self.version + 1
        columns: dict[str, Any] = self._columns(rows) | {"state": np.zeros(count, np.uint32)}
        columns["changed_at"] = np.full(count, version, np.uint32)
        slots, text = {row.id: slot for slot, row in enumerate(rows)}, tuple(_text(row) for row in rows)
        fresh = Points(self.kinds, self.statuses, version, version, slots, text, **columns)
        return fresh._aged(now_ms, version)

    def changed(self, rows: Sequence[Row], asked: Collection[str], now_ms: int) -> Points:
        """With these rows as they are now; those of `asked` that are not among them are removed."""
        version, slots, text = self.version + 1, dict(self.slots), list(self.text)
        for row in rows:
            slot = slots.setdefault(row.id, len(text))
            text[slot : slot + 1] = [_text(row)]
        there = np.fromiter((slots[row.id] for row in rows), np.int64, len(rows))
        gone = [slots[item] for item in set(asked) - {row.id for row in rows} if item in slots]
        columns: dict[str, Any] = {
            name: _grown(getattr(self, name), len(text)) for name in ("lon", "lat", "heard_ms", "valid_s", "alarm", "code")
        }
        for name, values in self._columns(rows).items():
            columns[name][there] = values
        state, changed_at = _grown(self.state, len(text)), _grown(self.changed_at, len(text))
        state[there] &= ~np.uint32(REMOVED)
        state[gone] |= np.uint32(REMOVED)
        changed_at[there] = version
        changed_at[gone] = version
        new = replace(self, version=version, slots=slots, text=tuple(text), **columns, state=state, changed_at=changed_at)
        return new._aged(now_ms, version)

    def aged(self, now_ms: int) -> Points:
        """As time goes by; itself when nothing looks different."""
        later = replace(self, state=self.state.copy(), changed_at=self.changed_at.copy(), version=self.version + 1)
        aged = later._aged(now_ms, later.version)
        return aged if (aged.changed_at == aged.version).any() else self

    def hidden(self) -> dict[str, int]:
        """How many cannot be shown, by reason."""
        there = (self.state & REMOVED) == 0
        nowhere = np.isnan(self.lon) | np.isnan(self.lat)
        beyond = ~nowhere & (np.abs(np.nan_to_num(self.lat)) > MAX_LAT_DEG)
        return {"no_position": int((there & nowhere).sum()), "out_of_range": int((there & beyond).sum())}

    def packed(self, have: int) -> bytes:
        """The buffer for a page that has version `have`."""
        whole = have < self.whole_from or have > self.version or have == 0
        rows = np.arange(len(self.text)) if whole else np.flatnonzero(self.changed_at > have)
        texts = [self.text[slot] for slot in rows]
        ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
        placed = (self.state[rows] & PLACED) != 0
        columns = (
            rows.astype("<u4"),
            np.rint(np.where(placed, self.lon[rows], 0) * E7).astype("<i4"),
            np.rint(np.where(placed, self.lat[rows], 0) * E7).astype("<i4"),
            self.state[rows].astype("<u4"),
            ends.astype("<u4"),
        )
        words = b"".join(texts)
        head = HEADER.pack(MAGIC, self.version, 0 if whole else have, len(rows), len(self.text), len(words), 0, 0)
        return b"".join((head, *(column.tobytes() for column in columns), words))

    def _columns(self, rows: Sequence[Row]) -> dict[str, Any]:
        count = len(rows)

        def column(values: Iterable[float | None]) -> Floats:
            return np.fromiter((np.nan if value is None else value for value in values), np.float64, count)

        kinds, statuses = ({code: at for at, code in enumerate(codes)} for codes in (self.kinds, self.statuses))
        codes = (kinds.get(row.kind, OTHER_KIND) | statuses.get(row.status, OTHER_STATUS) << 8 for row in rows)
        return {
            "lon": column(row.lon for row in rows),
            "lat": column(row.lat for row in rows),
            "heard_ms": np.fromiter((-1 if row.heard_ms is None else row.heard_ms for row in rows), np.int64, count),
            "valid_s": np.fromiter((row.valid_s for row in rows), np.float64, count),
            "alarm": np.fromiter((row.alarm for row in rows), np.uint32, count),
            "code": np.fromiter(codes, np.uint32, count),
        }

    def _aged(self, now_ms: int, version: int, rule: StalenessRule | None = None) -> Points:
        """Sets `state`, and `changed_at` where it is another; on columns that are this value's own."""
        fresh = (rule or default_rule()).freshness_of(self.heard_ms, self.valid_s, now_ms)
        fresh = np.where(self.heard_ms < 0, AGELESS, fresh).astype(np.uint32)
        placed = ~np.isnan(self.lon) & ~np.isnan(self.lat) & (np.abs(np.nan_to_num(self.lat, nan=90.0)) <= MAX_LAT_DEG)
        alarm = np.where(fresh == 2, 0, self.alarm).astype(np.uint32)
        state = self.code | fresh << FRESH_SHIFT | alarm << ALARM_SHIFT | np.where(placed, PLACED, 0).astype(np.uint32)
        state |= self.state & np.uint32(REMOVED)
        self.changed_at[state != self.state] = version
        self.state[:] = state
        return self


def _grown(column: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
    """A copy with room for `count`."""
    grown = np.zeros(count, column.dtype)
    grown[: len(column)] = column
    return grown


def _text(row: Row) -> bytes:
    """Cut where a foreign name is endless; a zero byte would end it early."""
    label = short(row.label).replace("\0", " ").encode()[:MAX_CODE]
    return row.id.replace("\0", " ").encode() + b"\0" + label
