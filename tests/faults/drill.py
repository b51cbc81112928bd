"""A node that is killed or loses its power at random instants while a unit and a window write to it, and what is left each time.

`python -m tests.faults.drill --rounds 200` prints a table; `tests/e2e/test_power_cut.py` runs a few rounds of it.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from console.comms.local.client import LocalClient, look
from console.comms.local.messages import Done, Draft, Write
from console.comms.peer import Peer
from console.comms.peer.delivery import Delivered
from console.errors import Fault
from console.models import kinds
from console.models.event import Head, Stream
from console.models.identity import owned_subject
from console.models.journal.reading import Reader
from console.models.journal.verify import verify
from console.models.paths import DataDir
from tests.e2e.processes import Process, fengsui, free_port
from tests.faults.power import NoShim, Power, shim
from tests.waiting import deadline

WAYS = ("kill -9", "power cut, all unsynced gone", "power cut, unsynced torn")
AREA, BELOW = "6527", "652701"


class Round(NamedTuple):
    """What one death left. `acknowledged`: commands and reports acknowledged before it; `missing`: how many of them are not there after it;
    `gone_bytes`: of what was not synced; `start_s`: from the new process to its first word; `back`: events of the unit asked for again."""

    way: str
    acknowledged: int
    missing: int
    gone_bytes: int
    start_s: float
    told: bool
    torn: int
    back: int
    damage: list[str]


class Window:
    """A local client that writes one line after another to the node and notes what was acknowledged, until its node is gone."""

    def __init__(self, data_dir: DataDir) -> None:
        self._data_dir = data_dir
        self.acknowledged: list[str] = []
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._write, name="window", daemon=True)
        self._thread.start()

    def _write(self) -> None:
        body = kinds.encode_body(kinds.LogEntered(text="三号沟有泥流"))
        try:
            with LocalClient(self._data_dir) as client:
                for number in itertools.count(1):
                    if self._ending.is_set():
                        return
                    client.send(Write(id=number, drafts=[Draft(kind="log.entered", subject=f"i{number}", body=body)]))
                    while not self._answered(client, number):
                        if self._ending.is_set() or client.lost:
                            return
        except Fault:
            return

    def _answered(self, client: LocalClient, number: int) -> bool:
        client.wait(0.05)
        answers = [answer for answer in client.receive() if isinstance(answer, Done) and answer.id == number]
        self.acknowledged += [each for answer in answers for each in answer.ids]
        return bool(answers)

    def end(self) -> None:
        self._ending.set()
        self._thread.join(10)


class Drill:
    """The node's data directory under a power supply of its own; the unit lives through everything in this process."""

    def __init__(self, root: Path, rng: random.Random) -> None:
        self._rng = rng
        self._data, self._port = root / "node", free_port()
        self._data_dir = DataDir(self._data)
        self.power = Power(self._data_dir.journal, root / "shadow", shim(root))
        self._unit_dir = DataDir(root / "unit")
        self._unit = Peer(self._unit_dir, local=False)
        self._texts = itertools.count()
        self._reports: list[tuple[Future[list[Delivered]], int]] = []
        self._own = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        with self._node():
            token = fengsui("enrol", "--data", str(self._data), "--area", BELOW).strip()
            self._unit.start()
            try:
                self._unit.join(token, "unit").result(20)
            except BaseException:
                self._unit.stop()
                raise
        try:
            yield
        finally:
            self._unit.stop()

    def _node(self) -> Process:
        process = Process(
            "node", "--data", str(self._data), "--listen", f"tcp://127.0.0.1:{self._port}", "--area", AREA, env=self.power.environment
        )
        process.wait_lines(1, "127.0.0.1")
        return process

    def round(self, way: str) -> Round:
        """Work, die, start again, look."""
        with self._node() as node:
            window = Window(self._data_dir)
            self._work(window)
            node.kill()
            window.end()
        held_before = self._acknowledged_of_unit()
        gone = 0 if way == WAYS[0] else self.power.cut(None if way == WAYS[1] else self._rng)
        began_s = time.perf_counter()
        with self._node():
            start_s = time.perf_counter() - began_s
            me = look(self._data_dir).me
            missing = self._missing(window.acknowledged, held_before)
            before = self._heads(self._data_dir)
            deadline(self._in_step, "the node holds all that the unit said", timeout_s=30)
            after = self._heads(self._data_dir)
            back = sum(seq - before.get(stream, (0, b""))[0] for stream, (seq, _) in after.items())
            damage = self._damage()
        told = me.recovered
        acknowledged = len(window.acknowledged) + len(held_before)
        return Round(way, acknowledged, missing, gone, start_s, told is not None, told.torn if told else 0, back, damage)

    def _work(self, window: Window) -> None:
        """For a while that nobody can foresee; every second time the last of it is telemetry alone, which no commit of others syncs."""
        deadline(lambda: window.acknowledged, "the window's first line is saved")
        self._write_for(self._rng.uniform(0.15, 0.9), reports=True)
        if self._rng.random() < 0.5:
            window.end()
            self._write_for(self._rng.uniform(0.05, 0.4), reports=False)

    def _write_for(self, seconds: float, *, reports: bool) -> None:
        ends_s, pause = time.monotonic() + seconds, threading.Event()
        while time.monotonic() < ends_s:
            if reports:
                self._report()
            for _ in range(3):
                self._unit.write([self._draft("unit.position", kinds.UnitPosition(lon=82 + next(self._texts) * 1e-6, lat=44.6))])
            pause.wait(0.01)

    def _report(self) -> None:
        draft = self._draft("unit.report", kinds.UnitReport(text=f"桥断 {next(self._texts)}"))
        self._reports.append((self._unit.deliver([draft]), len(self._reports)))

    def _draft(self, kind: str, body: kinds.Body) -> Draft:
        return Draft(kind=kind, subject=owned_subject(bytes.fromhex(self._unit.origin), "u"), body=kinds.encode_body(body))

    def _acknowledged_of_unit(self) -> list[Delivered]:
        """Since the last round."""
        done = [each for each in self._reports if each[0].done()]
        self._reports = [each for each in self._reports if not each[0].done()]
        return [delivered for future, _ in done for delivered in future.result()]

    def _missing(self, written: list[str], delivered: list[Delivered]) -> int:
        reader = Reader(self._data_dir.journal)
        try:
            subjects = [row[0] for row in reader.connection.execute("SELECT subject FROM event WHERE kind = 'log.entered'")]
            held = reader.heads()
        finally:
            reader.close()
        self._own, expected = len(subjects), self._own + len(written)
        origin = bytes.fromhex(self._unit.origin)
        lost = sum(each.seq > held.get(Stream(origin, each.topic), (0, b""))[0] for each in delivered)
        return max(0, expected - len(subjects)) + lost

    def _heads(self, data_dir: DataDir) -> dict[Stream, tuple[int, Head]]:
        reader = Reader(data_dir.journal)
        try:
            origin = bytes.fromhex(self._unit.origin)
            return {stream: head for stream, head in reader.heads().items() if stream.origin == origin}
        finally:
            reader.close()

    def _in_step(self) -> bool:
        return self._heads(self._data_dir) == self._heads(self._unit_dir)

    def _damage(self) -> list[str]:
        reader = Reader(self._data_dir.journal)
        try:
            return [each.what for each in verify(reader.connection).damage]
        finally:
            reader.close()


def rounds(root: Path, count: int, seed: int) -> Iterator[Round]:
    """Raises NoShim. The ways to die take turns."""
    drill = Drill(root, random.Random(seed))
    with drill.running():
        for number in range(count):
            yield drill.round(WAYS[number % len(WAYS)])


def table(done: list[Round]) -> str:
    lines = [
        f"{'way to die':<30} {'times':>5} {'acknowledged':>12} {'missing':>7} {'unsynced bytes gone':>19} {'start p50':>9} {'start max':>9}"
    ]
    for way in WAYS:
        of = [each for each in done if each.way == way]
        if of:
            starts = sorted(each.start_s for each in of)
            lines.append(
                f"{way:<30} {len(of):>5} {sum(each.acknowledged for each in of):>12} {sum(each.missing for each in of):>7} "
                f"{sum(each.gone_bytes for each in of):>19} {statistics.median(starts):>8.2f}s {starts[-1]:>8.2f}s"
            )
    lines.append(
        f"{sum(each.told for each in done)} of {len(done)} starts told of it; {sum(each.torn for each in done)} events came out of torn logs; "
        f"{sum(each.back for each in done)} were asked for again; journals damaged: {sum(bool(each.damage) for each in done)}"
    )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    done: list[Round] = []
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fengsui-power-")))
        try:
            for each in rounds(root, args.rounds, args.seed):
                done.append(each)
                print(f"\r{len(done)} of {args.rounds}", end="", file=sys.stderr, flush=True)
        except NoShim as no:
            print(f"skipped: {no}")
            return 1
    print(file=sys.stderr)
    print(table(done))
    well = all(each.told and not each.missing and not each.damage for each in done)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
