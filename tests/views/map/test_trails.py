"""Trails as they are read from the table."""

from __future__ import annotations

import struct
from itertools import pairwise

import peewee as pw

from console.models.clock import hlc_from_ms
from console.models.state.tables import Track
from console.views.map.trails import read

NOW_MS = 1_404_460_800_000


def parsed(body: bytes) -> list[tuple[int, int, float, float]]:
    (count,) = struct.unpack_from("<I", body)
    assert len(body) == 4 + 16 * count
    slot, second, lon, lat = (struct.unpack_from(f"<{count}{code}", body, 4 + 4 * count * at) for at, code in enumerate("IIii"))
    return [(at, when, x / 1e7, y / 1e7) for at, when, x, y in zip(slot, second, lon, lat, strict=True)]


def put(unit: str, *minutes_ago: float) -> None:
    for minutes in minutes_ago:
        at_ms = NOW_MS - round(minutes * 60_000)
        Track.create(unit=unit, bucket=at_ms // 10_000, hlc=hlc_from_ms(at_ms), lon=82 + minutes / 1000, lat=44.0)


def test_only_the_span_asked_for_and_only_these_units_in_order(database: pw.SqliteDatabase) -> None:
    put("a", 90, 59, 5, -3)
    put("b", 10)
    put("c", 1)
    found = parsed(read(database, [("a", 7), ("b", 0)], 3600, NOW_MS, 1))
    assert sorted(found) == [
        (0, NOW_MS // 1000 - 600, 82.01, 44.0),
        (7, NOW_MS // 1000 - 3540, 82.059, 44.0),
        (7, NOW_MS // 1000 - 300, 82.005, 44.0),
    ]
    assert [when for at, when, *_ in found if at == 7] == sorted(when for at, when, *_ in found if at == 7)
    assert [at for at, *_ in parsed(read(database, [("a", 7)], 600, NOW_MS, 1))] == [7]
    assert parsed(read(database, [("nobody", 1)], 600, NOW_MS, 1)) == []


def test_of_long_trails_points_are_left_out_evenly(database: pw.SqliteDatabase) -> None:
    put("a", *(step / 6 for step in range(1, 61)))
    seconds = [when for _, when, *_ in parsed(read(database, [("a", 0)], 600, NOW_MS, 6))]
    assert 10 <= len(seconds) <= 11
    assert all(55 <= later - sooner <= 65 for sooner, later in pairwise(seconds[1:-1]))
