"""2,000 units on one node at a report each 10 s, 5 consoles listening: CPU, memory over time, and how late a position is at a console.

`python -m tests.benchmarks.crowd watch FLEET ENDPOINT NODE_KEY FIRST COUNT` is the consoles: real wire, no journal.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import zmq

from console.comms import wire
from console.comms.session import WINDOW
from console.comms.wire import Ack, Ahead, Credit, Events, Hello, Ping, Pong, Refused, Wants
from console.models.clock import hlc_from_ms, ms_of, wall_ms
from tests.benchmarks import fleet
from tests.benchmarks.harness import child, pace, percentile, say, until_input_closes, use
from tests.benchmarks.live import node_running
from tests.benchmarks.report import Figure, Goal

UNITS, CONSOLES, HZ = 2000, 5, 0.1
READY_S = 120.0
SETTLE_S = 30.0
SAMPLE_S = 5.0
FLAT_RATIO = 1.05
WANTS = Wants([fleet.NODE_AREA], [fleet.NODE_AREA], [fleet.NODE_AREA])


class Desk:
    """A console's socket: takes everything, acknowledges it, and notes how late each position is."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], member: fleet.Member, endpoint: str, node_key: bytes) -> None:
        self.late_ms: list[int] = []
        self.socket = context.socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        member.curve.dial(self.socket, node_key)
        self.socket.connect(endpoint)
        origin = member.signer.origin
        self.send(Hello(origin, "console", "desk", fleet.NODE_AREA, WANTS, [], WINDOW, hlc_from_ms(wall_ms())))

    def send(self, message: wire.Message) -> None:
        self.socket.send(wire.encode(message))

    def take(self) -> None:
        frame = self.socket.recv()
        message = wire.decode(frame)
        if isinstance(message, Events):
            now_ms = wall_ms()
            self.late_ms += [now_ms - ms_of(e.hlc) for run in message.runs for e in run.entries if e.kind == "unit.position"]
            self.send(Ack([(run.origin, run.topic, run.last_seq) for run in message.runs], len(frame)))
        elif isinstance(message, Ahead):
            self.send(Credit(len(frame)))
        elif isinstance(message, Ping):
            self.send(Pong(message.t, hlc_from_ms(wall_ms())))
        elif isinstance(message, Refused):
            raise RuntimeError(f"the node refused: {message.code}: {message.reason}")


def _wait_for_the_end(ending: threading.Event) -> None:
    until_input_closes()
    ending.set()


def watch(fleet_file: str, endpoint: str, node_key: str, first: str, count: str) -> None:
    """Until the input closes; then say how late positions were."""
    members = fleet.load(Path(fleet_file))[int(first) : int(first) + int(count)]
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    desks = [Desk(context, member, endpoint, bytes.fromhex(node_key)) for member in members]
    ending = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=(ending,), daemon=True).start()
    poller = zmq.Poller()
    by_socket = {desk.socket: desk for desk in desks}
    for desk in desks:
        poller.register(desk.socket, zmq.POLLIN)
    say(watching=len(desks))
    begun = time.monotonic()
    settled = False
    while not ending.is_set():
        for socket, _ in poller.poll(100):
            by_socket[socket].take()
        if not settled and time.monotonic() - begun > SETTLE_S:
            settled = True
            for desk in desks:
                desk.late_ms.clear()
    late = [ms for desk in desks for ms in desk.late_ms]
    say(count=len(late), p50=percentile(late, 0.5), p99=percentile(late, 0.99), worst=max(late))
    context.destroy(linger=0)


def measure(minutes: float = 15.0) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch, node_running(Path(scratch), UNITS, CONSOLES) as node:
        consoles = ("watch", *node.words, str(UNITS), str(CONSOLES))
        with (
            child("tests.benchmarks.load", *node.words, "pace", str(HZ), str(UNITS)) as load,
            child("tests.benchmarks.crowd", *consoles) as desks,
        ):
            load.answer(READY_S)
            desks.answer(READY_S)
            pace(SETTLE_S)
            peer = [psutil.Process(node.pid)]
            before, begun = use(peer), time.monotonic()
            memory = []
            while time.monotonic() - begun < minutes * 60:
                pace(SAMPLE_S)
                memory.append(use(peer).memory_mb)
            cpu = 100 * (use(peer).cpu_s - before.cpu_s) / (time.monotonic() - begun)
            assert desks.process.stdin is not None
            desks.process.stdin.close()
            late = desks.answer(READY_S)
    third = max(1, len(memory) // 3)
    first, last = sum(memory[:third]) / third, sum(memory[-third:]) / third
    who = {"units": UNITS, "consoles": CONSOLES, "minutes": minutes}
    return [
        Figure(name="crowd-cpu", value=cpu, unit="%", goal=Goal.VALUE_AT_MOST, bound=100.0, parts=who),
        Figure(
            name="crowd-memory", value=last, unit="MB", limit=first, goal=Goal.RATIO_AT_MOST, bound=FLAT_RATIO, parts={"most": max(memory)}
        ),
        Figure(
            name="crowd-delay-p99",
            value=float(late["p99"]),
            unit="ms",
            goal=Goal.VALUE_AT_MOST,
            bound=1000.0,
            parts={"p50": float(late["p50"]), "worst": float(late["worst"]), "positions": float(late["count"])},
        ),
    ]


if __name__ == "__main__":
    watch(*sys.argv[2:])
