"""Finding by name, pinyin, initials, codes and coordinates."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import Fault
from console.models.geo.atlas import Item
from console.models.search.finder import Finder
from console.models.search.gazetteer import AREA, gazetteer
from console.models.search.names import MOST_FRESH, Names
from console.models.search.typed import coordinates

TOWN = Item("place", "1", "精河", "Jinghe", lon=82.9, lat=44.6)
CITY = Item("place", "2", "重庆路", lon=82.0, lat=44.9)
UNIT = Item("unit", "3", "County fire 12", "精消01", lon=82.5, lat=44.6)
FEED = Item("feed", "4", "精河县水库大坝东侧", code="65272200001320000123")
GREEN = Item("resource", "5", "绿洲仓库", "乌鲁木齐", lon=87.6, lat=43.8)
ALL = [TOWN, CITY, UNIT, FEED, GREEN]


def names(finder: Finder, text: str, centre: tuple[float, float] | None = None) -> list[str]:
    return [match.item.name for match in finder.find(text, centre)[0]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("精河", ["精河", "精河县水库大坝东侧"]),
        ("jinghe", ["精河", "精河县水库大坝东侧"]),
        ("jingh", ["精河", "精河县水库大坝东侧"]),
        ("jh", ["精河", "精河县水库大坝东侧"]),
        ("精he", ["精河", "精河县水库大坝东侧"]),
        ("jing he", ["精河", "精河县水库大坝东侧"]),
        ("JingHe", ["精河", "精河县水库大坝东侧"]),
        ("skdb", ["精河县水库大坝东侧"]),
        ("shuikudaba", ["精河县水库大坝东侧"]),
        ("精河 大坝", ["精河县水库大坝东侧"]),
        ("chongqing", ["重庆路"]),
        ("zhongqing", ["重庆路"]),
        ("zhqlu", ["重庆路"]),
        ("lvzhou", ["绿洲仓库"]),
        ("luzhou", ["绿洲仓库"]),
        ("wulumuqi", ["绿洲仓库"]),
        ("jx01", ["County fire 12"]),
        ("fire 12", ["County fire 12"]),
        ("fire-12", ["County fire 12"]),
        ("6527220000132", ["精河县水库大坝东侧"]),
        ("132000", ["精河县水库大坝东侧"]),
        ("nqing", []),
        ("hj", []),
        ("精水", []),
        ("  ", []),
        ("·", []),
    ],
)
def test_what_is_typed_finds_what_is_meant(text: str, found: list[str]) -> None:
    assert names(Finder(ALL), text) == found


def test_all_of_a_name_goes_before_its_beginning_and_that_before_its_inside() -> None:
    held = [Item("place", str(at), name, lon=82.0, lat=44.0) for at, name in enumerate(("大精河", "精河口", "精河", "Xin 精河"))]
    assert names(Finder(held), "精河") == ["精河", "精河口", "Xin 精河", "大精河"]


def test_among_equals_the_nearest_to_where_the_map_looks_comes_first_and_what_has_no_place_last() -> None:
    held = [
        Item("place", "far", "大桥", lon=87.0, lat=44.0),
        Item("feed", "none", "大桥"),
        Item("place", "near", "大桥", lon=82.0, lat=44.0),
    ]
    finder = Finder(held)
    assert [match.item.id for match in finder.find("dq", (82.1, 44.0))[0]] == ["near", "far", "none"]
    assert [match.item.id for match in finder.find("dq", (87.1, 44.0))[0]] == ["far", "near", "none"]
    assert finder.find("dq", (82.1, 44.0))[0][-1].km is None


def test_what_is_renamed_moved_added_or_gone_is_found_as_it_is_now() -> None:
    finder = Finder(ALL)
    finder.put([Item("place", "1", "博乐", lon=82.07, lat=44.9), Item("incident", "9", "精河山洪")])
    assert names(finder, "jinghe") == ["精河山洪", "精河县水库大坝东侧"]
    assert names(finder, "bole") == ["博乐"]
    finder.put([Item("unit", "3", "County fire 12", "精消01", lon=80.0, lat=44.0)])
    assert finder.find("fire", (80.0, 44.0))[0][0].km == pytest.approx(0.0)
    finder.drop([("place", "1"), ("incident", "9"), ("unit", "never")])
    assert names(finder, "bole") == []
    assert names(finder, "shanhong") == []
    assert len(finder) == 4


def test_many_changes_are_worked_in() -> None:
    finder = Finder(ALL)
    finder.put(Item("feed", f"f{at}", f"摄像机{at}号") for at in range(2500))
    assert names(finder, "sxj77h")[0] == "摄像机77号"
    assert finder.find("sxj")[1] == 2500
    finder.put(Item("feed", f"f{at}", f"监控点{at}号") for at in range(2500))
    assert finder.find("sxj")[1] == 0
    assert finder.find("jkd")[1] == 2500


@given(st.text("精河重庆行长乐绿洲abA1 -", min_size=1, max_size=8))
def test_every_reading_of_every_name_finds_it(name: str) -> None:
    from pypinyin import Style, pinyin

    finder = Finder([Item("place", "1", name), Item("place", "2", "另外一处")])
    plain = "".join(sign for sign in name if sign.isalnum())
    if not plain:
        return
    assert "1" in [match.item.id for match in finder.find(name)[0]]
    readings = [[sign] if sign.isascii() else pinyin(sign, Style.NORMAL, heteronym=True)[0] for sign in plain[:4]]
    for spoken in list(product(*readings))[:24]:
        for typed in ("".join(spoken), "".join(sound[0] for sound in spoken), spoken[0] + "".join(plain[1:4])):
            assert "1" in [match.item.id for match in finder.find(typed.replace("ü", "v"))[0]], typed


def test_the_bundle_has_names_and_codes_down_to_townships_with_or_without_a_place() -> None:
    items = gazetteer()
    finder = Finder(items)
    (county, *_), _ = finder.find("652722")
    assert (county.item.name, county.item.thing, county.item.placed) == ("精河县", AREA, True)
    townships = [item for item in items if item.thing == AREA and len(item.code) == 9]
    assert len(townships) > 900
    assert not any(item.placed for item in townships[:5])
    assert names(finder, "mangdingxiang") == ["茫丁乡"]


def test_a_bundle_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="names of places"):
        gazetteer(tmp_path)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("82.9, 44.6", [(82.9, 44.6), (44.6, 82.9)]),
        ("100.5 44.6", [(100.5, 44.6)]),
        ("44.6 100.5", [(100.5, 44.6)]),
        ("44.6N 82.9E", [(82.9, 44.6)]),
        ("N44.6 E82.9", [(82.9, 44.6)]),
        ("E82.9，N44.6", [(82.9, 44.6)]),
        ("82°54′E 44°36′N", [(82.9, 44.6)]),
        ("82°54′30″E 44°36′", [(82.908333, 44.6)]),
        ("东经82度54分 北纬44度36分", [(82.9, 44.6)]),
        ("33.5S 70.6W", [(-70.6, -33.5)]),
        ("-70.6, -33.5", [(-70.6, -33.5), (-33.5, -70.6)]),
        ("82.9", []),
        ("G30 12", []),
        ("82.9, 44.6, 12", []),
        ("44.6N 82.9N", []),
        ("190, 95", []),
        ("82°75′E 44°N", []),
        ("精河 82.9 44.6", []),
    ],
)
def test_coordinates_are_understood_as_people_type_them(text: str, points: list[tuple[float, float]]) -> None:
    found = coordinates(text)
    assert len(found) == len(points)
    for one, other in zip(found, points, strict=True):
        assert one == pytest.approx(other, abs=1e-5)


@given(st.text(max_size=40))
def test_nothing_typed_breaks_it(text: str) -> None:
    coordinates(text)
    Finder(ALL).find(text, (82.0, 44.0))


NAMES = st.lists(st.text("精河重庆行长乐绿洲ab1 -", min_size=1, max_size=7), min_size=1, max_size=8)


@given(NAMES, st.text("jinghezcqLv精河1a", min_size=1, max_size=7))
def test_what_is_typed_on_finds_what_the_whole_would_have_found(given_names: list[str], typed: str) -> None:
    held = [Item("place", str(at), name) for at, name in enumerate(given_names)]
    growing = Finder(held)
    for length in range(1, len(typed) + 1):
        assert growing.find(typed[:length]) == Finder(held).find(typed[:length]), typed[:length]
    for length in range(len(typed) - 1, 0, -1):
        assert growing.find(typed[:length]) == Finder(held).find(typed[:length]), "and what a backspace goes back to"


@given(NAMES, st.text("精河重庆行abAB1", min_size=1, max_size=3))
def test_whatever_has_the_signs_in_it_is_found(given_names: list[str], typed: str) -> None:
    names_found = names(Finder([Item("place", str(at), name) for at, name in enumerate(given_names)]), typed)
    plain = ["".join(sign for sign in name if sign.isalnum()).casefold() for name in given_names]
    for name, signs in zip(given_names, plain, strict=True):
        assert name in names_found or typed.casefold() not in signs


@given(NAMES, NAMES, st.sets(st.integers(0, 7)), st.text("jinghec精河重1a", min_size=1, max_size=4))
def test_names_that_were_renewed_find_what_names_made_anew_find(before: list[str], after: list[str], gone: set[int], typed: str) -> None:
    texts = {str(at): (name, "x") for at, name in enumerate(before)}
    fresh = {str(at): (name,) for at, name in enumerate(after) if at not in gone and at % 2}
    lost = [str(at) for at in gone if str(at) in texts]
    renewed = Names(texts).renewed(fresh, lost)
    assert renewed is not None
    now = {key: held for key, held in {**texts, **fresh}.items() if key not in lost}
    anew = Names(now)
    ids = list(now)
    assert renewed.matching(typed)[renewed.numbers_of(ids)].tolist() == anew.matching(typed)[anew.numbers_of(ids)].tolist()


def test_names_of_which_too_many_changed_are_made_anew() -> None:
    assert Names({"a": ("x",)}).renewed({str(at): ("y",) for at in range(MOST_FRESH + 1)}, ()) is None
