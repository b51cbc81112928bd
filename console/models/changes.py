"""What a batch of events changed: told to views as kinds of thing and ids, and the positions with their values.

Views look the rest up themselves (one signal with one dataclass); positions carry their values, so that no query runs per fix.
"""

from __future__ import annotations

import msgspec


class Fix(msgspec.Struct, array_like=True, gc=False):
    """The newest known position of a unit. `heard_ms` as in `state.tables`; `hlc` is the author's."""

    unit: str
    lon: float
    lat: float
    heading_deg: float | None
    speed_mps: float | None
    heard_ms: int
    valid_s: float
    hlc: int


class Changes(msgspec.Struct):
    """`ids`: table name -> ids of changed rows (a moved unit is in `fixes` alone). `position`: journal position reached."""

    position: int = 0
    ids: dict[str, set[str]] = {}
    fixes: dict[str, Fix] = {}

    def note(self, table: str, row_id: str) -> None:
        self.ids.setdefault(table, set()).add(row_id)

    def merge(self, later: Changes) -> None:
        """Fold `later` into this one: newest fix per unit, union of ids."""
        self.position = max(self.position, later.position)
        for table, ids in later.ids.items():
            self.ids.setdefault(table, set()).update(ids)
        for unit, fix in later.fixes.items():
            held = self.fixes.get(unit)
            if held is None or fix.hlc > held.hlc:
                self.fixes[unit] = fix

    def __bool__(self) -> bool:
        return bool(self.ids or self.fixes)
