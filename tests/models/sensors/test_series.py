"""Readings come out of a real journal as they went in, by when they were read; a backlog is as old as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import peewee as pw
import pytest

from console.models import kinds
from console.models.clock import hlc_from_ms
from console.models.journal import Journal
from console.models.journal.reading import open_read_only
from console.models.sensors import Condition, read_gauges, recent, sensor_rules, series, state_of
from tests.models.voices import NOW_MS, Voice, county, join, open_journal

MINUTE_MS = 60_000
RULES = sensor_rules()


class House:
    def __init__(self, path: Path) -> None:
        self.journal: Journal = open_journal(path)
        self.desk = Voice(1)
        self.journal.append([county().enrol(self.desk, "console")], via=county().origin)
        self.database: pw.SqliteDatabase = open_read_only(path)

    def say(self, kind: str, subject: str, body: kinds.Body, hlc: int = 0, age_ms: int = 0) -> None:
        self.journal.append([self.desk.say(kind, subject, body, hlc, age_ms=age_ms)], via=self.desk.origin)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "journal.db")
    yield house
    house.database.close()
    house.journal.close()


def test_a_backlog_is_read_back_and_is_as_old_as_it_is(house: House) -> None:
    house.say("sensor.registered", "g", kinds.SensorRegistered(name="三号雨量站", quantity="rain", unit="mm", interval_s=300))
    times = [NOW_MS - (40 - place) * MINUTE_MS for place in range(0, 20, 5)]
    house.say("sensor.series", "g", kinds.SensorSeries(times_ms=times, values=[0.0, 0.2, 0.4, 0.0]), hlc_from_ms(NOW_MS))
    house.say("sensor.reading", "g", kinds.SensorReading(value=1.0, at_ms=times[1], quality="suspect"), hlc_from_ms(NOW_MS + 1))
    found = series(house.database, "g", times[0], times[-1])
    assert found.times_ms.tolist() == times
    assert found.values.tolist() == [0.0, 1.0, 0.4, 0.0]  # of two for one moment the later said
    assert found.quality.tolist() == [0, 1, 0, 0]
    assert series(house.database, "g", times[1], times[2]).values.tolist() == [1.0, 0.4]
    assert len(series(house.database, "other", 0, NOW_MS)) == 0
    gauge = read_gauges(house.database)["g"]
    assert (gauge.name, gauge.heard_ms, gauge.value) == ("三号雨量站", times[-1], 0.0)
    state = state_of(gauge, recent(house.database, gauge, RULES), NOW_MS, RULES)
    assert state.condition is Condition.SILENT
    assert state.age_s == 25 * 60


def test_a_sensor_whose_clock_is_wrong_is_judged_by_ours(house: House) -> None:
    """Its own clock is a year behind; what it says has just arrived."""
    then = NOW_MS - 365 * 86_400_000
    house.say("sensor.registered", "g", kinds.SensorRegistered(name="g", quantity="level", unit="m", interval_s=300), hlc_from_ms(then))
    house.say("sensor.reading", "g", kinds.SensorReading(value=1.0), hlc_from_ms(then + 1))
    gauge = read_gauges(house.database, ["g", "nobody"])["g"]
    assert gauge.ahead_ms == then + 1 - NOW_MS
    assert state_of(gauge, recent(house.database, gauge, RULES), NOW_MS + 10_000, RULES).condition is Condition.NORMAL


def test_of_a_sensor_that_varies_few_readings_are_read_and_of_one_that_stands_still_enough(house: House) -> None:
    for name, values in (("varies", [place / 10 for place in range(1000)]), ("stands", [1.5] * 1000)):
        times = [NOW_MS - (1000 - place) * 15 * MINUTE_MS for place in range(1000)]
        house.say("sensor.registered", name, kinds.SensorRegistered(name=name, quantity="level", unit="m", interval_s=900))
        house.say("sensor.series", name, kinds.SensorSeries(times_ms=times, values=values))
    gauges = read_gauges(house.database)
    few, many = (recent(house.database, gauges[name], RULES) for name in ("varies", "stands"))
    assert len(few) == 5
    assert 96 * 4 < len(many) < 96 * 4 + 3
    assert [state_of(gauges["varies"], few, NOW_MS - 14 * MINUTE_MS, RULES).condition] == [Condition.NORMAL]
    assert [state_of(gauges["stands"], many, NOW_MS - 14 * MINUTE_MS, RULES).condition] == [Condition.STUCK]


def test_a_withdrawn_gauge_is_not_of_the_registry(house: House) -> None:
    house.say("sensor.registered", "g", kinds.SensorRegistered(name="g", quantity="level"))
    house.say("record.withdrawn", "g", kinds.RecordWithdrawn(table="sensor", why="two of it"))
    assert read_gauges(house.database) == {}


def test_join_keeps_order(house: House) -> None:
    runs = [
        house.desk.say("sensor.reading", "g", kinds.SensorReading(value=float(place)), hlc_from_ms(NOW_MS) + place) for place in range(3)
    ]
    house.journal.append([join(runs)], via=house.desk.origin)
    assert series(house.database, "g", NOW_MS, NOW_MS).values.tolist() == [2.0]


def test_a_single_doubt_within_a_standstill_does_not_hide_it(house: House) -> None:
    house.say("sensor.registered", "g", kinds.SensorRegistered(name="g", quantity="level", unit="m", interval_s=900))
    for start, quality in ((0, ""), (400, "suspect"), (401, "")):
        times = [NOW_MS - (900 - place) * 15 * MINUTE_MS for place in range(start, {0: 400, 400: 401, 401: 900}[start])]
        house.say("sensor.series", "g", kinds.SensorSeries(times_ms=times, values=[1.5] * len(times), quality=quality))
    gauge = read_gauges(house.database)["g"]
    assert state_of(gauge, recent(house.database, gauge, RULES), NOW_MS - 14 * MINUTE_MS, RULES).condition is Condition.STUCK
