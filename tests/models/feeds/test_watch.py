"""When a picture is live: never without frames, whatever happens; and how a feed is opened again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.models.feeds.rules import default_rule
from console.models.feeds.watch import Do, State, Watch

RULE = default_rule().watch


def watch(**options: object) -> Watch:
    return Watch(RULE, chance=lambda: 0.0, **options)  # type: ignore[arg-type]


def test_a_picture_is_live_until_frames_stop_coming() -> None:
    seen = watch()
    assert seen.begin(100) is Do.OPEN
    assert not seen.is_live(100)
    seen.seen(1, 101.0)
    assert seen.is_live(101.0 + RULE.frozen_s)
    assert not seen.is_live(101.1 + RULE.frozen_s), "before anybody ticked"
    assert seen.tick(101.1 + RULE.frozen_s) is Do.NOTHING
    assert (seen.state, seen.reason) == (State.FROZEN, "frozen")
    seen.seen(2, 104.0)
    assert seen.is_live(104.0)


def test_a_frozen_feed_is_opened_anew_with_longer_waits_each_time() -> None:
    seen = watch()
    seen.begin(0)
    waits = []
    now = 0.0
    for _ in range(8):
        seen.seen(1, now)
        now += RULE.frozen_s + RULE.anew_s + 0.1
        seen.tick(now)
        assert seen.tick(now) is Do.CLOSE or seen.state is State.WAITING
        waits.append(round(seen.next_s - now, 3))
        assert seen.tick(seen.next_s - 0.01) is Do.NOTHING
        now = seen.next_s
        assert seen.tick(now) is Do.OPEN
    assert waits == sorted(waits)
    assert waits[-1] == RULE.waits_s[-1]


def test_a_feed_that_was_live_for_long_begins_with_the_short_wait() -> None:
    seen = watch()
    seen.begin(0)
    for _ in range(4):
        seen.failed(seen.next_s, "unreachable")
        seen.tick(seen.next_s)
    start = seen.next_s
    for second in range(int(RULE.settled_s) + 2):
        seen.seen(second + 1, start + second)
    seen.failed(start + RULE.settled_s + 2, "ended")
    assert seen.next_s - (start + RULE.settled_s + 2) == RULE.waits_s[0]


def test_no_first_picture_is_given_up() -> None:
    seen = watch()
    seen.begin(0)
    assert seen.tick(RULE.first_s) is Do.NOTHING
    assert seen.tick(RULE.first_s + 0.1) is Do.CLOSE
    assert seen.reason == "no_picture"


def test_a_file_is_never_live_and_ends() -> None:
    seen = watch(is_file=True)
    seen.begin(0)
    seen.seen(1, 0)
    assert not seen.is_live(0)
    assert seen.failed(1, "ended") is Do.CLOSE
    assert seen.state is State.ENDED
    assert seen.again(2) is Do.OPEN


def test_a_polled_feed_may_take_its_period() -> None:
    seen = watch(period_s=10.0)
    seen.begin(0)
    seen.seen(1, 0)
    assert seen.is_live(10 * RULE.frozen_periods)
    assert not seen.is_live(10 * RULE.frozen_periods + 0.1)


STEPS = st.lists(
    st.tuples(st.sampled_from(["tick", "frame", "old", "fail", "begin", "again", "end"]), st.floats(0, 30, allow_nan=False)), max_size=60
)


class Story:
    """A watch under random things that happen. `newest_s`: of the last frame that counted."""

    def __init__(self) -> None:
        self.watch, self.now_s, self.frames, self.newest_s = watch(), 0.0, 0, float("-inf")

    def tick(self) -> None:
        self.watch.tick(self.now_s)

    def frame(self) -> None:
        self.frames += 1
        if self.watch.state in (State.OPENING, State.LIVE, State.FROZEN):
            self.newest_s = self.now_s
        self.watch.seen(self.frames, self.now_s)

    def old(self) -> None:
        """Told again of frames that are known."""
        self.watch.seen(self.frames, self.now_s)

    def fail(self) -> None:
        self.watch.failed(self.now_s, "unreachable")

    def begin(self) -> None:
        self.watch.begin(self.now_s)
        self.frames = 0

    def again(self) -> None:
        self.watch.again(self.now_s)

    def end(self) -> None:
        self.watch.end()


@given(STEPS)
def test_never_live_without_a_fresh_frame(steps: list[tuple[str, float]]) -> None:
    story = Story()
    for what, passed_s in steps:
        story.now_s += passed_s
        getattr(story, what)()
        if story.watch.is_live(story.now_s):
            assert story.now_s - story.newest_s <= RULE.frozen_s
