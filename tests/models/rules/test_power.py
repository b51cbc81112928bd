"""Saving begins and ends by what is known of the battery, and does not come and go."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import Fault
from console.models.form import read_toml
from console.models.paths import resources_dir
from console.models.rules.power import PowerRule, power_rule

RULE = power_rule()
SHIPPED = (resources_dir() / "rules" / "power.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("percent", "left_s", "on_battery", "saving", "wanted"),
    [
        (31, None, True, False, False),
        (30, None, True, False, True),
        (40, None, True, True, True),  # it has begun, and ends only above
        (41, None, True, True, False),
        (5, 60, False, True, False),  # on mains there is nothing to save
        (80, 2700, True, False, True),  # an old battery: much in it by its word, and soon empty
        (80, 2701, True, False, False),
        (None, None, True, False, False),  # nothing is known: as it is
        (None, None, True, True, True),
        (None, 2701, True, True, False),
    ],
)
def test_saving(percent: int | None, left_s: int | None, on_battery: bool, saving: bool, wanted: bool) -> None:
    assert RULE.saves(percent, left_s, on_battery=on_battery, saving=saving) is wanted


@given(st.integers(0, 100), st.none() | st.integers(0, 86400), st.booleans())
def test_the_same_battery_looked_at_again_changes_nothing(percent: int, left_s: int | None, saving: bool) -> None:
    once = RULE.saves(percent, left_s, on_battery=True, saving=saving)
    assert RULE.saves(percent, left_s, on_battery=True, saving=once) is once


@pytest.mark.parametrize(
    ("old", "new"),
    [("end_percent = 40", "end_percent = 30"), ("look_s = 5", "look_s = 0"), ("[pace]", "[place]"), ("wake_ms = 500", "wake_ms = 900")],
)
def test_a_broken_rule_file_is_named(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "power.toml"
    path.write_text(SHIPPED.replace(old, new), encoding="utf-8")
    with pytest.raises(Fault, match=r"power\.toml"):
        read_toml(path, PowerRule)
