"""Which feed is in which tile: no feed twice, none lost by moving, layouts, presets, patrol. No Qt."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.views.video.plan import LAYOUTS, MOST, Patrol, Plan


def filled(*feeds: str, size: int = 4) -> Plan:
    plan = Plan()
    plan.size = size
    plan.slots = (list(feeds) + [""] * MOST)[:MOST]
    return plan


def test_a_feed_goes_where_there_is_room_and_else_to_the_current_tile() -> None:
    plan = filled("a", "", "c")
    assert plan.put("b") == 1
    assert plan.put("d") == 3
    assert plan.put("a") == 0, "it is there already"
    plan.current = 2
    assert plan.put("e") == 2
    assert plan.slots[:4] == ["a", "b", "e", "d"]


def test_dropping_a_feed_that_is_shown_exchanges_the_two() -> None:
    plan = filled("a", "b")
    plan.put_at(0, "b")
    assert plan.slots[:2] == ["b", "a"]
    plan.put_at(3, "n")
    assert plan.slots[:4] == ["b", "a", "", "n"]


def test_keys_move_and_carry_within_the_wall() -> None:
    plan = filled("a", "b", "c", "d")
    plan.step(-1, -1)
    assert plan.current == 0
    plan.carry(1, 0)
    plan.carry(0, 1)
    assert (plan.current, plan.slots[:4]) == (3, ["b", "d", "c", "a"])
    plan.carry(1, 1)
    assert plan.slots[:4] == ["b", "d", "c", "a"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from("abcdefghijklmnopqrst")),
        st.tuples(st.just("put_at"), st.integers(0, 15), st.sampled_from("abcdefghijklmnopqrst")),
        st.tuples(st.just("step"), st.integers(-1, 1), st.integers(-1, 1)),
        st.tuples(st.just("carry"), st.integers(-1, 1), st.integers(-1, 1)),
        st.tuples(st.just("lay_out"), st.sampled_from(LAYOUTS)),
        st.tuples(st.just("clear"), st.integers(0, 15)),
    ),
    max_size=40,
)


@given(STEPS)
def test_no_feed_is_twice_on_the_wall_and_none_outside_it(steps: list[tuple[Any, ...]]) -> None:
    plan = Plan()
    for name, *words in steps:
        if name == "put_at" and words[0] >= plan.size:
            continue
        getattr(plan, name)(*words)
        shown = [feed for feed in plan.slots if feed]
        assert len(shown) == len(set(shown))
        assert not any(plan.slots[plan.size :])
        assert 0 <= plan.current < plan.size


def test_a_smaller_layout_keeps_the_first() -> None:
    plan = filled("a", "", "c", "", "", "f", size=9)
    plan.lay_out(4)
    assert plan.slots[:4] == ["a", "c", "f", ""]


def test_presets_come_back_and_foreign_state_does_no_harm() -> None:
    plan = filled("a", "b")
    plan.keep("河口")
    saved = json.loads(json.dumps(plan.saved()))
    again = Plan()
    again.restore(saved)
    assert again.presets == {"河口": (4, ["a", "b", "", ""])}
    again.recall("河口")
    assert again.slots[:2] == ["a", "b"]
    for foreign in (None, 5, [], {"size": 7, "slots": 3, "presets": {"x": [5, []], "y": "z"}}, {"slots": [None] * 99, "size": 1}):
        Plan().restore(foreign)


@pytest.mark.parametrize("size", [1, 4, 9])
def test_a_patrol_shows_every_feed_in_turn(size: int) -> None:
    feeds = [f"f{at}" for at in range(10)]
    patrol, now, seen = Patrol(feeds, 20, 0), 0.0, list[str]()
    for _ in range(-(-len(feeds) // size)):
        seen += patrol.group(size)
        assert not patrol.turn(now + 19.9, size)
        now += 20
        assert patrol.turn(now, size)
    assert seen == feeds
    assert patrol.group(size) == feeds[:size], "and round again"
    patrol.held = True
    assert not patrol.turn(now + 1000, size)
    patrol.step(now, size, -1)
    assert patrol.group(size)[-1] == feeds[-1]
