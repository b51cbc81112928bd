"""A figure passes exactly when its goal is met, and prints as one line."""

from __future__ import annotations

import json

import pytest

from tests.benchmarks.harness import percentile
from tests.benchmarks.report import Figure, Goal, as_json


@pytest.mark.parametrize(
    ("goal", "bound", "value", "limit", "passed"),
    [
        (Goal.VALUE_AT_MOST, 60, 60.0, None, True),
        (Goal.VALUE_AT_MOST, 60, 60.1, None, False),
        (Goal.RATIO_AT_MOST, 2, 1.9, 1.0, True),
        (Goal.RATIO_AT_MOST, 2, 2.1, 1.0, False),
        (Goal.RATIO_AT_LEAST, 0.3, 40.0, 100.0, True),
        (Goal.RATIO_AT_LEAST, 0.3, 20.0, 100.0, False),
        (Goal.RATIO_AT_LEAST, 0.3, 20.0, None, False),
        (Goal.EXCESS_AT_MOST, 0.5, 1.4, 1.0, True),
        (Goal.EXCESS_AT_MOST, 0.5, 1.6, 1.0, False),
    ],
)
def test_verdict(goal: Goal, bound: float, value: float, limit: float | None, passed: bool) -> None:
    figure = Figure(name="x", value=value, unit="s", limit=limit, goal=goal, bound=bound)
    assert figure.passed is passed
    assert figure.line().endswith("pass" if passed else "fail")
    assert len(figure.line().split(" ")) == 7


def test_json_carries_the_verdict() -> None:
    figure = Figure(name="ingest", value=30.0, unit="events/s", limit=60.0, goal=Goal.RATIO_AT_LEAST, bound=0.3)
    found = json.loads(as_json([figure]))["figures"][0]
    assert found["ratio"] == 0.5
    assert found["passed"] is True


def test_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile(list(map(float, range(1, 101))), 0.95) == 95.0
    assert percentile([7.0], 0.95) == 7.0


def test_what_did_not_happen_is_neither_passed_nor_failed_but_not_shown() -> None:
    figure = Figure(name="f", value=1, unit="s", goal=Goal.VALUE_AT_MOST, bound=2, shown=False)
    assert not figure.passed
    assert figure.line().endswith(" not shown")
