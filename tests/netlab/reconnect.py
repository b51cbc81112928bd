"""How soon the first order is through once a network that was cut returns.

    python -m tests.netlab.reconnect [--rounds 5] [--cut 3 10 40] [--json]

A node and a unit; the unit's cable is cut for so many seconds, an order is given meanwhile; from the moment the cable is whole again it is
measured until the unit holds the order, and until the node holds what the unit had said.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

from console.models import kinds
from tests.netlab.lab import laboratory, obstacle
from tests.netlab.post import Post
from tests.waiting import deadline

RETURNED_S = 120.0


class Returned(NamedTuple):
    """Seconds from the cable's healing until the order was at its unit and the report at its node."""

    cut_s: float
    order_s: float
    report_s: float


def play(node: Post, unit: Post, cut_s: float) -> Returned:
    cable = unit.host.cables["lan"]
    cable.cut()
    report = unit.write(kinds.UnitReport(text="cut off"), unit.own())
    order = node.write(kinds.TaskAssigned(unit=unit.own(), text="Come back"), area=unit.area)
    threading.Event().wait(cut_s)
    cable.heal()
    begun_s = time.monotonic()
    first = deadline(lambda: (unit.holds(order) and "order") or (node.holds(report) and "report"), "something is through", RETURNED_S)
    first_s = time.monotonic() - begun_s
    deadline(lambda: unit.holds(order) and node.holds(report), "both are through", RETURNED_S)
    both_s = time.monotonic() - begun_s
    unit.wait_link(node, "online", timeout_s=RETURNED_S)
    return Returned(cut_s, *((first_s, both_s) if first == "order" else (both_s, first_s)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
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
            found = [play(node, unit, cut_s) for cut_s in args.cut for _ in range(args.rounds)]
        finally:
            unit.close()
            node.close()
    if args.json:
        print(json.dumps([each._asdict() for each in found]))
        return 0
    for each in found:
        print(f"cut for {each.cut_s:g} s: order {each.order_s:.2f} s, report {each.report_s:.2f} s after it was whole again")
    return 0


if __name__ == "__main__":
    sys.exit(main())
