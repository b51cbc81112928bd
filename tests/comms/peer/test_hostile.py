"""10,000 frames that no honest peer sends, to a node and to a unit: nothing breaks, nothing is stored, every one is counted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import zmq

from console.comms import wire
from console.comms.peer import Peer
from console.comms.security.keys import open_keys
from console.comms.security.token import decode_token
from console.comms.session import limits as rules
from console.comms.wire import Bye, Events, Wants
from console.models.identity import Signer
from console.models.paths import DataDir
from tests.comms.hostile import Frames, Rogue, hello, signed
from tests.comms.peers import House, house, link, report
from tests.waiting import deadline

__all__ = ["house"]

COUNT, OVERSIZED = 10_000, 40
LOST = COUNT // 2
"""At most: what is under way when a connection is let go of goes with it."""
ANSWER_S = 10.0


@contextmanager
def goes_on(peer: Peer) -> Iterator[None]:
    """Meanwhile `peer` writes and is acknowledged, again and again."""
    end, failed = threading.Event(), []

    def write() -> None:
        while not end.is_set():
            try:
                peer.deliver([report(peer)]).result(ANSWER_S)
            except BaseException as error:
                failed.append(error)
                raise

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()
    assert not failed


def refused(peer: Peer, name: str) -> int:
    return sum(sum(each.refused.values()) for each in peer.links() if each.name == name)


def test_a_hostile_unit_does_a_node_no_harm(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_BAD", COUNT + 1)  # else most frames would not even be looked at
    node = house.node()
    good = house.joined(node, "good")
    good.deliver([report(good)]).result(ANSWER_S)
    with Rogue(node.invite("unit", "652701").result(5)) as rogue:
        rogue.greet()
        held = signed(rogue.signer)
        rogue.socket.send(wire.encode(Events([held])))
        rogue.await_ack()
        frames = Frames(1, held, rogue.signer, Signer.generate()).take(COUNT, oversized=OVERSIZED)
        with goes_on(good):
            for frame in frames:
                rogue.socket.send(frame)
                while rogue.hear() is not None:
                    pass
            deadline(lambda: refused(node, "rogue") >= COUNT, "all are counted", 60)
    assert refused(node, "rogue") == COUNT
    assert {"malformed", "version", "oversize", "chain", "unknown-origin", "unexpected", "duplicate"} <= set(link(node, "rogue").refused)
    assert node.me().refused == link(node, "rogue").refused
    assert house.held("node", rogue.signer.origin.hex()) == {"652701/report": 1}
    assert house.held("node", good.origin) == house.held("good", good.origin)


def test_too_many_bad_frames_end_the_link_and_bar_the_key(house: House) -> None:
    node = house.node()
    good = house.joined(node, "good")
    with Rogue(node.invite("unit", "652701").result(5)) as rogue:
        rogue.greet()
        with goes_on(good):
            for frame in Frames(2, None, rogue.signer, Signer.generate()).take(1000, oversized=2):
                rogue.socket.send(frame)
            deadline(lambda: refused(node, "rogue") == 1000, "all are counted", 30)
        said = list(iter(rogue.hear, None))
        assert any(isinstance(message, Bye) and message.code == "bad-frames" for message in said)
    told = link(node, "rogue")
    assert (told.state, told.refused["after the end"] > 900) == ("gone", True)
    assert "bad frames" in told.reason


def test_a_barred_key_is_told_so_when_it_comes_again(house: House) -> None:
    node = house.node()
    with Rogue(node.invite("unit", "652701").result(5)) as rogue:
        rogue.greet()
        for _ in range(rules.MAX_BAD):
            rogue.socket.send(b"")
        deadline(lambda: link(node, "rogue").state == "gone", "the link is ended")
        again = rogue._dial(rogue.keys)
        again.send(wire.encode(hello(rogue.signer, "unit", Wants())))
        answer = wire.decode(again.recv())
        again.close(linger=0)
    assert isinstance(answer, wire.Refused)
    assert answer.code == "barred"


def test_a_token_key_can_do_nothing_but_enrol(house: House) -> None:
    node = house.node()
    token = node.invite("unit", "652701").result(5)
    with Rogue(node.invite("unit", "652701").result(5)) as rogue:
        rogue._token = decode_token(token)
        socket = rogue._dial(rogue._token.pair)
        for frame in (wire.encode(hello(rogue.signer, "unit", Wants())), b"\xff", wire.encode(Events([signed(rogue.signer)]))):
            socket.send(frame)
        answer = wire.decode(socket.recv())
        socket.close(linger=0)
        assert isinstance(answer, wire.Refused)
        deadline(lambda: any(each.refused.get("after the end") == 2 for each in node.links()), "the rest is counted")
    assert house.bare("unit").join(token, "unit").result(20) == ["node"], "the token is not spent by it"


def test_an_enrolment_for_a_key_that_is_not_ones_own_is_refused(house: House) -> None:
    node = house.node()
    token = node.invite("unit", "652701").result(5)
    with Rogue(node.invite("unit", "652701").result(5)) as rogue:
        rogue._token = decode_token(token)
        socket = rogue._dial(rogue._token.pair)
        socket.send(wire.encode(wire.Enrol("x", Signer.generate().public_key, rogue.keys.public, rogue.signer.sign(b"something"))))
        answer = wire.decode(socket.recv())
        socket.close(linger=0)
    assert isinstance(answer, wire.Refused)
    assert answer.code == "proof"
    assert house.bare("unit").join(token, "unit").result(20) == ["node"]


class RogueNode:
    """Has the keys and the address of a node that a unit trusts."""

    def __init__(self, data_dir: DataDir, endpoint: str) -> None:
        self.keys = open_keys(data_dir.keys)
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.socket = self._context.socket(zmq.ROUTER)
        self.keys.curve.serve(self.socket, "rogue")
        self.socket.setsockopt(zmq.RCVTIMEO, 20_000)
        self.socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
        self.socket.bind(endpoint)

    def meet(self, greeting: bytes) -> bytes:
        """The identity under which the unit that dialled goes on talking: of several attempts it may have let go of some."""
        while True:
            identity, frame = self.socket.recv_multipart()
            if not isinstance(wire.decode(frame), wire.Hello):
                return identity
            with suppress(zmq.ZMQError):
                self.socket.send_multipart([identity, greeting])

    def flood(self, greeting: bytes, frames: Iterator[bytes]) -> None:
        """To the unit that dialled; it dials anew when nothing of what it says is answered."""
        identity = self.meet(greeting)
        for frame in frames:
            while not self._sent(identity, frame):
                identity = self.meet(greeting)
            while self.socket.poll(0):
                self.socket.recv_multipart()

    def _sent(self, identity: bytes, frame: bytes) -> bool:
        try:
            self.socket.send_multipart([identity, frame])
        except zmq.ZMQError:
            return False
        return True

    def close(self) -> None:
        self._context.destroy(linger=0)


def test_a_hostile_node_does_a_unit_no_harm(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_BAD", COUNT + 1)
    bad, good = house.node("bad"), house.node("good")
    unit = house.joined(bad)
    unit.join(good.invite("unit", "652701").result(5), "unit").result(20)
    endpoint = bad.me().listen[0]
    bad.stop()
    before = house.heads("unit")
    rogue = RogueNode(DataDir(house.root / "bad"), endpoint)
    try:
        signer = rogue.keys.signer
        greeting = wire.encode(hello(signer, "node", Wants(["6527"], ["6527"], ["6527"])))
        count = refused(unit, "rogue") + refused(unit, "bad")
        with goes_on(unit):
            rogue.flood(greeting, Frames(3, None, signer, Signer.generate()).take(COUNT, oversized=OVERSIZED))
            deadline(lambda: refused(unit, "rogue") - count >= COUNT - LOST, "all are counted", 60)
        assert refused(unit, "rogue") - count <= COUNT
    finally:
        rogue.close()
    after = {stream: head for stream, head in house.heads("unit").items() if stream.origin.hex() != unit.origin}
    assert after == {stream: head for stream, head in before.items() if stream.origin.hex() != unit.origin} | {
        stream: head for stream, head in after.items() if stream.origin.hex() == good.origin
    }
