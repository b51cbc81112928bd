"""Who speaks the transport right and everything else wrong: raw CURVE sockets and frames that no honest peer sends."""

from __future__ import annotations

import random
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import zmq

from console.comms import wire
from console.comms.security.keys import CurvePair
from console.comms.security.token import decode_token
from console.comms.wire import Ack, Enrol, Enrolled, Events, Hello, Wants, enrolment_proof
from console.models import kinds
from console.models.event import GENESIS, chain
from console.models.identity import Signer, owned_subject
from console.models.run import Entry, Run

TOPIC = "652701/report"
TIMEOUT_MS = 10_000


class Rogue:
    """An enrolled unit gone bad."""

    def __init__(self, token: str) -> None:
        self.signer, self.keys = Signer.generate(), CurvePair.generate()
        self._token = decode_token(token)
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._enrol()
        self.socket = self._dial(self.keys)

    def _dial(self, keys: CurvePair) -> zmq.Socket[bytes]:
        socket = self._context.socket(zmq.DEALER)
        keys.dial(socket, self._token.node_key)
        socket.setsockopt(zmq.RCVTIMEO, TIMEOUT_MS)
        socket.setsockopt(zmq.SNDTIMEO, TIMEOUT_MS)
        socket.connect(self._token.endpoints[0])
        return socket

    def _enrol(self) -> None:
        socket = self._dial(self._token.pair)
        proof = self.signer.sign(enrolment_proof(self._token.pair.public, self.keys.public))
        socket.send(wire.encode(Enrol("rogue", self.signer.public_key, self.keys.public, proof)))
        assert isinstance(wire.decode(socket.recv()), Enrolled)
        socket.close(linger=0)

    def greet(self) -> Hello:
        self.socket.send(wire.encode(hello(self.signer, "unit", Wants(["652701"]))))
        answer = wire.decode(self.socket.recv())
        assert isinstance(answer, Hello)
        return answer

    def hear(self) -> wire.Message | None:
        """What has come by now, if anything."""
        try:
            return wire.decode(self.socket.recv(zmq.NOBLOCK))
        except zmq.Again:
            return None

    def await_ack(self) -> Ack:
        while True:
            message = wire.decode(self.socket.recv())
            if isinstance(message, Ack):
                return message

    def close(self) -> None:
        self._context.destroy(linger=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def hello(signer: Signer, role: str, wants: Wants) -> Hello:
    return Hello(signer.origin, role, "rogue", "652701", wants, [], 1 << 20, 1)


def signed(signer: Signer, seq: int = 1, head: bytes = GENESIS, text: str = "one", hlc: int = 1 << 40) -> Run:
    """One report of `signer`, as it should be."""
    subject, body = owned_subject(signer.origin, "u"), kinds.encode_body(kinds.UnitReport(text=text))
    seal = signer.sign(chain(head, signer.origin, TOPIC, seq, hlc + seq, "unit.report", subject, body))
    return Run(signer.origin, TOPIC, seq, [Entry(hlc + seq, "unit.report", subject, body, 0, head, seal)])


class Frames:
    """Endless bad frames, each of which must be refused and counted once. `held`: a run that is stored already; `others`: an
    origin that is not the speaker's; `trusted`: whose events the receiver would believe."""

    def __init__(self, seed: int, held: Run | None, signer: Signer, stranger: Signer) -> None:
        self._dice = random.Random(seed)
        self._held, self._signer, self._stranger = held, signer, stranger

    def take(self, count: int, *, oversized: int) -> Iterator[bytes]:
        large = set(self._dice.sample(range(count), oversized))
        makers = [self._noise, self._noise_in_version, self._truncated, self._forged, self._foreign, self._out_of_turn]
        if self._held is not None:
            makers.append(self._replayed)
        for index in range(count):
            yield self._oversized() if index in large else self._dice.choice(makers)()

    def _noise(self) -> bytes:
        return b"\x00" + self._dice.randbytes(self._dice.randrange(200))

    def _noise_in_version(self) -> bytes:
        return b"\x01\xc1" + self._dice.randbytes(self._dice.randrange(200))

    def _truncated(self) -> bytes:
        frame = wire.encode(Events([signed(self._signer)]))
        return frame[: self._dice.randrange(len(frame) - 1)]

    def _oversized(self) -> bytes:
        return b"\x01" + bytes(wire.MAX_FRAME + self._dice.randrange(1000))

    def _forged(self) -> bytes:
        """Right in form, the signature of another event."""
        run = signed(self._signer, seq=2 if self._held is not None else 1)
        entry = run.entries[0]
        bad = Entry(entry.hlc, entry.kind, entry.subject, entry.body, 0, self._dice.randbytes(32), entry.signature)
        return wire.encode(Events([Run(run.origin, run.topic, run.first_seq, [bad])]))

    def _foreign(self) -> bytes:
        """Signed well, by nobody who is known."""
        return wire.encode(Events([signed(self._stranger)]))

    def _out_of_turn(self) -> bytes:
        return wire.encode(Enrol("again", bytes(32), bytes(32), bytes(64)))

    def _replayed(self) -> bytes:
        assert self._held is not None
        return wire.encode(Events([self._held]))
