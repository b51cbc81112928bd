"""Fresh, stale and gone are three states, counted from local receipt."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import Fault
from console.models.form import read_toml
from console.models.rules.staleness import Freshness, StalenessRule, default_rule, freshness

RULE = StalenessRule(gone_after_validities=10, gone_after_min_s=600)


@pytest.mark.parametrize(
    ("age_s", "valid_s", "wanted"),
    [
        (0, 60, Freshness.FRESH),
        (60, 60, Freshness.FRESH),
        (60.001, 60, Freshness.STALE),
        (600, 60, Freshness.STALE),
        (600.001, 60, Freshness.GONE),
        (31, 3, Freshness.STALE),  # ten validities are over, but not yet ten minutes
        (3600, 400, Freshness.STALE),
        (4000.001, 400, Freshness.GONE),
        (-3600, 60, Freshness.FRESH),  # heard later than now: this machine's clock was set back
    ],
)
def test_states(age_s: float, valid_s: float, wanted: Freshness) -> None:
    assert freshness(0, valid_s, round(age_s * 1000), RULE) is wanted


@given(st.integers(0, 1 << 45), st.floats(0.001, 604800), st.integers(0, 1 << 40), st.integers(0, 1 << 30))
def test_age_never_makes_fresher(heard_ms: int, valid_s: float, age_ms: int, later_ms: int) -> None:
    order = list(Freshness)
    now = freshness(heard_ms, valid_s, heard_ms + age_ms, RULE)
    assert order.index(now) <= order.index(freshness(heard_ms, valid_s, heard_ms + age_ms + later_ms, RULE))


@given(st.integers(0, 1 << 45), st.floats(0.001, 604800))
def test_it_turns_exactly_when_foretold(heard_ms: int, valid_s: float) -> None:
    stale, gone = RULE.stale_at_ms(heard_ms, valid_s), RULE.gone_at_ms(heard_ms, valid_s)
    states = [freshness(heard_ms, valid_s, at_ms, RULE) for at_ms in (stale - 1, stale, gone - 1, gone)]
    assert states == [Freshness.FRESH, Freshness.STALE, Freshness.STALE, Freshness.GONE]


def test_the_shipped_rule_is_as_documented() -> None:
    assert default_rule() == RULE


@pytest.mark.parametrize("text", ["", "gone_after_validities = 0.5\ngone_after_min_s = 1", "gone_after_validities = 'x'", "="])
def test_a_broken_rule_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "staleness.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Fault, match="staleness"):
        read_toml(path, StalenessRule)
