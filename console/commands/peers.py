"""`fengsui peers`: who is enrolled and who is connected; revoke one."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from console.cli import add_data_argument
from console.errors import UsageFault

if TYPE_CHECKING:
    from console.comms.local.messages import Welcome
    from console.models.paths import DataDir
    from console.models.trust import Grant

_ID_CHARS = 12


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "peers",
        help="list enrolled peers and links; revoke a peer",
        description="List who is enrolled here and, when the peer runs, its links. `fengsui peers revoke NAME --why TEXT` ends what NAME may do.",
    )
    parser.add_argument("what", nargs="?", default="list", choices=("list", "revoke"), help="default: list")
    parser.add_argument("peer", nargs="?", default="", metavar="NAME", help="name or id (6 digits of it at least)")
    add_data_argument(parser)
    parser.add_argument("--why", default="", metavar="TEXT", help="revoke: told to the peer and kept in the journal")
    parser.add_argument("--json", action="store_true", help="print for a program")


def run(args: argparse.Namespace) -> int:
    from console.models.paths import DataDir, default_data_dir

    data_dir = DataDir(args.data or default_data_dir())
    if args.what == "list" and args.peer:
        raise UsageFault(f"what about {args.peer!r}? `fengsui peers` lists all, `fengsui peers revoke NAME --why TEXT` revokes one.")
    return _revoke(data_dir, args) if args.what == "revoke" else _list(data_dir, args)


def _revoke(data_dir: DataDir, args: argparse.Namespace) -> int:
    from console.comms.local.client import ask
    from console.comms.local.messages import Revoke
    from console.comms.local.running import running
    from console.comms.peer.offline import offline

    if not args.peer or not args.why:
        raise UsageFault("revoking needs a name and a reason: `fengsui peers revoke NAME --why TEXT`.")
    if running(data_dir.running) is not None:
        origin = ask(data_dir, lambda number: Revoke(id=number, peer=args.peer, why=args.why)).ids[0]
    else:
        with offline(data_dir) as node:
            origin = node.revoke(args.peer, args.why)
    print(json.dumps({"revoked": origin}) if args.json else f"revoked {args.peer} {origin}")
    return 0


def _list(data_dir: DataDir, args: argparse.Namespace) -> int:
    from console.comms.local.client import look
    from console.comms.local.running import running
    from console.models.journal.reading import Reader
    from console.models.trust import enrolled

    reader = Reader(data_dir.journal)
    try:
        grants = sorted(enrolled(reader.connection), key=lambda grant: (grant.area, grant.name))
    finally:
        reader.close()
    now = look(data_dir) if running(data_dir.running) is not None else None
    if args.json:
        print(json.dumps(_document(grants, now), ensure_ascii=False))
    else:
        _print(grants, now)
    return 0


def _document(grants: list[Grant], now: Welcome | None) -> dict[str, Any]:
    from msgspec import to_builtins

    peers = [
        {"name": grant.name, "origin": grant.origin.hex(), "role": grant.role, "area": grant.area, "revoked": bool(grant.revoked_hlc)}
        for grant in grants
    ]
    return {"peers": peers, "me": to_builtins(now.me) if now else None, "links": to_builtins(now.links) if now else None}


def _print(grants: list[Grant], now: Welcome | None) -> None:
    from console.models.plain import plain

    for grant in grants:
        print(
            f"{grant.origin.hex()[:_ID_CHARS]}  {grant.role:<8} {grant.area:<9} {'revoked ' if grant.revoked_hlc else ''}{plain(grant.name)}"
        )
    if not grants:
        print("nobody is enrolled here")
    if now is None:
        print("the peer does not run: no links")
        return
    for link in now.links:
        delay = "" if link.delay_ms is None else f" {link.delay_ms:.0f} ms"
        waiting = f" waiting {sum(link.waiting.values())}" if link.waiting else ""
        refused = " ".join(f"{code} {count}" for code, count in sorted(link.refused.items()))
        reason = f": {plain(link.reason)}" if link.reason else ""
        print(f"link {link.direction:<3} {link.state:<10} {plain(link.name) or '-'} {link.endpoint}{delay}{waiting}{reason}")
        if refused:
            print(f"     refused: {refused}")
