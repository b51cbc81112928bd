"""`fengsui tiles`: online maps kept on this machine. The window runs it as a process of its own to look at a service and to fill an area."""

from __future__ import annotations

import argparse
import json
import os
import signal
import threading
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli import add_data_argument
from console.errors import EXIT_NOT_WELL

if TYPE_CHECKING:
    from console.comms.tiles.progress import Progress
    from console.models.maps.tilestore import TileStore

TELL_S = 0.25


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "tiles",
        help="keep online maps on this machine for offline use",
        description="Online sources (XYZ, WMTS in Web Mercator) whose tiles of an area are fetched once, at a bounded pace, and kept. "
        "Whoever fetches is answerable to the source's terms. Nothing is fetched but by `look` and `fill`.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verb = _verb(verbs, "list", "sources, areas and how far they are")
    verb = _verb(verbs, "look", "what a WMTS service offers")
    verb.add_argument("address")
    verb = _verb(verbs, "add", "an online source")
    verb.add_argument("name")
    verb.add_argument("template", help="address with {z}, {x} and {y}, or {-y}")
    verb.add_argument("--datum", default="WGS-84")
    verb.add_argument("--approval", default="", metavar="NUMBER")
    verb.add_argument("--attribution", default="")
    verb.add_argument("--zooms", default="0-18", metavar="MIN-MAX")
    verb.add_argument("--per-s", type=float, default=None, metavar="N", help="requests a second")
    verb = _verb(verbs, "area", "choose an area of a source for offline use")
    verb.add_argument("source")
    verb.add_argument("name")
    verb.add_argument("box", metavar="WEST,SOUTH,EAST,NORTH")
    verb.add_argument("--zooms", default="0-14", metavar="MIN-MAX")
    verb.add_argument("--dry", action="store_true", help="only say how large it is")
    verb = _verb(verbs, "fill", "fetch what an area lacks; may be ended and run again at any time")
    verb.add_argument("area")
    verb.add_argument("--attached", action="store_true", help="end when standard input ends")
    verb = _verb(verbs, "remove", "a source or an area")
    verb.add_argument("id")


def _verb(verbs: Any, name: str, about: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=about, description=about)
    add_data_argument(parser)
    return parser


def run(args: argparse.Namespace) -> int:
    from console.models.maps.tilestore import STORE_NAME, TileStore
    from console.models.paths import default_data_dir

    if args.verb == "look":
        return _look(args)
    path: Path = (args.data or default_data_dir()) / "maps" / STORE_NAME
    with closing(TileStore(path)) as store:
        return int({"list": _list, "add": _add, "area": _area, "fill": _fill, "remove": _remove}[args.verb](store, args))


def _say(held: Any) -> None:
    print(json.dumps(held, ensure_ascii=False), flush=True)


def _look(args: argparse.Namespace) -> int:
    from console.comms.tiles.store import look
    from console.models.rules.tiles import tiles_rule

    _say([offer._asdict() for offer in look(args.address, tiles_rule())])
    return 0


def _list(store: TileStore, _args: argparse.Namespace) -> int:
    from console.comms.tiles.address import shown

    for source in store.sources():
        _say(
            {
                "source": source.id,
                "name": source.name,
                "address": shown(source.template),
                "datum": source.datum,
                "approval": source.approval,
            }
        )
    for area in store.areas():
        _say({"area": area.id, "name": area.name, "source": area.source, "box": area.box} | store.fill(area)._asdict())
    return 0


def _add(store: TileStore, args: argparse.Namespace) -> int:
    from console.comms.tiles.store import add_source
    from console.models.maps.tilestore import Source
    from console.models.rules.tiles import tiles_rule

    rule = tiles_rule()
    low, high = _zooms(args.zooms)
    pace = rule.fetch.per_s if args.per_s is None else args.per_s
    _say(
        {
            "source": add_source(
                store, Source("", args.name, args.template, args.datum, args.approval, args.attribution, low, high, pace), rule
            ).id
        }
    )
    return 0


def _area(store: TileStore, args: argparse.Namespace) -> int:
    from msgspec import to_builtins

    from console.comms.tiles.store import add_area, size_of
    from console.models.maps.sample import bounds_of
    from console.models.maps.tilestore import Area
    from console.models.rules.tiles import tiles_rule

    box = bounds_of(args.box) or (0.0, 0.0, 0.0, 0.0)
    area = Area("", args.source, args.name, box, *_zooms(args.zooms))
    told = to_builtins(size_of(store, area, tiles_rule()))
    _say(told if args.dry else {"area": add_area(store, area, tiles_rule()).id} | told)
    return 0


def _remove(store: TileStore, args: argparse.Namespace) -> int:
    if any(source.id == args.id for source in store.sources()):
        store.remove_source(args.id)
        _say({"removed": args.id})
    else:
        _say({"removed": args.id, "tiles_freed": store.remove_area(args.id)})
    return 0


def _fill(store: TileStore, args: argparse.Namespace) -> int:
    from console.comms.tiles.filling import Filling
    from console.models.rules.tiles import tiles_rule

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if args.attached:
        threading.Thread(target=_wait_for_end, args=(stop,), daemon=True).start()
    told_s = 0.0

    def tell(progress: Progress) -> None:
        nonlocal told_s
        now_s = time.monotonic()
        if progress.waiting or now_s - told_s >= TELL_S:
            told_s = now_s
            _say(asdict(progress))

    filling = Filling(store, store.area(args.area), tiles_rule(), tell, stop)
    why = filling.run()
    _say(asdict(filling.progress) | {"ended": why})
    return EXIT_NOT_WELL if why else 0


def _wait_for_end(stop: threading.Event) -> None:
    while os.read(0, 1):
        pass
    stop.set()


def _zooms(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    try:
        return int(low), int(high or low)
    except ValueError:
        return -1, -1
