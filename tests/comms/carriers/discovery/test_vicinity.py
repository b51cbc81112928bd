"""Whom to call: who leads first, a few only, not all the same one; and for how long."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from console.comms.carriers.discovery import Hint, Need, Vicinity, choose
from console.comms.carriers.discovery.announcement import MAX_ADDRESSES, SERVICE
from console.models.rules.discovery import DiscoveryRule, discovery_rule

RULE = DiscoveryRule(
    patience_s=3, jitter_s=2, defer_s=4, fade_s=60, max_links=3, seek_s=5, seek_linked_s=60, max_neighbours=4
)  # as shipped, but for a table that is soon full


def hint(number: int, role: str = "console", *, leads: bool = False, endpoint: str = "tcp://10.0.0.1:1", instance: str = "") -> Hint:
    origin = number.to_bytes(16, "big")
    return Hint(instance or f"{origin.hex()[:16]}.{SERVICE}", origin, bytes(32), role, "6527", frozenset({"0" * 16}), leads, (endpoint,))


def origin_of(number: int) -> bytes:
    return number.to_bytes(16, "big")


def test_who_leads_comes_first_then_nodes_then_those_already_called() -> None:
    near = [hint(1), hint(2), hint(3, "node"), hint(4, leads=True), hint(5, "unit")]
    chosen = choose(near, b"own", {origin_of(2)}, 9)
    assert [each.origin for each in chosen] == [origin_of(number) for number in (4, 3, 2, 1)]


@given(numbers=st.sets(st.integers(1, 1000), max_size=40), limit=st.integers(1, 5))
def test_a_few_are_called_and_the_choice_stays(numbers: set[int], limit: int) -> None:
    near = [hint(number << 64) for number in numbers]
    chosen = choose(near, b"own", set(), limit)
    assert len(chosen) == min(limit, len(near))
    assert choose(reversed(near), b"own", {each.origin for each in chosen}, limit) == chosen


def test_five_hundred_units_do_not_all_call_the_same_console() -> None:
    near = [hint(number << 64) for number in range(1, 6)]
    first = Counter(choose(near, unit.to_bytes(16, "big"), set(), 1)[0].origin for unit in range(500))
    assert len(first) == 5
    assert max(first.values()) < 200


def test_the_table_is_bounded_and_forgets_who_was_heard_longest_ago() -> None:
    vicinity = Vicinity(RULE.max_neighbours)
    for number in range(1, 8):
        vicinity.take(hint(number << 64))
    vicinity.take(hint(5 << 64))
    vicinity.take(hint(8 << 64))
    assert [each.origin for each in vicinity.hints()] == [origin_of(number << 64) for number in (6, 7, 5, 8)]


def test_nobody_speaks_under_the_name_of_another() -> None:
    vicinity = Vicinity(4)
    vicinity.take(hint(1 << 64, instance=f"{'f' * 16}.{SERVICE}"))
    assert not vicinity.hints()


def test_a_lie_about_an_address_does_not_hide_where_somebody_was() -> None:
    vicinity = Vicinity(4)
    vicinity.take(hint(1 << 64, endpoint="tcp://10.0.0.1:1"))
    for number in range(20):
        vicinity.take(hint(1 << 64, endpoint=f"tcp://10.6.6.{number % 3}:1"))
    found = vicinity.of(origin_of(1 << 64))
    assert found is not None
    assert found.endpoints[0] == "tcp://10.6.6.1:1"
    assert "tcp://10.0.0.1:1" in found.endpoints
    assert len(found.endpoints) <= MAX_ADDRESSES


def test_who_says_goodbye_is_forgotten() -> None:
    vicinity = Vicinity(4)
    vicinity.take(hint(1 << 64))
    vicinity.lose("somebody else")
    assert vicinity.hints()
    vicinity.lose(hint(1 << 64).instance)
    assert not vicinity.hints()


def test_those_nearby_are_needed_after_a_while_alone_and_let_go_a_while_after() -> None:
    need = Need(RULE, lambda: 0.5)
    assert not need.turn(0, True)
    assert not need.turn(1000, False)
    assert not need.turn(4999, False)  # patience 3 s, and half of the jitter of 2 s
    assert need.turn(5000, False)
    assert need.since_ms == 5000
    assert need.turn(6000, True)
    assert need.turn(50_000, False)  # the node above flaps: nothing is let go
    assert need.turn(51_000, True)
    assert need.turn(110_999, True)
    assert not need.turn(111_000, True)
    assert not need.turn(112_000, False)


def test_a_short_absence_needs_nobody() -> None:
    need = Need(RULE, lambda: 0.0)
    assert not any(need.turn(now, online=now % 2500 < 500) for now in range(0, 60_000, 500))


def test_the_shipped_figures_are_a_rule() -> None:
    assert discovery_rule().max_links <= discovery_rule().max_neighbours
