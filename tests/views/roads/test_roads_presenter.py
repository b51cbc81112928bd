"""Roads cut: what is read, worded and written, and what a straight line is said to leave out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from console.models.changes import Changes
from console.models.kinds import RoadClosed, RoadOpened
from console.models.rules.distance import Closure
from console.models.state import tables
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import points_of, since_of
from console.views.i18n import use_language
from console.views.roads import drafts, presenter
from console.views.roads.way import read_closures, thinned, warning_text, way, way_text
from console.views.units import distance
from console.views.units.presenter import Reference
from tests.views.tables import sample
from tests.views.tables.sample import SLIDE
from tests.views.tables.state import NOW_MS, State

HOUR_MS = 3_600_000
LINE = [(82.80, 44.40), (82.75, 44.36), (82.70, 44.33)]


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = State(tmp_path)
    sample.fill(made)
    road(made, "bridge", "X782 大寨桥", lon=82.60, lat=44.30)
    road(made, "pass", "S205", "snow", line=msgspec.msgpack.encode(LINE), lon=82.80, lat=44.40)
    road(made, "open", "G30", status="open", opened_ms=NOW_MS - HOUR_MS)
    road(made, "error", "G312", withdrawn=True, lon=82.60, lat=44.30)
    yield made
    made.close()


def road(state: State, row_id: str, name: str, reason: str = "debris", **values: object) -> None:
    held = {"since_ms": NOW_MS - 3 * HOUR_MS, "heard_ms": NOW_MS - HOUR_MS, "source": "县公安局", "author": "李娜", "area": "652722"}
    state.put(tables.Road, id=row_id, name=name, reason=reason, incident=SLIDE, **{**held, **values})


def row(state: State, road_id: str) -> presenter.RoadRow:
    (found,) = presenter.read_roads(state.database, [road_id])
    return found


def texts(found: presenter.RoadRow) -> dict[str, str]:
    return {column.key: column.text(found, NOW_MS) for column in presenter.columns()}


def test_a_closure_says_why_since_when_by_whose_word_and_where(state: State) -> None:
    told = texts(row(state, "bridge"))
    assert (told["standing"], told["name"], told["reason"], told["since"]) == ("Closed", "X782 大寨桥", "Debris flow", "3 h 00 min")
    assert (told["source"], told["heard"], told["place"]) == ("县公安局", "1 h 00 min", "82.60000, 44.30000")
    assert texts(row(state, "pass"))["place"] == "line of 11.2 km from 82.80000, 44.40000"
    card = dict(presenter.card(row(state, "bridge"), NOW_MS))
    assert (card["Entered by"], card["Incident"], card["Closed since"]) == ("李娜", "精河县托里镇牧区山体滑坡", "2014-07-04 14:00:00")


def test_open_withdrawn_and_unplaced_are_told_apart(state: State) -> None:
    road(state, "nowhere", "乡道")
    assert [row(state, road_id).standing for road_id in ("bridge", "open", "error")] == ["closed", "open", "withdrawn"]
    assert texts(row(state, "open"))["since"] == "2 h 00 min"
    assert texts(row(state, "nowhere"))["place"] == "no position yet"
    found = presenter.read_roads(state.database)
    groups = {name: {each.id for each in found if accepts(each)} for name, accepts in presenter.GROUPS.items()}
    assert groups["closed"] == {"bridge", "pass", "nowhere"}
    assert groups[""] == groups["closed"] | {"open"}
    assert groups["withdrawn"] == {"error"}


def test_a_line_that_cannot_be_read_leaves_the_point(state: State) -> None:
    road(state, "bad", "坏", line=b"\xff", lon=82.0, lat=44.0)
    assert row(state, "bad").points == ((82.0, 44.0),)


def test_only_the_roads_changed_are_read_again() -> None:
    assert presenter.concerned(Changes(ids={"road": {"r"}, "unit": {"u"}})) == {"r"}


# -- what a straight line leaves out ----------------------------------------------------------------------------------------


def test_closures_are_those_in_force(state: State) -> None:
    assert [closure.name for closure in read_closures(state.database)] == ["S205", "X782 大寨桥"]


def test_a_distance_says_that_it_is_straight_and_what_it_does_not_account_for(state: State) -> None:
    closures = [*read_closures(state.database), Closure("n", "乡道", ())]
    told = way((82.53, 44.21), (82.88, 44.45), closures)
    assert way_text(told) == (
        "38.6 km straight line, 046°; does not account for 2 road closures on the way: S205, X782 大寨桥; 1 closure has no position yet"
    )
    far = way((81.0, 45.0), (81.1, 45.0), closures[:2])
    assert way_text(far) == "7.86 km straight line, 090°"
    assert warning_text(far) == ""


def test_many_closures_are_counted_not_listed() -> None:
    closures = [Closure(str(at), f"X{at}", ((82.0, 44.0),)) for at in range(6)]
    assert warning_text(way((82.0, 44.0), (82.1, 44.0), closures)) == (
        "does not account for 6 road closures on the way: X0, X1, X2 and 3 more"
    )


def test_where_a_unit_is_shown_with_its_distance(state: State) -> None:
    closures, unit = read_closures(state.database), Reference("u", "u", 82.88, 44.45)
    here = Reference(SLIDE, "滑坡", 82.53, 44.21)
    assert distance.cell_text(unit, here, closures) == "38.6, 046° · 2 closed"
    pairs = dict(distance.card_pairs(unit, here, closures))
    assert pairs["From incident"] == "38.6 km straight line, 046°"
    assert pairs["By road"] == "see Routes: teams by arrival time (Ctrl+Shift+T)"
    assert pairs["Roads cut"].startswith("does not account for 2 road closures")
    assert distance.cell_text(Reference("u", "u", None, None), here, closures) == "–"
    assert distance.card_pairs(unit, None, closures) == []
    use_language("zh_CN")
    assert dict(distance.card_pairs(unit, here, closures))["断路"].startswith("未计入沿途 2 处断路")
    use_language("en")


# -- what is written --------------------------------------------------------------------------------------------------------------


def closing(**changes: str) -> RoadClosed:
    typed = {"name": " X782 ", "reason": "flood", "place": "82.89, 44.60", "since": "30", "source": "来电", "note": ""}
    draft = drafts.closing(**{**typed, **changes}, incident=SLIDE, area="652722", author="李娜", now_ms=NOW_MS)  # type: ignore[arg-type]
    assert (draft.kind, draft.subject, draft.area) == ("road.closed", "", "652722")
    return msgspec.msgpack.decode(draft.body, type=RoadClosed)


def test_a_point_a_line_and_a_place_not_known() -> None:
    point, line, none = closing(), closing(place="82.89, 44.60; E82.95 N44.62"), closing(place="")
    assert (point.name, point.lon, point.lat, point.line, point.since_ms) == ("X782", 82.89, 44.6, [], NOW_MS - 1_800_000)
    assert (line.lon, line.line) == (82.89, [(82.89, 44.6), (82.95, 44.62)])
    assert (none.lon, none.line) == (None, [])


@pytest.mark.parametrize(
    "bad", [{"name": " "}, {"source": ""}, {"place": "there"}, {"since": "yesterday"}, {"place": "; ".join(["82, 44"] * 1001)}]
)
def test_a_closure_that_cannot_be_is_refused(bad: dict[str, str]) -> None:
    with pytest.raises(EntryFault):
        closing(**bad)


def test_opening_says_by_whose_word() -> None:
    draft = drafts.opening(road="bridge", source="养护站", note="单向", incident=SLIDE, area="", author="李娜")
    assert (draft.kind, draft.subject) == ("road.opened", "bridge")
    assert msgspec.msgpack.decode(draft.body, type=RoadOpened) == RoadOpened(source="养护站", note="单向", incident=SLIDE, author="李娜")
    with pytest.raises(EntryFault):
        drafts.opening(road="bridge", source=" ", note="", incident="", area="", author="")


def test_since_is_the_last_time_the_clock_showed_it() -> None:
    assert [since_of(text, NOW_MS) for text in ("", "45", "16:30")] == [NOW_MS, NOW_MS - 2_700_000, NOW_MS - 1_800_000]
    assert since_of("23:00", NOW_MS) == NOW_MS - 18 * HOUR_MS
    with pytest.raises(EntryFault):
        since_of("25:00", NOW_MS)
    assert points_of(" ; ") == []


def test_a_line_of_many_points_is_thinned_between_its_ends() -> None:
    line = tuple((82.0 + at / 1000, 44.0) for at in range(1000))
    short = thinned(line)
    assert (len(short), short[0], short[-1]) == (64, line[0], line[-1])
    assert thinned(line[:64]) == line[:64]
