"""Frames too large for a narrow link: cut, overtaken by what is more urgent, put together again, and never a way to fill a memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms import session as rules
from console.comms import wire
from console.comms.session import limits
from console.comms.session.parts import Cutter, Joiner
from console.comms.wire import LARGEST_EVENT, Credit, Events, Part, Pong, WireError
from console.models import kinds
from console.models.event import MAX_BODY_BYTES, Lane, Stream
from console.models.run import Run
from tests.comms.stations import Cable, Station
from tests.comms.test_session import ME, THEM, Talk, grown, messages, of, run_of

NARROW = 2048
FRAMES = st.dictionaries(st.sampled_from(Lane), st.binary(min_size=1, max_size=5000), min_size=1)


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    node = Station(tmp_path, 1, "node", "node", "6527")
    unit = Station(tmp_path, 2, "unit", "unit", "652701")
    node.vouch(unit)
    yield Cable(node, unit)
    unit.close()
    node.close()


@given(FRAMES, st.lists(st.tuples(st.sampled_from(Lane), st.integers(1, 3000)), max_size=60))
def test_whatever_the_cuts_and_turns_every_frame_is_whole_again(frames: dict[Lane, bytes], turns: list[tuple[Lane, int]]) -> None:
    cutter, joiner = Cutter(), Joiner()
    for lane, frame in frames.items():
        cutter.cut(lane, frame)
    come: dict[Lane, bytes] = {}
    for lane, size in [*turns, *((lane, 9000) for lane in Lane)]:
        if lane in cutter:
            cut = cutter.next(lane, size)
            assert len(cut) <= max(size, limits.FRAME_SLACK + 1)
            part = wire.decode(cut)
            assert isinstance(part, Part)
            if (whole := joiner.take(part)) is not None:
                come[lane] = whole
    assert come == frames
    assert cutter.lane is None


@given(st.lists(st.builds(Part, st.integers(0, 2), st.binary(min_size=1, max_size=20_000), st.integers(0, LARGEST_EVENT)), max_size=60))
def test_no_parts_hold_more_than_one_large_event_a_lane(parts: list[Part]) -> None:
    joiner = Joiner()
    for part in parts:
        try:
            joiner.take(part)
        except WireError:
            assert part.lane not in joiner._come
        assert all(len(come) + joiner._left[lane] <= LARGEST_EVENT for lane, come in joiner._come.items())


def test_a_part_out_of_turn_forgets_the_frame() -> None:
    joiner = Joiner()
    assert joiner.take(Part(1, b"abc", 6)) is None
    with pytest.raises(WireError, match="6 were left"):
        joiner.take(Part(1, b"jkl", 0))
    assert joiner.take(Part(1, b"xyz", 0)) == b"xyz"


def large(lane: str = "report") -> Run:
    return run_of(lane, size=MAX_BODY_BYTES, origin=ME)


def parts(effects: list[rules.Effect]) -> list[Part]:
    return [message for message in messages(effects) if isinstance(message, Part)]


def test_a_large_report_goes_in_parts_and_a_command_between_them() -> None:
    talk = Talk(pace=NARROW)
    talk.on(rules.Loaded(Lane.COMMAND, []))
    cut = parts(talk.on(rules.Loaded(Lane.REPORT, [large()])))
    assert cut
    assert talk.session.pace.under_way <= NARROW
    assert not of(talk.on(grown(Lane.REPORT)), rules.Load), "the stream goes on behind it"
    [load] = of(talk.on(grown(Lane.COMMAND)), rules.Load)
    assert isinstance(load, rules.Load)
    assert load.lane is Lane.COMMAND
    [command, *_] = messages(talk.on(rules.Loaded(Lane.COMMAND, [run_of("command", origin=ME)])))
    assert isinstance(command, Events)
    talk.on(rules.Loaded(Lane.COMMAND, []))
    while cut[-1].left:
        more = parts(talk.hear(Credit(talk.session.pace.under_way)))
        assert more
        assert talk.session.pace.under_way <= talk.session.pace.window
        cut += more
    whole = wire.decode(b"".join(part.data for part in cut))
    assert whole == Events([large()])


def test_on_a_wide_link_nothing_is_cut() -> None:
    talk = Talk()
    talk.on(rules.Loaded(Lane.COMMAND, []))
    [sent] = messages(talk.on(rules.Loaded(Lane.REPORT, [large()])))
    assert isinstance(sent, Events)


def test_what_came_in_parts_is_stored_once_it_is_whole_and_its_credit_comes_back() -> None:
    talk = Talk()
    run = Run(THEM, "6527/report", 1, large().entries)
    cutter, granted = Cutter(), talk.session._granted
    cutter.cut(Lane.REPORT, wire.encode(Events([run])))
    while Lane.REPORT in cutter:
        frame = cutter.next(Lane.REPORT, 5000)
        effects = talk.on(rules.Received(frame))
        if Lane.REPORT in cutter:
            assert messages(effects) == [Credit(len(frame))]
    [store] = of(effects, rules.Store)
    assert store == rules.Store([run])
    assert talk.session._granted == granted - len(frame)


@pytest.mark.parametrize("whole", [wire.encode(Pong(1, 1)), wire.encode(Part(0, b"x", 0)), b"\xff" * 50])
def test_only_events_come_in_parts(whole: bytes) -> None:
    talk = Talk()
    [refuse] = of(talk.hear(Part(1, whole, 0)), rules.Refuse)
    assert isinstance(refuse, rules.Refuse)


def test_parts_without_end_end_the_session() -> None:
    talk = Talk()
    for _ in range(2 * rules.MAX_BAD):
        talk.hear(Part(1, bytes(60_000), LARGEST_EVENT - 60_000))
        assert sum(map(len, talk.session._joiner._come.values())) <= LARGEST_EVENT
    assert talk.session.over


def test_an_answer_passes_a_large_report_on_a_narrow_link(cable: Cable) -> None:
    """With real journals: the report was begun, the answer was written after it and is there first."""
    unit, node = cable.dialler, cable.node
    cable.settle()
    cable.up.line.session.pace.window = NARROW
    reported = unit.report("".join(chr(0x4E00 + n % 5000) for n in range(5000)))
    answered = unit.write("task.answered", unit.own("t"), kinds.TaskAnswered(unit=unit.own("u"), state="done"))[0]
    while node.journal.vector().get(answered.stream, 0) < answered.seq:
        cable.carry_up(len(cable.up.out))
        node.hub.commit()
        assert cable.down.out
        cable.carry_down(1)
    assert node.journal.vector().get(Stream(*reported.stream), 0) < reported.seq
    cable.settle()
    assert node.journal.digest(origin=unit.signer.origin) == unit.journal.digest(origin=unit.signer.origin)
    assert len([frame for frame in cable.carried if isinstance(wire.decode(frame), Part)]) > 5
