"""A narrow link and what must still come through it: orders down to units, answers up, while their positions queue.

    python -m tests.netlab.narrow [--units 50] [--rounds 30] [--rate 9600] [--hz 1] [--half-duplex] [--lead-in 10] [--json]

County node, narrow cable, township node, its units on a good network of their own. Every unit reports its position so often that the
narrow cable cannot carry it; the county gives an order to one unit after another, and each answers it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from console.comms.local.messages import Draft
from console.comms.peer import Peer
from console.models import kinds
from console.models.identity import owned_subject
from console.models.journal.reading import Reader
from console.models.paths import DataDir
from tests.netlab.lab import Lab, laboratory, obstacle
from tests.netlab.post import Post
from tests.waiting import deadline

COUNTY, TOWNSHIP = "652722", "652722100"
GIVEN_UP_S = 30.0
"""Not there by then: counted as so long, and the next order is given."""


class Rounds(NamedTuple):
    """Seconds from the order's writing until its unit held it, and from the answer's writing until the county held it."""

    order_s: list[float]
    answer_s: list[float]
    waiting: list[dict[str, int]]
    """What waits for the county, at the end of each round, as the township's operator sees it."""
    states: list[str]
    up_bps: float
    down_bps: float


def p95(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]


class Crew:
    """Units of a township as peers in this process, on one machine of the laboratory; `report` makes each say where it is."""

    def __init__(self, post: Post, root: Path, count: int) -> None:
        self.post, self.peers = post, [Peer(DataDir(root / f"unit-{number}"), local=False) for number in range(count)]
        self._readers = [DataDir(root / f"unit-{number}").journal for number in range(count)]
        self._turn = 0

    def start(self, host_inside: contextlib.AbstractContextManager[None]) -> None:
        with host_inside:
            for peer in self.peers:
                peer.start()
        tokens = [self.post.invite(Post(self.post.host, Path(), "", "unit", TOWNSHIP)) for _ in self.peers]
        joining = [peer.join(token, f"Unit {number}") for number, (peer, token) in enumerate(zip(self.peers, tokens, strict=True))]
        for each in joining:
            each.result(30)
        for number in range(len(self.peers)):
            self._write(number, kinds.UnitRegistered(name=f"Unit {number}"), self.unit(number)).result(10)
        assert all(peer.me().role == "unit" for peer in self.peers)

    def unit(self, number: int) -> str:
        return owned_subject(bytes.fromhex(self.peers[number].origin), "unit")

    def report(self) -> None:
        """The next unit says where it is."""
        turn, number = divmod(self._turn, len(self.peers))
        self._turn += 1
        place = kinds.UnitPosition(lon=82.0 + number / 100, lat=44.0 + turn % 1000 / 10_000, heading_deg=90.0, speed_mps=3.5)
        self._write(number, place, self.unit(number))

    def answer(self, number: int, task: str) -> None:
        self._write(number, kinds.TaskAnswered(unit=self.unit(number), state="acknowledged"), task).result(10)

    def _write(self, number: int, body: kinds.Body, subject: str) -> Future[list[str]]:
        return self.peers[number].write([Draft(kind=kinds.kind_of(body), subject=subject, body=kinds.encode_body(body))])

    def has(self, number: int, task: str) -> bool:
        reader = Reader(self._readers[number])
        try:
            return reader.connection.execute("SELECT 1 FROM task WHERE id = ?", (task,)).fetchone() is not None
        finally:
            reader.close()

    def stop(self) -> None:
        for peer in self.peers:
            peer.stop()


class Scene(NamedTuple):
    county: Post
    township: Post
    crew: Crew


@contextlib.contextmanager
def scene(lab: Lab, root: Path, units: int) -> Iterator[Scene]:
    """Everybody enrolled and in step, over good cables."""
    county = Post(lab.host("county", wan="10.0.0.1"), root, "County", "node", COUNTY)
    township = Post(lab.host("township", wan="10.0.0.2", field="10.0.1.1"), root, "Township", "node", TOWNSHIP)
    field = lab.host("field", field="10.0.1.2")
    with ExitStack() as made:
        made.callback(county.close)
        made.callback(township.close)
        county.listen()
        county.up()
        township.listen("", "--upstream", county.invite(township))
        township.up()
        crew = Crew(township, root, units)
        made.callback(crew.stop)
        crew.start(field.namespace.inside())
        county.wait_equal(township)
        yield Scene(county, township, crew)


@contextlib.contextmanager
def reporting(crew: Crew, hz: float) -> Iterator[None]:
    """Every unit says where it is, so often, one after another."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(1 / hz / len(crew.peers)):
            crew.report()

    thread = threading.Thread(target=run, name="reporting")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def play(
    scene: Scene, rounds: int, *, rate_bps: float = 9600, hz: float = 1.0, half_duplex: bool = False, lead_in_s: float = 10.0
) -> Rounds:
    """`lead_in_s`: how long telemetry queues before the first order."""
    cable = scene.township.host.cables["wan"]
    if half_duplex:
        cable.down = cable.up
    cable.set(rate_bps=rate_bps)
    result = Rounds([], [], [], [], 0.0, 0.0)
    with reporting(scene.crew, hz):
        threading.Event().wait(lead_in_s)
        before, begun_s = (cable.up.carried_bytes, cable.down.carried_bytes), time.monotonic()
        for number in range(rounds):
            _round(scene, number % len(scene.crew.peers), result)
        seconds = time.monotonic() - begun_s
    up, down = ((now - then) * 8 / seconds for now, then in zip((cable.up.carried_bytes, cable.down.carried_bytes), before, strict=True))
    return result._replace(up_bps=up, down_bps=down)


def _round(scene: Scene, unit: int, result: Rounds) -> None:
    begun_s = time.monotonic()
    order = scene.county.write(
        kinds.TaskAssigned(unit=scene.crew.unit(unit), text="Move the people of group 3 to the school"), area=TOWNSHIP
    )
    result.order_s.append(_seconds(lambda: scene.crew.has(unit, order.what), begun_s))
    begun_s = time.monotonic()
    if scene.crew.has(unit, order.what):
        scene.crew.answer(unit, order.what)
    result.answer_s.append(_seconds(lambda: _state(scene.county, order.what) == "acknowledged", begun_s))
    link = scene.township.link(scene.county)
    result.waiting.append({} if link is None else link.waiting)
    result.states.append("" if link is None else link.state)


def _seconds(fact: Callable[[], bool], begun_s: float) -> float:
    """From `begun_s` until it is so, GIVEN_UP_S when it was not by then."""
    with contextlib.suppress(AssertionError):
        deadline(fact, "", GIVEN_UP_S)
    return min(time.monotonic() - begun_s, GIVEN_UP_S)


def _state(post: Post, task: str) -> object:
    rows = post.query("SELECT state FROM task WHERE id = ?", (task,))
    return rows[0][0] if rows else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--rate", type=float, default=9600, help="bit/s of the narrow cable")
    parser.add_argument("--hz", type=float, default=1.0, help="positions a second of each unit")
    parser.add_argument("--half-duplex", action="store_true", help="both directions share the rate, as on a radio")
    parser.add_argument("--lead-in", type=float, default=10.0, help="seconds of telemetry on the narrow cable before the first order")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if obstacle():
        print(f"no laboratory here: {obstacle()}", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory(prefix="fengsui-narrow-") as root, laboratory() as lab, scene(lab, Path(root), args.units) as place:
        result = play(place, args.rounds, rate_bps=args.rate, hz=args.hz, half_duplex=args.half_duplex, lead_in_s=args.lead_in)
    if args.json:
        print(json.dumps(result._asdict()))
        return 0
    for number, (order_s, answer_s) in enumerate(zip(result.order_s, result.answer_s, strict=True), 1):
        print(f"round {number}: order {order_s:.2f} s, answer {answer_s:.2f} s")
    for name, values in (("order to its unit", result.order_s), ("answer to the county", result.answer_s)):
        never = sum(value >= GIVEN_UP_S for value in values)
        middle = sorted(values)[len(values) // 2]
        print(f"{name}: p50 {middle:.2f} s, p95 {p95(values):.2f} s, worst {max(values):.2f} s, not within {GIVEN_UP_S:g} s: {never}")
    print(f"link as the township sees it: {', '.join(dict.fromkeys(result.states))}; waiting at the end {result.waiting[-1]}")
    print(f"carried up {result.up_bps:,.0f} bit/s, down {result.down_bps:,.0f} bit/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
