"""How soon what was said meanwhile is through once a network that was cut returns.

    python -m tests.netlab.reconnect [--rounds 6] [--cut 3 10 40] [--json]

A node and a unit. The unit's cable is cut for so many seconds; at some moment of that an order is given, and at another the unit reports. From
the moment the cable is whole again it is measured until the unit holds the order, and until the node holds the report; the unit answers
the order as soon as it holds it, and from then on until the node holds the answer. The rounds differ in when it was said: a connection waits
all the longer the longer it has waited.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

from console.models import kinds
from tests.netlab.lab import laboratory, obstacle
from tests.netlab.post import Post, Written
from tests.waiting import deadline

RETURNED_S = 120.0


class Returned(NamedTuple):
    """Seconds from the cable's healing until the order was at its unit and the report at its node; from the order's arrival until its answer was
    at the node."""

    cut_s: float
    order_s: float
    report_s: float
    answer_s: float


MOMENTS = ((0.0, 0.0), (0.5, 0.1), (0.1, 0.5), (0.0, 0.9), (0.9, 0.0), (0.7, 0.7))
"""When within the cut, 0 to 1, the order is given and the report is written: by turns."""


def play(node: Post, unit: Post, cut_s: float, moments: tuple[float, float] = MOMENTS[0]) -> Returned:
    cable, said = unit.host.cables["lan"], {}
    begun_s = time.monotonic()
    cable.cut()
    for moment, what in sorted(zip(moments, ("order", "report"), strict=True)):
        _pass(begun_s + moment * cut_s)
        said[what] = _give(node, unit) if what == "order" else unit.write(kinds.UnitReport(text="cut off"), unit.own())
    _pass(begun_s + cut_s)
    cable.heal()
    healed_s = time.monotonic()
    through = {"order": lambda: unit.holds(said["order"]), "report": lambda: node.holds(said["report"])}
    begun, after = dict.fromkeys(through, healed_s), dict[str, float]()
    while len(after) < len(through):
        what = deadline(
            lambda: next((name for name in through if name not in after and through[name]()), ""), "something is through", RETURNED_S
        )
        after[what] = time.monotonic() - begun[what]
        if what == "order":
            answer = unit.write(kinds.TaskAnswered(unit=unit.own(), state="acknowledged"), said["order"].what)
            begun["answer"], through["answer"] = time.monotonic(), partial(node.holds, answer)
    unit.wait_link(node, "online", timeout_s=RETURNED_S)
    return Returned(cut_s, after["order"], after["report"], after["answer"])


def _pass(until_s: float) -> None:
    threading.Event().wait(max(0.0, until_s - time.monotonic()))


def _give(node: Post, unit: Post) -> Written:
    return node.write(kinds.TaskAssigned(unit=unit.own(), text="Come back"), area=unit.area)


def p95(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--cut", type=float, nargs="+", default=[3.0, 10.0, 40.0], metavar="SECONDS")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if obstacle():
        print(f"no laboratory here: {obstacle()}", file=sys.stderr)
        return 3
    found: list[Returned] = []
    with tempfile.TemporaryDirectory(prefix="fengsui-reconnect-") as root, laboratory() as lab:
        node = Post(lab.host("node", lan="10.0.0.1"), Path(root), "Node", "node", "652722")
        unit = Post(lab.host("unit", lan="10.0.0.2"), Path(root), "Unit", "unit", "652722")
        try:
            node.listen()
            node.up()
            unit.join(node.invite(unit))
            unit.up()
            found = [play(node, unit, cut_s, MOMENTS[number % len(MOMENTS)]) for cut_s in args.cut for number in range(args.rounds)]
        finally:
            unit.close()
            node.close()
    if args.json:
        print(json.dumps([each._asdict() for each in found]))
        return 0
    for each in found:
        print(
            f"cut for {each.cut_s:g} s: order {each.order_s:.2f} s, report {each.report_s:.2f} s after it was whole again, "
            f"answer {each.answer_s:.2f} s"
        )
    for name in ("order_s", "report_s", "answer_s"):
        values = [float(getattr(each, name)) for each in found]
        print(f"{name.removesuffix('_s')}: p95 {p95(values):.2f} s, worst {max(values):.2f} s of {len(values)} rounds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
