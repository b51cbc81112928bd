"""`fengsui lead`: lead the peers around this machine on the local network, while their node is away."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from console.cli import add_data_argument

if TYPE_CHECKING:
    from console.comms.local.messages import Me


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "lead",
        help="lead the peers around this machine on the local network",
        description="Have the running peer lead: units and consoles around that lost their node find it by themselves, report to it and take its "
        "orders. `fengsui lead` says how it is, `fengsui lead on` begins, `fengsui lead off` ends. When the node is back, both merge.",
    )
    parser.add_argument("what", nargs="?", default="show", choices=("show", "on", "off"), help="default: show")
    add_data_argument(parser)
    parser.add_argument("--author", default="", metavar="NAME", help="on, off: who says so, for the record (default the peer's own name)")
    parser.add_argument("--json", action="store_true", help="print for a program")


def run(args: argparse.Namespace) -> int:
    from console.comms.local.client import ask, look
    from console.comms.local.messages import Lead
    from console.models.paths import DataDir, default_data_dir

    data_dir = DataDir(args.data or default_data_dir())
    if args.what != "show":
        ask(data_dir, lambda number: Lead(id=number, on=args.what == "on", author=args.author))
    me = look(data_dir).me
    print(json.dumps(_document(me), ensure_ascii=False) if args.json else _text(me))
    return 0


def _document(me: Me) -> dict[str, Any]:
    from msgspec import to_builtins

    return {"leading_ms": me.leading_ms, "listen": me.listen, "discovery": me.discovery, "nearby": to_builtins(me.nearby)}


def _text(me: Me) -> str:
    from datetime import datetime

    from console.models.plain import plain

    if me.leading_ms is None:
        lines = [f"{plain(me.name)} does not lead"]
    else:
        since = datetime.fromtimestamp(me.leading_ms / 1000).astimezone().strftime("%Y-%m-%d %H:%M")
        lines = [f"{plain(me.name)} leads since {since}"]
    lines += [
        f"nearby {each.peer[:12]}  {each.role:<8} {each.area:<9} {'leads ' if each.leads else ''}{plain(each.name)}" for each in me.nearby
    ]
    return "\n".join(
        lines if me.nearby else [*lines, "no enrolled peer is heard nearby" if me.discovery else "peers nearby are not looked for"]
    )
