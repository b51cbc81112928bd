"""`fengsui play FILE`: recorded data as live field units, said by peers of this process over real sockets."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.errors import Fault, UsageFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console.comms.gateways.player import Summary
    from console.comms.gateways.recording import Recording
    from console.comms.peer import Peer

JOIN_TIMEOUT_S = 60.0
EXIT_INTERRUPTED = 130


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "play",
        help="play a recorded file or a scenario as live units",
        description="Turn GPX, AIS (NMEA), a CAD export (CSV), a CAP alert, readings of sensors, earthquakes or a scenario into events of live "
        "peers, at the recording's pace. Everything is said in the present. What cannot be used is counted and listed with its line. Ends when "
        "the node has everything.",
        epilog="A scenario of several peers takes one --join for each, in its order; of fewer the last serves the rest, and links shared "
        "are not cut. Exit codes as of fengsui; 4 when the node refuses the token.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--join", action="append", required=True, metavar="TOKEN", help="one-time token from `fengsui enrol` (repeatable)")
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="N", help="times the recorded pace (default 1)")
    parser.add_argument(
        "--format",
        choices=("gpx", "ais", "cad", "cap", "scenario", "readings", "quakes"),
        default="",
        help="instead of by the file's content",
    )
    parser.add_argument("--area", default="", metavar="CODE", help="file events under this area instead of the token's (or the scenario's)")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="keep the playing peers here (default: removed at the end)")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of texts, where there is a choice (default zh)")
    parser.add_argument("--loop", action="store_true", help="again from the start, until interrupted")
    parser.add_argument(
        "--mapping", type=Path, default=None, metavar="FILE", help="column mapping of a CAD export or of readings (see resources/mappings)"
    )
    parser.add_argument(
        "--rate", type=_speed, default=10.0, metavar="N", help="AIS sentences a second where the file has no times (default 10)"
    )
    parser.add_argument("--limit", type=_count, default=None, metavar="N", help="play at most N events")
    parser.add_argument("--from", type=_offset, default=0.0, dest="from_s", metavar="TIME", help="start so far in, [[HH:]MM:]SS")
    parser.add_argument("--until", type=_offset, default=None, dest="until_s", metavar="TIME", help="stop so far in, [[HH:]MM:]SS")
    parser.add_argument(
        "--camera",
        action="append",
        default=[],
        type=_camera,
        metavar="FEED=ADDRESS",
        help="have a feed of a scenario lead there (repeatable)",
    )
    parser.add_argument("--json", action="store_true", help="print the summary for a program")


def run(args: argparse.Namespace) -> int:
    from functools import partial

    from console.comms.gateways.cameras import seen_at
    from console.comms.gateways.detect import open_recording
    from console.comms.gateways.pace import Window
    from console.comms.gateways.player import Player

    opened = partial(open_recording, args.file, form=args.format, lang=args.lang, mapping_file=args.mapping, rate_per_s=args.rate)
    cameras = dict(args.camera)
    first = seen_at(opened(), cameras)  # before anything is joined: a token is not spent on a file that cannot be read
    laps = itertools.chain((first,), (seen_at(opened(), cameras) for _ in itertools.count()))
    _check_tokens(first, args.join, args.file, args.area)
    played: list[Summary] = []
    with _playing(first, args) as peers:
        player = Player(
            partial(next, laps),
            peers,
            speed=args.speed,
            clock=RealClock(),
            area=args.area,
            window=Window(args.from_s, args.until_s, args.limit),
            progress=_tell,
        )
        played.append(player.run(laps=None if args.loop else 1))
    for summary in played:
        _print(summary, as_json=args.json)
    return 0 if played else EXIT_INTERRUPTED  # none when told to end (SIGTERM): the peers have said goodbye


def _check_tokens(recording: Recording, tokens: list[str], file: Path, area: str) -> None:
    """Before one is spent: no more tokens than peers, orders only from a peer that may give them, an area they cover."""
    from console.comms.security.token import decode_token

    decoded = [decode_token(token) for token in tokens]
    roles = [token.role for token in decoded]
    outside = [token.area for token in decoded if area and not area.startswith(token.area)]
    if outside:
        raise UsageFault(f"--area {area} is outside area {outside[0]}, for which the token was made")
    if len(tokens) > max(1, len(recording.cast)):
        raise UsageFault(f"{len(tokens)} tokens for {max(1, len(recording.cast))} peer(s) of {file}; give at most one --join for each")
    for index, cast in enumerate(recording.cast):
        role = roles[min(index, len(roles) - 1)]
        if cast.role == "console" and role not in ("console", "node"):
            raise UsageFault(
                f"{file}: peer {cast.id!r} gives orders, which a {role} may not; make token {min(index, len(roles) - 1) + 1} with "
                "`fengsui enrol --role console`"
            )


@contextlib.contextmanager
def _playing(recording: Recording, args: argparse.Namespace) -> Iterator[list[Peer]]:
    """Peers that have joined, one a token; ended, and their directory removed if it is nobody's, whatever happens."""
    with contextlib.ExitStack() as stack:
        root = args.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fengsui-play-", ignore_cleanup_errors=True)))
        names = [(cast.id, cast.name) for cast in recording.cast] or [("", recording.title)]
        yield [_start(stack, root / local, token, name) for token, (local, name) in zip(args.join, names, strict=False)]


def _start(stack: contextlib.ExitStack, directory: Path, token: str, name: str) -> Peer:
    from console.comms.peer import Peer
    from console.comms.peer.foreground import running_peer
    from console.models.paths import DataDir

    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    peer = stack.enter_context(running_peer(Peer(DataDir(directory), name=name)))
    try:
        peer.join(token, name).result(JOIN_TIMEOUT_S)
    except TimeoutError:
        raise Fault(
            f"the node of the token did not answer within {JOIN_TIMEOUT_S:.0f} s; is it running, and can this machine reach it?"
        ) from None
    return peer


class RealClock:
    """Today's time."""

    def now_s(self) -> float:
        import time

        return time.monotonic()

    def wall_ms(self) -> int:
        from console.models.clock import wall_ms

        return wall_ms()

    def wait(self, seconds: float) -> None:
        import time

        time.sleep(seconds)


# -- words ------------------------------------------------------------------------------------------------------------------------


def _tell(text: str) -> None:
    print(f"fengsui play: {text}", file=sys.stderr, flush=True)


def _print(summary: Summary, *, as_json: bool) -> None:
    if as_json:
        from msgspec import to_builtins

        print(json.dumps(to_builtins(summary), ensure_ascii=False, indent=1))
        return
    print(f"{summary.title} ({summary.format}): {summary.units} units, {summary.events} events in {summary.played_s:.1f} s")
    for kind, count in summary.kinds.items():
        print(f"  {count:>8}  {kind}")
    if summary.held_back_s:
        print(f"  slower than asked: the clock was held back by {summary.held_back_s:.1f} s")
    if summary.silences_cut:
        print(f"  {summary.silences_cut} long silences were cut short")
    for remark in summary.remarks:
        print(f"  note: {remark}")
    print(f"not used: {summary.unused}")
    for reason, count in summary.reasons.items():
        print(f"  {count:>8}  {reason}")
    for listed in summary.listed:
        print(f"  {listed}")
    if summary.unused > len(summary.listed):
        print(f"  ... and {summary.unused - len(summary.listed)} more")


def _speed(text: str) -> float:
    return _number(text, 0.001, 1_000_000)


def _camera(text: str) -> tuple[str, str]:
    from console.models.feeds.address import taken_apart

    feed, _, address = text.partition("=")
    try:
        url, secrets = taken_apart(address)
    except Fault as fault:
        raise argparse.ArgumentTypeError(f"{feed}: {fault}") from fault
    if not feed or not url or secrets:
        raise argparse.ArgumentTypeError("not a feed's id, =, and an address without user and password")
    return feed, url


def _count(text: str) -> int:
    return round(_number(text, 1, 1e12))


def _offset(text: str) -> float:
    """Seconds of [[HH:]MM:]SS."""
    parts = text.removeprefix("+").split(":")
    if len(parts) > 3:
        raise argparse.ArgumentTypeError(f"{text!r} is not [[HH:]MM:]SS")
    total = 0.0
    for part in parts:
        total = total * 60 + _number(part, 0, 1e7)
    return total


def _number(text: str, least: float, most: float) -> float:
    with contextlib.suppress(ValueError):
        value = float(text)
        if least <= value <= most:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least:g} to {most:g}")
