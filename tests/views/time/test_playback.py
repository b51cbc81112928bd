"""The time mode's logic on injected clocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import Fault
from console.views.time.playback import RATES, Playback
from console.views.time.zone import Zone


class Clocks:
    def __init__(self) -> None:
        self.wall, self.monotonic = 1_000_000, 50.0

    def playback(self) -> Playback:
        made = Playback(lambda: self.wall, lambda: self.monotonic)
        made.span = (100_000, 900_000)
        return made


def test_live_follows_this_machines_clock() -> None:
    clocks = Clocks()
    playback = clocks.playback()
    clocks.wall += 5
    assert (playback.live, playback.now_ms()) == (True, 1_000_005)


def test_a_fixed_instant_stands_still_whatever_the_clocks_do() -> None:
    clocks = Clocks()
    playback = clocks.playback()
    playback.fix(300_000)
    clocks.wall += 10_000
    clocks.monotonic += 10
    assert (playback.live, playback.now_ms()) == (False, 300_000)


def test_playing_moves_at_the_rate_and_a_new_rate_does_not_jump() -> None:
    clocks = Clocks()
    playback = clocks.playback()
    playback.fix(300_000)
    playback.play()
    clocks.monotonic += 2
    assert playback.now_ms() == 302_000
    playback.set_rate(60)
    assert playback.now_ms() == 302_000
    clocks.monotonic += 1
    assert playback.now_ms() == 362_000
    playback.pause()
    clocks.monotonic += 100
    assert playback.now_ms() == 362_000


def test_playing_stops_at_the_end_of_the_journal_and_starts_over_from_there() -> None:
    clocks = Clocks()
    playback = clocks.playback()
    playback.fix(899_000)
    playback.play()
    clocks.monotonic += 5
    assert playback.tick()
    assert (playback.playing, playback.now_ms(), playback.live) == (False, 900_000, False)
    assert not playback.tick()
    playback.play()
    assert playback.now_ms() == 100_000


def test_playing_from_live_begins_at_the_start_and_live_ends_it() -> None:
    playback = Clocks().playback()
    playback.play()
    assert (playback.live, playback.playing, playback.now_ms()) == (False, True, 100_000)
    playback.go_live()
    assert (playback.live, playback.playing) == (True, False)


def test_an_empty_journal_cannot_be_played() -> None:
    playback = Clocks().playback()
    playback.span = None
    playback.play()
    assert (playback.live, playback.playing) == (True, False)


def test_an_unknown_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="rate 7"):
        Clocks().playback().set_rate(7)


steps = st.one_of(
    st.tuples(st.just("fix"), st.integers(-(10**7), 10**7)),
    st.tuples(st.just("pass"), st.integers(0, 10**6)),
    st.tuples(st.just("rate"), st.sampled_from(RATES)),
    st.tuples(st.sampled_from(["play", "pause", "live", "tick"]), st.just(0)),
)


@given(st.lists(steps, max_size=30))
def test_a_fixed_instant_never_leaves_the_span_and_time_never_goes_back_while_playing(history: list[tuple[str, int]]) -> None:
    clocks = Clocks()
    playback = clocks.playback()
    for name, value in history:
        before, was_playing = playback.now_ms(), playback.playing
        if name == "fix":
            playback.fix(value)
        elif name == "pass":
            clocks.monotonic += value / 1000
            if was_playing:
                assert playback.now_ms() >= before
        elif name == "rate":
            playback.set_rate(value)
            assert playback.now_ms() == before
        else:
            {"play": playback.play, "pause": playback.pause, "live": playback.go_live, "tick": playback.tick}[name]()
        if not playback.live:
            assert 100_000 <= playback.now_ms() <= 900_000


def test_times_are_local_with_seconds_and_come_back() -> None:
    zone = Zone()
    ms = zone.parse("2014-07-04T16:30:00")
    assert zone.text(ms) == "2014-07-04 16:30:00"
    assert ms == zone.parse("2014-07-04T08:30:00+00:00") == 1_404_462_600_000


def test_a_bad_time_and_a_bad_zone_say_the_remedy() -> None:
    with pytest.raises(Fault, match="2014-07-04T16:30:00"):
        Zone().parse("yesterday")
    with pytest.raises(Fault, match="Asia/Shanghai"):
        Zone("Mars/Olympus")
