"""The list of gauges: who can be believed, in words and by shape, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from console.models.changes import Changes
from console.models.sensors import Condition
from console.models.state import tables
from console.views import i18n
from console.views.monitoring import presenter
from console.views.monitoring.bringers import read_bringers, strip_text, tip_text
from console.views.monitoring.looking import peak_ms
from console.views.monitoring.presenter import GROUPS, MARKS, SensorRow, read_rows
from console.views.monitoring.scope import Span
from tests.views.monitoring.gauges import HOUR_MS, MINUTE_MS, every, put_gauge, put_readings
from tests.views.tables.state import NOW_MS, State


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = State(tmp_path)
    put_gauge(made, "good", readings=every(5, [1.0 + at / 100 for at in range(20)]), basin="upper", warning=2.0)
    put_gauge(made, "quiet", readings=every(5, [1.0, 1.1], NOW_MS - HOUR_MS))
    put_gauge(made, "tardy", readings=every(5, [1.0, 1.1], NOW_MS - 8 * MINUTE_MS))
    put_gauge(made, "wild", readings=every(5, [1.0, 9000.0]))
    put_gauge(made, "doubted", readings=[(NOW_MS - MINUTE_MS, 1.0, "suspect")])
    put_gauge(made, "hill", "rain", readings=every(5, [0.5] * 300))
    put_gauge(made, "holed", "rain", readings=every(5, [1.0] * 20))
    put_gauge(made, "empty")
    put_gauge(made, "gone", readings=every(5, [1.0]), withdrawn=True)
    made.put(tables.Sensor, id="unnamed", heard_ms=NOW_MS, at_ms=NOW_MS, value=3.0)
    made.put(tables.Basin, id="upper", name="上游")
    yield made
    made.close()


def rows(state: State, now_ms: int = NOW_MS) -> dict[str, SensorRow]:
    return {row.id: row for row in read_rows(state.database, None, now_ms)}


def columns(row: SensorRow, now_ms: int = NOW_MS) -> dict[str, str]:
    return {column.key: column.text(row, now_ms) for column in presenter.columns()}


def test_each_condition_has_a_word_and_a_shape_of_its_own(state: State) -> None:
    found = rows(state)
    conditions = {sensor: found[sensor].condition for sensor in found}
    assert conditions["good"] is Condition.NORMAL
    assert conditions["quiet"] is Condition.SILENT
    assert conditions["tardy"] is Condition.LATE
    assert conditions["wild"] is Condition.OUT_OF_RANGE
    assert conditions["doubted"] is Condition.SUSPECT
    assert conditions["empty"] is Condition.NO_DATA
    assert len({mark.shape for mark in MARKS.values()}) == len(Condition)
    for language in (i18n.ENGLISH, i18n.CHINESE):
        i18n.use_language(language)
        words = {i18n.word("sensor_condition", condition.value) for condition in Condition}
        assert len(words) == len(Condition)
        assert not words & {condition.value for condition in Condition} or language == i18n.ENGLISH


def test_a_gauge_falls_silent_though_nothing_is_heard_of_it(state: State) -> None:
    row = rows(state)["good"]
    assert row.judged(NOW_MS + MINUTE_MS) is row
    later = row.judged(NOW_MS + HOUR_MS)
    assert later.condition is Condition.SILENT
    assert "silent" in later.search
    assert presenter.state_text(row, NOW_MS + HOUR_MS) == "silent"
    assert "expected every 5 min" in presenter.why_text(row, NOW_MS + HOUR_MS)


def test_silence_is_graver_than_doubt_and_doubt_than_lateness(state: State) -> None:
    wild = rows(state)["wild"]
    assert wild.at(NOW_MS + 8 * MINUTE_MS) is Condition.OUT_OF_RANGE
    assert wild.at(NOW_MS + HOUR_MS) is Condition.SILENT


def test_a_line_of_the_list(state: State) -> None:
    shown = columns(rows(state)["good"])
    assert (shown["state"], shown["value"], shown["age"], shown["rise"]) == ("normal", "1.19 m", "60 s", "+0.12")
    assert (shown["basin"], shown["rain_1"], shown["quantity"]) == ("上游", "", "Level")


def test_rain_sums_say_when_part_of_the_time_is_not_known(state: State) -> None:
    found = rows(state)
    assert columns(found["hill"])["rain_24"] == "143.9"
    assert columns(found["holed"])["rain_24"] == "≥ 20.0"
    assert "of the time that is known" in presenter.card(found["holed"], NOW_MS)[-1][1] or any(
        "of the time that is known" in value for _, value in presenter.card(found["holed"], NOW_MS)
    )
    later = rows(state, NOW_MS + 48 * HOUR_MS)["hill"]
    assert columns(later)["rain_24"] == "–"


def test_groups_and_search(state: State) -> None:
    found = rows(state)
    listed = {group: {sensor for sensor in found if accepts(found[sensor])} for group, accepts in GROUPS.items()}
    assert listed["withdrawn"] == {"gone"}
    assert "gone" not in listed[""]
    assert listed["silent"] == {"quiet", "empty"}
    assert {"wild", "doubted"} <= listed["doubtful"]
    assert listed["late"] == {"tardy"}
    assert "上游" in found["good"].search


def test_worst_comes_first(state: State) -> None:
    order = [row.condition for row in presenter.worst_first(rows(state).values())]
    places = [list(Condition).index(condition) for condition in order]
    assert places == sorted(places)


def test_the_card_tells_why_and_from_whom(state: State) -> None:
    card = dict(presenter.card(rows(state)["wild"], NOW_MS))
    assert card["State"] == "out of range"
    assert card["Because"] == "9,000 is beyond 8,850 m"
    unnamed = rows(state)["unnamed"]
    assert presenter.state_text(unnamed, NOW_MS).startswith("not registered")
    assert dict(presenter.card(rows(state)["good"], NOW_MS))["Level"] == "warning level 2"


def test_only_the_gauges_asked_for_are_read(state: State) -> None:
    assert [row.id for row in read_rows(state.database, ["good", "nobody"], NOW_MS)] == ["good"]
    assert set(presenter.concerned(Changes(ids={"sensor": {"good"}, "unit": {"u"}}))) == {"good"}


def test_the_highest_on_record_outside_the_time_shown(state: State) -> None:
    put_readings(state, "good", [(NOW_MS - 90 * HOUR_MS, 7.5, ""), (NOW_MS - 80 * HOUR_MS, 99.0, "suspect")])
    assert peak_ms(state.database, "good", Span(NOW_MS - HOUR_MS, NOW_MS)) == NOW_MS - 90 * HOUR_MS
    assert peak_ms(state.database, "empty", Span(0, 1)) is None


def test_where_readings_come_from_is_told_with_what_is_wrong_first(state: State) -> None:
    now = {"heard_ms": NOW_MS, "newest_ms": NOW_MS - MINUTE_MS, "place": "broker:1883"}
    state.put(tables.Gateway, id="a", name="Broker", source="mqtt", state="working", taken=1204, **now)
    state.put(tables.Gateway, id="b", name="Folder", source="csv", state="faulty", fault="no such folder", **now)
    state.put(tables.Gateway, id="c", name="List", source="quakes", state="working", refused=msgspec.msgpack.encode({"late": 3}), **now)
    found = read_bringers(state.database)
    assert strip_text(found, NOW_MS) == "✕ Folder: faulty · 60 s    ● List: working · 60 s · 3 refused    ● Broker: working · 60 s"
    assert "no such folder" in tip_text(found, NOW_MS)
    assert "1,204 taken" in tip_text(found, NOW_MS)
    assert strip_text(found, NOW_MS + HOUR_MS).count("▼") == 3
    assert strip_text([], NOW_MS) == ""
