"""`fengsui unit`: a field unit on the command line: it reports, moves along a track, and says what is durable at its node."""

from __future__ import annotations

import argparse
import json
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli import add_data_argument
from console.errors import RefusedFault, UsageFault
from console.models.clock import wall_ms
from console.models.kinds import HELP_NATURES, ROAD_REASONS, UNIT_KINDS

if TYPE_CHECKING:
    from console.comms.local.messages import Draft
    from console.comms.peer import Peer
    from console.comms.peer.delivery import Delivered

_POLL_S = 0.05
_LOOK_S = 1.0
_SAME_MS = 100
"""The peer's clock is told as of ours, and differs by a little from one telling to the next."""


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "unit",
        help="run a field unit: report, move along a track",
        description="Run a field unit. With --report, --report-lines, --status, a call for help, a road, a position or --track it ends when the node "
        "has acknowledged everything; "
        "otherwise it stays until Ctrl-C. A line `acknowledged SUBJECT SEQ TOPIC KIND` is printed for each event, once it is durable "
        "there, or with a peer nearby while the node is away.",
    )
    add_data_argument(parser)
    parser.add_argument("--join", default="", metavar="TOKEN", help="one-time token from `fengsui enrol` (first start)")
    parser.add_argument("--name", default="", help="what others see (first start)")
    parser.add_argument("--kind", default="other", choices=UNIT_KINDS, metavar="KIND", help=", ".join(UNIT_KINDS))
    parser.add_argument("--track", type=Path, metavar="FILE", help="move along the first track of this GPX file")
    parser.add_argument("--speed", type=float, default=1.0, metavar="N", help="times the recorded pace (default 1)")
    parser.add_argument("--report", action="append", default=[], metavar="TEXT", help="report in words; may be repeated")
    parser.add_argument("--report-lines", action="store_true", help="report each line of standard input as it comes")
    parser.add_argument("--status", default="", help="available, dispatched, enroute, onscene, ...")
    parser.add_argument(
        "--call-help",
        default="",
        choices=HELP_NATURES,
        metavar="NATURE",
        help=f"call for help, in the words of --report: {', '.join(HELP_NATURES)}",
    )
    parser.add_argument("--people", type=int, default=0, metavar="N", help="people in need, with --call-help")
    parser.add_argument("--helped", default=None, metavar="TEXT", help="the call for help was met, or is withdrawn")
    parser.add_argument("--road-closed", default="", metavar="NAME", help="report a road cut, at --lon --lat where they are given")
    parser.add_argument(
        "--reason", default="other", choices=ROAD_REASONS, metavar="REASON", help=f"of the closure: {', '.join(ROAD_REASONS)}"
    )
    parser.add_argument("--road-opened", default="", metavar="NAME", help="report that a road this unit had reported cut is open again")
    parser.add_argument("--took-note", default="", metavar="WARNING", help="acknowledge a warning, by its id (sender,identifier)")
    parser.add_argument("--lon", type=float, metavar="DEG", help="position, WGS 84 degrees")
    parser.add_argument("--lat", type=float, metavar="DEG")
    parser.add_argument("--no-discovery", action="store_true", help="without its node, do not look for peers on the local network")
    parser.add_argument(
        "--beidou", default="", metavar="PORT", help="satellite terminal on this serial port; `off`: none any more; remembered"
    )
    parser.add_argument("--json", action="store_true", help="print for a program")


def run(args: argparse.Namespace) -> int:
    from console.comms.peer import Peer
    from console.comms.peer.foreground import running_peer
    from console.models.paths import DataDir, default_data_dir

    _check(args)
    moments = _moments(args.track) if args.track is not None else iter(())
    data_dir = DataDir(args.data or default_data_dir())
    with running_peer(Peer(data_dir, discovery=not args.no_discovery, satellite=args.beidou), endless=not _asked(args)) as peer:
        if args.join:
            peer.join(args.join, args.name).result()
        if not peer.me().role:
            raise UsageFault(f"{data_dir.root} is not enrolled with any node yet. Give a token with --join and a name with --name.")
        desk = _Desk(peer, as_json=args.json)
        subject = _register(peer, data_dir, args, desk)
        for draft in _drafts(subject, args):
            desk.send([draft])
        for draft in _alarms(subject, data_dir, args):
            desk.send([draft])
        _play(moments, subject, args.speed, desk)
        if args.report_lines:
            _report_lines(subject, desk)
        if _asked(args):
            desk.finish()
        else:
            desk.stay()
    return 0


def _asked(args: argparse.Namespace) -> bool:
    """Whether there is something to do and then to end."""
    alarms = args.call_help or args.helped is not None or args.road_closed or args.road_opened or args.took_note
    return bool(args.report or args.report_lines or args.status or args.lon is not None or args.track is not None or alarms)


def _check(args: argparse.Namespace) -> None:
    if (args.lon is None) != (args.lat is None):
        raise UsageFault("a position needs both --lon and --lat.")
    if args.lon is not None and not (-180 <= args.lon <= 180 and -90 <= args.lat <= 90):
        raise UsageFault(f"{args.lon:g} {args.lat:g} is no position: --lon is -180 to 180, --lat -90 to 90 degrees.")
    if args.people < 0:
        raise UsageFault("--people must be 0 or more.")
    if not args.speed > 0:
        raise UsageFault("--speed must be above 0.")


def _register(peer: Peer, data_dir: Any, args: argparse.Namespace, desk: _Desk) -> str:
    """The unit's id; said once, and again when its name changes."""
    from console.comms.local.messages import Draft
    from console.models.identity import owned_subject
    from console.models.journal.reading import Reader
    from console.models.kinds import UnitRegistered, encode_body

    me = peer.me()
    subject = owned_subject(bytes.fromhex(me.origin), "unit")
    name = args.name or me.name
    reader = Reader(data_dir.journal)
    try:
        held = reader.connection.execute("SELECT name FROM unit WHERE id = ?", (subject,)).fetchone()
    finally:
        reader.close()
    if held is None or (args.name and held[0] != name):
        desk.send([Draft(kind="unit.registered", subject=subject, body=encode_body(UnitRegistered(name=name, kind=args.kind)))])
    return subject


def _drafts(subject: str, args: argparse.Namespace) -> Iterator[Draft]:
    from console.comms.local.messages import Draft
    from console.models.kinds import UnitPosition, UnitReport, UnitStatus, encode_body

    if args.lon is not None:
        yield Draft(kind="unit.position", subject=subject, body=encode_body(UnitPosition(lon=args.lon, lat=args.lat)))
    if args.status:
        yield Draft(kind="unit.status", subject=subject, body=encode_body(UnitStatus(status=args.status)))
    for text in args.report:
        yield Draft(kind="unit.report", subject=subject, body=encode_body(UnitReport(text=text, lon=args.lon, lat=args.lat)))


def _alarms(subject: str, data_dir: Any, args: argparse.Namespace) -> Iterator[Draft]:
    """A call for help and its end, roads cut and open again, a warning taken note of. Raises UsageFault for a road never reported cut."""
    from console.comms.local.messages import Draft
    from console.models.kinds import HelpCalled, HelpEnded, RoadClosed, RoadOpened, WarningAcknowledged, encode_body

    words = " ".join(args.report)
    if args.call_help:
        call = HelpCalled(nature=args.call_help, text=words, people=args.people, lon=args.lon, lat=args.lat)
        yield Draft(kind="unit.help", subject=subject, body=encode_body(call))
    if args.helped is not None:
        yield Draft(kind="unit.helped", subject=subject, body=encode_body(HelpEnded(note=args.helped)))
    if args.road_closed:
        closed = RoadClosed(name=args.road_closed, reason=args.reason, lon=args.lon, lat=args.lat, since_ms=wall_ms(), note=words)
        yield Draft(kind="road.closed", body=encode_body(closed))
    if args.road_opened:
        yield Draft(kind="road.opened", subject=_road(subject, data_dir, args.road_opened), body=encode_body(RoadOpened(note=words)))
    if args.took_note:
        note = WarningAcknowledged(unit=subject, note=words)
        yield Draft(kind="warning.acknowledged", subject=args.took_note, body=encode_body(note))


def _road(unit: str, data_dir: Any, name: str) -> str:
    """The id of the closure that this unit reported last under that name."""
    from console.models.journal.reading import Reader

    reader = Reader(data_dir.journal)
    try:
        query = "SELECT id FROM road WHERE name = ? AND status = 'closed' AND substr(id, 1, ?) = ? ORDER BY hlc DESC"
        owned = unit.partition(":")[0] + ":"
        found = reader.connection.execute(query, (name, len(owned), owned)).fetchone()
    finally:
        reader.close()
    if found is None:
        raise UsageFault(f"this unit has reported no road {name!r} cut. Give --road-opened the very name that --road-closed was given.")
    return str(found[0])


def _moments(track: Path) -> Iterator[tuple[int, Any]]:
    """(UTC ms of the recording, position) of the file's first unit. Read before anything is sent: a bad file spends no token."""
    from console.comms.gateways.gpx import read_gpx

    positions = [moment for moment in read_gpx(track).moments if moment.kind == "unit.position"]
    return ((moment.at_ms, moment.body) for moment in positions if moment.subject == positions[0].subject)


def _play(moments: Iterator[tuple[int, Any]], subject: str, speed: float, desk: _Desk) -> None:
    import time

    from console.comms.local.messages import Draft
    from console.models.kinds import encode_body

    begun_s, first_ms = time.monotonic(), None
    for at_ms, body in moments:
        first_ms = at_ms if first_ms is None else first_ms
        due_s = begun_s + (at_ms - first_ms) / 1000 / speed
        while (left_s := due_s - time.monotonic()) > 0:
            desk.wait(min(left_s, _POLL_S))
        desk.send([Draft(kind="unit.position", subject=subject, body=encode_body(body))])


def _report_lines(subject: str, desk: _Desk) -> None:
    """Standard input is read by a thread of its own: what was acknowledged is told while the next line is waited for."""
    import queue
    import threading

    from console.comms.local.messages import Draft
    from console.models.kinds import UnitReport, encode_body

    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line.rstrip("\n"))
        lines.put(None)

    threading.Thread(target=read, name="standard input", daemon=True).start()
    ended = False
    while not ended:
        while not lines.empty():
            line = lines.get()
            ended = line is None
            if line:
                desk.send([Draft(kind="unit.report", subject=subject, body=encode_body(UnitReport(text=line)))])
        desk.wait(_POLL_S)


class _Desk:
    """Sends drafts and prints, in order, what the node has acknowledged."""

    def __init__(self, peer: Peer, *, as_json: bool) -> None:
        self._peer, self._as_json = peer, as_json
        self._waiting: deque[Future[list[Delivered]]] = deque()
        self._looked = 0.0
        self._heard_ms = 0

    def send(self, drafts: list[Draft]) -> None:
        self._waiting.append(self._peer.deliver(drafts))
        self._print_ready()

    def wait(self, seconds: float) -> bool:
        """Let time pass; True when the peer has ended. Raises RefusedFault when the node refuses this unit; a peer nearby may."""
        ended = self._peer.wait(seconds)
        self._print_ready()
        self._look(seconds)
        return ended

    def finish(self) -> None:
        """Until everything is acknowledged."""
        while self._waiting:
            self.wait(_POLL_S)

    def stay(self) -> None:
        """Until the peer ends (a window may ask it to)."""
        while not self.wait(_POLL_S):
            pass

    def _look(self, seconds: float) -> None:
        self._looked += seconds
        if self._looked >= _LOOK_S:
            self._looked = 0.0
            for link in self._peer.links():
                if link.id.startswith("out:") and link.state == "refused":
                    raise RefusedFault(f"{link.name} refuses this unit: {link.reason}")
            self._print_satellite()

    def _print_satellite(self) -> None:
        """What went and came by short message since the last look."""
        satellite = self._peer.me().satellite
        news = [] if satellite is None else [short for short in satellite.recent if short.at_ms > self._heard_ms + _SAME_MS]
        for short in news:
            self._heard_ms = short.at_ms
            if self._as_json:
                print(json.dumps({"satellite": short.what, "kinds": short.kinds, "code": short.code}), flush=True)
            else:
                print(f"satellite {short.what} {' '.join(short.kinds)} {short.code}".rstrip(), flush=True)

    def _print_ready(self) -> None:
        while self._waiting and self._waiting[0].done():
            for event in self._waiting.popleft().result():
                if self._as_json:
                    said = {"acknowledged": event.subject, "seq": event.seq, "topic": event.topic, "kind": event.kind}
                    print(json.dumps(said), flush=True)
                else:
                    print(f"acknowledged {event.subject} {event.seq} {event.topic} {event.kind}", flush=True)
