"""Rain to risk: thresholds, belief in gauges, what is not known, hysteresis. Properties over random rain."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.models.hazards.assessor import Assessor, Standing
from console.models.hazards.basins import Network
from console.models.hazards.grade import Held, level_of, settle
from console.models.hazards.rain import Field, over_basins
from console.models.hazards.rules import hazard_rules
from console.models.hazards.spans import Spans, sums
from console.models.sensors import Series, rain_sums, sensor_rules
from tests.models.hazards.material import HOUR_MS, NOW_MS, STEP_MS, even, gauge, gully, history, judged

rules = hazard_rules()
amounts = st.lists(st.floats(0, 30).map(lambda mm: round(mm, 2)), min_size=6, max_size=48)


def test_a_flash_flood_says_its_level_its_gauge_its_rule_and_its_limit() -> None:
    found = judged([gully(gauges=["a", "b"])], {"a": even(42, 3), "b": even(30, 3)})
    flood = found["flash_flood:g1"]
    assert level_of(flood.up) == 1
    because = next(each for each in flood.why if each.hours == 3)
    assert (because.rule, because.thing, because.limit, because.source) == ("critical.move", "a", 40.0, "basin")
    assert round(because.value, 3) == 42.0
    assert because.at_ms == NOW_MS
    assert flood.unsure == []
    assert flood.share == 1.0
    assert flood.lead_s == 0.0


def test_below_the_move_column_it_is_preparing_and_says_how_long_is_left() -> None:
    flood = judged([gully(gauges=["a"], critical=((3.0, 25.0, 40.0),))], {"a": even(30, 3)})["flash_flood:g1"]
    assert level_of(flood.up) == 2
    assert flood.lead_s is not None
    assert abs(flood.lead_s - 3600) < 60, "10 mm are left, at 10 mm an hour"


@settings(max_examples=25)
@given(st.lists(amounts, min_size=1, max_size=3), st.data())
def test_more_rain_is_never_less_risk(series: list[list[float]], data: st.DataObject) -> None:
    names = [chr(97 + at) for at in range(len(series))]
    length = max(len(each) for each in series)
    rain = {name: [0.0] * (length - len(each)) + each for name, each in zip(names, series, strict=True)}
    at = data.draw(st.integers(0, len(names) - 1)), data.draw(st.integers(0, length - 1)), data.draw(st.floats(0.1, 9.0))
    more = {name: list(each) for name, each in rain.items()}
    more[names[at[0]]][at[1]] += at[2]
    basins = [gully("g1", gauges=names, downstream="g2", travel_s=1800.0), gully("g2", gauges=names[:1])]
    before, after = judged(basins, rain), judged(basins, more)
    for risk, verdict in before.items():
        assert after[risk].up >= verdict.up, risk


@settings(max_examples=25)
@example([[0.0] * 6, [0.0] * 5 + [1.0]], 0, 0)
@example([[0.0] * 5 + [3.0], [0.0] * 5 + [1.0]], 0, 0)
@example([[0.0] * 5 + [6.0], [0.0] * 6], 0, 0)
@given(st.lists(amounts, min_size=2, max_size=3), st.integers(0, 2), st.integers(0, 300))
def test_a_gauge_that_falls_silent_widens_what_is_possible_and_is_named(series: list[list[float]], which: int, ago: int) -> None:
    names = [chr(97 + at) for at in range(len(series))]
    silent = names[which % len(names)]
    places = {name: (82.0 + 0.01 * at, 44.0) for at, name in enumerate(names)}
    basin = gully(gauges=names)

    def bounds(names_heard: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        held = {}
        for name, values in zip(names, series, strict=True):
            row = gauge(name, *places[name])
            held[name] = history(row, [0.0] * 72 + values, ends_ms=NOW_MS if name in names_heard else NOW_MS - 3 * HOUR_MS - ago * 60_000)
        field = Field(Network([basin], {name: each.gauge for name, each in held.items()}, 15.0), held, rules)
        field.refresh(NOW_MS)
        over = over_basins(field)
        return over.credited[0], over.most[0], over.raw[0]

    low, high, _ = bounds([name for name in names if name != silent])
    believed, _, raw = bounds(names)
    missed = slice(0, 2)
    assert (high >= low).all()
    assert (high[missed] > low[missed]).all(), "of an hour and of three nothing was heard"
    assert (high[missed] >= believed[missed] - 1e-9).all(), "what it would have told is within"
    assert (low[missed] <= raw[missed]).all(), "with the silent one gone, another is no longer doubted for its sake, and counts as it reads"
    held = {
        name: history(gauge(name, *places[name]), values, ends_ms=NOW_MS - 4 * HOUR_MS if name == silent else NOW_MS)
        for name, values in zip(names, series, strict=True)
    }
    assessor = Assessor([basin], held, rules)
    assessor.resume({"flash_flood:g1": Standing(4, NOW_MS)})
    flood = assessor.judge(NOW_MS)["flash_flood:g1"]
    assert f"gauge_silent:{silent}" in flood.unsure
    assert flood.share < 1


@settings(max_examples=8)
@given(st.integers(1, 3), st.integers(10, 1000))
def test_no_alarm_from_no_data_and_no_all_clear_either(count: int, hours_ago: int) -> None:
    names = [chr(97 + at) for at in range(count)]
    held = {name: history(gauge(name), even(60, 3), ends_ms=NOW_MS - hours_ago * HOUR_MS) for name in names}
    assessor = Assessor([gully(gauges=names)], held, rules)
    found = assessor.judge(NOW_MS)
    assert [verdict.id for verdict in found.values() if verdict.up] == []
    assert found["rainstorm:g1"].unsure[0] == "no_data", "a place that is blind says so"
    assert found["rainstorm:g1"].share == 0
    assessor.resume({"flash_flood:g1": Standing(1, NOW_MS)})
    for hour in range(1, 100):
        found = assessor.judge(NOW_MS + hour * HOUR_MS)
        assert level_of(found["flash_flood:g1"].up) == 1, "nothing was heard, so nothing is over"
    assert "no_data" in found["flash_flood:g1"].unsure


def test_no_gauge_at_all_is_said() -> None:
    found = judged([gully(gauges=["lost"])], {})
    assert found["rainstorm:g1"].up == 0
    assert {"no_data", "no_gauge", "gauge_missing:lost"} <= set(found["rainstorm:g1"].unsure)


def test_one_gauge_alone_against_its_neighbours_does_not_cry_wolf() -> None:
    rain = {"a": even(80, 3), "b": even(1, 3), "c": even(2, 3)}
    flood = judged([gully(gauges=list(rain))], rain)["flash_flood:g1"]
    assert level_of(flood.up) == 3, "no graver than the rule's alone_level"
    assert "gauge_alone:a" in flood.unsure
    assert flood.doubts()[0] == "possible:1"
    confirmed = judged([gully(gauges=list(rain))], rain | {"b": even(40, 3)})["flash_flood:g1"]
    assert level_of(confirmed.up) == 1
    lonely = judged([gully(gauges=["a"])], {"a": even(80, 3)})["flash_flood:g1"]
    assert level_of(lonely.up) == 1, "with nobody to contradict it, it is believed"


def test_a_jammed_gauge_does_not_count_but_what_it_may_mean_is_told() -> None:
    stuck = [2.0] * 60
    held = {"a": history(gauge("a"), stuck), "b": history(gauge("b", 82.01), [0.0] * 60)}
    assert held["a"].doubt(NOW_MS) == "stuck"
    found = Assessor([gully(gauges=["a", "b"])], held, rules).judge(NOW_MS)
    assert [verdict.id for verdict in found.values() if verdict.up] == []


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans(), st.integers(1, 90)), min_size=1, max_size=40))
def test_hysteresis_up_at_once_down_only_after_a_time_below(steps: list[tuple[int, int, bool, int]]) -> None:
    held, now_ms, after_s = Held(), 0, 3600.0
    low_since: int | None = None
    for up, slack, known, minutes in steps:
        now_ms += minutes * 60_000
        hold = min(4, up + slack)
        before, held = held, settle(held, now_ms, up, hold, after_s, known=known)
        assert held.grade >= up
        below = known and hold < before.grade
        low_since = (low_since if low_since is not None else now_ms) if below else None
        if held.grade < before.grade:
            assert low_since is not None
            assert now_ms - low_since >= after_s * 1000
            low_since = None
        elif held.grade > before.grade:
            low_since = None


def test_a_flood_does_not_flutter_about_its_limit() -> None:
    row = gauge("a")
    held = {"a": history(row, even(40, 3))}
    assessor = Assessor([gully(gauges=["a"], critical=((3.0, 25.0, 40.0),))], held, rules)
    levels = []
    for step in range(1, 60):
        now_ms = NOW_MS + step * STEP_MS
        rain = 2.3 if step % 2 and step < 24 else 2.1 if step < 24 else 0.0
        later = Series(np.array([now_ms]), np.array([rain]), np.zeros(1, np.uint8))
        held["a"].put(row._replace(value=rain, at_ms=now_ms, heard_ms=now_ms), later)
        levels.append(level_of(assessor.judge(now_ms)["flash_flood:g1"].up) if step < 30 else 0)
    assert set(levels[:29]) == {1}, "39 mm is below 40, and above 80 % of it"


@given(
    st.lists(st.tuples(st.integers(1, 40), st.floats(0, 30), st.sampled_from([0, 0, 0, 1, 2, 3])), min_size=1, max_size=60),
    st.integers(0, 120),
)
def test_sums_are_those_of_the_sensor_room(steps: list[tuple[int, float, int]], later_min: int) -> None:
    times = NOW_MS + np.cumsum([minutes * 60_000 for minutes, _, _ in steps]).astype(np.int64)
    series = Series(times, np.array([mm for _, mm, _ in steps]), np.array([quality for _, _, quality in steps], np.uint8))
    row = gauge("a")
    spans = Spans(row.expected_s * 1000, sensor_rules())
    cut = len(series) // 2
    spans.put(Series(series.times_ms[:cut], series.values[:cut], series.quality[:cut]))
    spans.put(Series(series.times_ms[cut:], series.values[cut:], series.quality[cut:]))
    hours = [0.5, 1.0, 3.0, 6.0, 24.0]
    now_ms = int(times[-1]) + later_min * 60_000
    mm, share = sums([spans], np.array([float(now_ms)]), np.array(hours) * HOUR_MS)
    exact = rain_sums(series, row, now_ms, hours)
    np.testing.assert_allclose(mm[0], [each.mm for each in exact], atol=1e-6)
    assert all(ours >= theirs.share - 1e-9 for ours, theirs in zip(share[0], exact, strict=True)), "the time not told of yet is no gap"


def test_sums_up_to_an_instant_look_at_nothing_after_it() -> None:
    whole = history(gauge("a"), even(40, 3))
    assert whole.spans is not None
    before = NOW_MS - HOUR_MS
    mm, _ = sums([whole.spans], np.array([float(before)]), np.array([3.0 * HOUR_MS]))
    assert abs(mm[0, 0] - 40 * 2 / 3) < 1e-6
