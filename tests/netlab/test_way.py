"""What a cable does to frames, as tc-netem(8) says it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.netlab.way import Way

GAPS_S = st.lists(st.floats(0, 2), min_size=1, max_size=40)
SIZES = st.integers(60, 1514)


def test_a_good_cable_takes_no_time_and_loses_nothing() -> None:
    way = Way()
    assert all(way.arrival_s(1514, now_s) == now_s for now_s in (0.0, 1.0, 1.0, 5.0))
    assert way.lost == 0


@given(GAPS_S, SIZES, st.floats(0, 3))
def test_frames_leave_one_after_the_other_at_the_rate_and_then_take_the_delay(gaps_s: list[float], size: int, delay_s: float) -> None:
    way = Way(rate_bps=9600, delay_s=delay_s)
    now_s, free_s = 0.0, 0.0
    for gap_s in gaps_s:
        now_s += gap_s
        free_s = max(now_s, free_s) + size * 8 / 9600
        assert way.arrival_s(size, now_s) == pytest.approx(free_s + delay_s)


def test_a_queue_that_is_full_loses_what_comes_and_takes_again_when_it_has_drained() -> None:
    way = Way(rate_bps=8000, limit_frames=3)
    assert [way.arrival_s(1000, 0.0) for _ in range(5)] == [1.0, 2.0, 3.0, None, None]
    assert way.lost == 2
    assert way.arrival_s(1000, 1.5) == 4.0


def test_the_share_lost_is_as_asked_for() -> None:
    way = Way(loss=0.3, chance=random.Random(7))
    arrived = sum(way.arrival_s(100, 0.0) is not None for _ in range(10_000))
    assert 6_800 < arrived < 7_200
    assert way.lost == 10_000 - arrived


def test_a_cut_takes_what_is_under_way_and_a_healed_cable_is_as_new() -> None:
    way = Way(delay_s=2.0)
    assert way.arrival_s(100, 0.0) == 2.0
    way.cut = True
    assert not way.comes_out(100, 2.0)
    assert way.arrival_s(100, 2.0) is None
    way.heal()
    assert way.arrival_s(100, 3.0) == 3.0
    assert way.comes_out(100, 3.0)
    assert (way.lost, way.carried_bytes) == (2, 100)


@given(st.floats(0, 1000))
def test_a_flapping_cable_is_open_and_cut_in_turns(now_s: float) -> None:
    way = Way(flap_s=1.0)
    assert way.closed(now_s) != way.closed(now_s + 1.0) or now_s + 1.0 - now_s != 1.0
