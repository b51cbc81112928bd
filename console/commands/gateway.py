"""`fengsui gateway SETTINGS`: bring in what brokers, folders and lists say, for as long as it runs."""

from __future__ import annotations

import argparse
import contextlib
import logging
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli import add_data_argument
from console.errors import UsageFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console.comms.gateways.live.scribe import Author
    from console.comms.peer import Peer
    from console.models.paths import DataDir

JOIN_TIMEOUT_S = 60.0
_POLL_S = 1.0


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "gateway",
        help="bring in sensors and earthquakes from brokers (MQTT), folders and lists",
        description="Run the sources of SETTINGS (see resources/gateway.example.toml) until Ctrl-C. On a data directory whose peer runs, "
        "such as a window's own, it speaks for that peer; else it runs a peer itself, enrolled once with --join. "
        "`fengsui gateway password NAME` keeps the password of a source in the system's keyring.",
    )
    parser.add_argument("settings", metavar="SETTINGS", help="TOML file of the sources; or the word `password`")
    parser.add_argument("source", nargs="?", default="", metavar="NAME", help="of the source whose password is kept")
    add_data_argument(parser)
    parser.add_argument("--join", default="", metavar="TOKEN", help="one-time token from `fengsui enrol --role gateway` (first start)")
    parser.add_argument("--name", default="", help="what others see (first start)")
    parser.add_argument(
        "--with-parent", action="store_true", help="end when standard input ends, as it does with the program that started this"
    )
    parser.add_argument("--check", action="store_true", help="read the settings and mappings, say what is wrong with them, and end")


def run(args: argparse.Namespace) -> int:
    from console.comms.gateways.live.settings import load_settings
    from console.comms.gateways.live.station import Station
    from console.models.paths import DataDir, default_data_dir

    if args.settings == "password":
        return _password(args.source)
    path = Path(args.settings)
    settings = load_settings(path)
    if args.check:
        print(f"{path}: {len(settings.mqtt)} broker(s), {len(settings.csv)} folder(s), {len(settings.quakes)} list(s) of earthquakes")
        return 0
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    data_dir = DataDir(args.data or default_data_dir())
    with _authoring(data_dir, args) as (author, peer):
        station = Station(settings, author, data_dir.root, path.resolve().parent)
        station.start()
        try:
            _tell_until_told(station, peer, _parent_gone() if args.with_parent else threading.Event())
        finally:
            station.stop()
    return 0


def _password(name: str) -> int:
    import getpass

    from console.comms.gateways.live.secrets import keep_password

    if not name:
        raise UsageFault("whose password? `fengsui gateway password NAME`, the name of the source in the settings.")
    keep_password(name, getpass.getpass(f"password of {name}: "))
    print(f"kept the password of {name} in the keyring")
    return 0


@contextlib.contextmanager
def _authoring(data_dir: DataDir, args: argparse.Namespace) -> Iterator[tuple[Author, Peer | None]]:
    """Who writes: the peer that runs on the directory already, or one of this process."""
    from console.comms.gateways.live.authors import author_of_peer, author_of_running
    from console.comms.local.running import running
    from console.comms.peer import Peer
    from console.comms.peer.foreground import endless, running_peer

    if running(data_dir.running) is not None:
        if args.join:
            raise UsageFault(
                f"a peer runs on {data_dir.root} already; --join is for a directory of the gateway's own, say which with --data."
            )
        with endless():
            yield author_of_running(data_dir), None
        return
    with running_peer(Peer(data_dir, name=args.name, discovery=True), endless=True) as peer:
        if args.join:
            peer.join(args.join, args.name or "gateway").result(JOIN_TIMEOUT_S)
        if not peer.me().role:
            raise UsageFault(
                f"{data_dir.root} is not enrolled with any node yet. Give a token with --join (`fengsui enrol --role gateway`)."
            )
        yield author_of_peer(peer, data_dir), peer


def _parent_gone() -> threading.Event:
    """Set once nobody holds the other end of standard input any more."""
    gone = threading.Event()

    def wait() -> None:
        sys.stdin.buffer.read()
        gone.set()

    threading.Thread(target=wait, name="parent", daemon=True).start()
    return gone


def _tell_until_told(station: Any, peer: Peer | None, gone: threading.Event) -> None:
    """Print each change of a source until a signal comes, the peer ends, or `gone` is set."""
    told: dict[str, tuple[str, str]] = {}
    while True:
        for report in station.reports():
            now = (report.state, report.fault)
            if told.get(report.name) != now:
                told[report.name] = now
                print(f"{report.name}: {report.state}" + (f": {report.fault}" if report.fault else ""), flush=True)
        if gone.wait(_POLL_S) or (peer is not None and peer.wait(0)):
            return
