"""Readings into events: of sensors that are known, or are made known, in as few events as carry them, durable on return."""

from __future__ import annotations

import itertools
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from console.comms.gateways.live.early import Early
from console.comms.gateways.live.tally import Tally
from console.comms.gateways.readings.facts import Fact
from console.comms.gateways.readings.form import Mapping
from console.comms.local.messages import Draft
from console.models.identity import owned_subject
from console.models.journal.reading import Reader
from console.models.kinds import MAX_SERIES, Body, SensorReading, SensorRegistered, SensorSeries, encode_body, kind_of
from console.models.state.tables import PRESENT_READING

T = TypeVar("T")
DOUBT_SENSORS = 3
"""So many that are ahead, and none that is in time, are no longer one sensor's clock."""
AHEAD_MS = 600_000
"""A reading that is further ahead of this machine's clock is not taken: of one of the two clocks nothing can be believed. It is kept (`early`)
until this machine's clock says that it was that one."""
EARLY_S = 10.0
"""What is kept is looked through so often."""
REGISTRY_S = 30.0
"""A registry that was imported meanwhile counts after so long at most."""
MOST_READINGS = 20_000
"""That go into one write."""
Write = Callable[[Sequence[Draft]], None]
"""Events durable on return. Raises Fault, and then nothing was written."""


class Author(NamedTuple):
    """Who writes, and where its journal can be read."""

    origin: bytes
    write: Write
    journal: Path
    wall: Callable[[], int]


class Told(NamedTuple):
    at_ms: int
    value: float
    quality: str


class Scribe:
    """Of one source; used and closed by its thread. `notes`: the gateway's notebook."""

    def __init__(self, author: Author, tally: Tally, notes: Path, *, area: str, link: str, most_sensors: int) -> None:
        self._author, self._tally = author, tally
        self._early, self._early_s = Early(notes, tally.name, AHEAD_MS), -EARLY_S
        self._area, self._link, self._most = area, link, most_sensors
        self._units: dict[str, str] = {}  # sensor -> unit, of those that are registered
        self._newest: dict[str, Told] = {}  # what was last written of each
        self._looked_s = time.monotonic()
        self._reader: Reader | None = None
        self._made = 0
        self._ahead: set[str] = set()  # sensors, since one was in time

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def say_kept(self, mapping: Mapping) -> None:
        """Write of what came too early what is due now; for every turn of the source. Raises Fault; what was not written is still kept."""
        while time.monotonic() - self._early_s >= EARLY_S:
            due = self._early.due(self._author.wall())
            if not due.facts:
                self._early_s = time.monotonic()
                return
            self._put(due.facts, mapping)
            self._early.forget(due.places)

    def put(self, facts: Iterable[Fact], mapping: Mapping) -> int:
        """Write what is new in them; answers how many readings. Raises Fault when they could not be written: then say them again."""
        taken = 0
        for piece in _pieces(facts, MOST_READINGS):
            taken += self._put(piece, mapping)
        return taken

    def _put(self, facts: Sequence[Fact], mapping: Mapping) -> int:
        if time.monotonic() - self._looked_s > REGISTRY_S:
            self._looked_s, self._units = time.monotonic(), {}
        now_ms = self._author.wall()
        told: dict[str, dict[int, Told]] = defaultdict(dict)
        made: dict[str, Fact] = {}
        early: list[Fact] = []
        for fact in facts:
            sensor = owned_subject(self._author.origin, fact.code)
            one = Told(now_ms if fact.at_ms is None else min(fact.at_ms, now_ms), fact.value, fact.quality)
            if self._is_early(fact, now_ms):
                early.append(fact)
            elif self._takes(sensor, fact, made) and self._newest.get(sensor) != one:
                told[sensor][one.at_ms] = one
        if early and (lost := self._early.keep(early)):
            self._tally.refuse(
                "lost", f"{lost} readings that came before their time had to go for newer ones; set the clock that is wrong", lost
            )
        for sensor in [each for each in told if each not in made]:
            self._drop_held(sensor, told)
        readings = sum(map(len, told.values()))
        drafts = [self._draft(sensor, self._registration(fact, mapping)) for sensor, fact in made.items()]
        drafts += [self._draft(sensor, body) for sensor, each in told.items() for body in _bodies(sorted(each.values()))]
        if drafts:
            self._author.write(drafts)
        self._made += len(made)
        self._units |= {sensor: fact.unit for sensor, fact in made.items()}
        self._newest |= {sensor: each[max(each)] for sensor, each in told.items()}
        if readings:
            self._tally.took(readings)
        return readings

    def _is_early(self, fact: Fact, now_ms: int) -> bool:
        ahead_ms = 0 if fact.at_ms is None else fact.at_ms - now_ms
        self._judge_clock(fact, ahead_ms)
        if ahead_ms > AHEAD_MS:
            self._tally.refuse(
                "ahead", f"{fact.code}: read {ahead_ms // 60_000} min after this machine's time; set the clock that is wrong"
            )
        return ahead_ms > AHEAD_MS

    def _takes(self, sensor: str, fact: Fact, made: dict[str, Fact]) -> bool:
        """Whether it is of a sensor that is known, or may be made known (then it is in `made`), and in its unit."""
        unit = made[sensor].unit if sensor in made else self._unit(sensor)
        if unit is None:
            if self._made + len(made) >= self._most:
                self._tally.refuse("unknown", f"{fact.code}: not registered; import it with `fengsui sensors import`")
                return False
            made[sensor], unit = fact, fact.unit
        if unit and unit != fact.unit:
            self._tally.refuse("unit", f"{fact.code}: registered in {unit}, comes in {fact.unit}; mend the registry or the mapping")
            return False
        return True

    def _judge_clock(self, fact: Fact, ahead_ms: int) -> None:
        if ahead_ms <= AHEAD_MS:
            if self._ahead:
                self._ahead = set()
                self._tally.doubt_clock("")
        elif len(self._ahead) < DOUBT_SENSORS:
            self._ahead.add(fact.code)
            if len(self._ahead) == DOUBT_SENSORS:
                self._tally.doubt_clock(
                    f"nothing is taken: all that comes was read {ahead_ms // 60_000} min after this machine's time. "
                    "Set this machine's clock, or theirs; if it is this machine's, what came meanwhile is taken then."
                )

    def _drop_held(self, sensor: str, told: dict[str, dict[int, Told]]) -> None:
        """What the journal has already: of a file that overlaps an earlier one, or a broker that repeats itself."""
        each = told[sensor]
        query = f'SELECT at_ms, "value", quality FROM {PRESENT_READING} WHERE sensor = ? AND at_ms BETWEEN ? AND ?'
        held = {row[0]: Told(*row) for row in self._reading().execute(query, (sensor, min(each), max(each)))}
        told[sensor] = left = {at_ms: one for at_ms, one in each.items() if held.get(at_ms) != one}
        if not left:
            del told[sensor]

    def _reading(self) -> sqlite3.Connection:
        if self._reader is None:
            self._reader = Reader(self._author.journal)
        return self._reader.connection

    def _draft(self, sensor: str, body: Body) -> Draft:
        return Draft(kind=kind_of(body), subject=sensor, area=self._area, body=encode_body(body))

    def _registration(self, fact: Fact, mapping: Mapping) -> SensorRegistered:
        return SensorRegistered(
            name=fact.name or fact.code,
            quantity=fact.quantity,
            unit=fact.unit,
            interval_s=mapping.interval_s,
            valid_s=mapping.valid_s,
            link=self._link,
        )

    def _unit(self, sensor: str) -> str | None:
        """Of a sensor that is registered, None of one that is not. Looked up again while it is not."""
        unit = self._units.get(sensor)
        if unit is None:
            row = self._reading().execute("SELECT unit FROM sensor WHERE id = ? AND quantity <> ''", (sensor,)).fetchone()
            if row is not None:
                unit = self._units[sensor] = str(row[0])
        return unit


def _bodies(told: Sequence[Told]) -> Iterator[SensorReading | SensorSeries]:
    """Of one sensor, in the order of time."""
    for quality, group in itertools.groupby(told, key=lambda one: one.quality):
        for some in _pieces(group, MAX_SERIES):
            if len(some) == 1:
                yield SensorReading(value=some[0].value, at_ms=some[0].at_ms, quality=quality)
            else:
                yield SensorSeries(times_ms=[one.at_ms for one in some], values=[one.value for one in some], quality=quality)


def _pieces(items: Iterable[T], most: int) -> Iterator[list[T]]:
    left = iter(items)
    while piece := list(itertools.islice(left, most)):
        yield piece
