"""What is kept between two looks is what a fresh look would find."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from console.models.sensors import series
from console.models.state import tables
from console.views.monitoring import shelf as shelf_module
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

    def noted(database: object, sensor: str, from_ms: int, to_ms: int) -> object:
        asked.append((sensor, from_ms))
        return series(database, sensor, from_ms, to_ms)  # type: ignore[arg-type]

    monkeypatch.setattr(shelf_module, "series", noted)
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
    put_readings(state, "a", [(NOW_MS - (7200 - at) * 1000, float(value), "") for at, value in enumerate(values)])
    shelf = Shelf()
    held = shelf.read(state.database, ["a"], Span(NOW_MS - 2 * HOUR_MS, NOW_MS), NONE, NOW_MS)["a"]
    assert held.part_ms > 0
    assert len(held.series) < 1100
    assert (held.series.values.max(), held.series.values.min()) == (42.0, -42.0)
    assert (np.diff(held.series.times_ms) > 0).all()
    closer = shelf.read(state.database, ["a"], Span(NOW_MS - HOUR_MS // 2, NOW_MS), NONE, NOW_MS)["a"]
    assert closer.part_ms == 0
    assert len(closer.series) == 1800


def test_another_time_of_the_same_gauges(state: State) -> None:
    found = read_span(state.database, ["a", "b"], Span(0, NOW_MS - 5 * 60_000))
    assert {sensor: len(one) for sensor, one in found.items()} == {"a": 2, "b": 1}
