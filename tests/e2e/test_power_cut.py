"""A real node killed, and cut off from its power, at instants nobody can foresee: what it acknowledged is there each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.drill import WAYS, rounds, table
from tests.faults.power import NoShim

ROUNDS = 9
START_LIMIT_S = 5.0
"""On a machine that runs other tests beside; `make drill-power` measures."""


def test_nothing_acknowledged_is_lost_whatever_ends_the_node(tmp_path: Path) -> None:
    try:
        done = list(rounds(tmp_path, ROUNDS, seed=7))
    except NoShim as no:
        pytest.skip(str(no))
    told = "\n" + table(done)
    assert sum(each.missing for each in done) == 0, told
    assert [each.damage for each in done if each.damage] == [], told
    assert all(each.told for each in done), told
    assert max(each.start_s for each in done) < START_LIMIT_S, told
    assert sum(each.acknowledged for each in done) > ROUNDS, told
    assert {each.way for each in done} == set(WAYS)
