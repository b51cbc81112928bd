"""500 units that come back at once: their node was gone and is there again, or their cable was cut and is whole again. Until all are in step.

`storm callers FLEET NODE_DATA ENDPOINT FIRST COUNT` is COUNT of the units: the dialler and the session of a real peer, without a journal. At
every line of input each writes a report; when all of them are acknowledged it says when that was (the machine's steady clock, s) and what
was dialled. `storm bare FLEET ENDPOINT KEY` and `storm door SECRET` are the limit: as many CURVE handshakes by plain pyzmq.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import psutil
import zmq

from console.comms.interest import Interest
from console.comms.peer.dialler import Dialler
from console.comms.peer.line import Line
from console.comms.peer.memory import Upstream
from console.comms.peer.record import Record
from console.comms.peer.sources import Sources
from console.comms.security.keys import CurvePair, open_keys
from console.comms.session import Committed, Connected, HeadsChanged, Session, Side, Tick
from console.models import kinds
from console.models.clock import hlc_from_ms, wall_ms
from console.models.event import GENESIS, Lane, Origin, Stream, Topic, Vector, chain
from console.models.identity import owned_subject
from console.models.journal import RunOutcome
from console.models.journal.early import Early
from console.models.journal.reading import Reader
from console.models.paths import DataDir
from console.models.run import Entry, Run
from tests.benchmarks.fleet import NODE_AREA, UNIT_AREA, Member, load, muster, node_with, save
from tests.benchmarks.harness import Child, percentile, say, use
from tests.benchmarks.report import Figure, Goal
from tests.netlab.lab import Host, laboratory, obstacle

UNITS, CROWDS = 500, 5
BOUND = 10.0
"""Times the limit: beside the handshake each unit says Hello, is read what it lacks, and what it says is synced to disk."""
AWAY_S = 15.0
READY_S = 120.0
TICK_MS, TURN_MS = 500, 20
PORT = 7650
REPORT = str(Topic(UNIT_AREA, Lane.REPORT))


class Caller:
    """One unit: the `Desk` of its line, all in memory."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], crowd: Crowd, member: Member, node: Node) -> None:
        self._crowd, self._signer, self._node = crowd, member.signer, node
        self._stream = Stream(member.signer.origin, REPORT)
        self._held: Vector = dict(node.held)
        self._entries: list[Entry] = []
        self._head = GENESIS
        self.acked = 0
        self.acked_s = 0.0
        upstream = Upstream([node.endpoint], node.key.hex(), node.origin.hex(), "node")
        self.dialler = Dialler(context, crowd.sources, self, member.curve, upstream, self._begin, self._greet)

    def _begin(self, _upstream: Upstream) -> Session:
        side = Side(self._signer.origin, "unit", "unit", UNIT_AREA, Interest("unit", UNIT_AREA).wants())
        return Session(side, self._node.origin, Interest("node", NODE_AREA).limit)

    def _greet(self) -> Connected:
        self._crowd.handshakes += 1
        return Connected(self._held | {self._stream: len(self._entries)}, hlc_from_ms(wall_ms()))

    @property
    def in_step(self) -> bool:
        return self.acked == len(self._entries)

    def report(self) -> None:
        seq, hlc, subject = len(self._entries) + 1, hlc_from_ms(wall_ms()), owned_subject(self._signer.origin, "unit")
        body = kinds.UnitRegistered(name="unit") if seq == 1 else kinds.UnitReport(text=f"report {seq}")
        kind, encoded = kinds.kind_of(body), kinds.encode_body(body)
        prev = self._head
        self._head = chain(prev, self._signer.origin, REPORT, seq, hlc, kind, subject, encoded)
        self._entries.append(Entry(hlc, kind, subject, encoded, 0, prev, self._signer.sign(self._head)))
        if self.dialler.line is not None:
            self.dialler.line.take(HeadsChanged({Lane.REPORT: [self._stream]}))

    def now_ms(self) -> int:
        return self._crowd.now_ms

    def read(self, after: Vector, lane: Lane, prefixes: Sequence[str], max_bytes: int, origin: Origin | None) -> list[Run]:
        first = after.get(self._stream, 0)
        return [Run(*self._stream, first + 1, self._entries[first:])] if lane is Lane.REPORT and first < len(self._entries) else []

    def store(self, line: Line, runs: list[Run]) -> None:
        for run in runs:
            self._held[run.stream] = max(run.last_seq, self._held.get(run.stream, 0))
        self._crowd.committed.append((line, Committed([RunOutcome(len(run.entries), 0, None) for run in runs])))

    def glance(self, after: Vector, prefixes: Sequence[str], *, newest: bool) -> Sequence[Early]:
        return ()

    def show(self, line: Line, events: Sequence[Early]) -> None:
        pass

    def waiting(self, record: Record) -> Mapping[Lane, int]:
        return {}

    def acknowledged(self, vector: Vector, by: Origin) -> None:
        seq = vector.get(self._stream, 0)
        if seq > self.acked:
            self.acked, self.acked_s = seq, time.monotonic()

    def linked(self) -> None:
        pass


class Node(NamedTuple):
    """Whom the units call, and what of its streams they hold from before."""

    endpoint: str
    key: bytes
    origin: Origin
    held: Vector

    @classmethod
    def at(cls, root: Path, endpoint: str) -> Node:
        keys, reader = open_keys(DataDir(root).keys), Reader(DataDir(root).journal)
        held = {stream: seq for stream, (seq, _) in reader.heads().items() if stream.topic.endswith("/command")}
        reader.close()
        return cls(endpoint, keys.curve.public, keys.signer.origin, held)


class Crowd:
    """Units that share a thread, as a peer's loop has one."""

    def __init__(self, members: Sequence[Member], node: Node) -> None:
        self.sources = Sources()
        self.committed: deque[tuple[Line, Committed]] = deque()
        self.handshakes = 0
        self.now_ms = self._tick_ms = wall_ms()
        self._began_ms, self._began_s = self.now_ms, time.monotonic()
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._context.set(zmq.MAX_SOCKETS, 16_000)
        self.callers = [Caller(self._context, self, member, node) for member in members]
        self._asked = False
        self.sources.watch(sys.stdin.fileno(), self._hear)
        self.ending = False

    def _hear(self) -> None:
        asked = os.read(sys.stdin.fileno(), 1)
        self.ending, self._asked = not asked, bool(asked)

    def turn(self) -> None:
        self.sources.poll(TURN_MS)
        self.now_ms = self._began_ms + int((time.monotonic() - self._began_s) * 1000)
        while self.committed:
            line, committed = self.committed.popleft()
            line.take(committed)
        tick = Tick(hlc_from_ms(wall_ms())) if self.now_ms - self._tick_ms >= TICK_MS else None
        self._tick_ms = self._tick_ms if tick is None else self.now_ms
        for caller in self.callers:
            caller.dialler.turn(self.now_ms, tick)
        if self._asked:
            self._asked, self.handshakes = False, 0
            for caller in self.callers:
                caller.report()
            say(written=len(self.callers))

    def run(self) -> None:
        """Until the input closes: whenever all are in step again, say so."""
        told = 0
        while not self.ending:
            self.turn()
            if told < self.callers[0].acked and all(caller.in_step for caller in self.callers):
                told = self.callers[0].acked
                refused = sum(sum(caller.dialler.record.refused.values()) for caller in self.callers)
                say(in_step_s=[caller.acked_s for caller in self.callers], handshakes=self.handshakes, refused=refused)
        for caller in self.callers:
            caller.dialler.stop("over")
        self._context.destroy(linger=0)


# -- the limit -----------------------------------------------------------------------------------------------------------------


def door(secret: str) -> None:
    """Answer every first frame, until the input closes."""
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    socket = context.socket(zmq.ROUTER)
    socket.setsockopt(zmq.BACKLOG, 1000)
    pair = CurvePair.of_secret(bytes.fromhex(secret))
    socket.curve_server, socket.curve_secretkey, socket.curve_publickey = True, pair.secret, pair.public
    port = socket.bind_to_random_port("tcp://127.0.0.1")
    say(port=port)
    poller = zmq.Poller()
    poller.register(socket, zmq.POLLIN)
    poller.register(sys.stdin.fileno(), zmq.POLLIN)
    while sys.stdin.fileno() not in dict(poller.poll()):
        socket.send_multipart(socket.recv_multipart())
    context.destroy(linger=0)


def bare(fleet: str, endpoint: str, key: str) -> None:
    """Say how long all take to connect and to be answered once."""
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    context.set(zmq.MAX_SOCKETS, 4096)
    members, poller = load(Path(fleet)), zmq.Poller()
    begun_s = time.monotonic()
    for member in members:
        socket = context.socket(zmq.DEALER)
        member.curve.dial(socket, bytes.fromhex(key))
        socket.connect(endpoint)
        socket.send(b"here")
        poller.register(socket, zmq.POLLIN)
    left = len(members)
    while left:
        for answered, _ in poller.poll():
            answered.recv()
            left -= 1
    say(seconds=time.monotonic() - begun_s)
    context.destroy(linger=0)


def _limit_s(root: Path) -> float:
    """As many handshakes by plain pyzmq, between two processes."""
    pair = CurvePair.generate()
    with ExitStack() as made:
        listening = _child(made, "door", pair.secret.hex())
        port = listening.answer(READY_S)["port"]
        callers = _child(made, "bare", str(root / "fleet.json"), f"tcp://127.0.0.1:{port}", pair.public.hex())
        return float(callers.answer(READY_S)["seconds"])


def _child(made: ExitStack, *words: str) -> Child:
    started = Child("tests.benchmarks.storm", *words)
    made.callback(started.end)
    return started


# -- the storm -----------------------------------------------------------------------------------------------------------------


class Scene:
    """A node and its units on two machines, as processes; `node` may be gone for a while."""

    def __init__(self, made: ExitStack, root: Path, node: Host, field: Host) -> None:
        self._root, self._host, self.field = root, node, field
        self._made = made
        self.endpoint = f"tcp://{node.addresses['lan']}:{PORT}"
        self.node = self._start()
        size = UNITS // CROWDS
        with field.namespace.inside():
            words = ("callers", str(root / "fleet.json"), str(root / "node"), self.endpoint)
            self.crowds = [_child(made, *words, str(first), str(size)) for first in range(0, UNITS, size)]
        self.said()

    def _start(self) -> Child:
        with self._host.namespace.inside():
            node = Child("console", "node", "--data", str(self._root / "node"), "--listen", self.endpoint, "--no-discovery")
        self._made.callback(node.end)
        node.line(READY_S)
        return node

    def said(self) -> None:
        """Every unit writes a report."""
        for crowd in self.crowds:
            crowd.ask()
        for crowd in self.crowds:
            crowd.answer(READY_S)

    def kill(self) -> None:
        self.node.process.kill()
        self.node.process.wait()

    def back(self) -> None:
        self.node = self._start()

    def cpu_s(self) -> float:
        return use([psutil.Process(self.node.process.pid)]).cpu_s

    def in_step(self, since_s: float, limit_s: float, name: str) -> Figure:
        """Once every unit's report is acknowledged: how long that took, measured from `since_s`."""
        before_s = 0.0 if name == "storm-node" else self.cpu_s()
        told = [crowd.answer(READY_S) for crowd in self.crowds]
        after_s = [at_s - since_s for each in told for at_s in each["in_step_s"]]
        parts = {
            "p50_s": percentile(after_s, 0.5),
            "p95_s": percentile(after_s, 0.95),
            "node_cpu_s": self.cpu_s() - before_s,
            "handshakes": float(sum(each["handshakes"] for each in told)),
            "refused": float(sum(each["refused"] for each in told)),
        }
        return Figure(name=name, value=max(after_s), unit="s", limit=limit_s, goal=Goal.RATIO_AT_MOST, bound=BOUND, parts=parts)


@contextlib.contextmanager
def scene() -> Iterator[tuple[Scene, float]]:
    """All connected and in step, and the limit. Raises RuntimeError where there can be no laboratory."""
    if obstacle():
        raise RuntimeError(f"no laboratory here: {obstacle()}")
    with tempfile.TemporaryDirectory(prefix="fengsui-storm-") as scratch, laboratory() as lab, ExitStack() as made:
        root, members = Path(scratch), muster(UNITS)
        node_with(root / "node", members)
        save(members, root / "fleet.json")
        limit_s = _limit_s(root)
        place = Scene(made, root, lab.host("node", lan="10.0.0.1"), lab.host("field", lan="10.0.0.2"))
        for crowd in place.crowds:
            crowd.answer(READY_S)
        yield place, limit_s


def measure() -> list[Figure]:
    """From the node's first word, or from the cable's healing, until all that 500 units had said meanwhile is acknowledged."""
    with scene() as (place, limit_s):
        place.kill()
        place.said()
        threading.Event().wait(AWAY_S)
        place.back()
        found = [place.in_step(time.monotonic(), limit_s, "storm-node")]
        cable = place.field.cables["lan"]
        cable.cut()
        place.said()
        threading.Event().wait(AWAY_S)
        cable.heal()
        found.append(place.in_step(time.monotonic(), limit_s, "storm-cable"))
    return found


def main(what: str, *words: str) -> None:
    if what == "door":
        door(*words)
    elif what == "bare":
        bare(*words)
    else:
        fleet, root, endpoint, first, count = words
        members = load(Path(fleet))[int(first) : int(first) + int(count)]
        Crowd(members, Node.at(Path(root), endpoint)).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
