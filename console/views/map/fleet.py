"""The units as the map knows them: slots, freshness that changes as time goes by, trails. Qt-free."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from console.models.changes import Fix
from console.models.clock import ms_of
from console.models.rules.staleness import Freshness, StalenessRule, default_rule, freshness
from console.views.map.live import E7, REMOVED, Row, state_bits

MAX_LAT_DEG = 85.05
"""Where the map's projection ends."""
TRAIL_STEP_MS = 10_000
TRAIL_MS = 1800_000
"""How far back a trail reaches; at a point each TRAIL_STEP_MS that is 180 points at most."""
DEFAULT_VALID_S = 60.0
LABEL_CHARS = 40


class UnitRow(msgspec.Struct, frozen=True, gc=False):
    """Of table `unit`; `valid_s` counts from `fix_heard_ms`."""

    id: str
    name: str
    kind: str
    status: str
    lon: float | None
    lat: float | None
    heading_deg: float | None
    fix_heard_ms: int | None
    valid_s: float | None
    fix_hlc: int


@dataclass
class Mark:
    """A unit on the map, in its slot until everything is read anew. `hidden`: why it cannot be shown; `removed`: no longer known."""

    slot: int
    row: UnitRow
    fresh: Freshness = Freshness.GONE
    due_ms: int = 0  # when it is next looked at for its age; 0 never
    hidden: str = ""
    removed: bool = False

    @property
    def label(self) -> str:
        return short(self.row.name or self.row.id.rpartition(":")[2])


def hidden_why(lon: float | None, lat: float | None) -> str:
    """Why it cannot be shown there: no_position, out_of_range, or "" when it can."""
    if lon is None or lat is None:
        return "no_position"
    return "" if abs(lat) <= MAX_LAT_DEG else "out_of_range"


def short(text: str) -> str:
    """As much of a name as a label takes."""
    return text if len(text) <= LABEL_CHARS else f"{text[: LABEL_CHARS - 1]}…"


@dataclass
class Dirty:
    """What the page has not been told yet."""

    slots: set[int] = field(default_factory=set)
    names: set[int] = field(default_factory=set)
    trails: set[int] = field(default_factory=set)
    points: list[tuple[int, float, float]] = field(default_factory=list)


class Fleet:
    """Attributes: `marks` by slot, `dirty`. `now_ms` is the window's time throughout."""

    def __init__(self, rule: StalenessRule | None = None) -> None:
        self._rule = rule or default_rule()
        self.clear()

    def clear(self) -> None:
        self.marks: list[Mark] = []
        self.slots: dict[str, int] = {}
        self.trails: dict[int, list[tuple[int, float, float]]] = {}
        self.dirty = Dirty()
        self._due: list[tuple[int, int]] = []
        self._now_ms = 0
        self._reasons = {"": 0, "no_position": 0, "out_of_range": 0}

    def replace(self, rows: Iterable[UnitRow], now_ms: int) -> None:
        """All units as just read; those not among them are gone from the map."""
        self.clear()
        for row in rows:
            self.put(row, now_ms, exact=True)

    def put(self, row: UnitRow, now_ms: int, *, exact: bool) -> None:
        """A row as read. Unless `exact` a newer position that came as a fix meanwhile stays."""
        mark = self._mark(row.id, row)
        held = mark.row
        if not exact and held.fix_hlc > row.fix_hlc:
            row = UnitRow(
                row.id, row.name, row.kind, row.status, held.lon, held.lat, held.heading_deg, held.fix_heard_ms, held.valid_s, held.fix_hlc
            )
        if held.name != row.name or mark.removed:
            self.dirty.names.add(mark.slot)
        if mark.removed:
            mark.removed = False
            self._reasons[mark.hidden] += 1
        mark.row = row
        self._moved(mark, now_ms)

    def move(self, fix: Fix, now_ms: int) -> bool:
        """A position as it comes. False when the unit was not known (any more): its row is to be read."""
        known = fix.unit in self.slots
        mark = self._mark(fix.unit, UnitRow(fix.unit, "", "other", "", None, None, None, None, None, 0))
        held = mark.row
        if fix.hlc > held.fix_hlc:
            mark.row = UnitRow(
                held.id, held.name, held.kind, held.status, fix.lon, fix.lat, fix.heading_deg, fix.heard_ms, fix.valid_s, fix.hlc
            )
            self._moved(mark, now_ms)
        return known and not mark.removed

    def drop(self, unit: str) -> None:
        slot = self.slots.get(unit)
        if slot is not None and not self.marks[slot].removed:
            self.marks[slot].removed = True
            self._reasons[self.marks[slot].hidden] -= 1
            self.trails.pop(slot, None)
            self.dirty.slots.add(slot)

    def tick(self, now_ms: int) -> None:
        """Let time pass: what turns stale or gone is marked. When time went back, everything is looked at."""
        if now_ms < self._now_ms:
            self._due.clear()
            for mark in self.marks:
                mark.due_ms = 0
                self._age(mark, now_ms)
        while self._due and self._due[0][0] <= now_ms:
            mark = self.marks[heapq.heappop(self._due)[1]]
            mark.due_ms = 0
            self._age(mark, now_ms)
        self._now_ms = now_ms

    def set_trails(self, trails: dict[str, list[tuple[int, float, float]]]) -> None:
        """Tracks as read, (UTC ms, lon, lat) in order of time; points that came meanwhile stay."""
        for unit, points in trails.items():
            slot = self.slots.get(unit)
            if slot is not None and points:
                later = [point for point in self.trails.get(slot, []) if point[0] > points[-1][0]]
                self.trails[slot] = points + later
                self.dirty.trails.add(slot)

    def placed(self) -> list[tuple[float, float]]:
        """Where the units are that can be shown."""
        rows = [mark.row for mark in self.marks if not mark.hidden and not mark.removed]
        return [(row.lon, row.lat) for row in rows if row.lon is not None and row.lat is not None]

    def row(self, slot: int) -> Row:
        mark = self.marks[slot]
        row, placed = mark.row, not mark.hidden and not mark.removed
        lon, lat = (row.lon or 0.0, row.lat or 0.0) if placed else (0.0, 0.0)
        bits = state_bits(row.kind, row.status, row.heading_deg, mark.fresh, placed=placed)
        return slot, round(lon * E7), round(lat * E7), bits | (REMOVED if mark.removed else 0)

    def hidden(self) -> dict[str, int]:
        """How many cannot be shown, by reason."""
        return {reason: count for reason, count in self._reasons.items() if reason}

    def _mark(self, unit: str, row: UnitRow) -> Mark:
        slot = self.slots.get(unit)
        if slot is None:
            slot = self.slots[unit] = len(self.marks)
            why = hidden_why(row.lon, row.lat)
            self.marks.append(Mark(slot, row, hidden=why))
            self._reasons[why] += 1
            self.dirty.names.add(slot)
        return self.marks[slot]

    def _moved(self, mark: Mark, now_ms: int) -> None:
        self.dirty.slots.add(mark.slot)
        self._age(mark, now_ms)
        row = mark.row
        why = hidden_why(row.lon, row.lat)
        if why != mark.hidden:
            if not mark.removed:
                self._reasons[mark.hidden] -= 1
                self._reasons[why] += 1
            mark.hidden = why
        if row.lon is None or row.lat is None or mark.hidden:
            return
        at_ms = ms_of(row.fix_hlc)
        trail = self.trails.setdefault(mark.slot, [])
        if trail and at_ms < trail[-1][0]:  # time was turned back
            self.trails[mark.slot] = [point for point in trail if point[0] <= at_ms]
            self.dirty.trails.add(mark.slot)
        elif not trail or at_ms - trail[-1][0] >= TRAIL_STEP_MS:
            trail.append((at_ms, row.lon, row.lat))
            if trail[0][0] < at_ms - TRAIL_MS:
                del trail[0]
            self.dirty.points.append((mark.slot, row.lon, row.lat))

    def _age(self, mark: Mark, now_ms: int) -> None:
        heard_ms, valid_s = mark.row.fix_heard_ms, mark.row.valid_s or DEFAULT_VALID_S
        fresh = Freshness.GONE if heard_ms is None else freshness(heard_ms, valid_s, now_ms, self._rule)
        if heard_ms is not None and fresh is not Freshness.GONE:
            turns_ms = (self._rule.gone_at_ms if fresh is Freshness.STALE else self._rule.stale_at_ms)(heard_ms, valid_s)
            if not 0 < mark.due_ms <= turns_ms:  # looked at earlier, it is put off then: one entry a unit, not one a fix
                mark.due_ms = turns_ms
                heapq.heappush(self._due, (turns_ms, mark.slot))
        if fresh is not mark.fresh:
            mark.fresh = fresh
            self.dirty.slots.add(mark.slot)
