"""What somebody with an enrolled key could do to others, and cannot: each test is an attack that once worked."""

from __future__ import annotations

import pytest

from console.comms import wire
from console.comms.peer import Peer
from console.comms.session import limits
from console.comms.wire import Ahead, Events, Wants
from console.models import kinds
from console.models.event import Stream
from console.models.identity import Signer
from console.models.journal.early import Early
from console.models.run import Entry, Run
from tests.comms.hostile import Rogue, hello, signed
from tests.comms.peers import House, house, link, position, report
from tests.waiting import deadline

__all__ = ["house"]
TELEMETRY = "652701/telemetry"


def fix(lon: float = 82.0, hlc: int = 1 << 40, subject: str = "") -> Entry:
    return Entry(hlc, "unit.position", subject, kinds.encode_body(kinds.UnitPosition(lon=lon, lat=44.0)))


def early(signer: Signer, topic: str, seq: int = 1, seal: bytes = b"") -> Early:
    body = kinds.encode_body(kinds.UnitStatus(status="enroute"))
    return Early(signer.origin, topic, seq, 1 << 40, "unit.status", f"{signer.origin.hex()[:12]}:u", body, 0, b"", seal)


def heads(house: House, peer: str, origin: bytes) -> dict[Stream, tuple[int, bytes]]:
    return {stream: head for stream, head in house.heads(peer).items() if stream.origin == origin}


def test_an_event_ahead_of_no_stream_fails_no_turn_of_the_peer(house: House) -> None:
    node = house.node()
    with Rogue(node.invite("unit", "652701").result(5)) as rogue:
        rogue.greet()
        rogue.socket.send(wire.encode(Ahead([early(rogue.signer, "nowhere")])))
        rogue.socket.send(wire.encode(Ahead([early(rogue.signer, "652701/report")])))
        deadline(lambda: link(node, "rogue").refused.get("malformed") == 1, "it is refused")
        assert "peer" not in node.me().faults


def test_forged_events_ahead_of_their_streams_end_the_link(house: House) -> None:
    node = house.node()
    good = house.joined(node, "good")
    with Rogue(node.invite("unit", "652701").result(5)) as rogue:
        rogue.greet()
        forged = [early(rogue.signer, "652701/report", seq, bytes(64)) for seq in range(1, 501)]
        for _ in range(40):
            rogue.socket.send(wire.encode(Ahead(forged)))
        good.deliver([report(good)]).result(10)
        told = link(node, "rogue", state="gone")
        assert "bad frames" in told.reason
        assert told.refused["signature"] <= limits.MAX_BAD + 200, "the rest is not looked at"


def test_a_number_that_no_hello_could_tell_is_refused(house: House) -> None:
    node = house.node()
    console = house.joined(node, "desk", role="console")
    with Rogue(node.invite("unit", "652701").result(5)) as rogue:
        rogue.greet()
        subject = f"{rogue.signer.origin.hex()[:12]}:u"
        far = Run(rogue.signer.origin, TELEMETRY, (1 << 62) - 1, [fix(hlc=(1 << 40) + n, subject=subject) for n in range(5)], bytes(32))
        rogue.socket.send(wire.encode(Events([far])))
        deadline(lambda: link(node, "rogue").refused.get("chain") == 1, "it is refused")
    assert heads(house, "node", rogue.signer.origin) == {}
    console.stop()
    again = house.bare("desk")
    again.deliver([report(again)]).result(10)


def test_who_passes_telemetry_on_cannot_say_that_it_is_no_longer_held(house: House) -> None:
    """It would silence a unit: the node would believe to hold all that the unit will ever say."""
    node = house.node()
    unit = house.joined(node, "unit")
    unit.deliver([position(unit)]).result(10)
    origin = bytes.fromhex(unit.origin)
    with Rogue(node.invite("console", "652701").result(5)) as rogue:
        rogue.socket.send(wire.encode(hello(rogue.signer, "console", Wants())))
        run = Run(origin, TELEMETRY, 1_000_000, [fix(hlc=1 << 62, subject=f"{unit.origin[:12]}:u")], bytes(32))
        rogue.socket.send(wire.encode(Events([run])))
        deadline(lambda: link(node, "rogue").refused.get("dropped") == 1, "it is refused")
    unit.deliver([position(unit, 83.0)]).result(10)
    assert {seq for seq, _ in heads(house, "node", origin).values()} >= {2}


def test_what_one_shows_over_and_over_fills_no_memory() -> None:
    from console.comms.session.outbox import _MOST_GLIMPSED, Outbox

    out, signer = Outbox(bytes(16)), Signer.generate()
    one = early(signer, "652701/report")
    for start in range(0, 3 * _MOST_GLIMPSED, 500):
        out.glimpsed([Early(one.origin, one.topic, 1, 1, one.kind, f"{n}", b"") for n in range(start, start + 500)])
    assert len(out._glimpsed) <= _MOST_GLIMPSED


def test_one_event_that_cannot_be_stored_stops_no_other_stream_of_its_frame(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    node = house.node()
    with Rogue(node.invite("unit", "652701").result(5)) as rogue:
        rogue.greet()
        subject = f"{rogue.signer.origin.hex()[:12]}:u"
        bad = Run(rogue.signer.origin, TELEMETRY, 1, [fix(subject=subject)])
        _fail_on(monkeypatch, node, TELEMETRY)
        rogue.socket.send(wire.encode(Events([bad, signed(rogue.signer)])))
        assert rogue.await_ack().vector == [(rogue.signer.origin, "652701/report", 1)]


def _fail_on(monkeypatch: pytest.MonkeyPatch, node: Peer, topic: str) -> None:
    from console.models.journal.batch import Batch

    take = Batch.take

    def failing(self: Batch, run: Run, via: bytes | None) -> object:
        if run.topic == topic:
            raise RuntimeError("a bug")
        return take(self, run, via)

    monkeypatch.setattr(Batch, "take", failing)
