"""Lost and regained links are counted in one place; what is said of catching up and of being in step is true when it is said."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.local.messages import Link
from console.comms.peer.network import STOPPING
from console.views import i18n
from console.views.links.outages import IN_STEP_SHOWN_MS, PATIENCE_MS, STOPPED, WINDOW_MS, Outages
from tests.views.tables.state import NOW_MS

UP = Link(id="l1", peer="aa" * 16, name="精河县", direction="out", state="online", since_ms=NOW_MS, heard_ms=NOW_MS, in_step_ms=NOW_MS)


def unit(number: int, **change: Any) -> Link:
    return msgspec.structs.replace(UP, id=f"u{number}", peer=f"{number:032x}", name=f"unit {number}", direction="in", **change)


class Watch:
    """Outages told of links as time passes."""

    def __init__(self, *links: Link) -> None:
        self.now_ms = NOW_MS
        self.outages = Outages()
        self.links = list(links)
        self.tell()

    def tell(self, *changes: dict[str, Any]) -> list[str]:
        """Each change is of the first links, in order."""
        for at, change in enumerate(changes):
            before = self.links[at]
            since = {"since_ms": self.now_ms} if change.get("state", before.state) != before.state else {}
            self.links[at] = msgspec.structs.replace(before, **since, **change)
        self.outages.take(self.links, self.now_ms)
        return self.lines

    def wait(self, seconds: float) -> list[str]:
        self.now_ms += round(seconds * 1000)
        return self.lines

    @property
    def lines(self) -> list[str]:
        return self.outages.lines(self.now_ms)


def test_the_words_for_an_ordered_end_are_the_peers() -> None:
    assert STOPPED == STOPPING


def test_a_link_that_is_up_all_the_time_is_not_spoken_of() -> None:
    watch = Watch(UP)
    watch.wait(3600)
    assert watch.tell({"waiting": {"telemetry": 9}}) == []


def test_lost_and_regained_is_counted_in_one_line() -> None:
    watch = Watch(UP)
    assert watch.tell({"state": "silent"}) == ["No link to 精河县 for 0 s."]
    for _ in range(2):
        watch.wait(60)
        watch.tell({"state": "online", "in_step_ms": watch.now_ms})
        watch.wait(60)
        lines = watch.tell({"state": "gone", "waiting": {"command": 2, "telemetry": 1340}})
    assert lines == ["No link to 精河县 for 0 s. Lost 3 times in 10 min. Waiting to be sent: command 2, telemetry 1,340."]
    watch.wait(5)
    lines = watch.tell({"state": "online", "waiting": {}, "in_step_ms": watch.now_ms + 1})
    assert lines == ["Link to 精河县 lost 3 times in 10 min, now up. In step with 精河县 as of 17:04:05."]
    watch.wait(IN_STEP_SHOWN_MS / 1000 + 1)
    assert watch.lines == ["Link to 精河县 lost 3 times in 10 min, now up."]
    watch.wait(WINDOW_MS / 1000)
    assert watch.lines == []


def test_catching_up_shows_how_far_by_urgency_and_in_step_only_when_told() -> None:
    watch = Watch(UP)
    watch.tell({"state": "gone", "waiting": {"command": 2}})
    watch.wait(600)
    lines = watch.tell({"state": "online", "waiting": {"command": 2}, "lacking": {"report": 10, "telemetry": 4000}})
    assert lines == ["Catching up with 精河县: command 0 of 2, report 0 of 10, telemetry 0 of 4,000."]
    watch.wait(1)
    lines = watch.tell({"waiting": {}, "lacking": {"report": 4, "telemetry": 4100}})
    assert lines == ["Catching up with 精河县: command 2 of 2, report 6 of 10, telemetry 0 of 4,100."]
    watch.wait(1)
    lines = watch.tell({"lacking": {}})  # nothing is left, but what was last heard is of before
    assert lines == ["Catching up with 精河县: command 2 of 2, report 10 of 10, telemetry 4,100 of 4,100."]
    watch.wait(1)
    assert watch.tell({"in_step_ms": watch.now_ms}) == ["In step with 精河县 as of 17:10:03."]
    watch.wait(1)
    assert watch.tell({"waiting": {"report": 1}}) == ["In step with 精河县 as of 17:10:03."]


def test_a_peer_just_joined_shows_how_it_catches_up() -> None:
    watch = Watch(msgspec.structs.replace(UP, in_step_ms=None, lacking={"report": 9}))
    assert watch.lines == ["Catching up with 精河县: report 0 of 9."]
    watch = Watch(msgspec.structs.replace(UP, in_step_ms=None))
    assert watch.lines == []


def test_who_never_answered_is_told_of_after_a_while() -> None:
    watch = Watch(msgspec.structs.replace(UP, state="connecting", in_step_ms=None))
    assert watch.lines == []
    assert watch.wait(PATIENCE_MS / 1000) == ["No link to 精河县 for 10 s."]


def test_units_that_were_switched_off_are_no_outage_and_lost_ones_are_forgotten_after_a_while() -> None:
    watch = Watch(unit(1), unit(2), unit(3, state="gone"), unit(4, state="refused"))
    assert watch.tell({"state": "gone", "reason": STOPPED}, {"state": "gone", "reason": "the connection is gone"}) == [
        "No link to unit 2 for 0 s."
    ]
    assert watch.wait(WINDOW_MS / 1000) == []


def test_many_at_once_are_told_together_and_those_above_first() -> None:
    watch = Watch(*(unit(number) for number in range(9)), UP)
    lines = watch.tell(*({"state": "silent"} for _ in range(10)))
    assert lines[0] == "No link to 精河县 for 0 s."
    assert lines[2] == "8 more links lost: unit 1, unit 2, unit 3, …."
    assert len(lines) == 3


def test_of_two_links_to_one_peer_the_one_that_works_counts() -> None:
    watch = Watch(UP, msgspec.structs.replace(UP, id="l2", direction="in"))
    assert watch.tell({"state": "gone"}) == []
    assert watch.tell({"state": "gone"}, {"state": "gone"}) == ["No link to 精河县 for 0 s."]


def test_each_loss_is_worth_a_look_and_a_return_is_not() -> None:
    watch = Watch(UP)
    watch.tell({"state": "silent"})
    stamp = watch.outages.stamp
    watch.tell({"state": "online"})
    assert watch.outages.stamp == stamp
    watch.tell({"state": "gone"})
    assert watch.outages.stamp == stamp + 1


def test_a_peer_that_is_no_more_is_forgotten() -> None:
    watch = Watch(UP)
    watch.tell({"state": "silent"})
    watch.links = []
    assert watch.tell() == []


def test_in_chinese() -> None:
    i18n.use_language("zh_CN")
    watch = Watch(UP)
    for state in ("gone", "online", "gone", "online"):
        watch.tell({"state": state, "lacking": {"command": 3}})
    assert watch.lines == ["与精河县的链路 10 分钟内中断 2 次，现已恢复。 正在与精河县补传：指令 0/3。"]


COUNTS = st.fixed_dictionaries({}, optional={lane: st.integers(1, 50) for lane in ("command", "report", "telemetry")})


@given(
    st.lists(
        st.tuples(st.sampled_from(["online", "slow", "silent", "gone", "connecting"]), COUNTS, COUNTS, st.booleans(), st.integers(0, 90)),
        max_size=30,
    )
)
def test_whatever_happens_no_line_is_untrue(story: list[tuple[str, dict[str, int], dict[str, int], bool, int]]) -> None:
    """In step is said only while the link is up, of a moment after it came up that the other side told."""
    i18n.use_language("en")
    watch = Watch(UP)
    losses = returned_ms = 0
    for state, waiting, lacking, stepped, seconds in story:
        watch.wait(seconds)
        up, was_up = state in ("online", "slow"), watch.links[0].state in ("online", "slow")
        losses += was_up and not up
        returned_ms = watch.now_ms if up and not was_up else returned_ms
        change: dict[str, Any] = {"state": state, "waiting": waiting, "lacking": lacking}
        if stepped and up:
            change["in_step_ms"] = watch.now_ms
        lines = watch.tell(change)
        assert len(lines) <= 1
        text = "".join(lines)
        assert ("No link" in text) is not up
        if "In step" in text:
            assert up
            assert watch.links[0].in_step_ms is not None
            assert watch.links[0].in_step_ms >= returned_ms
        if "times in 10 min" in text:
            assert losses > 1


@pytest.mark.parametrize("left", [{}, {"telemetry": 2}])
def test_the_moment_of_the_first_step_stays(left: dict[str, int]) -> None:
    watch = Watch(UP)
    watch.tell({"state": "gone"})
    watch.tell({"state": "online", "lacking": {"report": 3}})
    watch.wait(2)
    first = watch.tell({"lacking": {}, "in_step_ms": watch.now_ms})
    watch.wait(3)
    assert watch.tell({"lacking": left, "in_step_ms": watch.now_ms}) == first
