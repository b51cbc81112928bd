"""`fengsui bundle`: make a bundle for another peer, look into one, take one."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli import add_data_argument
from console.errors import EXIT_NOT_WELL, UsageFault

if TYPE_CHECKING:
    from console.comms.carriers.bundle.orders import Inside, Job, Made, Shown, Taken, Work

_UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}
_WIPE = "\r\x1b[K"
_LANES = ("command", "report", "telemetry")


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "bundle",
        help="carry events on a stick: make a bundle for a peer, look into one, take one",
        description="A bundle is for one peer: only it can read it, and it takes nothing that was altered. Asks the running peer, or opens "
        "its journal when none runs.",
        epilog="Exit codes: 0 done; 1 altered or damaged, or something in it was refused; 4 for another peer, or its maker is not believed.",
    )
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    make = what.add_parser("export", help="write what a peer is not known to have")
    make.add_argument("--for", dest="peer", required=True, metavar="PEER", help="name, or id (6 digits of it at least)")
    make.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to, such as /media/stick/county.fsb")
    make.add_argument("--incident", default="", metavar="ID", help="all of this incident instead, and the orders the peer lacks")
    make.add_argument("--volume-size", default="", metavar="SIZE", help="files of this size at most, such as 64MB (default: one file)")
    show = what.add_parser("show", help="what is in it, from whom, and what of it is new here; nothing is taken")
    take = what.add_parser("import", help="check all of it, then take it; may be done again, and goes on where it was broken off")
    for each in (show, take):
        each.add_argument("files", nargs="+", type=Path, metavar="FILE")
    for each in (make, show, take):
        add_data_argument(each)
        each.add_argument("--json", action="store_true", help="print for a program")


def run(args: argparse.Namespace) -> int:
    from console.comms.carriers.bundle.clerk import have_done
    from console.models.paths import DataDir, default_data_dir

    watched = sys.stderr.isatty() and not args.json
    job = have_done(DataDir(args.data or default_data_dir()), _order(args), _tell if watched else _say_nothing)
    if watched:
        print(_WIPE, end="", file=sys.stderr)
    if job.state != "done":
        print(f"fengsui: {job.reason}", file=sys.stderr)
        return job.exit_code
    if args.json:
        from msgspec import to_builtins

        print(json.dumps(to_builtins(job.result), ensure_ascii=False))
    else:
        _print(job)
    return EXIT_NOT_WELL if getattr(job.result, "refusals", 0) else 0


def _order(args: argparse.Namespace) -> Work:
    from console.comms.carriers.bundle.orders import Make, Show, Take

    if args.what == "export":
        return Make(args.peer, str(args.out.absolute()), args.incident, _bytes(args.volume_size))
    files = [str(file.absolute()) for file in args.files]
    return Show(files) if args.what == "show" else Take(files)


def _bytes(text: str) -> int:
    if not text:
        return 0
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", text.strip().lower())
    if found is None or found[2] not in _UNITS or not float(found[1]):
        raise UsageFault(f"{text!r} is no size of a volume: write it like 64MB, 700MB or 4GB.")
    return int(float(found[1]) * _UNITS[found[2]])


def _say_nothing(_job: Job) -> None:
    pass


def _tell(job: Job) -> None:
    share = f" {100 * job.done // job.whole} %" if job.whole else ""
    print(f"{_WIPE}{job.phase}{share}", end="", file=sys.stderr, flush=True)


# -- for a person -----------------------------------------------------------------------------------------------------------------


def _print(job: Job) -> None:
    from console.comms.carriers.bundle.orders import Made, Shown, Taken

    if isinstance(job.result, Made):
        _print_made(job.result)
    elif isinstance(job.result, Shown):
        _print_shown(job.result)
    elif isinstance(job.result, Taken):
        _print_taken(job.result)


def _print_made(made: Made) -> None:
    for file, size in made.files:
        print(f"{file}  {size} bytes")
    if sum(made.events.values()):
        print(f"for {_plain(made.name)}: {_counts(made.events)}")
    else:
        print(f"for {_plain(made.name)}: nothing it is not known to have; it only tells what is held here")


def _print_shown(shown: Shown) -> None:
    for volume in shown.volumes:
        _print_volume(volume)
    _print_missing(shown.missing)


def _print_volume(volume: Inside) -> None:
    print(
        f"{volume.file}  {volume.bytes} bytes, volume {volume.volume}{' (the last)' if volume.last else ''} of bundle {volume.bundle[:8]}"
    )
    print(f"  from {_plain(volume.name)} ({volume.role}, area {volume.area}, {volume.sender[:12]}), made {_instant(volume.made_ms)}")
    if volume.ahead_ms:
        print(f"  its maker's clock is {volume.ahead_ms // 1000} s ahead of this machine's: set the one that is wrong")
    if volume.incident:
        print(f"  about one incident: {_plain(volume.title)} ({_plain(volume.incident)})")
    for kind in volume.kinds:
        print(f"  {kind.lane:<9} {_plain(kind.kind):<22} {kind.count:>8}  {_instant(kind.first_ms)} .. {_instant(kind.last_ms)}")
    print(f"  new here: {_counts(volume.new)}")
    if volume.waiting:
        print(f"  {volume.waiting} of them can be taken only after an earlier volume or bundle")


def _print_taken(taken: Taken) -> None:
    print(f"taken: {_counts(taken.events)}; held already: {taken.held}")
    if taken.early:
        print(f"{taken.early} events are shown ahead of their streams, until these arrive")
    if taken.waiting:
        print(f"{taken.waiting} events were not taken: an earlier volume or bundle must come first. Take it, then this one again.")
    for no in taken.refused:
        print(f"refused: {_plain(no.place)}: {no.code}: {_plain(no.text)}")
    if taken.refusals > len(taken.refused):
        print(f"refused: {taken.refusals - len(taken.refused)} more")
    _print_missing(taken.missing)


def _print_missing(missing: list[int]) -> None:
    if missing:
        print(f"not here: volume {', '.join(map(str, missing))}")


def _counts(events: dict[str, int]) -> str:
    return ", ".join(f"{events[lane]} {lane}" for lane in _LANES if events.get(lane)) or "nothing"


def _instant(ms: int) -> str:
    from console.models.clock import hlc_from_ms
    from console.models.journal.export import time_text

    return time_text(hlc_from_ms(ms))[:19] + "Z"


def _plain(text: str) -> str:
    from console.models.plain import plain

    return plain(text)
