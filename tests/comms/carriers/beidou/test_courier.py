"""What goes by one card: in which order, how often, until it is acknowledged; and what of the other side is not taken."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.carriers.beidou.dialects import Feedback, Incoming
from console.comms.carriers.beidou.partner import Kept
from console.errors import Fault
from console.models import kinds
from tests.comms.carriers.beidou.material import UNIT, event, help_call, position
from tests.comms.carriers.beidou.world import NUMBERS, World

LONG = "水位每小时上涨半米，西岸便道已漫水，牧民十二户待转移，马匹三十，请派冲锋舟两艘和医护一名，南线桥断"


def report(seq: int, text: str = LONG):  # noqa: ANN201
    return event(kinds.UnitReport(text=text), seq=seq)


def test_one_call_is_one_message_and_one_acknowledgement() -> None:
    world = World()
    world.unit.offer(help_call())
    world.run(300)
    assert world.node.seqs == [7]
    assert world.node.stored[0].age_ms <= 2000
    assert len(world.unit.partner.queue) == 0
    assert [sender == UNIT for sender, _, _ in world.air] == [True, False]


def test_the_most_urgent_goes_first_whatever_came_before() -> None:
    world = World(rate_s=60)
    world.unit.offer(report(1))
    world.unit.offer(event(kinds.LossReported(missing=3), "incident", seq=2))
    world.unit.offer(event(kinds.TaskAnswered(unit="u", state="done"), "task", seq=3))
    world.unit.offer(help_call(seq=4))
    world.run(400)
    first = world.node.seqs
    assert first.index(4) < first.index(3) < first.index(1)


def test_a_call_goes_before_the_rest_of_what_is_being_sent_in_parts() -> None:
    world = World(rate_s=60)
    world.unit.offer(report(1))
    world.run(30)  # the first part is on its way
    world.unit.offer(help_call(seq=2))
    world.run(300)
    assert world.node.seqs == [2, 1]


def test_the_newest_position_takes_the_place_of_those_that_wait() -> None:
    world = World(rate_s=60)
    for seq in range(1, 30):
        world.unit.offer(position(seq))
    assert len(world.unit.partner.queue) == 1
    world.unit.offer(position(12))  # late: an older one
    world.run(300)
    assert world.node.seqs == [29]


def test_positions_go_once_in_a_while_and_cost_the_node_nothing() -> None:
    world = World(rate_s=60)
    for seq in range(1, 121):
        world.unit.offer(position(seq))
        world.run(10)
    assert len(world.node.seqs) in range(4, 6)  # of twenty minutes, at the rules' 300 s
    assert {sender for sender, _, _ in world.air} == {UNIT}
    assert world.unit.courier.counts["repeated"] == 0


def test_small_events_share_a_message() -> None:
    world = World()
    world.unit.offer(position(1))
    world.unit.offer(event(kinds.UnitStatus(status="onscene"), seq=2))
    world.run(100)
    assert sorted(world.node.seqs) == [1, 2]
    assert len([sender for sender, _, _ in world.air if sender == UNIT]) == 1


def test_no_more_than_one_message_in_the_cards_interval() -> None:
    world = World(rate_s=60)
    for seq in range(1, 9):
        world.unit.offer(report(seq))
    before = 0
    for _ in range(10):
        world.run(60)
        sent = sum(sender == UNIT for sender, _, _ in world.air)
        assert sent - before <= 1
        before = sent


@pytest.mark.parametrize("reason", [1, 2, 3, 4, 5, 6])
def test_a_message_refused_by_the_terminal_waits_and_goes_with_another_number(reason: int) -> None:
    world = World(rate_s=10)
    world.unit.refuse = [Feedback(False, reason, 25)]
    world.unit.offer(help_call())
    world.run(20)
    assert (world.node.seqs, world.unit.courier.card.refusal) == ([], reason)
    assert world.unit.courier.refusals == {f"terminal_{reason}": 1}
    world.run(20)
    assert world.node.seqs == [7]
    assert world.unit.courier.card.refusal == 0


def test_a_terminal_that_does_not_answer_is_not_believed_to_have_sent() -> None:
    world = World(rate_s=10)
    world.unit.transmit = lambda _to, _content: None  # type: ignore[method-assign]
    world.unit.offer(help_call())
    world.run(30)
    assert world.unit.courier.counts["sent"] == 0
    del world.unit.transmit
    world.run(600)
    assert world.node.seqs == [7]
    assert world.unit.courier.refusals["unanswered"] == 1


def test_what_is_not_acknowledged_is_sent_again_each_time_later() -> None:
    world = World(loss=1.0, rate_s=10)
    world.unit.offer(help_call())
    times = []
    for _ in range(2000):
        sent = len(world.air)
        world.run(1)
        times += [world.now_ms] if len(world.air) > sent else []
    waits = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(times) in range(6, 9)
    assert all(later > 1.5 * earlier for earlier, later in itertools.pairwise(waits))
    assert len({content for _, _, content in world.air}) == len(times)  # no number is used twice


def test_what_cannot_be_stored_is_not_acknowledged_and_comes_again() -> None:
    world = World(rate_s=10)
    world.node.believes = False
    world.unit.offer(help_call())
    world.run(60)
    assert len(world.unit.partner.queue) == 1
    assert world.node.courier.refusals["trust"] >= 1
    world.node.believes = True
    world.run(300)
    assert world.node.seqs == [7]
    assert len(world.unit.partner.queue) == 0


def test_on_a_full_disk_nothing_leaves_and_no_number_is_lost() -> None:
    world = World(rate_s=10)
    world.unit.offer(help_call())
    number = world.unit.partner.kept.sent

    def full() -> None:
        raise Fault("the disk is full.")

    world.unit.keep = full  # type: ignore[method-assign]
    with pytest.raises(Fault):
        world.run(1)
    assert (world.air, world.unit.partner.kept.sent) == ([], number)
    world.run(2)  # it is not tried again all the time
    del world.unit.keep
    world.run(60)
    assert world.node.seqs == [7]


def test_a_last_part_that_cannot_be_stored_loses_none_of_the_others() -> None:
    world = World(rate_s=10)
    world.unit.offer(report(1))
    world.run(8)  # the first part is there
    world.node.believes = False
    world.run(40)
    assert world.node.courier.refusals["trust"] >= 1
    world.node.believes = True
    world.run(600)
    assert world.node.seqs == [1]
    assert len(world.unit.partner.queue) == 0
    assert world.node.partner.kept.opened == []


def test_what_the_other_side_holds_by_another_way_is_not_sent() -> None:
    world = World()
    world.unit.offer(help_call(seq=5))
    world.unit.offer(report(6))
    command, rest = help_call().stream, report(1).stream
    world.unit.partner.holds({command: 5, rest: 5})
    world.run(300)
    assert set(world.node.seqs) == {6}
    world.unit.offer(report(6))  # acknowledged by short message, not held by a link yet
    assert len(world.unit.partner.queue) == 0


def test_nothing_goes_to_whom_a_network_reaches_but_by_hand() -> None:
    world = World(rate_s=10)
    world.unit.partner.link_up(up=True, online=True)
    world.unit.offer(help_call())
    world.run(100)
    assert world.air == []
    world.unit.courier.send_by_hand(world.now_ms)
    world.run(30)
    assert world.node.seqs == [7]


def test_an_old_event_is_left_to_the_wide_link() -> None:
    world = World(loss=1.0, rate_s=10)
    world.unit.offer(position(3))
    world.run(3700)
    assert len(world.unit.partner.queue) == 0


def test_what_was_heard_before_is_dropped_and_counted() -> None:
    world = World()
    world.unit.offer(help_call())
    world.run(20)
    for _ in range(5):
        world.node.courier.said(Incoming(NUMBERS[UNIT], world.air[0][2]), world.now_ms)
    assert world.node.seqs == [7]
    assert world.node.courier.refusals == {"replay": 5}


@given(st.lists(st.tuples(st.sampled_from([*NUMBERS.values(), "0000001"]), st.binary(max_size=90)), max_size=30))
def test_anything_from_anybody_changes_nothing(messages: list[tuple[str, bytes]]) -> None:
    world = World()
    for sender, content in messages:
        world.node.courier.said(Incoming(sender, content), world.now_ms)
    assert (world.node.stored, world.node.kept) == ([], 0)
    assert sum(world.node.courier.refusals.values()) == len(messages)
    assert len(world.node.courier.recent) <= 50


def test_a_new_start_uses_no_number_again_and_takes_none_twice() -> None:
    world = World(rate_s=10)
    world.unit.offer(help_call())
    world.run(20)
    for end in (world.unit, world.node):
        end.begin(
            Kept(end.partner.kept.sent, end.partner.kept.newest, end.partner.kept.bits, end.partner.kept.opened, end.partner.kept.carried)
        )
    world.node.courier.said(Incoming(NUMBERS[UNIT], world.air[0][2]), world.now_ms)
    world.unit.offer(help_call(seq=8))
    world.run(200)
    assert world.node.seqs == [7, 8]


@given(
    st.integers(0, 1 << 30),
    st.floats(0, 0.5),
    st.floats(0, 0.5),
    st.lists(st.sampled_from(["help", "report", "status", "order"]), min_size=1, max_size=12),
)
def test_in_any_weather_all_arrives_in_the_end_and_both_sides_know(seed: int, loss: float, repeat: float, what: list[str]) -> None:
    world = World(seed, loss, repeat, delay_s=40, rate_s=10)
    said, ordered = set(), set()
    for seq, each in enumerate(what, start=1):
        if each == "order":
            world.node.offer(event(kinds.TaskAssigned(unit="u", text=LONG[: seq * 5]), f"t{seq}", seq=seq, origin=world.node.own))
            ordered.add(seq)
        else:
            bodies = {
                "help": kinds.HelpCalled(text=f"{seq}"),
                "report": kinds.UnitReport(text=LONG[seq:]),
                "status": kinds.UnitStatus(status="onscene"),
            }
            said_now = event(bodies[each], f"s{seq}", seq=seq)
            world.unit.offer(said_now)
            said.add((said_now.topic, seq))
        world.run(7)
    for _ in range(40):
        world.run(3600 * 0.5)
        if not len(world.unit.partner.queue) and not len(world.node.partner.queue):
            break
    assert {(early.topic, early.seq) for early in world.node.stored} == said
    assert {early.seq for early in world.unit.stored} == ordered
    world.run(4000)
    quiet = len(world.air)
    world.run(4000)
    assert len(world.air) == quiet  # nobody acknowledges acknowledgements
