"""A prefecture for measuring the map: units that move, points that stand, in a state database of their own."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import peewee as pw

from console.models.changes import Changes, Fix
from console.models.clock import hlc_from_ms
from console.models.kinds import UNIT_KINDS, UNIT_STATUSES
from console.models.kinds.sensors import QUANTITIES
from console.models.state.tables import LOG_TABLES, STATE_TABLES, Feed, Resource, Sensor, Table, Unit

WEST, SOUTH, EAST, NORTH = 80.6, 43.6, 84.6, 45.7
"""Where units drive; points stand in towns there and along roads between them."""
TOWNS = 60
SLICES = 30
"""Units report spread over the second, as they do."""
SEED = 20261201


def town_spots(count: int, chance: random.Random) -> Iterator[tuple[float, float]]:
    """Most things stand in towns, some along roads, some anywhere."""
    towns = [(chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)) for _ in range(TOWNS)]
    for _ in range(count):
        (lon, lat), (to_lon, to_lat) = chance.choice(towns), chance.choice(towns)
        where = chance.random()
        if where < 0.6:
            yield lon + chance.gauss(0, 0.03), lat + chance.gauss(0, 0.02)
        elif where < 0.9:
            share = chance.random()
            yield lon + (to_lon - lon) * share + chance.gauss(0, 0.004), lat + (to_lat - lat) * share + chance.gauss(0, 0.003)
        else:
            yield chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)


class Scene:
    """`units` that move once a second and `points` that stand, at `now_ms`."""

    def __init__(self, path: Path, units: int, points: int, now_ms: int) -> None:
        self.path, self.now_ms = path, now_ms
        self._chance = random.Random(SEED)
        self.ids = [f"unit:{number:06}" for number in range(units)]
        self._places = [[self._chance.uniform(WEST, EAST), self._chance.uniform(SOUTH, NORTH)] for _ in range(units)]
        self._headings = [self._chance.uniform(0, 360) for _ in range(units)]
        database = pw.SqliteDatabase(str(path))
        tables = [*STATE_TABLES, *LOG_TABLES]
        with database.bind_ctx(tables):
            database.create_tables(tables)
            with database.atomic():
                self._fill(database, Unit, self._unit_rows())
                for table, rows in self._point_rows(points).items():
                    self._fill(database, table, rows)
        database.close()

    def _fill(self, database: pw.SqliteDatabase, table: type[Table], rows: list[dict[str, Any]]) -> None:
        blank = table().__data__
        names = [*table._meta.columns]
        query = f"INSERT INTO {table._meta.table_name} ({','.join(names)}) VALUES ({','.join('?' * len(names))})"
        database.connection().executemany(query, ([{**blank, **row}.get(name) for name in names] for row in rows))  # type: ignore[no-untyped-call]

    def _unit_rows(self) -> list[dict[str, Any]]:
        chance = self._chance
        return [
            {
                "id": unit,
                "name": f"{'救援消防医疗公安工程'[2 * (number % 5) : 2 * (number % 5) + 2]}{number}队",
                "kind": chance.choice(UNIT_KINDS),
                "status": chance.choice(UNIT_STATUSES),
                "lon": lon,
                "lat": lat,
                "heading_deg": heading,
                "fix_heard_ms": self.now_ms - (chance.choice((0, 0, 0, 0, 0, 0, 0, 0, 700_000, 40_000_000))),
                "valid_s": 600.0,
                "fix_hlc": hlc_from_ms(self.now_ms),
                "heard_ms": self.now_ms,
            }
            for number, (unit, (lon, lat), heading) in enumerate(zip(self.ids, self._places, self._headings, strict=True))
        ]

    def _point_rows(self, points: int) -> dict[type[Table], list[dict[str, Any]]]:
        """Of ten: five cameras, three gauges, two stores, shelters or points of hidden danger; one gauge in 200 is above its warning mark."""
        chance = self._chance
        rows: dict[type[Table], list[dict[str, Any]]] = {Feed: [], Sensor: [], Resource: []}
        for number, (lon, lat) in enumerate(town_spots(points, chance)):
            at = {"lon": lon, "lat": lat}
            if number % 10 < 5:
                rows[Feed].append({"id": f"f{number}", "name": f"{number}号监控", **at})
            elif number % 10 < 8:
                rows[Sensor].append(self._gauge(number) | at)
            else:
                kind = chance.choice(("store", "shelter", "danger", "goods"))
                rows[Resource].append({"id": f"r{number}", "name": f"{number}号库", "kind": kind, "status": "ready", **at})
        return rows

    def _gauge(self, number: int) -> dict[str, Any]:
        chance = self._chance
        above = number % 200 == 5
        return {
            "id": f"s{number}",
            "name": f"{number}号站",
            "quantity": "level" if above else chance.choice(QUANTITIES),
            "unit": "m" if above else "",
            "value": 9.0 if above else round(chance.uniform(0, 5), 1),
            "warning": 8.0 if above else None,
            "heard_ms": self.now_ms - chance.choice((0, 0, 0, 0, 0, 7_200_000, 90_000_000)),
        }

    def course(self, seconds: int) -> list[bytes]:
        """What the own peer would tell a window, SLICES messages a second: each unit at 10 m/s along a heading that turns slowly."""
        chance, told = self._chance, []
        step_lat = 10 / 111_320
        step_lon = step_lat / math.cos(math.radians(44.6))
        for second in range(1, seconds + 1):
            for piece in range(SLICES):
                fixes = {}
                at_ms = self.now_ms + second * 1000 + piece * 1000 // SLICES
                for number in range(piece, len(self.ids), SLICES):
                    heading = self._headings[number] = (self._headings[number] + chance.uniform(-8, 8)) % 360
                    place = self._places[number]
                    place[0] += step_lon * math.sin(math.radians(heading))
                    place[1] += step_lat * math.cos(math.radians(heading))
                    unit = self.ids[number]
                    fixes[unit] = Fix(unit, place[0], place[1], heading, 10.0, at_ms, 600.0, hlc_from_ms(at_ms))
                told.append(msgspec.msgpack.encode(Changes(second, {}, fixes)))
        return told
