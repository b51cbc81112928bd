"""Pixels that are kept and moved along are those that would be drawn anew, and no reading is lost in them."""

from __future__ import annotations

import math
import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from console.views.monitoring.envelope import View, broken, reach
from console.views.monitoring.raster import Grid, Raster, Stroke

COLUMNS, ROWS, WIDTH_S = 60, 24, 600.0
BEGIN_S = 1_780_000_000.0
Points = list[tuple[float, float]]
points = st.lists(st.tuples(st.integers(1, 120_000).map(lambda ms: ms / 1000), st.floats(-5, 5)), max_size=30)
news = st.lists(
    st.tuples(
        st.integers(0, 2),  # which line
        st.sampled_from(["append", "append", "correct", "late", "none"]),
        st.floats(0.1, 60),
        st.floats(-5, 5),
        st.floats(-15, 40),  # how far the view moves
    ),
    min_size=1,
    max_size=8,
)


def stroke(key: int, held: Points) -> Stroke:
    x, y = broken(BEGIN_S + np.array([at for at, _ in held]), np.array([value for _, value in held]), 100.0)
    return Stroke(str(key), x, y, 0xFF000001 + key, ((), (9, 4), (2, 3))[key], 1 + key % 2)


def anew(strokes: list[Stroke], grid: Grid) -> np.ndarray:
    raster = Raster()
    for _ in raster.anew(strokes, grid):
        pass
    return raster.pixels


def changed(held: Points, how: str, step_s: float, value: float) -> Points:
    last_s = held[-1][0] if held else 0.0
    if how == "append":
        return [*held, (round(last_s + step_s, 3), value)]
    if how == "correct" and held:
        place = max(0, len(held) - 1 - int(step_s) // 10)
        return [*held[:place], (held[place][0], value), *held[place + 1 :]]
    if how == "late" and len(held) > 1:
        return sorted([*held, (round((held[-1][0] + held[-2][0]) / 2, 4), value)])
    return held


@given(st.integers(0, 2**32), news)
def test_what_was_followed_is_what_is_drawn_anew(seed: int, told: list[tuple[int, str, float, float, float]]) -> None:
    """Lines up to the right edge, as in a window that follows now; ever again a reading more, a correction, one that came late."""
    chance = random.Random(seed)
    held: list[Points] = []
    for _ in range(3):
        times = sorted({chance.randrange(1_000, 600_000) / 1000 for _ in range(40)})
        held.append([(at, chance.uniform(-5, 5)) for at in times])
    left_s, raster = BEGIN_S, Raster()
    for _ in raster.anew(
        [stroke(key, line) for key, line in enumerate(held)], Grid.of(View(left_s, left_s + WIDTH_S, -6, 6), COLUMNS, ROWS)
    ):
        pass
    for which, how, step_s, value, move_s in told:
        held[which] = changed(held[which], how, step_s, value)
        left_s += move_s
        strokes = [stroke(key, line) for key, line in enumerate(held)]
        grid = Grid.of(View(left_s, left_s + WIDTH_S, -6.0, 6.0), COLUMNS, ROWS)
        followed = raster.follow(strokes, grid)
        assert followed or how in ("correct", "late") or len(told) > 1
        if not followed:
            for _ in raster.anew(strokes, grid):
                pass
        assert (raster.pixels == anew(strokes, grid)).all()
        assert raster.grid == grid


def test_a_second_of_news_is_followed_and_another_scale_is_not() -> None:
    held: Points = [(float(at), math.sin(at / 9)) for at in range(500)]
    raster, view = Raster(), View(BEGIN_S, BEGIN_S + WIDTH_S, -6.0, 6.0)
    grid = Grid.of(view, COLUMNS, ROWS)
    assert not raster.follow([stroke(0, held)], grid)
    for _ in raster.anew([stroke(0, held)], grid):
        pass
    assert raster.follow([stroke(0, [*held, (500.0, 1.0)])], Grid.of(View(BEGIN_S + 10, BEGIN_S + WIDTH_S + 10, -6.0, 6.0), COLUMNS, ROWS))
    for other in (view._replace(top=7.0), view._replace(right_s=BEGIN_S + 2 * WIDTH_S)):
        assert not raster.follow([stroke(0, held)], Grid.of(other, COLUMNS, ROWS))
    assert not raster.follow([stroke(1, held)], grid), "another line"
    assert not raster.follow([], grid)


def test_until_the_last_line_is_drawn_the_picture_is_the_one_before() -> None:
    grid = Grid.of(View(BEGIN_S, BEGIN_S + WIDTH_S, -6.0, 6.0), COLUMNS, ROWS)
    raster, lines = Raster(), [stroke(0, [(float(at), 1.0) for at in range(9)])] * 20
    steps = raster.anew(lines, grid)
    next(steps)
    assert raster.grid is None
    assert sum(1 for _ in steps) > 1, "in several steps"
    assert raster.grid == grid


@given(points, st.integers(20, 400), st.floats(0.1, 3))
def test_every_reading_in_view_has_ink_in_its_column(found: Points, columns: int, share: float) -> None:
    times = np.cumsum([step for step, _ in found])
    held = [(float(at), value) for at, (_, value) in zip(times, found, strict=True)]
    line = stroke(0, held)
    grid = Grid.of(View(BEGIN_S - 5, BEGIN_S - 5 + max(1.0, share * 1000), -6.0, 6.0), columns, 200)
    pixels, edges = anew([line], grid), grid.edges(0, columns)
    for at, value in held:
        column = int(np.searchsorted(edges, BEGIN_S + at, "right")) - 1
        if 0 <= column < columns:
            row = int((6.0 - value) * 200 / 12.0)
            assert pixels[max(0, row - 1) : row + 2, column].any()


@given(st.lists(points, min_size=1, max_size=4), st.integers(1, 50))
def test_lines_taken_together_reach_what_each_reaches_alone(lines: list[Points], columns: int) -> None:
    strokes = [stroke(0, [(float(at), v) for at, (_, v) in zip(np.cumsum([s for s, _ in line]), line, strict=True)]) for line in lines]
    edges = np.linspace(BEGIN_S - 10, BEGIN_S + 900, columns + 1)
    together = reach([(one.x, one.y) for one in strokes], edges)
    for place, one in enumerate(strokes):
        alone = reach([(one.x, one.y)], edges)
        for side in (0, 1):
            assert np.array_equal(together[side][place], alone[side][0], equal_nan=True)
