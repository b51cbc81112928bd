"""`fengsui node`: run a peer: a node that others dial, or this machine's own peer behind its windows."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import Any

from console.cli import add_data_argument


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "node",
        help="run a node that units and other nodes dial",
        description="Run a peer until Ctrl-C: with --listen a node that others dial, with --local this machine's own peer.",
    )
    add_data_argument(parser)
    parser.add_argument("--listen", action="append", default=[], metavar="ENDPOINT", help="such as tcp://0.0.0.0:7650; may be repeated")
    parser.add_argument("--announce", action="append", default=[], metavar="ENDPOINT", help="where others dial it, when not there")
    parser.add_argument("--area", default="", metavar="CODE", help="GB/T 2260 code of the area it stands for (first start)")
    parser.add_argument("--name", default="", help="what others see (first start)")
    parser.add_argument("--upstream", default="", metavar="TOKEN", help="join the node that issued this token")
    parser.add_argument("--no-discovery", action="store_true", help="neither look for peers on the local network nor be found there")
    parser.add_argument(
        "--beidou", default="", metavar="PORT", help="satellite terminal on this serial port; `off`: none any more; remembered"
    )
    parser.add_argument("--local", action="store_true", help="run behind this machine's windows")


def run(args: argparse.Namespace) -> int:
    from console.comms.peer import Peer
    from console.comms.peer.foreground import running_peer, until_told
    from console.models.paths import DataDir, default_data_dir

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    data_dir = DataDir(args.data or default_data_dir())
    peer = Peer(
        data_dir,
        listen=args.listen,
        announce=args.announce,
        patient=args.local,
        name=args.name,
        area=args.area,
        discovery=not args.no_discovery,
        satellite=args.beidou,
    )
    with running_peer(peer, endless=True):
        if args.upstream:
            peer.join(args.upstream, args.name).result()
        me = peer.me()
        print(f"{me.name or 'a peer without a name'} {me.origin} area {me.area or '-'} {' '.join(me.listen)}".rstrip(), flush=True)
        until_told(peer)
    return 0
