"""A sensor that works is told apart from one that is late, silent, stuck, out of range, jumping, doubted, or was never heard."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import Fault
from console.models.form import read_toml
from console.models.paths import resources_dir
from console.models.sensors import Condition, Gauge, SensorRules, Series, State, sensor_rules, state_of
from console.models.sensors.series import MISSING, SUSPECT
from tests.models.voices import NOW_MS

RULES = sensor_rules()
MINUTE_MS, HOUR_S = 60_000, 3600
SHIPPED = (resources_dir() / "rules" / "sensors.toml").read_text(encoding="utf-8")


def gauge(quantity: str, values: Sequence[float], *, every_s: float = 300, unit: str = "", age_s: float = 10, **more: object) -> Gauge:
    """With readings of `values`, the newest `age_s` ago."""
    return Gauge(
        "g", quantity=quantity, unit=unit, interval_s=every_s, value=values[-1], at_ms=NOW_MS, heard_ms=NOW_MS - round(age_s * 1000)
    )._replace(**more)  # type: ignore[arg-type]


def readings(values: Sequence[float], every_s: float = 300, codes: Sequence[int] | None = None) -> Series:
    first = NOW_MS - round((len(values) - 1) * every_s * 1000)
    codes = codes or [0] * len(values)
    return Series.of(
        (first + round(place * every_s * 1000), value, code) for place, (value, code) in enumerate(zip(values, codes, strict=True))
    )


def judged(quantity: str, values: Sequence[float], *, every_s: float = 300, codes: Sequence[int] | None = None, **more: object) -> State:
    held = gauge(quantity, values, every_s=every_s, **more)  # type: ignore[arg-type]
    return state_of(held, readings(values, every_s, codes), NOW_MS, RULES)


RISING = [1.0, 1.1, 1.2, 1.1, 1.3, 1.4, 1.5, 1.6]


@pytest.mark.parametrize(
    ("age_s", "link", "wanted"),
    [
        (300, "", Condition.NORMAL),
        (390, "", Condition.NORMAL),
        (391, "", Condition.LATE),
        (391, "beidou", Condition.NORMAL),
        (601, "beidou", Condition.LATE),
        (990, "", Condition.LATE),
        (991, "", Condition.SILENT),
        (1200, "beidou", Condition.LATE),
        (1201, "beidou", Condition.SILENT),
    ],
)
def test_late_and_silent_are_told_apart_by_interval_and_link(age_s: float, link: str, wanted: Condition) -> None:
    state = judged("level", RISING, age_s=age_s, link=link)
    assert state.condition is wanted
    assert state.age_s == age_s


def test_an_age_is_counted_by_this_machine_whatever_the_clock_of_the_readings_says() -> None:
    far_off = gauge("level", RISING, age_s=10, at_ms=NOW_MS - 400 * 86_400_000)
    old = Series(readings(RISING).times_ms - 400 * 86_400_000, readings(RISING).values, readings(RISING).quality)
    assert state_of(far_off, old, NOW_MS, RULES) == State(Condition.NORMAL, (), 10.0)
    assert state_of(far_off, old, NOW_MS + 2_000_000, RULES).condition is Condition.SILENT


def test_never_heard() -> None:
    assert state_of(Gauge("g", quantity="rain"), Series.of(()), NOW_MS, RULES) == State(Condition.NO_DATA)


@pytest.mark.parametrize(
    ("quantity", "value", "more", "wanted"),
    [
        ("level", 12.0, {"high": 10.0}, Condition.OUT_OF_RANGE),
        ("level", -1.0, {"low": 0.0}, Condition.OUT_OF_RANGE),
        ("rain", -0.2, {}, Condition.OUT_OF_RANGE),
        ("rain", 20.0, {}, Condition.NORMAL),  # in five minutes: 240 mm/h
        ("rain", 20.2, {}, Condition.OUT_OF_RANGE),
        ("humidity", 106.0, {"unit": "%"}, Condition.OUT_OF_RANGE),
        ("temperature", 61.0, {"unit": "°C"}, Condition.OUT_OF_RANGE),
        ("temperature", 61.0, {"unit": "°F"}, Condition.NORMAL),  # another unit than the rule's: it is not judged by it
        ("displacement", 5000.0, {"unit": "mm"}, Condition.NORMAL),
    ],
)
def test_range(quantity: str, value: float, more: dict[str, object], wanted: Condition) -> None:
    state = judged(quantity, [0.0, value] if quantity == "rain" else [value], **more)
    assert state.condition is wanted
    assert state.doubtful is (wanted is not Condition.NORMAL)


def test_an_hour_of_rain_is_judged_by_the_hour() -> None:
    assert judged("rain", [0.0, 60.0], every_s=HOUR_S).condition is Condition.NORMAL
    assert judged("rain", [0.0, 60.0], every_s=60).condition is Condition.OUT_OF_RANGE


@pytest.mark.parametrize(
    ("quantity", "value", "lasts_s", "wanted"),
    [
        ("level", 1.5, 95 * HOUR_S, Condition.NORMAL),
        ("level", 1.5, 96 * HOUR_S, Condition.STUCK),
        ("rain", 0.0, 2000 * HOUR_S, Condition.NORMAL),  # a dry summer
        ("rain", 0.2, 6 * HOUR_S, Condition.STUCK),
        ("humidity", 100.0, 100 * HOUR_S, Condition.NORMAL),
        ("wind", 0.0, 24 * HOUR_S, Condition.STUCK),
        ("seismic", 1.0, 9999 * HOUR_S, Condition.NORMAL),
    ],
)
def test_stuck(quantity: str, value: float, lasts_s: float, wanted: Condition) -> None:
    count = 25
    assert judged(quantity, [value] * count, every_s=lasts_s / (count - 1)).condition is wanted


def test_few_equal_readings_are_not_a_standstill_however_long_between() -> None:
    assert judged("level", [1.5, 1.5], every_s=400 * HOUR_S).condition is Condition.NORMAL


def test_a_jump_is_doubted_until_what_follows_agrees() -> None:
    steady = [1.0, 1.01, 1.0, 1.02]
    for after in range(1, 4):
        assert judged("level", [*steady, *[6.0 + 0.01 * place for place in range(after)]]).condition is Condition.JUMP
    assert judged("level", [*steady, 6.0, 6.01, 6.02, 6.03]).condition is Condition.NORMAL
    assert judged("level", [*steady, 6.0, 1.0]).condition is Condition.JUMP  # there and back
    assert judged("level", [1.0, 1.5, 2.5, 3.4, 4.5]).condition is Condition.NORMAL  # a flash flood rises fast, and is no jump


def test_the_senders_doubt_is_told_and_hides_nothing() -> None:
    state = judged("level", RISING, quality="suspect", codes=[0] * 7 + [SUSPECT])
    assert state.condition is Condition.SUSPECT
    state = judged("level", [*RISING, 99999.0], quality="suspect", codes=[0] * 8 + [SUSPECT], age_s=500)
    assert (state.condition, state.also) == (Condition.OUT_OF_RANGE, (Condition.SUSPECT, Condition.LATE))


def test_a_reading_that_is_missing_is_no_sign_of_life() -> None:
    state = judged("level", [*RISING, 0.0, 0.0, 0.0, 0.0], quality="missing", codes=[0] * 8 + [MISSING] * 4)
    assert state.condition is Condition.SILENT
    assert state.age_s == 10 + 4 * 300


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=30), st.floats(0, 20_000), st.floats(0, 20_000))
def test_waiting_makes_a_state_no_better(values: list[float], first_s: float, more_s: float) -> None:
    order = list(Condition)
    silence = {Condition.LATE: 1, Condition.SILENT: 2}

    def worst(age_s: float) -> int:
        state = judged("level", values, age_s=age_s)
        assert list(state.also) == sorted(state.also, key=order.index)
        return max(silence.get(one, 0) for one in (state.condition, *state.also))

    assert worst(first_s) <= worst(first_s + more_s)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("silent_intervals = 3.0", "silent_intervals = 1.0\nx = 1"),
        ("late_intervals = 1.0", "late_intervals = 4.0"),
        ("[quantity.level]", "[quantity.depth]"),
        ("high = 8850.0", "high = -8850.0"),
        ("jump_least = 2.0\n", ""),
    ],
)
def test_a_broken_rule_file_is_named(tmp_path: Path, old: str, new: str) -> None:
    assert old in SHIPPED
    path = tmp_path / "sensors.toml"
    path.write_text(SHIPPED.replace(old, new), encoding="utf-8")
    with pytest.raises(Fault, match=r"sensors\.toml"):
        read_toml(path, SensorRules)
