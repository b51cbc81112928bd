"""The book of feeds: grouped, ordered, searched; and which cameras see a place."""

from __future__ import annotations

import math
from collections.abc import Iterator

import peewee as pw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.models.feeds.book import Book, Entry
from console.models.feeds.code import parse
from console.models.feeds.rules import default_rule
from console.models.feeds.seeing import along_road, seeing, upstream
from console.models.state.tables import Feed

PLACES = default_rule().places


def entry(feed: str = "f", **fields: object) -> Entry:
    values = {
        "name": feed,
        "kind": "camera",
        "withdrawn": False,
        "lon": None,
        "lat": None,
        "bearing_deg": None,
        "view_deg": None,
        "range_m": None,
    }
    values |= fields
    given_text = {name: values.get(name, "") for name in Entry._fields}
    return Entry(**(given_text | {"id": feed}))  # type: ignore[arg-type]


def book(*entries: Entry) -> Book:
    return Book({each.id: each for each in entries})


@pytest.mark.parametrize(
    ("text", "kind", "area"),
    [("65272200001320000001", "camera", "652722"), ("65272201001110000001", "dvr", "65272201"), ("65270000001180000009", "nvr", "652700")],
)
def test_a_code_of_20_digits_tells_area_and_kind(text: str, kind: str, area: str) -> None:
    told = parse(text)
    assert told is not None
    assert (told.kind, told.area) == (kind, area)


@pytest.mark.parametrize(
    "text", ["", "6527220000132000000", "652722000013200000012", "6527220000132000000x", "６５２７２２００００１３２００００００１"]
)
def test_what_is_no_code_is_none(text: str) -> None:
    assert parse(text) is None


def test_every_word_must_occur_and_groups_hold_what_is_below() -> None:
    held = book(
        entry("a", name="河口 1 号", folder="精河/托里/河口", area="652722"),
        entry("b", name="河口 2 号", folder="精河/托里", area="65272201"),
        entry("c", name="大桥", folder="精河/大河沿", area="652701"),
        entry("d", name="撤", folder="精河", area="652722", withdrawn=True),
    )
    assert [each.id for each in held.find("河口 65272201")] == ["b"]
    assert held.listed(within=("folder", "精河/托里")) == ["a", "b"]
    assert held.listed(within=("area", "652722")) == ["a", "b"]
    assert [each.id for each in held.find(withdrawn=True)] == ["d"]
    groups = {group.name: (group.parent, group.feeds) for group in held.groups("folder")}
    assert groups["精河"] == (None, 3)
    assert groups["精河/托里"] == ("精河", 2)
    assert {group.name: group.feeds for group in held.groups("area")}["6527"] == 3


@pytest.mark.parametrize(
    ("typed", "found"),
    [("hk", "ab"), ("hekou 2", "b"), ("tuoli", "ab"), ("水", ""), ("0132", "c"), ("托里/河", "a"), ("-", "abc"), (" ", "abc")],
)
def test_feeds_are_found_in_chinese_pinyin_initials_and_by_parts_of_codes(typed: str, found: str) -> None:
    held = book(
        entry("a", name="河口 1 号", folder="精河/托里/河口"),
        entry("b", name="河口 2 号", folder="精河/托里"),
        entry("c", name="大桥", code="65272200001320000001"),
    )
    assert "".join(sorted(held.listed(typed))) == found
    assert held.matching(typed) == set(found)


def test_a_book_renewed_finds_by_the_new_names_and_not_by_the_old(database: pw.SqliteDatabase) -> None:
    held = Book.read(database)
    assert held.listed("shuiku") == ["a"]
    with database.atomic():
        database.execute_sql("UPDATE feed SET name = '大桥' WHERE id = 'a'")
        database.execute_sql("DELETE FROM feed WHERE id = 'b'")
    renewed = held.renewed(database, ["a", "b"])
    assert (renewed.listed("shuiku"), renewed.listed("dq"), renewed.listed("hk"), renewed.listed("c")) == ([], ["a"], [], ["c"])
    assert held.listed("shuiku") == ["a"], "the former is as it was"


@pytest.fixture
def database() -> Iterator[pw.SqliteDatabase]:
    made = pw.SqliteDatabase(":memory:")
    with made.bind_ctx([Feed]):
        made.create_tables([Feed])
        for feed, name in (("a", "水库"), ("b", "河口"), ("c", "c")):
            Feed.insert(id=feed, name=name, origin=b"", area="6527", hlc=1).execute(made)
    yield made
    made.close()


@given(st.lists(st.sampled_from(["", "甲", "乙", "丙"]), max_size=8), st.booleans())
def test_those_without_a_value_come_last_both_ways(owners: list[str], descending: bool) -> None:
    held = book(*(entry(str(at), owner=owner) for at, owner in enumerate(owners)))
    told = [held.entries[each].owner for each in held.ordered("owner", descending=descending)]
    filled = [owner for owner in told if owner]
    assert told == filled + [""] * (len(told) - len(filled))
    assert filled == sorted(filled, reverse=descending)


def at(bearing_deg: float, metres: float) -> tuple[float, float]:
    """A position so far from 82.9, 44.6."""
    north, east = metres * math.cos(math.radians(bearing_deg)), metres * math.sin(math.radians(bearing_deg))
    return 82.9 + east / (111_195 * math.cos(math.radians(44.6))), 44.6 + north / 111_195


@given(st.floats(0, 359.9), st.floats(-170, 170), st.floats(10, 900), st.floats(20, 180))
def test_a_place_is_seen_within_angle_and_range_and_not_outside(bearing: float, off: float, metres: float, view: float) -> None:
    camera = entry("c", lon=82.9, lat=44.6, bearing_deg=bearing, view_deg=view, range_m=500.0)
    told = seeing([camera], *at(bearing + off, metres), PLACES)[0]
    if abs(abs(off) - view / 2) < 1 or abs(metres - 500) < 5:
        return
    assert told.why == ("sees" if metres < 500 and abs(off) < view / 2 else "near")
    assert told.distance_m == pytest.approx(metres, rel=0.01)


def test_what_a_camera_does_not_tell_is_not_claimed() -> None:
    place = at(0, 100)
    assert [sight.why for sight in seeing([entry("c", lon=82.9, lat=44.6)], *place, PLACES)] == ["may_see"]
    assert [sight.why for sight in seeing([entry("c", lon=82.9, lat=44.6, bearing_deg=0.0)], *place, PLACES)] == ["may_see"]
    assert [sight.why for sight in seeing([entry("c", lon=82.9, lat=44.6, view_deg=360.0, range_m=300.0)], *place, PLACES)] == ["sees"]
    assert seeing([entry("c")], *place, PLACES) == []
    assert seeing([entry("c", lon=82.9, lat=44.6, withdrawn=True)], *place, PLACES) == []


def test_those_that_see_come_before_those_that_are_nearer() -> None:
    near = entry("near", lon=82.9, lat=44.6, bearing_deg=180.0, view_deg=60.0, range_m=500.0)
    far_lon, far_lat = at(180, 300)
    sees = entry("sees", lon=far_lon, lat=far_lat, bearing_deg=0.0, view_deg=60.0, range_m=800.0)
    assert [sight.entry.id for sight in seeing([near, sees], *at(0, 50), PLACES)] == ["sees", "near"]


def test_basins_above_and_the_road_are_followed_whatever_the_graph_is() -> None:
    flows = {"top": "middle", "side": "middle", "middle": "mouth", "mouth": "", "x": "y", "y": "x"}
    cameras = [entry(name, basin=name) for name in (*flows, "elsewhere")]
    assert [(sight.entry.id, sight.steps) for sight in upstream(cameras, "middle", flows)] == [("middle", 0), ("side", 1), ("top", 1)]
    assert [sight.entry.id for sight in upstream(cameras, "x", flows)] == ["x", "y"], "a loop ends"
    road = [
        entry("1", road="G30", lon=82.9, lat=44.7),
        entry("2", road="G30", lon=82.9, lat=44.61),
        entry("3", road="S20", lon=82.9, lat=44.6),
    ]
    assert [sight.entry.id for sight in along_road(road, "G30", 82.9, 44.6, PLACES)] == ["2", "1"]
