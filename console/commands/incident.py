"""`fengsui incident`: list incidents, hold what was said of one, or destroy the words of a closed one."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from console.cli import add_data_argument
from console.errors import UsageFault

if TYPE_CHECKING:
    from console.models.paths import DataDir

_COLUMNS = ("id", "title", "status", "withdrawn", "hold", "purged_ms")


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "incident",
        help="list incidents, hold one, or destroy its personal data",
        description="Personal data collected in a response is used for the response only and destroyed afterwards, unless it is held for "
        "an investigation (Emergency Response Law, arts 84-85). `purge` destroys the words and names in a closed incident's log, reports and "
        "tasks, here and on every peer; figures, places and times stay, and the journal can still be verified. `hold` forbids that until `lift`.",
    )
    parser.add_argument("what", choices=("list", "hold", "lift", "purge"))
    parser.add_argument("incident", nargs="?", default="", help="its id, or the beginning of it")
    add_data_argument(parser)
    parser.add_argument("--why", default="", help="hold, lift, purge: the reason, for the record")
    parser.add_argument("--author", default="", metavar="NAME", help="who says so, for the record (default the peer's own name)")
    parser.add_argument("--json", action="store_true", help="list: print for a program")


def run(args: argparse.Namespace) -> int:
    from console.models.paths import DataDir, default_data_dir

    data_dir = DataDir(args.data or default_data_dir())
    incidents = _incidents(data_dir)
    if args.what == "list":
        print(json.dumps(incidents, ensure_ascii=False) if args.json else "\n".join(map(_line, incidents)))
        return 0
    if not args.why:
        raise UsageFault("say why, with --why: it is put on record.")
    incident = _one(incidents, args.incident)
    {"hold": _hold, "lift": _lift, "purge": _purge}[args.what](data_dir, incident, args.why, args.author)
    print(f"{args.what}: {incident}")
    return 0


def _incidents(data_dir: DataDir) -> list[dict[str, Any]]:
    from console.models.journal.reading import Reader

    reader = Reader(data_dir.journal)
    try:
        rows = reader.connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM incident ORDER BY opened_ms")
        return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
    finally:
        reader.close()


def _line(incident: dict[str, Any]) -> str:
    from console.models.plain import plain

    marks = []
    if incident["hold"]:
        marks.append(f"held: {plain(incident['hold'])}")
    if incident["purged_ms"]:
        marks.append(f"purged {datetime.fromtimestamp(incident['purged_ms'] / 1000).astimezone():%Y-%m-%d %H:%M}")
    return "  ".join([incident["id"], incident["status"], plain(incident["title"]), *marks])


def _one(incidents: list[dict[str, Any]], text: str) -> str:
    found = [each["id"] for each in incidents if each["id"] == text] or [
        each["id"] for each in incidents if text and each["id"].startswith(text)
    ]
    if len(found) != 1:
        raise UsageFault(f"{'no' if not found else 'more than one'} incident {text!r}. `fengsui incident list` lists them.")
    return str(found[0])


def _hold(data_dir: DataDir, incident: str, why: str, author: str) -> None:
    from console.models.kinds import HoldPlaced, encode_body

    _write(data_dir, "hold.placed", incident, encode_body(HoldPlaced(why=why, author=author)))


def _lift(data_dir: DataDir, incident: str, why: str, author: str) -> None:
    from console.models.kinds import HoldLifted, encode_body

    _write(data_dir, "hold.lifted", incident, encode_body(HoldLifted(why=why, author=author)))


def _write(data_dir: DataDir, kind: str, incident: str, body: bytes) -> None:
    from console.comms.local.client import ask
    from console.comms.local.messages import Draft, Write

    ask(data_dir, lambda number: Write(id=number, drafts=[Draft(kind=kind, body=body, subject=incident)]))


def _purge(data_dir: DataDir, incident: str, why: str, author: str) -> None:
    from console.comms.local.client import ask
    from console.comms.local.messages import Purge

    ask(data_dir, lambda number: Purge(id=number, incident=incident, why=why, author=author))
