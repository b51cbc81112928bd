"""`fengsui sensors`: list the registry, import one from a spreadsheet, play recorded readings."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli import add_data_argument
from console.errors import UsageFault

if TYPE_CHECKING:
    from console.comms.gateways.registry import Entry
    from console.models.paths import DataDir


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "sensors",
        help="list sensors and how each is; import a registry; play recorded readings",
        description="`list`: every sensor, its newest reading, age and state. `import FILE`: a registry from CSV or XLSX, all of it or "
        "nothing. `play FILE`: recorded readings as live sensors of a peer that joins with --join, as `fengsui play` does.",
    )
    parser.add_argument("what", choices=("list", "import", "play"))
    parser.add_argument("file", nargs="?", type=Path, default=None, metavar="FILE")
    add_data_argument(parser)
    parser.add_argument(
        "--join", action="append", default=[], metavar="TOKEN", help="play: one-time token from `fengsui enrol --role gateway`"
    )
    parser.add_argument("--speed", default="1", metavar="N", help="play: times the recorded pace (default 1)")
    parser.add_argument("--check", action="store_true", help="import: read the file and say what would be done")
    parser.add_argument("--json", action="store_true", help="print for a program")


def run(args: argparse.Namespace) -> int:
    from console.models.paths import DataDir, default_data_dir

    if args.what == "play":
        return _play(args)
    data_dir = DataDir(args.data or default_data_dir())
    if args.what == "list":
        return _list(data_dir, as_json=args.json)
    if args.file is None:
        raise UsageFault("which file? `fengsui sensors import FILE`, a CSV or XLSX whose first row names the columns.")
    return _import(data_dir, args.file, check=args.check, as_json=args.json)


def _play(args: argparse.Namespace) -> int:
    """By the command that plays every other recording."""
    from console.cli import main

    if args.file is None or not args.join:
        raise UsageFault("`fengsui sensors play FILE --join TOKEN`; a token from `fengsui enrol --role gateway`.")
    words = ["play", str(args.file), "--format", "readings", "--speed", args.speed]
    words += [word for token in args.join for word in ("--join", token)]
    return main(words + ["--json"] * args.json + (["--data", str(args.data)] if args.data else []))


def _list(data_dir: DataDir, *, as_json: bool) -> int:
    from console.models.clock import wall_ms
    from console.models.journal.reading import open_read_only
    from console.models.plain import plain
    from console.models.sensors import read_gauges, recent, sensor_rules, state_of

    database, rules, now_ms = open_read_only(data_dir.journal), sensor_rules(), wall_ms()
    try:
        gauges = read_gauges(database)
        states = {gauge.id: state_of(gauge, recent(database, gauge, rules), now_ms, rules) for gauge in gauges.values()}
    finally:
        database.close()
    if as_json:
        rows = [gauge._asdict() | {"state": states[gauge.id].condition.value, "age_s": states[gauge.id].age_s} for gauge in gauges.values()]
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for gauge in gauges.values():
        state = states[gauge.id]
        age = "never" if state.age_s is None else f"{state.age_s:.0f} s ago"
        value = "-" if gauge.value is None else f"{gauge.value:g} {gauge.unit}"
        print(f"{gauge.id}  {state.condition.value:<12} {gauge.quantity:<12} {value:>14}  {age:>12}  {plain(gauge.name)}")
    return 0


def _import(data_dir: DataDir, file: Path, *, check: bool, as_json: bool) -> int:
    from console.comms.gateways.registry import read_registry

    entries = read_registry(file)
    told = _apply(data_dir, entries, check=check)
    if as_json:
        print(json.dumps(told))
    else:
        would = "would be " if check else ""
        print(f"{file}: {told['new']} sensors {would}registered, {told['changed']} changed, {told['same']} as they were")
    return 0


def _apply(data_dir: DataDir, entries: list[Entry], *, check: bool) -> dict[str, int]:
    """One write, which is durable or not done. Raises Fault."""
    from console.comms.gateways.registering import news_of
    from console.comms.local.client import ask, look
    from console.comms.local.messages import Write
    from console.comms.local.running import running
    from console.comms.peer import Peer
    from console.comms.peer.foreground import running_peer

    if running(data_dir.running) is not None:
        me = look(data_dir).me
        news, told = news_of(entries, me.origin, me.area, data_dir.journal)
        if news and not check:
            ask(data_dir, lambda number: Write(id=number, drafts=news))
        return told
    with running_peer(Peer(data_dir, local=False)) as peer:
        me = peer.me()
        if not me.role:
            raise UsageFault(f"{data_dir.root} is not enrolled with any node yet; enrol it first, or name another with --data.")
        news, told = news_of(entries, me.origin, me.area, data_dir.journal)
        if news and not check:
            peer.write(news).result(60)
        return told
