"""Field units as a load: one process, one CURVE socket a unit, the real wire.

`load FLEET ENDPOINT NODE_KEY pace HZ [COUNT]` drives every unit (the first COUNT) at HZ until its input closes; each position's hlc is
its time of sending.
`load FLEET ENDPOINT NODE_KEY flood FRAMES EVENTS` sends FRAMES frames of EVENTS positions a unit as fast as credit lets it, and
says `seconds` from the first frame to the last acknowledgement, and `events`.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from pathlib import Path

import zmq

from console.comms import wire
from console.comms.session import RESERVE, WINDOW
from console.comms.wire import Ack, Credit, Events, Hello, Ping, Pong, Refused, Wants
from console.models import kinds
from console.models.clock import hlc_from_ms, wall_ms
from console.models.event import GENESIS, Lane, Topic, chain
from console.models.identity import owned_subject
from console.models.run import Entry, Run
from tests.benchmarks.fleet import UNIT_AREA, Member, load
from tests.benchmarks.harness import say, until_input_closes

CONNECT_S = 60.0
TELEMETRY = str(Topic(UNIT_AREA, Lane.TELEMETRY))
REPORT = str(Topic(UNIT_AREA, Lane.REPORT))
WEST, SOUTH, SPREAD = 80.5, 43.5, 3.5
"""Degrees: the part of the map that is in view when it opens."""


class Unit:
    """One unit's socket: says Hello, answers pings, keeps to its credit, counts what is acknowledged."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], number: int, member: Member, endpoint: str, node_key: bytes) -> None:
        self.number, self.signer = number, member.signer
        self.subject = owned_subject(member.signer.origin, "unit")
        self.seq = self.acked = self.credit = 0
        self.ready = False
        self.socket = context.socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        member.curve.dial(self.socket, node_key)
        self.socket.connect(endpoint)
        self.send(Hello(self.signer.origin, "unit", f"unit {number}", UNIT_AREA, Wants(), [], WINDOW, hlc_from_ms(wall_ms())))

    def send(self, message: wire.Message) -> None:
        self.socket.send(wire.encode(message))

    def drain(self) -> None:
        """Take every message that waits. Raises RuntimeError when the node refuses anything."""
        while self.socket.poll(0):
            self._take(wire.decode(self.socket.recv()))

    def _take(self, message: wire.Message) -> None:
        if isinstance(message, Hello):
            self.ready, self.credit = True, message.credit
            self._register()
        elif isinstance(message, Ack):
            self.credit += message.credit
            self.acked = max([self.acked, *(seq for _, topic, seq in message.vector if topic == TELEMETRY)])
        elif isinstance(message, Credit):
            self.credit += message.bytes
        elif isinstance(message, Ping):
            self.send(Pong(message.t, hlc_from_ms(wall_ms())))
        elif isinstance(message, Refused):
            raise RuntimeError(f"the node refused: {message.code}: {message.reason}")

    def _register(self) -> None:
        body = kinds.encode_body(kinds.UnitRegistered(name=f"unit {self.number}", kind="vehicle"))
        hlc = hlc_from_ms(wall_ms())
        head = chain(GENESIS, self.signer.origin, REPORT, 1, hlc, "unit.registered", self.subject, body)
        entry = Entry(hlc, "unit.registered", self.subject, body, 0, GENESIS, self.signer.sign(head))
        self._spend(wire.encode(Events([Run(self.signer.origin, REPORT, 1, [entry])])))

    def run(self, events: int) -> Run:
        """The next `events` positions, sent now."""
        first = self.seq + 1
        self.seq += events
        return Run(self.signer.origin, TELEMETRY, first, [self._entry(first + n) for n in range(events)])

    def _entry(self, seq: int) -> Entry:
        lon_deg = WEST + SPREAD * ((self.number * 37 + seq * 0.05) % 100) / 100
        lat_deg = SOUTH + SPREAD * 0.7 * ((self.number * 61) % 100) / 100
        body = kinds.UnitPosition(lon=lon_deg, lat=lat_deg, heading_deg=float(seq % 360), speed_mps=12.5, accuracy_m=5.0)
        return Entry(hlc_from_ms(wall_ms(), seq & 0xFFFF), "unit.position", self.subject, kinds.encode_body(body))

    def position_now(self) -> None:
        self._spend(wire.encode(Events([self.run(1)])))

    def send_within_credit(self, frames: deque[bytes]) -> None:
        while frames and self.credit - RESERVE >= len(frames[0]):
            self._spend(frames.popleft())

    def _spend(self, frame: bytes) -> None:
        self.credit -= len(frame)
        self.socket.send(frame)


class Fleet:
    def __init__(self, members: list[Member], endpoint: str, node_key: bytes) -> None:
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._context.set(zmq.MAX_SOCKETS, 4096)
        self.units = [Unit(self._context, number, member, endpoint, node_key) for number, member in enumerate(members)]
        self._by_socket = {unit.socket: unit for unit in self.units}
        self._poller = zmq.Poller()
        for unit in self.units:
            self._poller.register(unit.socket, zmq.POLLIN)

    def drain(self, wait_ms: int) -> list[Unit]:
        """Wait for messages at most so long; the units that got some."""
        heard = [self._by_socket[socket] for socket, _ in self._poller.poll(wait_ms)]
        for unit in heard:
            unit.drain()
        return heard

    def connect(self) -> None:
        ends = time.monotonic() + CONNECT_S
        while not all(unit.ready for unit in self.units):
            if time.monotonic() > ends:
                raise RuntimeError(f"{sum(unit.ready for unit in self.units)} of {len(self.units)} units connected in {CONNECT_S:g} s")
            self.drain(100)

    def close(self) -> None:
        self._context.destroy(linger=0)


def pace(fleet: Fleet, hz: float) -> None:
    """Each unit in its turn, spread evenly over the period, until the input closes."""
    ending = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=(ending,), daemon=True).start()
    say(connected=len(fleet.units))
    step_s = 1 / hz / len(fleet.units)
    due = time.monotonic()
    while not ending.is_set():
        for unit in fleet.units:
            due += step_s
            while (left_s := due - time.monotonic()) > 0:
                fleet.drain(max(1, int(left_s * 1000)))
            unit.position_now()
        due = max(due, time.monotonic() - 1 / hz)


def _wait_for_the_end(ending: threading.Event) -> None:
    until_input_closes()
    ending.set()


def flood(fleet: Fleet, frames: int, events: int) -> None:
    queued = {unit: deque(wire.encode(Events([unit.run(events)])) for _ in range(frames)) for unit in fleet.units}
    begun = time.perf_counter()
    for unit in fleet.units:
        unit.send_within_credit(queued[unit])
    while any(unit.acked < unit.seq for unit in fleet.units):
        for unit in fleet.drain(1000):
            unit.send_within_credit(queued[unit])
    say(seconds=time.perf_counter() - begun, events=frames * events * len(fleet.units))


def main(fleet_file: str, endpoint: str, node_key: str, what: str, *numbers: str) -> None:
    count = int(numbers[1]) if what == "pace" and len(numbers) > 1 else None
    fleet = Fleet(load(Path(fleet_file))[:count], endpoint, bytes.fromhex(node_key))
    try:
        fleet.connect()
        if what == "pace":
            pace(fleet, float(numbers[0]))
        else:
            flood(fleet, int(numbers[0]), int(numbers[1]))
    finally:
        fleet.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
