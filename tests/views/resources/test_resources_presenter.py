"""What the resources workspace reads and words, over a real SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.models.state import tables
from console.views.resources import presenter
from tests.views.tables import sample
from tests.views.tables.state import NOW_MS, State


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = State(tmp_path)
    sample.fill(made)
    yield made
    made.close()


def stock(state: State, row_id: str) -> presenter.ResourceRow:
    (found,) = presenter.read_resources(state.database, [row_id])
    return found


def gauge(state: State, row_id: str) -> presenter.SensorRow:
    (found,) = presenter.read_sensors(state.database, [row_id])
    return found


def test_all_are_read(state: State) -> None:
    assert len(presenter.read_resources(state.database)) == len(sample.RESOURCES)
    assert len(presenter.read_sensors(state.database)) == len(sample.SENSORS)


def test_figures_words_and_low_said_beside_the_figure(state: State) -> None:
    found = stock(state, "r4")
    told = {column.key: column.text(found, NOW_MS) for column in presenter.resource_columns()}
    assert (told["quantity"], told["capacity"], told["unit"], told["status"]) == ("3, low", "12", "台", "Low")
    assert presenter.share_mark(found, 0) == presenter.LOW
    assert presenter.quantity_text(stock(state, "r1"), 0) == "1,240"


def test_a_full_shelter_is_what_is_bad_about_a_shelter(state: State) -> None:
    assert presenter.share_mark(stock(state, "r2"), 0) is None
    state.change(tables.Resource, "r2", quantity=1490)
    assert presenter.quantity_text(stock(state, "r2"), 0) == "1,490, full"


def test_without_a_capacity_no_share_is_told(state: State) -> None:
    assert "Share" not in dict(presenter.resource_card(stock(state, "r3")))
    assert dict(presenter.resource_card(stock(state, "r2")))["Share"] == "21%"


@pytest.mark.parametrize(
    ("sensor", "value", "age"),
    [("s0", "14.5", "6 min"), ("s2", "137.2", "1 h 35 min, stale"), ("s3", "8.4", "15 h 00 min, gone"), ("s4", "–", "never")],
)
def test_a_value_always_carries_its_age(state: State, sensor: str, value: str, age: str) -> None:
    found = gauge(state, sensor)
    assert (presenter.value_text(found, NOW_MS), presenter.heard_text(found, NOW_MS)) == (value, age)
    assert dict(presenter.sensor_card(found, NOW_MS))["Age"] == age


def test_rows_are_found_by_name_kind_and_place(state: State) -> None:
    assert "县物资库" in stock(state, "r0").search
    assert "rain" in gauge(state, "s0").search
