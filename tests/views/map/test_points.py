"""Points by the ten thousand, without a window: a small reader of their buffers plays the page."""

from __future__ import annotations

import random
import struct

import peewee as pw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.models.rules.staleness import StalenessRule, default_rule, freshness
from console.models.state.tables import Feed, Resource, Sensor
from console.views.map import points
from console.views.map.points.columns import HEADER, MAGIC, REMOVED, Points, Row
from console.views.map.points.sensors import alarm_of

NOW_MS = 1_404_460_800_000
HOUR_MS = 3_600_000
EMPTY = Points(("rain", "level"), ("good", "missing"))


class PlayedSet:
    """Applies buffers as `resources/map/pointset.js` does. `told`: id -> (label, lon, lat, state)."""

    def __init__(self) -> None:
        self.version = 0
        self.rows: dict[int, tuple[str, str, float, float, int]] = {}
        self.bytes = 0

    def take_from(self, held: Points) -> None:
        body = held.packed(self.version)
        magic, version, base, count, slots, words, _, _ = HEADER.unpack_from(body)
        assert magic == MAGIC
        assert len(body) == HEADER.size + 20 * count + words
        assert base in (0, self.version)
        if base == 0:
            self.rows = {}
        columns = [struct.unpack_from(f"<{count}{code}", body, HEADER.size + 4 * count * at) for at, code in enumerate("IiiII")]
        text, start = body[len(body) - words :] if words else b"", 0
        for slot, lon, lat, state, end in zip(*columns, strict=True):
            item, _, label = text[start:end].decode().partition("\0")
            self.rows[slot] = (item, label, lon / 1e7, lat / 1e7, state)
            start = end
            assert slot < slots
        self.version, self.bytes = version, len(body)

    @property
    def told(self) -> dict[str, tuple[str, float, float, int]]:
        return {item: (label, lon, lat, state) for item, label, lon, lat, state in self.rows.values() if not state & REMOVED}


def row(item: str, **values: object) -> Row:
    return Row(**{"id": item, "label": item.upper(), "lon": 82.5, "lat": 44.25, "kind": "rain", "status": "good"} | values)  # type: ignore[arg-type]


def test_everything_then_only_what_changed() -> None:
    page, held = PlayedSet(), EMPTY.filled([row(f"s{n}") for n in range(2000)], NOW_MS)
    page.take_from(held)
    whole = page.bytes
    assert len(page.told) == 2000
    assert page.told["s7"][:3] == ("S7", 82.5, 44.25)
    held = held.changed([row("s7", label="涨水", kind="level", alarm=2)], {"s7", "s9"}, NOW_MS)
    page.take_from(held)
    assert page.bytes < whole / 100
    assert page.told["s7"][0] == "涨水"
    assert (page.told["s7"][3] & 255, page.told["s7"][3] >> 14 & 7) == (1, 2)
    assert "s9" not in page.told
    assert len(page.told) == 1999


def test_a_page_that_lost_count_or_saw_another_beginning_gets_everything() -> None:
    held = EMPTY.filled([row("a")], NOW_MS).changed([row("b")], {"b"}, NOW_MS)
    again = held.filled([row("b")], NOW_MS)
    for have in (0, held.version, 99):
        page = PlayedSet()
        page.version = have
        assert HEADER.unpack_from(again.packed(have))[2] == 0
        page.take_from(again)
        assert page.told.keys() == {"b"}


def test_points_grow_old_and_their_alarm_ends_when_they_are_gone() -> None:
    page = PlayedSet()
    held = EMPTY.filled([row("s", heard_ms=NOW_MS, valid_s=3600.0, alarm=1), row("never", heard_ms=0), row("store", heard_ms=None)], NOW_MS)
    seen = []
    for hours in (0, 1.5, 500):
        held = held.aged(NOW_MS + round(hours * HOUR_MS))
        page.take_from(held)
        seen.append([(page.told[item][3] >> 12 & 3, page.told[item][3] >> 14 & 7) for item in ("s", "never", "store")])
    assert seen == [[(0, 1), (2, 0), (3, 0)], [(1, 1), (2, 0), (3, 0)], [(2, 0), (2, 0), (3, 0)]]
    assert held.aged(NOW_MS + 501 * HOUR_MS) is held, "nothing looks different: the page is told nothing"


def test_what_cannot_be_shown_is_counted_and_not_placed() -> None:
    held = EMPTY.filled([row("a", lon=None), row("b", lat=89.0), row("c")], NOW_MS)
    assert held.hidden() == {"no_position": 1, "out_of_range": 1}
    page = PlayedSet()
    page.take_from(held)
    assert [item for item, told in page.told.items() if told[3] >> 17 & 1] == ["c"]
    assert held.changed([], {"a"}, NOW_MS).hidden() == {"no_position": 0, "out_of_range": 1}


def test_a_name_without_end_or_with_a_zero_byte_spoils_no_other() -> None:
    page = PlayedSet()
    page.take_from(EMPTY.filled([row("a\0b", label="x\0y" * 900), row("next", label="雨" * 900), row("last")], NOW_MS))
    assert page.told["last"][0] == "LAST"
    assert "a b" in page.told


@given(
    st.lists(st.tuples(st.integers(0, 10**12), st.floats(0.001, 1e6)), min_size=1, max_size=30), st.integers(0, 10**13), st.floats(1, 20)
)
def test_many_age_as_each_one_does(held: list[tuple[int, float]], now_ms: int, times: float) -> None:
    import numpy as np

    rule = StalenessRule(times, 60.0)
    heard, valid = np.array([one for one, _ in held]), np.array([one for _, one in held])
    order = ("fresh", "stale", "gone")
    assert [order[at] for at in rule.freshness_of(heard, valid, now_ms)] == [freshness(*one, now_ms, rule).value for one in held]


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_whatever_happens_the_page_ends_with_what_is_known(seed: int) -> None:
    chance = random.Random(seed)
    held, page, truth, now = EMPTY, PlayedSet(), dict[str, Row](), NOW_MS
    for _ in range(30):
        now += chance.randrange(HOUR_MS)
        ids = {f"s{chance.randrange(8)}" for _ in range(chance.randrange(4))}
        act = chance.random()
        if act < 0.2:
            truth = {item: row(item, heard_ms=now, valid_s=60.0) for item in ids}
            held = held.filled(list(truth.values()), now)
        elif act < 0.7:
            for item in ids:
                if chance.random() < 0.3:
                    truth.pop(item, None)
                else:
                    truth[item] = row(
                        item, lon=chance.uniform(-180, 180), label=str(now), heard_ms=now, valid_s=60.0, alarm=chance.randrange(5)
                    )
            held = held.changed([truth[item] for item in ids if item in truth], ids, now)
        else:
            held = held.aged(now)
        if chance.random() < 0.6:
            page.take_from(held)
    page.take_from(held.aged(now))
    assert page.told.keys() == truth.keys()
    rule = default_rule()
    for item, (label, lon, _, state) in page.told.items():
        assert label == truth[item].label
        assert lon == pytest.approx(truth[item].lon, abs=1e-7)
        assert ("fresh", "stale", "gone")[state >> 12 & 3] == freshness(truth[item].heard_ms or 0, 60.0, now, rule).value


@pytest.mark.parametrize(
    ("value", "marks", "level"),
    [
        (None, [1, 2, 3], 0),
        (0.5, [1, 2, 3], 0),
        (1.0, [1, 2, 3], 3),
        (2.5, [1, 2, 3], 2),
        (9, [1, 2, 3], 1),
        (9, [None, None, None], 0),
        (9, [None, 8, None], 2),
    ],
)
def test_the_gravest_mark_reached_is_the_alarm(value: float | None, marks: list[float | None], level: int) -> None:
    assert alarm_of(value, marks) == level


def test_what_stands_in_the_tables(database: pw.SqliteDatabase) -> None:
    good = {"quantity": "level", "unit": "m", "warning": 10.0, "guarantee": 12.0, "heard_ms": NOW_MS, "lon": 82.0, "lat": 44.0}
    Sensor.create(id="s", name="博河站", value=12.5, **good)
    Sensor.create(id="doubted", value=12.5, quality="suspect", **good)
    Sensor.create(id="away", withdrawn=True, **good)
    Resource.create(id="r", name="救灾物资库", kind="store", status="ready", lon=82.0, lat=44.0)
    Feed.create(id="f", name="大桥监控", lon=82.0, lat=44.0)
    pages = {}
    for name in points.SETS:
        pages[name] = PlayedSet()
        pages[name].take_from(points.read(database, name, points.empty(name), None, NOW_MS))
    assert pages["sensor"].told.keys() == {"s", "doubted"}
    assert pages["sensor"].told["s"][0] == "博河站 12.5 m"
    assert [pages["sensor"].told[item][3] >> 14 & 7 for item in ("s", "doubted")] == [2, 0]
    assert pages["resource"].told["r"][0] == "救灾物资库"
    assert pages["feed"].told["f"][0] == "大桥监控"
    held = points.read(database, "feed", points.empty("feed"), None, NOW_MS)
    Feed.update(withdrawn=True).execute()
    Feed.create(id="g", name="新桥监控", lon=82.1, lat=44.0)
    pages["feed"].take_from(points.read(database, "feed", held, {"f", "g"}, NOW_MS))
    assert pages["feed"].told.keys() == {"g"}
