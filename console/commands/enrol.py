"""`fengsui enrol`: a one-time token that lets one peer enrol with this node."""

from __future__ import annotations

import argparse
import json
from typing import Any

from console.cli import add_data_argument

_VALID_HOURS = 24.0


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "enrol",
        help="print a one-time token for a unit, console, gateway or node",
        description="Issue a one-time token. Give it to one person over a channel you trust: who has it can enrol, once. "
        "Asks the running node, or opens its journal when none runs.",
    )
    add_data_argument(parser)
    parser.add_argument("--role", default="unit", choices=("unit", "console", "gateway", "node"), help="what it may be (default unit)")
    parser.add_argument("--area", default="", metavar="CODE", help="GB/T 2260 code it may speak for (default the node's own)")
    parser.add_argument(
        "--valid", type=float, default=_VALID_HOURS, metavar="HOURS", help=f"how long it can be used (default {_VALID_HOURS:g})"
    )
    parser.add_argument("--json", action="store_true", help="print for a program")


def run(args: argparse.Namespace) -> int:
    from console.comms.local.client import ask
    from console.comms.local.messages import MAX_VALID_S, Invite
    from console.comms.local.running import running
    from console.comms.peer.offline import offline
    from console.errors import UsageFault
    from console.models.paths import DataDir, default_data_dir

    data_dir = DataDir(args.data or default_data_dir())
    if not 0 < args.valid <= MAX_VALID_S / 3600:
        raise UsageFault(f"--valid must be above 0 and at most {MAX_VALID_S // 3600} hours.")
    valid_s = int(args.valid * 3600)
    if running(data_dir.running) is not None:
        token = ask(data_dir, lambda number: Invite(id=number, role=args.role, area=args.area, valid_s=valid_s)).token
    else:
        with offline(data_dir) as node:
            token = node.invite(args.role, args.area, valid_s)
    print(json.dumps({"token": token, "role": args.role, "area": args.area, "valid_s": valid_s}) if args.json else token)
    return 0
