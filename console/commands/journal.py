"""`fengsui journal`: look into a peer's journal, read-only, while the peer runs or not."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from console.cli import add_data_argument
from console.errors import EXIT_NOT_WELL, Fault

if TYPE_CHECKING:
    from console.models.event import Origin
    from console.models.journal.reading import Reader

_TAIL = 20


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "journal",
        help="count, compare, list, verify or export the events of a journal",
        description="Look into a journal. Reads only; the peer may be running.",
    )
    parser.add_argument(
        "what", choices=sorted(_ACTIONS), help="digest prints one hash, equal on two peers exactly when they hold the same events"
    )
    add_data_argument(parser)
    parser.add_argument("--topic", default="", metavar="PREFIX", help="only topics that begin so, such as 6527 or 652701/report")
    parser.add_argument("--origin", default="", metavar="PEER", help="only events of this peer: name, id, or beginning of its id")
    parser.add_argument("--json", action="store_true", help="print for a program")
    parser.add_argument("--out", type=Path, metavar="FILE", help="export: write here instead of to the screen")
    parser.add_argument("--limit", type=int, metavar="N", help=f"tail, export: at most N events from the end (tail: {_TAIL})")


def run(args: argparse.Namespace) -> int:
    from console.models.journal.faults import fault_of
    from console.models.journal.reading import Reader
    from console.models.paths import DataDir, default_data_dir

    reader = Reader(DataDir(args.data or default_data_dir()).journal)
    try:
        origin = reader.origin_named(args.origin) if args.origin else None
        return _ACTIONS[args.what](reader, args, origin)
    except sqlite3.Error as error:
        raise fault_of(error, reader.path) from error
    except BrokenPipeError:  # `| head` has seen enough; what is still buffered must not fail at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    finally:
        reader.close()


def _count(reader: Reader, args: argparse.Namespace, origin: Origin | None) -> int:
    heads = _heads(reader, args, origin)
    lanes: dict[str, int] = {"command": 0, "report": 0, "telemetry": 0}
    for stream, (seq, _) in heads.items():
        lanes[stream.topic.rpartition("/")[2]] += seq
    counts = {"events": sum(lanes.values()), "streams": len(heads), **lanes}
    print(json.dumps(counts) if args.json else "\n".join(f"{name} {count}" for name, count in counts.items()))
    return 0


def _digest(reader: Reader, args: argparse.Namespace, origin: Origin | None) -> int:
    from console.models.event import vector_digest

    digest = vector_digest(_heads(reader, args, origin))
    print(json.dumps({"digest": digest}) if args.json else digest)
    return 0


def _heads(reader: Reader, args: argparse.Namespace, origin: Origin | None) -> dict[Any, Any]:
    return {
        stream: head
        for stream, head in reader.heads().items()
        if stream.topic.startswith(args.topic) and (origin is None or stream.origin == origin)
    }


def _tail(reader: Reader, args: argparse.Namespace, origin: Origin | None) -> int:
    from console.models.journal import export
    from console.models.plain import plain

    names: dict[str, str] = {}
    for record in export.records(
        reader.connection, topic_prefix=args.topic, origin=origin, last=_TAIL if args.limit is None else args.limit
    ):
        if args.json:
            print(export.line(record))
            continue
        author = names.setdefault(record["origin"], reader.name_of(bytes.fromhex(record["origin"])))
        body = json.dumps(record["body"], ensure_ascii=False)
        line = f"{record['time']}  {author}  {record['topic']} {record['seq']}  {record['kind']}  {record['subject']}  {body}"
        print(plain(line))
    return 0


def _verify(reader: Reader, args: argparse.Namespace, origin: Origin | None) -> int:
    from console.models.journal.verify import verify

    verdict = verify(reader.connection)
    damage = [
        each
        for each in verdict.damage
        if not each.origin or (each.topic.startswith(args.topic) and (origin is None or each.origin == origin.hex()))
    ]
    if args.json:
        print(json.dumps({"events": verdict.events, "streams": verdict.streams, "damage": [each._asdict() for each in damage]}))
    else:
        state = "damaged" if damage else "chains, signatures and tables are right"
        print(f"{verdict.events} events in {verdict.streams} streams: {state}")
        for each in damage:
            place = f"{reader.name_of(bytes.fromhex(each.origin))} {each.topic} {each.seq}: " if each.origin else ""
            print(f"  {place}{each.what}")
    return EXIT_NOT_WELL if damage else 0


def _export(reader: Reader, args: argparse.Namespace, origin: Origin | None) -> int:
    from console.models.journal import export

    count = 0
    with _output(args.out) as file:
        for record in export.records(reader.connection, topic_prefix=args.topic, origin=origin, last=args.limit):
            print(export.line(record), file=file)
            count += 1
    if args.out is not None:
        print(json.dumps({"events": count, "file": str(args.out)}) if args.json else f"{count} events written to {args.out}")
    return 0


@contextlib.contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    """The screen, or a file that appears whole or not at all."""
    if path is None:
        yield sys.stdout
        return
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Fault(f"{path} cannot be written ({error.strerror or error}). Choose another place or make room.") from error


_ACTIONS: dict[str, Callable[[Reader, argparse.Namespace, Origin | None], int]] = {
    "count": _count,
    "digest": _digest,
    "tail": _tail,
    "verify": _verify,
    "export": _export,
}
