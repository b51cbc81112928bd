"""Dialogues of one link, without a socket: what is sent, in which order, and what is never sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.comms import session as rules
from console.comms import wire
from console.comms.session import (
    Close,
    Committed,
    Connected,
    Effect,
    Glance,
    Glanced,
    HeadsChanged,
    Load,
    Loaded,
    Received,
    Refuse,
    Send,
    Session,
    Side,
    State,
    Store,
    Tick,
)
from console.comms.wire import Ack, Bye, Credit, Events, Hello, Ping, Pong, Refused, Wants
from console.models import kinds
from console.models.event import Lane, Stream
from console.models.journal import NewEvent
from console.models.journal.outcome import Refusal, RunOutcome
from console.models.run import Entry, Run
from tests.comms.stations import Cable, Station

ME, THEM = bytes([1]) * 16, bytes([2]) * 16
ALL = Wants(["65"], ["65"], ["65"])


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Station]:
    station = Station(tmp_path, 1, "node", "node", "6527")
    yield station
    station.close()


@pytest.fixture
def unit(tmp_path: Path, node: Station) -> Iterator[Station]:
    station = Station(tmp_path, 2, "unit", "unit", "652701")
    node.vouch(station)
    yield station
    station.close()


@pytest.fixture
def console(tmp_path: Path, node: Station) -> Iterator[Station]:
    station = Station(tmp_path, 3, "console", "console", "6527")
    node.vouch(station)
    yield station
    station.close()


def messages(effects: list[Effect]) -> list[wire.Message]:
    return [wire.decode(effect.frame) for effect in effects if isinstance(effect, Send)]


def of(effects: list[Effect], kind: type) -> list[Effect]:
    return [effect for effect in effects if isinstance(effect, kind)]


def run_of(lane: str = "report", first: int = 1, count: int = 1, size: int = 10, origin: bytes = THEM) -> Run:
    return Run(origin, f"6527/{lane}", first, [Entry(n + 1, "x.y", "s", bytes(size)) for n in range(count)])


class Talk:
    """A session that has met its other side, with `credit` to spend, on a link that takes `pace` bytes at a time."""

    def __init__(self, *, credit: int = rules.WINDOW, wants: Wants = ALL, pace: int = 4 << 20) -> None:
        self.session = Session(Side(ME, "node", "me", "65", ALL), THEM, lambda asked: asked)
        self.now_ms = 1000
        self.first = self.on(Connected({}, 1 << 16))
        hello = self.hear(Hello(THEM, "unit", "them", "65", wants, [], credit, 1))
        assert of(hello, Glance)
        self.session.pace.window = pace
        self.met = hello + self.on(Glanced([]))

    def on(self, happened: rules.Input) -> list[Effect]:
        return self.session.on(happened, self.now_ms)

    def hear(self, message: wire.Message) -> list[Effect]:
        return self.on(Received(wire.encode(message)))

    def idle(self) -> None:
        """Answer every Load with nothing."""
        for lane in Lane:
            self.on(Loaded(lane, []))


def grown(lane: Lane, origin: bytes = ME) -> HeadsChanged:
    return HeadsChanged({lane: [Stream(origin, f"6527/{lane.value}")]})


def test_hello_comes_first_and_carries_the_vector() -> None:
    session = Session(Side(ME, "node", "me", "65", ALL), THEM, lambda asked: asked)
    [hello] = messages(session.on(Connected({Stream(ME, "65/report"): 7}, 5), 0))
    assert isinstance(hello, Hello)
    assert hello.vector == [(ME, "65/report", 7)]
    assert (hello.credit, session.state) == (rules.WINDOW, State.CONNECTING)


def test_lanes_are_sent_in_order_of_urgency() -> None:
    talk = Talk()
    lanes = []
    effects = talk.met
    for _ in Lane:
        [load] = of(effects, Load)
        assert isinstance(load, Load)
        lanes.append(load.lane)
        effects = talk.on(Loaded(load.lane, []))
    assert lanes == [Lane.COMMAND, Lane.REPORT, Lane.TELEMETRY]
    assert not of(effects, Load)


def test_what_was_sent_is_not_loaded_again_but_only_acknowledged_counts_as_held() -> None:
    talk = Talk()
    talk.on(Loaded(Lane.COMMAND, []))
    effects = talk.on(Loaded(Lane.REPORT, [run_of(count=3, origin=ME)]))
    assert [type(message) for message in messages(effects)] == [Events]
    [load] = of(effects, Load)
    assert isinstance(load, Load)
    stream = Stream(ME, "6527/report")
    assert load.after[stream] == 3
    assert talk.session.acked.get(stream, 0) == 0
    talk.hear(Ack([(ME, "6527/report", 2)]))
    assert talk.session.acked[stream] == 2
    talk.hear(Ack([(ME, "6527/report", 9)]))
    assert talk.session.acked[stream] == 2, "nobody can acknowledge what was not sent"


def test_credit_is_never_exceeded_and_command_has_a_reserve() -> None:
    talk = Talk(credit=rules.RESERVE + wire.LARGEST_EVENT)
    talk.on(Loaded(Lane.COMMAND, []))
    effects = talk.on(Loaded(Lane.REPORT, [run_of(size=1000, origin=ME)]))
    assert not of(effects, Load), "report must leave the reserve to command"
    effects = talk.on(grown(Lane.COMMAND))
    [load] = of(effects, Load)
    assert isinstance(load, Load)
    assert load.lane is Lane.COMMAND
    spent = len(wire.encode(Events([run_of(size=1000, origin=ME)])))
    assert load.max_bytes <= rules.RESERVE + wire.LARGEST_EVENT - spent
    talk.on(Loaded(Lane.COMMAND, []))
    effects = talk.hear(Credit(rules.BATCH))
    assert [load.lane for load in of(effects, Load) if isinstance(load, Load)] == [Lane.REPORT]


def test_a_batch_that_would_not_fit_is_made_smaller() -> None:
    talk = Talk(credit=rules.RESERVE + 100_000)
    talk.on(Loaded(Lane.COMMAND, []))
    runs = [run_of(first=1, size=30_000, origin=bytes([n]) * 16) for n in range(3, 13)]
    [sent] = [effect for effect in talk.on(Loaded(Lane.REPORT, runs)) if isinstance(effect, Send)]
    assert len(sent.frame) <= 100_000


def test_acknowledged_only_after_the_commit() -> None:
    talk = Talk()
    talk.idle()
    effects = talk.hear(Events([run_of(count=2)]))
    assert [type(effect) for effect in effects] == [Store]
    [ack] = messages(talk.on(Committed([RunOutcome(2, 0)])))
    assert isinstance(ack, Ack)
    assert ack.vector == [(THEM, "6527/report", 2)]
    assert ack.credit > 0


def test_a_duplicate_is_acknowledged_again() -> None:
    talk = Talk()
    for outcome in (RunOutcome(2, 0), RunOutcome(0, 2)):
        talk.hear(Events([run_of(count=2)]))
        [ack] = [message for message in messages(talk.on(Committed([outcome]))) if isinstance(message, Ack)]
        assert ack.vector == [(THEM, "6527/report", 2)]
    assert talk.session.received == 2


def test_what_came_from_a_peer_is_not_sent_back() -> None:
    talk = Talk()
    talk.idle()
    talk.hear(Events([run_of("command", count=2)]))
    talk.on(Committed([RunOutcome(2, 0)]))
    assert not of(talk.on(grown(Lane.COMMAND, THEM)), Load)
    [load] = of(talk.on(grown(Lane.COMMAND)), Load)
    assert isinstance(load, Load)
    assert load.after[Stream(THEM, "6527/command")] == 2


def test_only_what_is_wanted_and_allowed_is_sent() -> None:
    talk = Talk(wants=Wants(["6527"]))
    talk.idle()
    assert not of(talk.on(grown(Lane.TELEMETRY)), Load)
    assert of(talk.on(grown(Lane.COMMAND)), Load)


def test_a_refused_event_stops_its_stream_alone() -> None:
    talk = Talk()
    talk.on(Loaded(Lane.COMMAND, []))
    talk.on(Loaded(Lane.REPORT, [run_of(count=3, origin=ME)]))
    talk.hear(Refused("role", "may not", ME, "6527/report", 2))
    assert talk.session.state is State.ONLINE
    assert "may not" in talk.session.reason
    talk.idle()
    [load] = of(talk.on(grown(Lane.REPORT)), Load)
    assert isinstance(load, Load)
    assert load.after[Stream(ME, "6527/report")] > 1 << 60


@pytest.mark.parametrize(("code", "again"), [("unknown-origin", True), ("erasure", True), ("signature", False), ("fork", False)])
def test_what_was_refused_for_a_reason_that_may_pass_is_tried_again(code: str, again: bool) -> None:
    talk = Talk()
    talk.on(Loaded(Lane.COMMAND, []))
    talk.on(Loaded(Lane.REPORT, [run_of(origin=ME)]))
    talk.on(Loaded(Lane.REPORT, []))
    talk.on(Loaded(Lane.TELEMETRY, []))
    talk.hear(Refused(code, "why", ME, "6527/report", 1))
    talk.now_ms += 5000
    talk.hear(Ping(1, 1))
    talk.on(Tick(1 << 16))
    talk.now_ms += rules.RETRY_MS
    talk.hear(Ping(1, 1))
    loads = of(talk.on(Tick(1 << 16)), Load)
    assert [load.after.get(Stream(ME, "6527/report"), 0) for load in loads if isinstance(load, Load)] == ([0] if again else [])


def test_after_a_gap_a_stream_begins_again_behind_what_was_acknowledged() -> None:
    talk = Talk()
    talk.on(Loaded(Lane.COMMAND, []))
    talk.on(Loaded(Lane.REPORT, [run_of(count=5, origin=ME)]))
    talk.hear(Ack([(ME, "6527/report", 2)]))
    talk.idle()
    [load] = of(talk.hear(Refused("gap", "3 is next", ME, "6527/report", 3)), Load)
    assert isinstance(load, Load)
    assert load.after[Stream(ME, "6527/report")] == 2


def test_a_refused_run_is_told_and_counted_and_its_credit_comes_back() -> None:
    talk = Talk()
    talk.idle()
    talk.hear(Events([run_of(count=2)]))
    effects = talk.on(Committed([RunOutcome(1, 0, Refusal("role", "a unit may not", 2))]))
    refused, ack = messages(effects)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.topic, refused.seq) == ("role", "6527/report", 2)
    assert isinstance(ack, Ack)
    assert ack.vector == [(THEM, "6527/report", 1)]
    assert [effect.code for effect in effects if isinstance(effect, Refuse)] == ["role"]


@pytest.mark.parametrize(
    "frame",
    [b"", b"\x01", b"\x01\xc1", b"\x01" + b"\x91" * 5000, b"\xff123", wire.encode(Hello(THEM, "", "", "", ALL, [], 0, 1)), bytes(2 << 20)],
)
def test_bad_frames_are_counted_and_at_last_end_the_session(frame: bytes) -> None:
    talk = Talk()
    for _ in range(rules.MAX_BAD - 1):
        effects = talk.on(Received(frame))
        assert [type(effect) for effect in effects] == [Refuse]
    effects = talk.on(Received(frame))
    assert [effect for effect in effects if isinstance(effect, Close)] == [Close(bar=True)]
    [bye] = messages(effects)
    assert isinstance(bye, Bye)
    assert talk.session.over
    assert talk.on(Received(frame)) == []


def test_more_than_the_credit_given_is_not_stored() -> None:
    talk = Talk()
    body = 60_000
    stored = 0
    for first in range(1, 40):
        effects = talk.hear(Events([run_of(first=first, size=body)]))
        stored += len(of(effects, Store))
    assert stored * body <= rules.WINDOW
    assert stored == rules.WINDOW // len(wire.encode(Events([run_of(size=body)])))


def test_another_version_is_told_before_anything_else() -> None:
    session = Session(Side(ME, "node", "me", "65", ALL), THEM, lambda asked: asked)
    session.on(Connected({}, 1), 0)
    effects = session.on(Received(b"\x02\x90"), 0)
    [refused] = messages(effects)
    assert isinstance(refused, Refused)
    assert refused.code == "version"
    assert session.state is State.REFUSED


def test_another_origin_than_the_keys_owner_is_refused() -> None:
    session = Session(Side(ME, "node", "me", "65", ALL), THEM, lambda asked: asked)
    session.on(Connected({}, 1), 0)
    effects = session.on(Received(wire.encode(Hello(ME, "unit", "x", "65", ALL, [], 0, 1))), 0)
    assert session.state is State.REFUSED
    assert of(effects, Close)


def test_ping_measures_the_delay_and_silence_has_two_steps() -> None:
    talk = Talk()
    talk.idle()
    talk.now_ms += rules.PING_MS
    [ping] = messages(talk.on(Tick(1 << 16, 80)))
    assert isinstance(ping, Ping)
    assert ping.battery == 80
    talk.now_ms += 300
    talk.hear(Pong(ping.t, 1 << 16, 55))
    assert (talk.session.delay_ms, talk.session.battery) == (150, 55)
    talk.now_ms += rules.SILENT_MS
    talk.on(Tick(1 << 16))
    assert talk.session.state is State.SILENT
    talk.hear(Ping(1, 1))
    talk.on(Tick(1 << 16))
    assert talk.session.state is State.ONLINE
    talk.now_ms += rules.GONE_MS
    assert of(talk.on(Tick(1 << 16)), Close)
    assert talk.session.state is State.GONE


def test_a_pong_that_nobody_asked_for_measures_nothing() -> None:
    talk = Talk()
    talk.hear(Pong(1, 1))
    assert talk.session.delay_ms is None


def test_a_link_that_does_not_acknowledge_is_slow() -> None:
    talk = Talk()
    talk.on(Loaded(Lane.COMMAND, []))
    talk.on(Loaded(Lane.REPORT, [run_of(origin=ME)]))
    for _ in range(4):
        talk.now_ms += 2000
        talk.hear(Ping(1, 1))
        talk.on(Tick(1 << 16))
    assert talk.session.state is State.SLOW
    talk.hear(Ack([(ME, "6527/report", 1)], 1000))
    talk.on(Tick(1 << 16))
    assert talk.session.state is State.ONLINE


def test_enrolment_messages_have_no_place_in_a_session() -> None:
    talk = Talk()
    effects = talk.hear(wire.Enrol("x", bytes(32), bytes(32), bytes(64)))
    assert [effect.code for effect in effects if isinstance(effect, Refuse)] == ["unexpected"]


# -- with journals -----------------------------------------------------------------------------------------------------


def test_a_unit_sends_what_it_has_and_gets_orders(node: Station, unit: Station) -> None:
    report, position = unit.report("water rising"), unit.move()
    cable = Cable(node, unit)
    cable.settle()
    assert node.journal.vector()[report.stream] == 1
    assert cable.up.line.session.acked[position.stream] == 1
    order = node.order(unit.own("u"), area="652701")
    above = node.order(unit.own("u"), "from above")
    elsewhere = node.order("someone", "elsewhere", area="652722")
    node.report("not for a unit")
    cable.settle()
    assert unit.journal.vector()[order.stream] == node.journal.vector()[order.stream]
    assert unit.journal.vector()[above.stream] == node.journal.vector()[above.stream]
    assert elsewhere.stream not in unit.journal.vector()
    assert not any(stream.topic.endswith("/report") for stream in unit.journal.vector() if stream.origin == node.signer.origin)


def test_a_console_gets_everything_of_its_area(node: Station, unit: Station, console: Station) -> None:
    unit.report("a")
    unit.move()
    first, second = Cable(node, unit), Cable(node, console)
    first.settle()
    second.settle()
    unit.move(82.5)
    first.settle()
    second.settle()
    assert console.journal.digest() == node.journal.digest()


def test_orders_overtake_a_backlog(node: Station, unit: Station) -> None:
    unit.hub.author([NewEvent("", "unit.report", unit.own("u"), kinds.encode_body(kinds.UnitReport(text="x" * 8000)))] * 300)
    cable = Cable(node, unit)
    cable.carry_down()  # the node's Hello: the unit begins to send
    answered = unit.write("task.answered", unit.own("t"), kinds.TaskAnswered(unit=unit.own("u"), state="done"))[0]
    cable.carry_up(len(cable.up.out))
    node.hub.commit()
    cable.carry_down(len(cable.down.out))
    cable.carry_up(len(cable.up.out))
    node.hub.commit()
    held = node.journal.vector()
    assert held[answered.stream] == 1
    assert held.get(Stream(unit.signer.origin, "652701/report"), 0) < 300
    cable.settle()
    assert node.journal.digest(origin=unit.signer.origin) == unit.journal.digest(origin=unit.signer.origin)


def test_resumes_from_what_was_acknowledged(node: Station, unit: Station) -> None:
    for n in range(5):
        unit.report(str(n))
    cable = Cable(node, unit)
    cable.carry_up(len(cable.up.out))
    cable.carry_down(len(cable.down.out))
    cable.carry_up(len(cable.up.out))
    node.hub.commit()
    cable.cut()  # the acknowledgement is lost
    again = Cable(node, unit)
    again.settle()
    assert again.up.line.session.sent == 0
    assert node.journal.digest(origin=unit.signer.origin) == unit.journal.digest(origin=unit.signer.origin)


def test_a_console_does_not_get_its_own_events_back(node: Station, console: Station) -> None:
    console.report("mine")
    cable = Cable(node, console)
    cable.settle()
    console.report("mine too")
    cable.settle()
    assert cable.down.line.session.sent == len([s for s in node.journal.vector() if s.origin == node.signer.origin])


def test_nothing_of_a_revoked_peer_is_stored_afterwards(node: Station, unit: Station) -> None:
    cable = Cable(node, unit)
    cable.settle()
    node.write("peer.revoked", unit.signer.origin.hex(), kinds.PeerRevoked(why="lost"), area="652701")
    unit._clock_ms += 60_000
    late = unit.report("too late")
    cable.settle()
    assert late.stream not in node.journal.vector()
    assert cable.down.line.record.refused["revoked"] == 1


def test_a_unit_may_pass_on_what_others_signed_but_not_their_telemetry(node: Station, unit: Station, tmp_path: Path) -> None:
    other = Station(tmp_path, 4, "other one", "unit", "652701")
    node.vouch(other)
    report, position = other.report("signed"), other.move()
    cable = Cable(node, unit)
    cable.settle()
    for lane in (Lane.REPORT, Lane.TELEMETRY):
        cable.down.line.take(Received(wire.encode(Events(other.journal.read({}, lane, ["6527"], max_bytes=10_000)))))
    node.hub.commit()
    other.close()
    assert report.stream in node.journal.vector()
    assert position.stream not in node.journal.vector()
    assert cable.down.line.record.refused["relay"] == 1


def test_what_is_unanswered_is_in_doubt_until_anything_is_answered() -> None:
    """A frame that is not settled (its disk is full, say) is asked about by a ping; the pong shows that the way is open."""
    talk = Talk()
    talk.hear(Pong(1000, 1))
    talk.on(Loaded(Lane.COMMAND, []))
    talk.on(Loaded(Lane.REPORT, [run_of(origin=ME)]))
    talk.on(Loaded(Lane.TELEMETRY, []))
    assert talk.session.unanswered_ms(1000) == 0
    talk.now_ms = 1000 + rules.DOUBT_MS
    assert talk.session.unanswered_ms(talk.now_ms) == rules.DOUBT_MS
    [ping] = messages(talk.on(Tick(2 << 16)))
    assert isinstance(ping, Ping)
    talk.now_ms += 400
    assert messages(talk.on(Tick(3 << 16))) == [], "asked once"
    assert talk.session.unanswered_ms(talk.now_ms) == rules.DOUBT_MS + 400
    talk.hear(Pong(ping.t, 1))
    assert talk.session.unanswered_ms(talk.now_ms + 300) == 300, "the frame still waits, but the way is open"
    talk.hear(Ack([(ME, "6527/report", 1)], talk.session.pace.under_way))
    assert talk.session.unanswered_ms(talk.now_ms + 9000) == 0
