"""`fengsui beidou`: the satellite terminal of a running peer, and what the code book takes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from console.cli import add_data_argument

if TYPE_CHECKING:
    from console.comms.local.messages import Satellite

_REASONS = {0: "", 1: "too early", 2: "suppressed by the system", 3: "silent by setting", 4: "no signal", 5: "no card", 6: "not permitted"}


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "beidou",
        help="the satellite terminal: card, what waits, what went",
        description="`show`: the card's clock, the signal, what waits in its order, what went of late. `port PORT`: use the terminal on this "
        "serial port from now on (`off`: none). `send`: for a while also to those whom a network reaches. "
        "`table`: bytes and messages of each kind of event, on a civil card of level 3; needs no running peer.",
    )
    parser.add_argument("what", nargs="?", default="show", choices=("show", "port", "send", "table"), help="default: show")
    parser.add_argument("port", nargs="?", default="", metavar="PORT", help="port: such as /dev/ttyUSB0 or COM3")
    add_data_argument(parser)
    parser.add_argument("--json", action="store_true", help="print for a program")


def run(args: argparse.Namespace) -> int:
    if args.what == "table":
        return _table(as_json=args.json)
    from msgspec import to_builtins

    from console.comms.local.client import ask, look
    from console.comms.local.messages import SendBySatellite, UseTerminal
    from console.errors import UsageFault
    from console.models.paths import DataDir, default_data_dir

    if (args.what == "port") != bool(args.port):
        raise UsageFault("`port` needs the name of a serial port, such as /dev/ttyUSB0, or `off`; nothing else takes one.")
    data_dir = DataDir(args.data or default_data_dir())
    if args.what == "port":
        ask(data_dir, lambda number: UseTerminal(id=number, port="" if args.port == "off" else args.port))
    elif args.what == "send":
        ask(data_dir, lambda number: SendBySatellite(id=number))
    satellite = look(data_dir).me.satellite
    print(json.dumps(to_builtins(satellite), ensure_ascii=False) if args.json else "\n".join(_text(satellite)))
    return 0


def _text(satellite: Satellite | None) -> Iterator[str]:
    from datetime import UTC, datetime

    from console.models.plain import plain

    if satellite is None:
        yield "no satellite terminal is used; give one with `fengsui beidou port PORT`"
        return
    yield f"{satellite.port}: {satellite.state} {plain(satellite.why)}".rstrip()
    if satellite.card:
        left_s = max(0.0, satellite.ready_ms / 1000 - datetime.now(UTC).timestamp())
        signal = "?" if satellite.bars is None else f"{satellite.bars} of 4"
        yield (
            f"card {satellite.card} level {satellite.level} ({satellite.dialect}): {satellite.content_bytes} bytes in {satellite.rate_s:g} s, "
            f"the next in {left_s:.0f} s; signal {signal}; cards of {satellite.partners} peers known"
        )
    if satellite.refusal:
        yield f"last message refused: {_REASONS.get(satellite.refusal, satellite.refusal)}"
    yield f"waiting {satellite.waiting_count}"
    for each in satellite.waiting:
        yield f"  {each.urgency} {each.kind:<21} to {plain(each.name)}  tried {each.tries}  {each.done} of {each.parts or '?'} messages"
    for short in satellite.recent:
        when = datetime.fromtimestamp(short.at_ms / 1000).astimezone().strftime("%H:%M:%S")
        yield f"{when} {short.what:<12} {plain(short.name)} {' '.join(short.kinds)} {short.code}".rstrip()


def _table(*, as_json: bool) -> int:
    from console.comms.carriers.beidou.table import markdown, table

    rows = table()
    if as_json:
        print(json.dumps([row._asdict() for row in rows], ensure_ascii=False))
        return 0
    print("\n".join(markdown(rows)))
    return 0
