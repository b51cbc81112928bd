"""What is kept between two looks is what a fresh look would find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import peewee as pw
import pytest

from console.models.sensors import read_gauges, series
from console.models.sensors.series import series_of
from console.models.state import tables
from console.views.monitoring import shelf as shelf_module
from console.views.monitoring.plan import Told, Wish, plan
from console.views.monitoring.scope import Span
from console.views.monitoring.shelf import ANEW_MS, OPEN_MS, Shelf, read_span
from tests.views.monitoring.gauges import HOUR_MS, every, put_gauge, put_readings
from tests.views.tables.state import NOW_MS, State

SPAN = Span(NOW_MS - 24 * HOUR_MS, OPEN_MS)
TOLD, NONE = frozenset({"a"}), frozenset[str]()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = State(tmp_path)
    put_gauge(made, "a", readings=every(5, [1.0, 1.1, 1.2]))
    put_gauge(made, "b", readings=every(5, [2.0, 2.1]))
    yield made
    made.close()


def add(state: State, at_ms: int, value: float, *, newest: bool = True) -> None:
    put_readings(state, "a", [(at_ms, value, "")])
    if newest:
        state.change(tables.Sensor, "a", at_ms=at_ms, value=value)


def test_only_what_is_new_is_read(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf()
    shelf.read(state.database, ["a", "b"], SPAN, NONE, NOW_MS)
    asked: list[tuple[str, int]] = []

    def noted(database: pw.SqliteDatabase, parts: Sequence[tuple[str, int, int]], most: int) -> object:
        asked.extend((sensor, from_ms) for sensor, from_ms, _ in parts)
        return series_of(database, parts, most)

    monkeypatch.setattr(shelf_module, "series_of", noted)
    add(state, NOW_MS, 1.3)
    found = shelf.read(state.database, ["a", "b"], SPAN, TOLD, NOW_MS)
    assert asked == [("a", NOW_MS - 60_000 + 1)]
    assert found["a"].series.values.tolist() == [1.0, 1.1, 1.2, 1.3]
    assert list(found) == ["a", "b"]


def test_what_came_late_is_found_when_nothing_newer_did(state: State) -> None:
    shelf = Shelf()
    shelf.read(state.database, ["a"], SPAN, NONE, NOW_MS)
    add(state, NOW_MS - 3 * HOUR_MS, 9.0, newest=False)
    assert 9.0 in shelf.read(state.database, ["a"], SPAN, TOLD, NOW_MS)["a"].series.values


def test_what_came_late_together_with_news_is_found_within_half_a_minute(state: State) -> None:
    shelf = Shelf()
    shelf.read(state.database, ["a"], SPAN, NONE, NOW_MS)
    add(state, NOW_MS - 3 * HOUR_MS, 9.0, newest=False)
    add(state, NOW_MS, 1.3)
    assert 9.0 not in shelf.read(state.database, ["a"], SPAN, TOLD, NOW_MS)["a"].series.values
    add(state, NOW_MS + 1000, 1.4)
    found = shelf.read(state.database, ["a"], SPAN, TOLD, NOW_MS + ANEW_MS)["a"].series
    assert found.values.tolist() == [9.0, 1.0, 1.1, 1.2, 1.3, 1.4]


def test_another_time_shown_is_read_anew(state: State) -> None:
    shelf = Shelf()
    narrow = Span(NOW_MS - 5 * 60_000, OPEN_MS)
    assert len(shelf.read(state.database, ["a"], narrow, NONE, NOW_MS)["a"].series) == 1
    assert len(shelf.read(state.database, ["a"], SPAN, NONE, NOW_MS)["a"].series) == 3


def test_forgotten_it_is_read_again(state: State) -> None:
    shelf = Shelf()
    shelf.read(state.database, ["a"], SPAN, NONE, NOW_MS)
    state.database.execute_sql("DELETE FROM reading WHERE sensor = 'a' AND value > 1.05")
    assert len(shelf.read(state.database, ["a"], SPAN, NONE, NOW_MS)["a"].series) == 3
    shelf.forget()
    assert len(shelf.read(state.database, ["a"], SPAN, NONE, NOW_MS)["a"].series) == 1


def test_a_gauge_that_is_not_known_is_left_out(state: State) -> None:
    assert list(Shelf().read(state.database, ["x", "b"], SPAN, NONE, NOW_MS)) == ["b"]


def test_of_too_many_readings_the_extremes_are_kept(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every second for two hours, with one reading that stands out either way: they are there, and times still rise."""
    monkeypatch.setattr(shelf_module, "MOST_READINGS", 5000)
    monkeypatch.setattr(shelf_module, "PARTS", 500)
    values = np.sin(np.arange(7200) / 300)
    values[3333], values[3777] = 42.0, -42.0
    state.change(tables.Sensor, "a", interval_s=1.0)
    put_readings(state, "a", [(NOW_MS - (7200 - at) * 1000, float(value), "") for at, value in enumerate(values)])
    shelf = Shelf()
    held = shelf.read(state.database, ["a"], Span(NOW_MS - 2 * HOUR_MS, NOW_MS), NONE, NOW_MS)["a"]
    assert held.part_ms > 0
    assert len(held.series) < 1100
    assert (held.series.values.max(), held.series.values.min()) == (42.0, -42.0)
    assert (np.diff(held.series.times_ms) > 0).all()
    told = Told({"a": held.gauge}, {"a": held.series}, part_ms={"a": held.part_ms})
    (line,) = plan(told, Wish(), held.span, 900)[0].lines
    assert not np.isnan(line.y).any(), "a line, not dots"
    closer = shelf.read(state.database, ["a"], Span(NOW_MS - HOUR_MS // 2, NOW_MS), NONE, NOW_MS)["a"]
    assert closer.part_ms == 0
    assert len(closer.series) == 1800


def test_another_time_of_the_same_gauges(state: State) -> None:
    gauges = read_gauges(state.database, ["a", "b"]).values()
    found = read_span(state.database, gauges, Span(0, NOW_MS - 5 * 60_000))
    assert {sensor: len(one) for sensor, one in found.items()} == {"a": 2, "b": 1}


def test_rain_is_never_thinned(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a sum nothing can be left out: it would look like little rain."""
    monkeypatch.setattr(shelf_module, "MOST_READINGS", 100)
    put_gauge(state, "r", quantity="rain", unit="mm")
    put_readings(state, "r", [(NOW_MS - at * 1000, 0.2, "") for at in range(500)])
    held = Shelf().read(state.database, ["r"], SPAN, NONE, NOW_MS)["r"]
    assert (len(held.series), held.part_ms) == (500, 0)


def test_readings_of_many_come_as_those_of_each(state: State) -> None:
    """Corrections too: of two for one moment the later said stands, and a doubt is one."""
    put_readings(state, "a", [(NOW_MS - 300_000, 7.0, "suspect"), (NOW_MS - 200_000, 8.0, "estimated")])
    state.database.execute_sql(
        "INSERT INTO reading (sensor, at_ms, hlc, value, quality) VALUES ('a', ?, ?, 9.0, '')", (NOW_MS - 200_000, 2**60)
    )
    parts = [("b", 0, NOW_MS), ("a", 0, NOW_MS), ("x", 0, NOW_MS), ("a", NOW_MS - 250_000, NOW_MS - 150_000)]
    read = series_of(state.database, parts, 100)
    assert read is not None
    for (sensor, from_ms, to_ms), found in zip(parts, read, strict=True):
        wanted = series(state.database, sensor, from_ms, to_ms)
        for one, other in ((found.times_ms, wanted.times_ms), (found.values, wanted.values), (found.quality, wanted.quality)):
            assert one.tolist() == other.tolist()
            assert one.dtype == other.dtype
    assert read[3].values.tolist() == [9.0]
    assert series_of(state.database, parts, 5) is None
    assert series_of(state.database, [], 5) == []
