"""Figures, measures and what is typed: by rules that must hold for any figure."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.models.geo import measures
from console.models.kinds import PLOT_SHAPES
from console.models.rules.plots import FRAMES, plot_rule
from console.views.entry.outcome import EntryFault
from console.views.plot.drawing import Drawing
from console.views.plot.figure import MU_M2, SURFACES, Figure, area_text, length_text
from console.views.plot.measuring import measured_text
from console.views.plot.on_map import points_said
from console.views.plot.times import moment_of, moment_typed
from console.views.plot.typed import metres_of, points_of, points_text

lons, lats = st.floats(74, 96), st.floats(36, 49)
places = st.tuples(lons, lats)
radii = st.floats(10, 50_000)
bearings = st.floats(0, 359.9)
NOW_MS = 1_404_464_400_000


def test_a_degree_and_a_square_are_as_published() -> None:
    """Length of a degree on WGS 84: 110,574 m from the equator northwards, 111,320 m along it; a degree square there is 12,309 km2."""
    assert measures.length_m([(80, 0), (80, 1)]) == pytest.approx(110_574, abs=1)
    assert measures.length_m([(80, 0), (81, 0)]) == pytest.approx(111_319.5, abs=1)
    assert measures.area_m2([(80, 0), (81, 0), (81, 1), (80, 1)]) == pytest.approx(12_308.8e6, rel=1e-4)
    assert measures.inverse((80, 44), (80, 45))[1] == pytest.approx(0, abs=1e-9)


@given(places, bearings, radii)
def test_ahead_and_inverse_are_each_others_reverse(start: tuple[float, float], bearing: float, metres: float) -> None:
    found_m, found_deg = measures.inverse(start, measures.ahead(start, bearing, metres))
    assert found_m == pytest.approx(metres, abs=1e-3)
    assert min(abs(found_deg - bearing), 360 - abs(found_deg - bearing)) < 1e-4


@given(places, radii)
def test_a_circle_has_the_area_and_the_edge_of_one(middle: tuple[float, float], radius_m: float) -> None:
    figure = Figure("circle", (middle,), radius_m)
    assert figure.area_m2() == pytest.approx(math.pi * radius_m**2, rel=2e-3)
    assert figure.length_m() == pytest.approx(2 * math.pi * radius_m, rel=1e-3)


@given(places, radii, st.floats(0.05, 0.95))
def test_a_ring_is_its_circle_without_the_hole(middle: tuple[float, float], radius_m: float, share: float) -> None:
    ring = Figure("ring", (middle,), radius_m, radius_m * share)
    outer, inner = (Figure("circle", (middle,), radius).area_m2() for radius in (radius_m, radius_m * share))
    assert outer is not None
    assert inner is not None
    assert ring.area_m2() == pytest.approx(outer - inner, rel=1e-9)


@given(places, radii, bearings, st.floats(5, 350))
def test_a_sector_has_its_share_of_the_circle(middle: tuple[float, float], radius_m: float, start: float, wide: float) -> None:
    sector = Figure("sector", (middle,), radius_m, None, start, (start + wide) % 360)
    assert sector.area_m2() == pytest.approx(math.pi * radius_m**2 * wide / 360, rel=5e-3)


@given(st.lists(places, min_size=3, max_size=12, unique=True))
def test_an_area_is_the_same_whichever_way_round_and_wherever_it_begins(points: list[tuple[float, float]]) -> None:
    area = measures.area_m2(points)
    assert measures.area_m2(points[::-1]) == pytest.approx(area, rel=1e-6, abs=1)
    assert measures.area_m2(points[1:] + points[:1]) == pytest.approx(area, rel=1e-6, abs=1)


@given(st.lists(places, min_size=2, max_size=8, unique=True), places)
def test_a_moved_line_keeps_its_first_leg_and_comes_back(points: list[tuple[float, float]], to: tuple[float, float]) -> None:
    figure = Figure("line", tuple(points))
    moved = figure.moved_to(*to)
    assert moved.points[0] == to
    assert measures.inverse(*moved.points[:2])[0] == pytest.approx(measures.inverse(*points[:2])[0], abs=0.01)
    for before, after in zip(points, moved.moved_to(*points[0]).points, strict=True):
        assert after == pytest.approx(before, abs=1e-6)


@given(st.sampled_from(PLOT_SHAPES), st.lists(places, min_size=4, max_size=6, unique=True))
def test_what_is_placed_is_drawn_or_refused_with_a_reason(shape: str, clicks: list[tuple[float, float]]) -> None:
    drawing = Drawing("other", shape)
    complete = False
    for click in clicks:
        complete = complete or drawing.place(*click)
    assert complete == (drawing.most < 10)
    try:
        figure = drawing.figure()
    except EntryFault:
        return
    assert len(figure.points) == (1 if shape in ("point", "text", "circle", "ring", "sector") else len(clicks))
    assert (figure.area_m2() is not None) == (shape in SURFACES)
    assert figure.outline() or shape in ("point", "text")


@given(st.lists(places, min_size=1, max_size=5))
def test_backspace_takes_the_last_point_back(clicks: list[tuple[float, float]]) -> None:
    drawing = Drawing("other", "line")
    for click in clicks:
        before = drawing.points[:]
        drawing.place(*click)
        if len(drawing.points) > len(before):
            drawing.back()
            assert drawing.points == before
            drawing.points.append(click)
    while drawing.back():
        pass
    assert drawing.points == []


def test_a_double_click_ends_a_line_once_it_has_points_enough() -> None:
    drawing = Drawing("cordon", "line")
    assert not drawing.place(82.0, 44.0)
    assert not drawing.place(82.0, 44.0), "one point is no line"
    assert not drawing.place(82.1, 44.0)
    assert drawing.place(82.1, 44.0)
    assert drawing.points == [(82.0, 44.0), (82.1, 44.0)]


@given(st.lists(places, min_size=1, max_size=4))
def test_points_read_back_as_they_are_written(points: list[tuple[float, float]]) -> None:
    for before, after in zip(points, points_of(points_text(tuple(points))), strict=True):
        assert after == pytest.approx(before, abs=1e-6)


def test_a_bearing_and_a_distance_lead_on_from_the_point_before() -> None:
    first, second, third = points_of("82.5, 44.5; 090 1.2 km; 180°/500m")
    assert measures.inverse(first, second) == (pytest.approx(1200), pytest.approx(90))
    assert measures.inverse(second, third) == (pytest.approx(500), pytest.approx(180))
    assert metres_of("1.5 公里", "x") == 1500
    for text in ("090 1 km", "82.5", "400/1km", "82.5 44.5; abc"):
        with pytest.raises(EntryFault):
            points_of(text)


def test_what_is_measured_is_told_in_words_and_of_the_ellipsoid() -> None:
    assert measured_text([(82.0, 44.0)]) == ""
    assert measured_text([(82.0, 44.0), (82.0, 44.1)]) == "Length 11.1 km · first to last 000.0° 11.1 km"
    square = [(82.0, 44.0), (82.01, 44.0), (82.01, 44.01), (82.0, 44.01)]
    assert measured_text(square) == "Length 2.72 km · Surface 0.891 km² (1,337 mu) · first to last 000.0° 1.11 km"
    assert points_said("[[82.5, 44.5], [400, 2]]") == [(82.5, 44.5)]
    assert points_said("[[1, 2, 3]]") == points_said("x") == points_said("{}") == []


def test_times_are_read_as_people_say_them() -> None:
    assert moment_of("", NOW_MS) is None
    assert moment_of("-30", NOW_MS) == NOW_MS - 1_800_000
    assert moment_of("16:40", NOW_MS) == NOW_MS - 1_200_000, "17:00 in Beijing now"
    assert moment_of("04:30", NOW_MS) is not None
    assert moment_of("04:30", NOW_MS) == NOW_MS + (11 * 60 + 30) * 60_000, "tomorrow's is nearer than this morning's"
    assert moment_typed(moment_of("16:40", NOW_MS), NOW_MS) == "16:40"
    for text in ("25:00", "yesterday", "02-30 10:00"):
        with pytest.raises(EntryFault):
            moment_of(text, NOW_MS)


def test_units_are_those_that_officers_use() -> None:
    assert (length_text(999.4), length_text(1234), length_text(45_600)) == ("999 m", "1.23 km", "45.6 km")
    assert area_text(15 * MU_M2) == "0.010 km² (15 mu)"
    assert area_text(2_000) == "2,000 m² (3.0 mu)"
    assert area_text(12.5e6) == "12.50 km² (18,750 mu)"


@pytest.mark.parametrize("theme", ["day", "night"])
def test_every_ink_stands_out_from_the_ground(theme: str) -> None:
    """WCAG 2.1, 1.4.11: 3 to 1; grounds as in resources/map/theme.js."""
    ground = {"day": "#f3f0e7", "night": "#182027"}[theme]
    for name, ink in plot_rule().ink.items():
        light, dark = sorted((luminance(getattr(ink, theme)), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3, name


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_no_two_kinds_look_alike_without_their_colour() -> None:
    looks = [(FRAMES[kind.frame], kind.glyph) for kind in plot_rule().kind]
    assert len(set(looks)) == len(looks)
    surfaces = [(kind.line, kind.marks, kind.fill, kind.frame, kind.glyph) for kind in plot_rule().kind]
    assert len(set(surfaces)) == len(surfaces)
    assert {shape for kind in plot_rule().kind for shape in kind.shapes} == set(PLOT_SHAPES)
