"""A line as pixels: nothing that was read is lost at any width, and nothing is drawn where nothing was read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.views.monitoring.envelope import DASHES, View, alone, broken, draw, envelope

INK = 0xFF0A58A6
readings = st.lists(st.tuples(st.floats(0.5, 40), st.floats(-50, 50)), min_size=1, max_size=80)


def line(found: list[tuple[float, float]], longest_s: float = 20.0) -> tuple[np.ndarray, np.ndarray]:
    times = np.cumsum([step for step, _ in found])
    return broken(times, np.array([value for _, value in found]), longest_s)


@given(readings, st.integers(1, 300), st.floats(0, 1), st.floats(0.001, 3))
def test_every_reading_in_view_lies_within_its_column(found: list[tuple[float, float]], columns: int, at: float, share: float) -> None:
    x, y = line(found)
    left = float(x[0] + at * (x[-1] - x[0])) - 1.0
    right = left + max(1e-3, share * float(x[-1] - x[0] + 1))
    low, high = envelope(x, y, left, right, columns)
    edges = np.linspace(left, right, columns + 1)
    for time, value in zip(x, y, strict=True):
        if np.isnan(value) or not left <= time <= right:
            continue
        column = min(int(np.searchsorted(edges, time, "right")) - 1, columns - 1)
        assert low[column] <= value <= high[column]


@given(readings, st.integers(2, 200))
def test_neighbouring_columns_of_a_line_touch(found: list[tuple[float, float]], columns: int) -> None:
    x, y = line(found, longest_s=1e9)
    low, high = envelope(x, y, float(x[0]), float(x[-1]) + 1e-6, columns)
    inked = ~np.isnan(low)
    for column in range(columns - 1):
        if inked[column] and inked[column + 1]:
            assert low[column] <= high[column + 1] + 1e-9
            assert low[column + 1] <= high[column] + 1e-9


@given(readings, st.integers(2, 200))
def test_nothing_is_drawn_across_a_gap(found: list[tuple[float, float]], columns: int) -> None:
    x, y = line(found)
    left, right = float(x[0]) - 5, float(x[-1]) + 5
    low, _ = envelope(x, y, left, right, columns)
    edges = np.linspace(left, right, columns + 1)
    held = ~np.isnan(y)
    times = x[held]
    for column in np.flatnonzero(~np.isnan(low)):
        before, after = times[times <= edges[column + 1]], times[times >= edges[column]]
        assert len(before)
        assert len(after)
        inside = ((times >= edges[column]) & (times <= edges[column + 1])).any()
        assert inside or after[0] - before[-1] <= 20.0


@pytest.mark.parametrize("days", [0.02, 0.3, 1, 7, 30])
def test_one_high_reading_is_seen_at_every_zoom(days: float) -> None:
    """A flood of five minutes within thirty days of readings, on a picture of 200 columns."""
    x = np.arange(30 * 288) * 300.0
    y = np.sin(x / 9e4)
    peak = 15 * 288 + 7
    y[peak] = 25.0
    half = days * 43_200
    view = View(x[peak] - half, x[peak] + half, -2.0, 26.0)
    into = np.zeros((120, 200), dtype=np.uint32)
    draw(into, x, y, view, INK)
    row = int((26.0 - 25.0) * 120 / 28.0)
    assert (into[row] == INK).any()
    assert (into[:row] == 0).all()


def test_a_picture_holds_the_line_and_nothing_beyond_its_edges() -> None:
    into = np.zeros((10, 10), dtype=np.uint32)
    draw(into, np.array([0.0, 10.0]), np.array([0.0, 10.0]), View(0.0, 10.0, 0.0, 10.0), INK)
    assert {(int(row), int(column)) for row, column in np.argwhere(into)} >= {(9 - at, at) for at in range(10)}
    draw(into, np.array([0.0, 10.0]), np.array([50.0, 60.0]), View(0.0, 10.0, 0.0, 10.0), 0xFFFFFFFF)
    assert not (into == 0xFFFFFFFF).any()


def test_styles_differ_without_colour() -> None:
    pictures = []
    for dash in DASHES:
        into = np.zeros((3, 120), dtype=np.uint32)
        draw(into, np.array([0.0, 120.0]), np.array([1.0, 1.0]), View(0.0, 120.0, 0.0, 2.0), INK, dash=dash)
        pictures.append(bytes(into))
    assert len(set(pictures)) == len(DASHES)


def test_a_reading_between_two_gaps_is_a_dot() -> None:
    _, y = broken(np.array([0.0, 10.0, 100.0, 200.0, 210.0]), np.array([1.0, 1.0, 5.0, 1.0, 1.0]), 20.0)
    assert y[alone(y)].tolist() == [5.0]


def test_no_readings_and_no_room_draw_nothing() -> None:
    none = np.zeros(0)
    into = np.zeros((4, 4), dtype=np.uint32)
    draw(into, none, none, View(0, 1, 0, 1), INK)
    draw(into, np.array([0.0]), np.array([1.0]), View(0, 1, 1, 1), INK)
    draw(np.zeros((0, 4), dtype=np.uint32), np.array([0.0]), np.array([1.0]), View(0, 1, 0, 1), INK)
    assert not into.any()
