"""The player: pace, batches, whose things they are, laps, cuts, and the wait for the node at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from console.comms.gateways import pace, player
from console.comms.gateways.pace import MAX_BEHIND_S, Window
from console.comms.gateways.player import BATCH, Player, Summary
from console.comms.gateways.recording import Cast, Cut, Ledger, Moment, Recording
from console.comms.local.messages import Draft, Link, Me
from console.errors import Fault, RefusedFault
from console.models import kinds
from console.models.kinds import Body, decode_body

AT_MS = 1_700_000_000_000
TODAY_MS = 1_800_000_000_000


class FakeClock:
    """Time goes by when somebody waits, or works."""

    def __init__(self) -> None:
        self.gone_s = 0.0
        self.longest_wait_s = 0.0

    def now_s(self) -> float:
        return self.gone_s

    def wall_ms(self) -> int:
        return TODAY_MS + round(self.gone_s * 1000)

    def wait(self, seconds: float) -> None:
        self.longest_wait_s = max(self.longest_wait_s, seconds)
        self.gone_s += seconds


class RecordingSpeaker:
    """Keeps what it is given, with the time. `takes_s`: how long a batch takes; `acknowledge_after`: looks at the links until all is held."""

    def __init__(self, clock: FakeClock, number: int = 1, *, takes_s: float = 0.0, acknowledge_after: int = 0, refuses: str = "") -> None:
        self.clock = clock
        self.hex = f"{number:02x}" * 16
        self.takes_s = takes_s
        self.looks_left = acknowledge_after
        self.refuses = refuses
        self.batches: list[tuple[float, list[Draft]]] = []
        self.cuts: list[tuple[float, float]] = []
        self.fault: Fault | None = None

    def me(self) -> Me:
        return Me(origin=self.hex, name="", role="gateway", area="65", version="", pid=1)

    def write(self, drafts: Sequence[Draft]) -> Future[list[str]]:
        self.batches.append((self.clock.gone_s, list(drafts)))
        self.clock.gone_s += self.takes_s
        future: Future[list[str]] = Future()
        if self.fault:
            future.set_exception(self.fault)
        else:
            future.set_result([draft.subject for draft in drafts])
        return future

    def links(self) -> list[Link]:
        self.looks_left -= 1
        if self.refuses:
            return [Link(id="1", name="node", state="refused", reason=self.refuses)]
        return [Link(id="1", state="online", waiting={"report": 3} if self.looks_left >= 0 else {})]

    def cut(self, seconds: float) -> Future[None]:
        self.cuts.append((self.clock.gone_s, seconds))
        future: Future[None] = Future()
        future.set_result(None)
        return future

    def drafts(self) -> list[Draft]:
        return [draft for _, drafts in self.batches for draft in drafts]

    def bodies(self, kind: str) -> list[Body]:
        return [body for draft in self.drafts() if draft.kind == kind and (body := decode_body(kind, draft.body)) is not None]


def moment(at_s: float, subject: str, body: Body, peer: str = "") -> Moment:
    return Moment(AT_MS + round(at_s * 1000), subject, kinds.kind_of(body), body, peer=peer)


def fix(at_s: float, subject: str = "u", peer: str = "", valid_s: float = 60.0) -> Moment:
    return moment(at_s, subject, kinds.UnitPosition(lon=82.0, lat=44.0, valid_s=valid_s), peer)


def recording(*moments: Moment, **options: object) -> Recording:
    return Recording(**({"format": "test", "title": "t", "moments": moments, "ledger": Ledger()} | options))  # type: ignore[arg-type]


def play(
    moments: Sequence[Moment],
    *,
    speed: float = 1.0,
    clock: FakeClock | None = None,
    speakers: Sequence[RecordingSpeaker] | None = None,
    laps: int | None = 1,
    window: Window | None = None,
    progress: Callable[[str], None] = lambda text: None,
    **options: object,
) -> tuple[Summary, RecordingSpeaker]:
    clock = clock or FakeClock()
    speakers = speakers or [RecordingSpeaker(clock)]
    summary = Player(partial(recording, *moments, **options), speakers, speed=speed, clock=clock, window=window, progress=progress).run(
        laps=laps
    )
    return summary, speakers[0]


def test_moments_are_said_at_the_recorded_pace_times_the_speed() -> None:
    summary, speaker = play([fix(0), fix(10), fix(20), fix(20.001)], speed=10)
    assert [round(at_s, 2) for at_s, _ in speaker.batches] == [0, 1, 2]
    assert [len(drafts) for _, drafts in speaker.batches] == [1, 1, 2]
    assert (summary.events, summary.recorded_s, summary.held_back_s) == (4, 20.001, 0)


def test_batches_are_bounded() -> None:
    _, speaker = play([fix(0)] * (2 * BATCH + 7))
    assert [len(drafts) for _, drafts in speaker.batches] == [BATCH, BATCH, 7]


@given(st.lists(st.floats(0, 5000), max_size=60), st.floats(0.5, 5000), st.floats(0, 3))
def test_everything_is_said_once_and_in_order_at_any_speed(offsets: list[float], speed: float, takes_s: float) -> None:
    moments = [fix(at_s, f"u{index}") for index, at_s in enumerate(sorted(offsets))]
    if not moments:
        return
    clock = FakeClock()
    speaker = RecordingSpeaker(clock, takes_s=takes_s)
    summary, _ = play(moments, speed=speed, clock=clock, speakers=[speaker])
    assert [draft.subject.partition(":")[2] for draft in speaker.drafts()] == [m.subject for m in moments]
    assert clock.longest_wait_s <= pace.MAX_SILENCE_S
    assert summary.events == len(moments)


def test_a_play_that_cannot_keep_up_holds_its_clock_back_and_says_so() -> None:
    clock = FakeClock()
    speaker = RecordingSpeaker(clock, takes_s=1.0)
    said: list[str] = []
    moments = [fix(number / 1000) for number in range(10 * BATCH)]
    summary, _ = play(moments, clock=clock, speakers=[speaker], progress=said.append)
    assert summary.events == 10 * BATCH
    late_s = summary.played_s - summary.recorded_s
    assert 0 < summary.held_back_s <= late_s <= summary.held_back_s + MAX_BEHIND_S + speaker.takes_s
    assert any("slower than asked" in text for text in said)


def test_long_silences_are_cut_short() -> None:
    clock = FakeClock()
    summary, _ = play([fix(0), fix(50_000), fix(50_001)], clock=clock)
    assert summary.silences_cut == 1
    assert clock.gone_s < pace.MAX_SILENCE_S + 5


def test_things_belong_to_the_peer_that_speaks() -> None:
    moments = [
        moment(0, "call", kinds.IncidentOpened(title="x")),
        moment(0, "u", kinds.UnitRegistered(name="u")),
        moment(1, "u", kinds.UnitStatus(status="enroute", incident="call")),
        moment(2, "a,b", kinds.WarningReceived(identifier="b", sender="a", sent_ms=AT_MS)),
    ]
    summary, speaker = play(moments)
    assert [draft.subject for draft in speaker.drafts()] == ["010101010101:call", "010101010101:u", "010101010101:u", "a,b"]
    assert speaker.bodies("unit.status") == [kinds.UnitStatus(status="enroute", incident="010101010101:call")]
    assert (summary.units, summary.kinds["unit.status"]) == (1, 1)


def test_a_scenario_speaks_through_its_own_peers_about_each_others_things() -> None:
    clock = FakeClock()
    desk, hills = RecordingSpeaker(clock, 1), RecordingSpeaker(clock, 2)
    moments = [
        moment(0, "u", kinds.UnitReport(text="x", incident="slide"), "hills"),
        moment(1, "slide", kinds.IncidentOpened(title="x"), "desk"),
        moment(2, "go", kinds.TaskAssigned(unit="u", text="x", incident="slide"), "desk"),
        moment(3, "go", kinds.TaskAnswered(unit="u", state="done"), "hills"),
        moment(4, "s", kinds.SensorRegistered(name="s", quantity="rain", unit="mm"), "hills"),
    ]
    cast = (Cast("desk", "console", ""), Cast("hills", "unit", ""))
    owners = {"u": "hills", "slide": "desk", "go": "desk", "s": "hills"}
    play(moments, clock=clock, speakers=[desk, hills], cast=cast, owners=owners, own_clock=True)
    assert desk.bodies("task.assigned") == [kinds.TaskAssigned(unit="020202020202:u", text="x", incident="010101010101:slide")]
    assert [draft.subject for draft in hills.drafts()] == ["020202020202:u", "010101010101:go", "020202020202:s"]
    assert hills.bodies("unit.report") == [kinds.UnitReport(text="x", incident="010101010101:slide")]
    assert hills.bodies("sensor.registered")[0].unit == "mm"  # type: ignore[attr-defined]


def test_of_fewer_peers_the_last_serves_the_rest() -> None:
    cast = (Cast("a", "console", ""), Cast("b", "unit", ""), Cast("c", "unit", ""))
    clock = FakeClock()
    one, two = RecordingSpeaker(clock, 1), RecordingSpeaker(clock, 2)
    play([fix(0, "x", "a"), fix(0, "y", "b"), fix(0, "z", "c")], clock=clock, speakers=[one, two], cast=cast)
    assert [draft.subject for draft in two.drafts()] == ["020202020202:y", "020202020202:z"]


def test_times_move_to_the_present_and_shrink_with_the_speed() -> None:
    moments = [
        fix(0),
        moment(60, "call", kinds.IncidentOpened(title="x", occurred_ms=AT_MS)),
        moment(60, "go", kinds.TaskAssigned(unit="u", text="x", due_ms=AT_MS + 120_000)),
    ]
    _, speaker = play(moments, speed=10)
    assert speaker.bodies("incident.opened")[0].occurred_ms == TODAY_MS  # type: ignore[attr-defined]
    assert speaker.bodies("task.assigned")[0].due_ms == TODAY_MS + 12_000  # type: ignore[attr-defined]


def test_the_moments_of_a_plot_move_to_the_present_too() -> None:
    points = [(82.9, 44.3)]
    drawn = kinds.PlotDrawn(shape="point", kind="fire_line", points=points, at_ms=AT_MS - 60_000, until_ms=AT_MS + 60_000)
    changed = kinds.PlotChanged(until_ms=None, at_ms=AT_MS)
    _, speaker = play([moment(0, "p", drawn), moment(60, "p", changed), moment(120, "p", kinds.PlotChanged(label="x"))], speed=10)
    (said,) = speaker.bodies("plot.drawn")
    assert (said.at_ms, said.until_ms) == (TODAY_MS - 6_000, TODAY_MS + 6_000)  # type: ignore[attr-defined]
    moved, renamed = speaker.bodies("plot.changed")
    assert (moved.at_ms, moved.until_ms) == (TODAY_MS, None)  # type: ignore[attr-defined]
    assert renamed.at_ms is UNSET  # type: ignore[attr-defined]


@pytest.mark.parametrize(("own_clock", "expires_ms"), [(False, AT_MS + 600_000), (True, TODAY_MS + 60_000)])
def test_a_warning_from_elsewhere_keeps_its_times_a_storys_moves(own_clock: bool, expires_ms: int) -> None:
    body = kinds.WarningReceived(identifier="b", sender="a", sent_ms=AT_MS, expires_ms=AT_MS + 600_000)
    _, speaker = play([moment(0, "a,b", body)], speed=10, own_clock=own_clock)
    assert speaker.bodies("warning.received")[0].expires_ms == expires_ms  # type: ignore[attr-defined]


@pytest.mark.parametrize(("valid_s", "speed", "said_s"), [(600, 10, 60), (600, 1000, 15), (5, 10, 5), (60, 0.5, 120)])
def test_validity_shrinks_with_the_speed_but_not_below_what_an_eye_can_follow(valid_s: float, speed: float, said_s: float) -> None:
    _, speaker = play([fix(0, valid_s=valid_s)], speed=speed)
    assert speaker.bodies("unit.position")[0].valid_s == said_s  # type: ignore[attr-defined]


def test_laps_reopen_incidents_anew_and_keep_units() -> None:
    moments = [moment(0, "call", kinds.IncidentOpened(title="x")), moment(1, "u", kinds.UnitStatus(status="enroute", incident="call"))]
    summary, speaker = play(moments, laps=2)
    assert [draft.subject for draft in speaker.drafts()] == [f"010101010101:{name}" for name in ("call", "u", "call~2", "u")]
    assert [body.incident for body in speaker.bodies("unit.status")] == ["010101010101:call", "010101010101:call~2"]  # type: ignore[attr-defined]
    assert summary.laps == 2


def test_a_cut_falls_on_its_own_peer_in_the_time_of_the_play() -> None:
    cast = (Cast("a", "console", ""), Cast("b", "unit", ""))
    clock = FakeClock()
    one, two = RecordingSpeaker(clock, 1), RecordingSpeaker(clock, 2)
    moments = [fix(at_s, peer="a") for at_s in (0, 10, 20, 30)]
    play(moments, clock=clock, speakers=[one, two], cast=cast, cuts=(Cut(AT_MS + 20_000, 60, "b"),), speed=10)
    assert one.cuts == []
    assert [(round(at_s, 1), for_s) for at_s, for_s in two.cuts] == [(2, 6)]


def test_a_shared_link_is_not_cut_and_that_is_said() -> None:
    cast = (Cast("a", "console", ""), Cast("b", "unit", ""))
    said: list[str] = []
    _, speaker = play([fix(0, peer="a")], cast=cast, cuts=(Cut(AT_MS, 60, "b"),), progress=said.append)
    assert speaker.cuts == []
    assert "the cut of b is left out" in said[0]


def test_a_part_of_a_recording_is_played_with_what_it_speaks_of() -> None:
    moments = [
        moment(0, "call", kinds.IncidentOpened(title="x")),
        moment(0, "other", kinds.IncidentOpened(title="y")),
        moment(1, "u", kinds.UnitRegistered(name="u")),
        moment(2, "u", kinds.UnitStatus(status="dispatched", incident="call")),
        moment(10, "u", kinds.UnitStatus(status="onscene", incident="call")),
        fix(11),
        fix(30),
    ]
    _, speaker = play(moments, window=Window(from_s=5, until_s=20))
    assert [(draft.kind, draft.subject.partition(":")[2]) for draft in speaker.drafts()] == [
        ("unit.registered", "u"),
        ("incident.opened", "call"),
        ("unit.status", "u"),
        ("unit.position", "u"),
    ]


def test_the_limit_counts_events() -> None:
    summary, speaker = play([fix(at_s) for at_s in range(10)], window=Window(limit=4))
    assert summary.events == len(speaker.drafts()) == 4


def test_the_end_waits_until_the_node_holds_everything() -> None:
    clock = FakeClock()
    speaker = RecordingSpeaker(clock, acknowledge_after=20)
    play([fix(0)], clock=clock, speakers=[speaker])
    assert speaker.looks_left == -1
    assert clock.gone_s >= 18 * player.SETTLE_S


def test_a_node_that_says_no_ends_the_play_as_refused() -> None:
    clock = FakeClock()
    with pytest.raises(RefusedFault, match="node refuses: key revoked"):
        play([fix(0)], clock=clock, speakers=[RecordingSpeaker(clock, refuses="key revoked")])


def test_what_a_peer_may_not_write_ends_the_play() -> None:
    clock = FakeClock()
    speaker = RecordingSpeaker(clock)
    speaker.fault = Fault("not in area 65")
    with pytest.raises(Fault, match="not in area 65"):
        play([fix(0)], clock=clock, speakers=[speaker])


def test_a_file_with_nothing_to_play_is_a_fault_that_says_why() -> None:
    ledger = Ledger()
    ledger.note(7, "waypoint", "spring")
    with pytest.raises(Fault, match=r"nothing in it to play; not used: 1 waypoint; first line 7: waypoint \(spring\)"):
        play([], ledger=ledger)


def test_progress_is_said_every_few_seconds_and_no_more() -> None:
    said: list[str] = []
    play([fix(at_s) for at_s in range(31)], progress=said.append)
    assert 9 <= len(said) <= 12
    assert "1 units" not in said[0]
    assert "0:00:00 at x1; 0 units, 1 events" in said[0]


def test_areas_are_the_recordings_or_the_one_given() -> None:
    clock = FakeClock()
    speaker = RecordingSpeaker(clock)
    opened = partial(recording, fix(0)._replace(area="652722"), fix(0))
    Player(opened, [speaker], speed=1, clock=clock).run()
    Player(opened, [speaker], speed=1, clock=clock, area="6527").run()
    assert [draft.area for draft in speaker.drafts()] == ["652722", "", "6527", "6527"]
