"""A peer far behind: how long until it is in step over loopback with CURVE.

The limit: plain pyzmq with CURVE and batched plain SQLite for the same bytes.

`python -m tests.benchmarks.catchup follow DIR TOKEN EVENTS` is the peer that catches up; `... serve DIR FILE` and the limit's two ends are here too.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import zmq

from console.comms import wire
from console.comms.peer import Peer
from console.comms.security.keys import CurvePair
from console.comms.security.zap import ZapHandler
from console.comms.wire import Events
from console.models import kinds
from console.models.event import LANES_BY_URGENCY
from console.models.identity import Signer
from console.models.journal import Journal, NewEvent, schema
from console.models.journal.reading import Reader
from console.models.paths import DataDir
from console.models.run import Run
from tests.benchmarks import fleet
from tests.benchmarks.bench_store import Units
from tests.benchmarks.harness import Child, child, pace, say, until_input_closes
from tests.benchmarks.report import Figure, Goal
from tests.e2e.processes import fengsui, free_port

TELEMETRY, REPORTS, COMMANDS = 90_000, 9_000, 1_000
EVENTS = TELEMETRY + REPORTS + COMMANDS
UNITS = 100
BATCH = 256 * 1024
FOLLOW_S = 180.0
READY_S = 60.0
ROUNDS = 3
NEWEST = "newest-order"


def fill(data: DataDir) -> None:
    """The journal of a node that has EVENTS events, the newest an order."""
    from console.comms.security.keys import open_keys

    journal = Journal.open(data.journal, open_keys(data.keys).signer)
    journal.set_identity("bench", "node", fleet.NODE_AREA)
    units = Units(UNITS)
    units.enrol(journal)
    for _ in range(TELEMETRY // (UNITS * 100)):
        journal.append(units.runs(100))
    said = kinds.LogEntered(text="三号沟口水位上涨,已转移十二人", author="值班员")
    ordered = kinds.TaskAssigned(unit="u", text="警戒")
    for body, count in ((said, REPORTS), (ordered, COMMANDS - UNITS - 1)):
        kind, content = kinds.kind_of(body), kinds.encode_body(body)
        for start in range(0, count, 500):
            journal.author([NewEvent("", kind, f"t{start + n}", content) for n in range(min(500, count - start))])
    journal.author([NewEvent("", "task.assigned", NEWEST, kinds.encode_body(kinds.TaskAssigned(unit="u", text="撤离")))])
    journal.close()


def follow(root: str, token: str, events: str) -> None:
    """Join, and say how long it took from then until the newest order, and until everything, was here."""
    peer = Peer(DataDir(Path(root)), local=False)
    peer.start()
    try:
        peer.join(token, "follower").result(60)
        begun = time.perf_counter()
        reader = Reader(DataDir(Path(root)).journal)
        newest_s = 0.0
        while reader.position() < int(events):
            if not newest_s and reader.connection.execute("SELECT 1 FROM task WHERE id = ?", (NEWEST,)).fetchone():
                newest_s = time.perf_counter() - begun
            pace(0.01)
        say(seconds=time.perf_counter() - begun, newest_s=newest_s)
        reader.close()
    finally:
        peer.stop()


def catch_up_s(root: Path) -> tuple[float, float]:
    """Seconds until all is there, and until the newest order is."""
    data = DataDir(root / "node")
    fill(data)
    with closing(Reader(data.journal)) as held:
        events = held.position() + 2  # the token and its enrolment are events too
    port = free_port()
    node = Child("console", "node", "--data", str(data.root), "--listen", f"tcp://127.0.0.1:{port}")
    try:
        node.line(READY_S)
        token = fengsui("enrol", "--data", str(data.root), "--role", "console").strip()
        with child("tests.benchmarks.catchup", "follow", str(root / "follower"), token, str(events)) as follower:
            answer = follower.answer(FOLLOW_S)
    finally:
        node.end()
    return float(answer["seconds"]), float(answer["newest_s"])


# -- the limit ------------------------------------------------------------------------------------------------------------------------


def frames_of(data: DataDir, signer: Signer) -> list[bytes]:
    """The same events as a node would send them, in frames of BATCH."""
    journal = Journal.open(data.journal, signer)
    frames: list[bytes] = []
    held: dict[object, int] = {}
    try:
        for lane in LANES_BY_URGENCY:
            while runs := journal.read(held, lane, [""], max_bytes=BATCH):  # type: ignore[arg-type]
                frames.append(wire.encode(Events(runs)))
                held.update({run.stream: run.last_seq for run in runs})
    finally:
        journal.close()
    return frames


def serve(frames_file: str, endpoint: str, secret: str) -> None:
    """Send the frames, as they are wanted, to whoever dials."""
    raw = Path(frames_file).read_bytes()
    frames, at = [], 0
    while at < len(raw):
        size = int.from_bytes(raw[at : at + 4], "big")
        frames.append(raw[at + 4 : at + 4 + size])
        at += 4 + size
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    zap = ZapHandler(context, {"raw": lambda _key, _address: True})
    router = context.socket(zmq.ROUTER)
    CurvePair.of_secret(bytes.fromhex(secret)).serve(router, "raw")
    router.bind(endpoint)
    say(ready=True)
    poller = zmq.Poller()
    for sock in (router, zap.socket):
        poller.register(sock, zmq.POLLIN)
    sent = 0
    while sent < len(frames):
        for sock, _ in poller.poll():
            if sock is zap.socket:
                zap.answer()
            else:
                identity, credit = router.recv_multipart()
                for _ in range(int(credit)):
                    if sent < len(frames):
                        router.send_multipart([identity, frames[sent]])
                        sent += 1
    until_input_closes()
    router.close(linger=0)
    zap.close()
    context.term()


def raw_s(root: Path) -> float:
    """Seconds to move the same frames over CURVE and to put their events into the same schema, a transaction a frame."""
    from console.comms.security.keys import open_keys

    data = DataDir(root / "node")
    fill(data)
    frames = frames_of(data, open_keys(data.keys).signer)
    (root / "frames").write_bytes(b"".join(len(frame).to_bytes(4, "big") + frame for frame in frames))
    target = Journal.open(root / "raw.db", Signer.generate())
    target.close()
    connection = sqlite3.connect(root / "raw.db", isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    keys, endpoint = CurvePair.generate(), f"tcp://127.0.0.1:{free_port()}"
    with child("tests.benchmarks.catchup", "serve", str(root / "frames"), endpoint, keys.secret.hex()) as server:
        server.answer(READY_S)
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        dealer = context.socket(zmq.DEALER)
        CurvePair.generate().dial(dealer, keys.public)
        dealer.connect(endpoint)
        begun = time.perf_counter()
        dealer.send(b"4")
        position = 0
        streams: dict[object, int] = {}
        for _ in frames:
            message = wire.decode(dealer.recv())
            dealer.send(b"1")
            assert isinstance(message, Events)
            position = _insert(connection, message.runs, streams, position)
        elapsed = time.perf_counter() - begun
        context.destroy(linger=0)
    connection.close()
    return elapsed


def _insert(connection: sqlite3.Connection, runs: list[Run], streams: dict[object, int], position: int) -> int:
    ends, rows = [], []
    for run in runs:
        number = streams.setdefault(run.stream, len(streams) + 1)
        ends.append((number, *run.stream, run.last_seq, bytes(32), run.entries[-1].hlc, 0, b""))
        for n, e in enumerate(run.entries):
            position += 1
            said = (e.kind, e.subject, e.body, e.prev, e.signature)
            rows.append((position, number, run.first_seq + n, e.hlc, 0, *said, False, 0, False, b""))
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(schema.UPSERT_STREAM, ends)
    connection.executemany(schema.INSERT_EVENT, rows)
    connection.execute("COMMIT")
    return position


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Medians of alternating rounds, each in a fresh directory."""
    ours, newest, raw = [], [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
            raw.append(raw_s(Path(scratch)))
        with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
            all_s, newest_s = catch_up_s(Path(scratch))
            ours.append(all_s)
            newest.append(newest_s)
    parts: dict[str, float] = {"telemetry": TELEMETRY, "reports": REPORTS, "commands": COMMANDS}
    return [
        Figure(
            name="catch-up",
            value=statistics.median(ours),
            unit="s",
            limit=statistics.median(raw),
            goal=Goal.RATIO_AT_MOST,
            bound=3.0,
            parts=parts,
        ),
        Figure(name="catch-up-newest-order", value=max(newest), unit="s", goal=Goal.VALUE_AT_MOST, bound=1.0),
    ]


if __name__ == "__main__":
    {"follow": follow, "serve": serve}[sys.argv[1]](*sys.argv[2:])
