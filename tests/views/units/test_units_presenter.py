"""What the units workspace reads, words and orders, over a real SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.models.changes import Changes, Fix
from console.models.clock import hlc_from_ms
from console.models.geo.sphere import bearing_deg, distance_m
from console.models.kinds import TaskAssigned
from console.models.rules.staleness import Freshness
from console.models.state import tables
from console.views.entry.outcome import EntryFault
from console.views.units import drafts, presenter
from console.views.units.geodesy import distance_text
from console.views.units.presenter import Reference, UnitRow
from tests.views.tables import sample
from tests.views.tables.sample import NODE, SLIDE
from tests.views.tables.state import NOW_MS, State

HERE = Reference(SLIDE, "滑坡", 82.5312, 44.2107)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = State(tmp_path)
    sample.fill(made)
    yield made
    made.close()


def row(state: State, unit: str = "u0") -> UnitRow:
    (found,) = presenter.read_units(state.database, [unit])
    return found


def fix(unit: str, at_ms: int, lon: float = 82.6) -> Fix:
    return Fix(unit, lon, 44.3, 90.0, 12.0, at_ms, 60.0, hlc_from_ms(at_ms))


def texts(found: UnitRow, reference: Reference | None = HERE) -> dict[str, str]:
    return {column.key: column.text(found, NOW_MS) for column in presenter.columns(lambda: reference)}


def test_every_unit_is_read_with_its_task_incident_and_peer(state: State) -> None:
    assert len(presenter.read_units(state.database)) == len(sample.UNITS)
    told = texts(row(state))
    assert (told["name"], told["kind"], told["status"]) == ("精河县矿山救护队", "Rescue", "On scene")
    assert (told["task"], told["incident"], told["peer"]) == ("第二作业面生命探测", "精河县托里镇牧区山体滑坡", "矿山救护队终端")


def test_an_unnamed_unit_is_shown_by_its_callsign_or_id(state: State) -> None:
    state.put(tables.Unit, id="bare", name="", callsign="博90")
    state.put(tables.Unit, id="barest", name="")
    assert [row(state, unit).name for unit in ("bare", "barest")] == ["博90", "barest"]


@pytest.mark.parametrize(
    ("unit", "words", "fresh"),
    [
        ("u0", "4 s", Freshness.FRESH),
        ("u3", "95 s, stale", Freshness.STALE),
        ("u7", "1 h 10 min, gone", Freshness.GONE),
        ("u8", "never", None),
    ],
)
def test_last_heard_says_age_and_state_in_words_and_mark(state: State, unit: str, words: str, fresh: Freshness | None) -> None:
    found = row(state, unit)
    assert presenter.heard_text(found, NOW_MS) == words
    assert found.freshness(NOW_MS) is fresh
    assert (presenter.heard_mark(found, NOW_MS) is None) == (fresh is None)


def test_a_word_heard_makes_no_old_position_fresh(state: State) -> None:
    found = replace(row(state, "u7"), heard_ms=NOW_MS)
    assert found.freshness(NOW_MS) is Freshness.GONE
    assert "Anything: 0 s" in presenter.heard_tip(found, NOW_MS)


def test_groups(state: State) -> None:
    found = presenter.read_units(state.database)
    groups = {name: {unit.name for unit in found if accepts(unit, NOW_MS)} for name, accepts in presenter.GROUPS.items()}
    assert groups["free"] == {"托里镇信息员 阿依古丽", "博乐市蓝天救援队", "州应急指挥车"}
    assert groups["on_task"] == {name for name, *_ in sample.UNITS} - groups["free"]
    assert groups["stale"] == {"精河县公路养护挖机组", "托里镇信息员 阿依古丽"}
    assert groups["gone"] == {"温泉县民兵应急分队"}


def test_an_available_unit_with_an_open_order_is_not_free(state: State) -> None:
    free = row(state, "u6")
    assert free.free
    assert not replace(free, task="t", task_state="assigned").free
    assert replace(free, task="t", task_state="done").free


def test_distance_and_bearing_from_the_incident(state: State) -> None:
    assert texts(row(state, "u6"))["distance"] == "84.9, 335°"
    assert dict(presenter.card(row(state, "u6"), HERE, NOW_MS))["From incident"] == "84.9 km straight line, 335°"
    assert texts(row(state, "u6"), None)["distance"] == "–"
    assert texts(row(state, "u8"))["distance"] == "–"
    assert texts(row(state), Reference("x", "x", None, None))["distance"] == "–"


def test_a_newer_fix_moves_the_unit_and_an_older_does_not(state: State) -> None:
    found = row(state)
    moved = presenter.moved(found, fix("u0", NOW_MS))
    assert (moved.lon, moved.fix_heard_ms, moved.heard_ms) == (82.6, NOW_MS, NOW_MS)
    assert presenter.moved(moved, fix("u0", NOW_MS - 1, 99.0)) is moved


def test_a_read_does_not_throw_a_unit_back_to_an_older_position(state: State) -> None:
    moved = presenter.moved(row(state), fix("u0", NOW_MS))
    state.change(tables.Unit, "u0", status="returning")
    merged = presenter.keep_newer_fix(row(state), moved)
    assert (merged.status, merged.lon, merged.fix_heard_ms) == ("returning", 82.6, NOW_MS)
    assert presenter.keep_newer_fix(row(state), None) == row(state)


def test_only_units_concerned_are_read_again(state: State) -> None:
    def concerned(**ids: set[str]) -> set[str] | None:
        found = presenter.concerned(Changes(ids=dict(ids)), lambda: presenter.read_units(state.database))
        return None if found is None else set(found)

    assert concerned(unit={"u1"}) == {"u1"}
    assert concerned(task={"t0"}) == {"u0"}
    assert concerned(incident={SLIDE}) == {"u0", "u1", "u2", "u3", "u4"}
    assert concerned(timeline={SLIDE}, sensor={"s0"}) == set()
    assert concerned(peer={NODE}) is None


def test_the_card_gives_all_that_is_known(state: State) -> None:
    card = dict(presenter.card(row(state), HERE, NOW_MS))
    assert card["Task"] == "Started: 第二作业面生命探测"
    assert card["Heading, speed"] == "000°, 9 km/h"
    assert card["Position"] == "82.53300, 44.21200"
    assert dict(presenter.card(row(state, "u8"), None, NOW_MS))["Position"] == "none sent"


def test_tasks_of_a_unit_with_answer_and_overdue(state: State) -> None:
    state.put(tables.Task, id="done", unit="u3", text="旧任务", state="done", assigned_ms=1, due_ms=NOW_MS - 60_000)
    tasks = {task.id: task for task in presenter.read_tasks(state.database, ["u3"])}
    assert set(tasks) == {"t3", "done"}
    assert presenter.due_text(tasks["t3"], NOW_MS + 60_000) == "overdue 60 s"
    assert tasks["t3"].overdue(NOW_MS + 1)
    assert not tasks["done"].overdue(NOW_MS)
    assert presenter.due_text(replace(tasks["t3"], due_ms=NOW_MS + 300_000), NOW_MS) == "in 5 min"


def test_open_incidents_are_offered(state: State) -> None:
    assert [incident.id for incident in presenter.read_open_incidents(state.database)] == [
        "01J8FLOOD0000000000000000B",
        SLIDE,
        "01J8CRASH0000000000000000C",
    ]


# -- orders ---------------------------------------------------------------------------------------------------------


def test_an_order_goes_to_each_unit_in_its_own_area(state: State) -> None:
    state.change(tables.Unit, "u1", area="652701")
    units = [row(state, "u0"), row(state, "u1")]
    written = drafts.tasks(units, " 向西搜索 ", "30", SLIDE, "王建国", "6527", NOW_MS)
    assert [(draft.kind, draft.area, draft.subject) for draft in written] == [
        ("task.assigned", "652722", ""),
        ("task.assigned", "652701", ""),
    ]
    body = msgspec.msgpack.decode(written[1].body, type=TaskAssigned)
    assert body == TaskAssigned(unit="u1", text="向西搜索", incident=SLIDE, due_ms=NOW_MS + 1_800_000, author="王建国")


@pytest.mark.parametrize(("units", "text", "due"), [(0, "go", ""), (1, " ", ""), (1, "go", "later")])
def test_an_order_that_cannot_be_is_refused(state: State, units: int, text: str, due: str) -> None:
    with pytest.raises(EntryFault):
        drafts.tasks([row(state)] * units, text, due, "", "", "", NOW_MS)


# -- geodesy --------------------------------------------------------------------------------------------------------

lons, lats = st.floats(-180, 180), st.floats(-90, 90)


def test_known_distances_and_bearings() -> None:
    """A degree of a meridian of the mean sphere is 111,195 m; east along the equator is 090."""
    assert distance_m(82, 44, 82, 45) == pytest.approx(111_195, abs=1)
    assert distance_m(0, 0, 180, 0) == pytest.approx(20_015_115, abs=1)
    assert bearing_deg(0, 0, 1, 0) == pytest.approx(90)
    assert bearing_deg(82, 44, 82, 43) == pytest.approx(180)
    assert [distance_text(metres) for metres in (1234, 12_345, 1_234_567)] == ["1.23", "12.3", "1,235"]


@given(lons, lats, lons, lats)
def test_distance_is_the_same_both_ways_and_bearing_is_a_bearing(lon_1: float, lat_1: float, lon_2: float, lat_2: float) -> None:
    there = distance_m(lon_1, lat_1, lon_2, lat_2)
    assert 0 <= there <= 20_015_116
    assert there == pytest.approx(distance_m(lon_2, lat_2, lon_1, lat_1), abs=1e-3)
    assert 0 <= bearing_deg(lon_1, lat_1, lon_2, lat_2) <= 360
