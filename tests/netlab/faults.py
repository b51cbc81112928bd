"""Every fault of a network at once: a node, a console, and a unit for each fault, on a cable that has it.

    python -m tests.netlab.faults [--out FILE.png]

Makes the faults, lets units report and the console give orders for a while, and says what the node's operator and each unit's see of it;
with --out a picture of the node's Links. tests/e2e/test_netlab_faults.py heals them one by one and shows that nothing was lost.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from console.comms.local.messages import Link
from console.models import kinds
from tests.netlab.ether import Cable
from tests.netlab.lab import laboratory, obstacle
from tests.netlab.post import Post, Written

RATE_BPS = 9600
REPORTS = 10
LOOK_S = 14.0
"""Until a link that is cut is silent and one that is far has been timed (session: 7.5 s, a ping each 2 to 8 s)."""


def _asymmetric(cable: Cable) -> None:
    """The unit is not heard, but hears."""
    cable.up.cut = True


FAULTS: dict[str, Callable[[Cable], None]] = {
    "cut": Cable.cut,
    "lossy": lambda cable: cable.set(loss=0.3),
    "far": lambda cable: cable.set(delay_s=2.0),
    "narrow": lambda cable: cable.set(rate_bps=RATE_BPS),
    "asymmetric": _asymmetric,
    "flapping": lambda cable: cable.flap(1.0),
}


class Field(NamedTuple):
    """`units`: by the fault that each has."""

    node: Post
    console: Post
    units: dict[str, Post]

    def cable(self, name: str) -> Cable:
        return self.units[name].host.cables["field"]

    def order(self, unit: Post) -> Written:
        return self.console.write(kinds.TaskAssigned(unit=unit.own(), text="Search the lower village"), area=unit.area)


def report(unit: Post, text: str) -> list[Written]:
    return [unit.write(kinds.UnitReport(text=f"{text} {number}"), unit.own()) for number in range(REPORTS)]


@contextlib.contextmanager
def faulty_field(root: Path) -> Iterator[Field]:
    """Everybody was in step; then every fault began."""
    with laboratory() as lab, ExitStack() as made:

        def post(name: str, role: str, area: str, number: int) -> Post:
            each = Post(lab.host(name, field=f"10.0.0.{number}"), root, name, role, area)
            made.callback(each.close)
            return each

        node, console = post("node", "node", "6527", 1), post("console", "console", "6527", 2)
        units = {name: post(name, "unit", "652722", 10 + number) for number, name in enumerate(FAULTS)}
        node.listen()
        node.up()
        for other in (console, *units.values()):
            other.join(node.invite(other), "--no-discovery")
        for other in (console, *units.values()):
            other.up()
            other.wait_equal(node)
        for name, begin in FAULTS.items():
            begin(units[name].host.cables["field"])
        yield Field(node, console, units)


def _seen(link: Link | None) -> str:
    if link is None:
        return "no link"
    delay = "" if link.delay_ms is None else f", {link.delay_ms:,.0f} ms"
    waiting = " ".join(f"{lane} {count}" for lane, count in link.waiting.items() if count)
    return f"{link.state}{delay}{f', waiting: {waiting}' if waiting else ''}{f', {link.reason}' if link.reason else ''}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, metavar="FILE", help="a picture of the node's Links")
    args = parser.parse_args()
    if obstacle():
        print(f"no laboratory here: {obstacle()}", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory(prefix="fengsui-faults-") as root, faulty_field(Path(root)) as field:
        for unit in field.units.values():
            report(unit, "Water rises")
            field.order(unit)
        threading.Event().wait(LOOK_S)
        for name, unit in field.units.items():
            print(f"{name:<11} the node sees: {_seen(field.node.link(unit)):<52} the unit sees: {_seen(unit.link(field.node))}")
        if args.out is not None:
            words = ("--data", str(field.node.data.root), "--view", "links", "--size", "1500x620", "--lang", "en", "--theme", "day")
            field.node.host.fengsui("shot", *words, "--out", str(args.out.absolute()), env={"QTWEBENGINE_DISABLE_SANDBOX": "1"})
    return 0


if __name__ == "__main__":
    sys.exit(main())
