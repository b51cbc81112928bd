"""The chain over basins: arming, routing with times of travel, broken graphs, townships; rivers, wind, fire weather, earthquakes."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.errors import Fault
from console.models.hazards.assessor import Assessor, Standing
from console.models.hazards.basins import Basin, Network
from console.models.hazards.grade import level_of
from console.models.hazards.history import History
from console.models.hazards.quake import covered, intensity_at, rings
from console.models.hazards.rules import earthquake_rule, hazard_rules, load_rules
from console.models.hazards.weather import KINDS, drought_factor, fire_index, stations, together
from console.models.paths import resources_dir
from console.models.sensors import Gauge, Series, sensor_rules
from tests.models.hazards.material import NOW_MS, STEP_MS, even, gauge, gully, history, judged

rules = hazard_rules()
SQUARE = (((82.0, 44.0), (82.2, 44.0), (82.2, 44.2), (82.0, 44.2)),)
ABOVE = (((82.3, 44.0), (82.5, 44.0), (82.5, 44.2), (82.3, 44.2)),)


def test_each_stage_arms_the_next() -> None:
    storm = judged([gully(gauges=["a"], critical=((24.0, 200.0, 300.0),))], {"a": even(40, 3)})
    assert level_of(storm["rainstorm:g1"].up) == 2
    armed = storm["flash_flood:g1"]
    assert (level_of(armed.up), armed.stage) == (4, "armed")
    assert armed.why[0].rule == "chain.rainstorm"
    grave = judged([gully(gauges=["a"])], {"a": even(60, 3)})
    assert grave["debris_flow:g1"].up > grave["landslide:g1"].up if "landslide:g1" in grave else grave["debris_flow:g1"].up >= 3


def test_a_flood_runs_down_with_its_times_and_weaker_further_on() -> None:
    chain = [
        gully("top", downstream="middle", travel_s=1200.0, gauges=["a"]),
        gully("middle", downstream="low", travel_s=1800.0, gauges=["b"]),
        gully("low", downstream="end", travel_s=900.0, gauges=["c"]),
        gully("end", gauges=["d"]),
    ]
    far = {"a": (82.0, 44.0), "b": (84.0, 44.0), "c": (86.0, 44.0), "d": (88.0, 44.0)}
    dry = {name: [0.0] * 144 for name in "bcd"}
    held = {name: history(gauge(name, *far[name]), values) for name, values in ({"a": even(60, 3)} | dry).items()}
    assessor = Assessor(chain, held, rules)
    assessor.judge(NOW_MS)
    found = assessor.judge(NOW_MS + 60_000)
    coming = [found[f"flash_flood:{name}"] for name in ("middle", "low", "end")]
    assert [level_of(each.up) for each in coming] == [1, 2, 3]
    assert [each.stage for each in coming] == ["forecast"] * 3
    assert [round(each.lead_s or 0) for each in coming] == [1140, 2940, 3840]
    assert coming[0].why[0].thing == "top"


def test_circles_and_missing_basins_are_told_and_survived() -> None:
    ring = [gully(name, downstream=to, travel_s=600.0, gauges=["a"]) for name, to in (("x", "y"), ("y", "z"), ("z", "x"))]
    lost = gully("lost", downstream="nowhere", travel_s=600.0, gauges=["a"])
    held = {"a": history(gauge("a"), even(60, 3))}
    assessor = Assessor([*ring, lost], held, rules)
    assessor.judge(NOW_MS)
    found = assessor.judge(NOW_MS + 1000)
    assert all(level_of(found[f"flash_flood:{name}"].up) == 1 for name in "xyz")
    assert any(doubt.startswith("circle:") for doubt in found["flash_flood:x"].unsure)
    assert "no_downstream:nowhere" in found["flash_flood:lost"].unsure


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 9)), max_size=12))
def test_no_graph_is_walked_for_ever(edges: list[tuple[int, int]]) -> None:
    down = {f"b{source}": f"b{to}" for source, to in edges}
    network = Network([gully(f"b{at}", downstream=down.get(f"b{at}", "")) for at in range(9)], {}, 15.0)
    for basin in network.basins:
        way = network.below(basin.id)
        assert len(way) == len(set(way))


def test_a_township_has_the_gravest_of_its_basins() -> None:
    here = gully("here", gauges=["a"], outer=SQUARE)
    there = gully("there", gauges=["b"], outer=ABOVE)
    township = Basin("t", "t", "township", outer=(((81.9, 43.9), (82.25, 43.9), (82.25, 44.3), (81.9, 44.3)),))
    found = judged([here, there, township], {"a": even(60, 3), "b": [0.0] * 144}, places={"a": (82.1, 44.1), "b": (85.4, 44.1)})
    assert level_of(found["flash_flood:t"].up) == 1
    assert found["flash_flood:t"].why[0].thing == "here"


def test_a_basin_without_named_gauges_takes_those_that_stand_in_it() -> None:
    found = judged([gully(outer=SQUARE)], {"a": even(60, 3)}, places={"a": (82.1, 44.1)})
    assert level_of(found["flash_flood:g1"].up) == 1


# -- rivers -----------------------------------------------------------------------------------------------------------------


def river(values: list[float], **more: float) -> Assessor:
    row = Gauge("r", "r", "level", "m", interval_s=600.0, **{"warning": 2.0, "guarantee": 2.6, "historic": 3.0} | more)
    return Assessor([], {"r": history(row, values)}, rules)


def stands(of: Assessor, values: list[float], since_ms: int) -> list[int]:
    """The level of the river's risk after each reading, every ten minutes."""
    levels = []
    for at, value in enumerate(values, 1):
        now_ms = since_ms + at * STEP_MS
        row = of.histories["r"].gauge._replace(value=value, at_ms=now_ms, heard_ms=now_ms)
        of.histories["r"].put(row, Series(np.array([now_ms]), np.array([value]), np.zeros(1, np.uint8)))
        verdict = of.judge(now_ms).get("river_flood:r")
        levels.append(level_of(verdict.up) if verdict is not None else 0)
    return levels


@settings(max_examples=20)
@given(st.floats(0.05, 5.0), st.floats(0.02, 0.8), st.floats(0.01, 0.99))
def test_a_level_does_not_stand_with_the_water_below_the_level_under_it(warning: float, span: float, share: float) -> None:
    """Whatever the river: after the hour of hysteresis orange has gone where the water is below the warning level, and falls no earlier."""
    guarantee = warning + span
    made = river([guarantee + 0.1] * 4, warning=warning, guarantee=guarantee, historic=guarantee + 10.0)
    assert level_of(made.judge(NOW_MS)["river_flood:r"].up) == 2
    below = warning - 0.001 - share * 0.04
    levels = stands(made, [below] * 10, NOW_MS)
    assert levels[0] == 2, "not at once"
    assert levels[-1] != 2
    within = river([guarantee + 0.1] * 4, warning=warning, guarantee=guarantee, historic=guarantee + 10.0)
    within.judge(NOW_MS)
    just = guarantee - 0.49 * min(span, 2 * rules.river.down_m)
    assert stands(within, [just] * 8, NOW_MS)[-1] == 2, "within the lower limit it stands"


def test_river_levels_need_two_readings_and_tell_the_next_limit() -> None:
    rising = [1.0 + 0.02 * at for at in range(60)]
    found = river(rising).judge(NOW_MS)["river_flood:r"]
    assert level_of(found.up) == 3
    assert found.why[0].rule == "river.warning"
    assert found.why[1].rule == "river.rise"
    assert found.lead_s is not None
    assert 0 < found.lead_s < 6 * 3600
    once = river([1.0] * 30 + [1.1] * 20 + [2.7]).judge(NOW_MS)
    assert "river_flood:r" not in once or level_of(once["river_flood:r"].up) == 0


@given(st.lists(st.floats(0.0, 4.0), min_size=4, max_size=30), st.floats(0.0, 1.0))
def test_more_water_is_never_less_risk(values: list[float], more: float) -> None:
    def grade(levels: list[float]) -> int:
        verdict = river(levels).judge(NOW_MS).get("river_flood:r")
        return 0 if verdict is None or "gauge_" in " ".join(verdict.unsure) else verdict.up

    smooth = sorted(values)
    assert grade([value + more for value in smooth]) >= grade(smooth)


# -- wind and fire -----------------------------------------------------------------------------------------------------------


def station(**values: float) -> dict[str, object]:
    return {
        name: history(Gauge(name, name, name, interval_s=600.0, lon=82.0, lat=44.0), [value - 0.01, value, value + 0.01, value])
        for name, value in values.items()
    }


def test_a_gale_needs_its_mean_twice_and_a_gust_is_borne_out_by_it() -> None:
    found = Assessor([], station(wind=18.0, gust=24.0), rules).judge(NOW_MS)["gale:gust"]  # type: ignore[arg-type]
    assert level_of(found.up) == 3
    alone = Assessor([], station(wind=3.0, gust=35.0), rules).judge(NOW_MS)  # type: ignore[arg-type]
    assert "gale:gust" not in alone or alone["gale:gust"].unsure


def test_fire_weather_is_the_published_index() -> None:
    """Values computed by the equation of Noble, Bary and Gill (1980) with a drought factor of 10: 40 degrees, 15 %, 40 km/h."""
    by_hand = 2 * math.exp(-0.450 + 0.987 * math.log(10) - 0.0345 * 15 + 0.0338 * 40 + 0.0234 * 40)
    assert fire_index(10, 15, 40, 40) == pytest.approx(by_hand)
    assert drought_factor(200, 15, 0) == 10
    found = Assessor([], station(temperature=38.0, humidity=12.0, wind=11.0), rules).judge(NOW_MS)  # type: ignore[arg-type]
    fire = next(verdict for risk, verdict in found.items() if risk.startswith("forest_fire"))
    assert level_of(fire.up) == 1
    assert "no_rain_gauge" in fire.unsure


@given(st.floats(0, 200), st.floats(0, 40), st.floats(0, 100), st.floats(1, 100), st.floats(-10, 45), st.floats(0, 90))
def test_hotter_drier_windier_is_never_less_danger(
    deficit: float, days: float, rain: float, humidity: float, heat: float, wind: float
) -> None:
    base = fire_index(drought_factor(deficit, days, rain), humidity, heat, wind)
    assert fire_index(drought_factor(deficit, days, rain), humidity - 1, heat + 1, wind + 1) >= base
    assert drought_factor(deficit, days, rain + 5) <= drought_factor(deficit, days, rain)


# -- earthquakes --------------------------------------------------------------------------------------------------------------


def test_both_axes_of_the_relation_agree_at_the_epicentre() -> None:
    """As they must, which also shows that the coefficients were taken over rightly."""
    rule = earthquake_rule()
    for magnitude in (5.0, 6.0, 7.0, 8.0):
        assert intensity_at(rule.long, magnitude, 0.0) == pytest.approx(intensity_at(rule.short, magnitude, 0.0), abs=0.01)


@given(st.floats(4.5, 8.0))
def test_rings_lie_within_one_another_and_are_what_the_relation_says(magnitude: float) -> None:
    rule = earthquake_rule()
    found = rings(82.0, 44.5, magnitude, rule)
    for outer, inner in pairwise(found):
        assert inner.long_km < outer.long_km
        assert inner.short_km < outer.short_km
    for ring in found:
        assert ring.long_km >= ring.short_km - 1e-6
        assert intensity_at(rule.long, magnitude, ring.long_km) == pytest.approx(ring.intensity)
        east_km = (ring.ring[0][0] - 82.0) * 111.195 * math.cos(math.radians(44.5))
        north_km = (ring.ring[0][1] - 44.5) * 111.195
        assert math.hypot(east_km, north_km) == pytest.approx(ring.long_km, rel=0.01)


def test_a_weak_quake_has_no_rings_and_elsewhere_is_said_to_be_elsewhere() -> None:
    assert rings(82.0, 44.5, 3.0, earthquake_rule()) == []
    assert covered(82.0, 44.5, earthquake_rule())
    assert not covered(140.0, 36.0, earthquake_rule())


# -- rules are data ------------------------------------------------------------------------------------------------------------


def test_the_national_set_can_be_chosen_and_a_broken_rule_is_a_fault(tmp_path: object) -> None:
    import pathlib
    import shutil

    folder = pathlib.Path(str(tmp_path)) / "rules"
    shutil.copytree(resources_dir() / "rules", folder)
    rain = (folder / "rain.toml").read_text("utf-8")
    (folder / "rain.toml").write_text(rain.replace('set = "xinjiang"', 'set = "national"'), "utf-8")
    national = load_rules(folder)
    basin = gully(gauges=["a"], hazards=("rainstorm",))
    assert level_of(judged([basin], {"a": even(30, 5)})["rainstorm:g1"].up) == 3, "a rainstorm in Xinjiang"
    assert judged([basin], {"a": even(30, 5)}, rules=national) == {}, "and none elsewhere"
    assert level_of(judged([basin], {"a": even(100, 3)}, rules=national)["rainstorm:g1"].up) == 1
    for text in (rain.replace('"xinjiang"', '"moon"', 1), rain.replace("level = 4", "level = 9", 1), "set = ["):
        (folder / "rain.toml").write_text(text, "utf-8")
        with pytest.raises(Fault, match=r"rain\.toml"):
            load_rules(folder)


def test_what_a_touched_gauge_concerns_is_judged_as_if_all_were() -> None:
    basins = [gully("g1", gauges=["a", "b"]), gully("g2", gauges=["b"])]
    places = {"a": (82.0, 44.0), "b": (82.05, 44.0)}

    def made() -> Assessor:
        return Assessor(basins, {name: history(gauge(name, *places[name]), [0.0] * 144) for name in "ab"}, rules)

    whole, part = made(), made()
    whole.judge(NOW_MS)
    part.judge(NOW_MS)
    for step in range(1, 8):
        now_ms = NOW_MS + step * STEP_MS
        for assessor in (whole, part):
            for name in "ab":
                row = assessor.histories[name].gauge._replace(value=6.0, at_ms=now_ms, heard_ms=now_ms)
                assessor.histories[name].put(row, Series(np.array([now_ms]), np.array([6.0]), np.zeros(1, np.uint8)))
        one, other = whole.judge(now_ms), part.judge(now_ms, ["a", "b"])
        assert {risk: verdict.up for risk, verdict in one.items()} == {risk: verdict.up for risk, verdict in other.items()}


# -- what others send ----------------------------------------------------------------------------------------------------------


def test_a_hazard_that_no_rule_knows_blinds_nobody() -> None:
    assessor = Assessor([gully(gauges=["a"])], {"a": history(gauge("a"), even(60, 3))}, rules)
    assessor.resume({"tsunami:g1": Standing(1, NOW_MS), "": Standing(1, NOW_MS)})
    assert level_of(assessor.judge(NOW_MS)["flash_flood:g1"].up) == 1


def test_a_flood_that_was_only_expected_runs_no_further_after_a_restart() -> None:
    ways = [gully(name, downstream=to, travel_s=3000.0, gauges=[name]) for name, to in ("ab", "bc", "cd", "d.")]
    held = {name: history(gauge(name, 82 + 0.5 * at), even(60 if name == "a" else 0, 3)) for at, name in enumerate("abcd")}
    before = Assessor(ways, held, rules)
    before.judge(NOW_MS)
    stood = before.judge(NOW_MS)
    after = Assessor(ways, held, rules)
    after.resume({risk: Standing(level_of(each.up), each.at_ms, each.stage) for risk, each in stood.items() if each.up})
    again = after.judge(NOW_MS)
    for name in "abcd":
        was, now = stood[f"flash_flood:{name}"], again[f"flash_flood:{name}"]
        assert (now.up, now.stage, now.lead_s) == (was.up, was.stage, was.lead_s), name


@pytest.mark.parametrize(("quantity", "unit"), [("temperature", "K"), ("temperature", "°F"), ("humidity", "x"), ("wind", "km/h")])
@pytest.mark.parametrize("value", [80.0, -1e15, 1e15])
def test_numbers_in_another_unit_are_held_against_no_limit(quantity: str, unit: str, value: float) -> None:
    held = station(**({"temperature": 20.0, "humidity": 60.0, "wind": 2.0} | {quantity: value}))
    one: History = held[quantity]  # type: ignore[assignment]
    held[quantity] = History(one.gauge._replace(unit=unit), one.tail, sensor_rules())
    found = Assessor([], held, rules).judge(NOW_MS)  # type: ignore[arg-type]
    assert not [risk for risk, verdict in found.items() if verdict.up]


def test_a_unit_may_be_written_otherwise() -> None:
    held = station(temperature=38.0, humidity=12.0, wind=11.0)
    one: History = held["temperature"]  # type: ignore[assignment]
    held["temperature"] = History(one.gauge._replace(unit="℃"), one.tail, sensor_rules())
    found = Assessor([], held, rules).judge(NOW_MS)  # type: ignore[arg-type]
    assert [risk.partition(":")[0] for risk, verdict in found.items() if level_of(verdict.up) == 1] == ["forest_fire"]


_PLACE = st.tuples(st.sampled_from(["", "p", "q"]), st.none() | st.tuples(st.floats(82, 82.2), st.floats(-0.1, 0.1)))


@given(st.lists(st.tuples(st.sampled_from(KINDS), _PLACE), max_size=30), st.sampled_from([0.0, 44.0, -60.0, 80.0]))
def test_instruments_are_put_together_as_if_each_were_compared_with_all(drawn: list, lat: float) -> None:  # type: ignore[type-arg]
    held = {}
    for at, (quantity, (place, where)) in enumerate(drawn):
        lon, up = where or (None, None)
        row = Gauge(f"{at:02}", quantity=quantity, place=place, lon=lon, lat=None if up is None else lat + up)
        held[row.id] = History(row, Series.of(()), sensor_rules())
    expected: list[tuple[str, dict[str, str]]] = []
    for rainy in (False, True):
        for one in [each for each in held.values() if (each.gauge.quantity == "rain") is rainy]:
            quantity = one.gauge.quantity
            near = next((each for each in expected if quantity not in each[1] and together(held[each[0]], one, 3.0)), None)
            if near is not None:
                near[1][quantity] = one.gauge.id
            elif not rainy:
                expected.append((one.gauge.id, {quantity: one.gauge.id}))
    assert [(each.place, {name: one.gauge.id for name, one in each.of.items()}) for each in stations(held, 3.0)] == expected
