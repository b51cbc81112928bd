"""What is where on a sheet, and at which scale."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.models.geo import measures
from console.views.print.layout import DPI, GRID_MM, MM_PER_INCH, PAPERS, SCALES, Box, Frame, Layout, degrees_text, scale_for
from console.views.print.searchable import searchable

layouts = st.builds(Layout, st.sampled_from(list(PAPERS)), st.booleans())
lons, lats = st.floats(75, 95), st.floats(36, 49)


@given(layouts)
def test_parts_of_a_sheet_lie_on_it_and_not_on_one_another(layout: Layout) -> None:
    page = layout.page
    around = Box(layout.map.left - GRID_MM, layout.map.top - GRID_MM, layout.map.width + 2 * GRID_MM, layout.map.height + 2 * GRID_MM)
    parts = [layout.title, around, layout.legend, layout.foot]
    for part in parts:
        assert part.left >= 0
        assert part.top >= 0
        assert part.right <= page.width
        assert part.bottom <= page.height
    for at, one in enumerate(parts):
        for other in parts[at + 1 :]:
            apart = one.right <= other.left or other.right <= one.left or one.bottom <= other.top or other.bottom <= one.top
            assert apart, (one, other)


@given(layouts, lons, lats, st.sampled_from(SCALES))
def test_a_length_on_paper_is_what_the_scale_says(layout: Layout, lon: float, lat: float, scale: int) -> None:
    """At the middle, to 0.5 %: Mercator is of the sphere, lengths are of the ellipsoid."""
    frame = Frame(layout, lon, lat, scale)
    start = frame.spot(lon, lat)
    box = layout.map
    assert start == (pytest.approx(box.left + box.width / 2), pytest.approx(box.top + box.height / 2))
    metres = scale * 0.001
    end = frame.spot(*measures.ahead((lon, lat), 90, metres))
    assert end[0] - start[0] == pytest.approx(1.0, rel=5e-3)


@given(layouts, lons, lats, st.sampled_from(SCALES))
def test_the_bar_is_round_and_true_to_scale(layout: Layout, lon: float, lat: float, scale: int) -> None:
    metres, mm = Frame(layout, lon, lat, scale).bar()
    assert str(metres).rstrip("0") in ("1", "2", "5")
    assert mm * scale / 1000 == pytest.approx(metres)
    assert 20 <= mm <= 60


@given(layouts, lons, lats, st.floats(0.001, 2), st.floats(0.001, 2))
def test_everything_asked_for_is_on_the_map_at_a_round_scale(layout: Layout, lon: float, lat: float, wide: float, high: float) -> None:
    extent = (lon - wide / 2, lat - high / 2, lon + wide / 2, lat + high / 2)
    scale = scale_for(layout, *extent)
    assert scale in SCALES
    frame, box = Frame(layout, lon, lat, scale), layout.map
    for corner in ((extent[0], lat), (extent[2], lat), (lon, extent[1]), (lon, extent[3])):
        x, y = frame.spot(*corner)
        assert box.left - 1.5 <= x <= box.right + 1.5
        assert box.top - 1.5 <= y <= box.bottom + 1.5


@given(layouts, lons, lats, st.sampled_from(SCALES), st.sampled_from(["WGS-84", "GCJ-02"]))
def test_grid_lines_are_few_and_where_their_positions_are(layout: Layout, lon: float, lat: float, scale: int, datum: str) -> None:
    frame = Frame(layout, lon, lat, scale, datum)
    meridians, parallels = frame.grid()
    assert len(meridians) <= 14
    assert len(parallels) <= 20
    for degrees, points in meridians:
        south = frame.extent()[1]
        assert points[0] == pytest.approx(frame.spot(degrees, south))


def test_pictures_are_bounded_however_large_the_sheet() -> None:
    for paper in PAPERS:
        for landscape in (True, False):
            width, height = Layout(paper, landscape).pixels
            assert width * height < 4_000_000
            assert width == round(Layout(paper, landscape).map.width / MM_PER_INCH * DPI)


def test_degrees_are_written_as_on_maps() -> None:
    assert degrees_text(82.5, ("E", "W")) == "82°30′E"
    assert degrees_text(-0.5 / 60, ("N", "S")) == "0°00′30″S"


def test_radicals_and_tabs_in_a_table_of_glyphs_become_what_people_type() -> None:
    pdf = b"<2F2D> stays here begincmap [<2F2D> <2EDB> <0009> <6F14> <0041>] endcmap <0009>"
    assert searchable(pdf) == b"<2F2D> stays here begincmap [<5C71> <98CE> <0020> <6F14> <0041>] endcmap <0009>"
    assert len(searchable(pdf)) == len(pdf)
