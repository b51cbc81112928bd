"""`fengsui feeds`: import a table of video feeds, list them, check whether some answer, forget their passwords."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from console.cli import add_data_argument
from console.errors import EXIT_NOT_WELL, Fault, UsageFault

if TYPE_CHECKING:
    from pathlib import Path

    from console.models.feeds.book import Entry
    from console.models.paths import DataDir

MOST_CHECKED = 1000


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "feeds",
        help="import video feeds from CSV or XLSX, list them, check whether they answer",
        description="The registry of video feeds. `import` takes a table in whole or tells what is wrong with it row by row, and taken again writes "
        "only what differs; names and passwords in it go into the system's keyring, never into the journal. `check` asks their servers, never for "
        "pictures. The peer of the data directory must run (`fengsui node --local`, or the window).",
    )
    parser.add_argument("what", choices=("import", "list", "check", "forget"))
    parser.add_argument(
        "which", nargs="?", default="", metavar="FILE|WORDS", help="import: the table; list, check, forget: words that a feed must have"
    )
    add_data_argument(parser)
    parser.add_argument("--dry-run", action="store_true", help="import: tell what it would write, and write nothing")
    parser.add_argument(
        "--passwords-in-file", action="store_true", help="import: where there is no keyring, keep passwords in an owner-only file"
    )
    parser.add_argument("--author", default="", metavar="NAME", help="import: who says so, for the record")
    parser.add_argument("--json", action="store_true", help="list, check: print for a program")


def run(args: argparse.Namespace) -> int:
    from console.models.paths import DataDir, default_data_dir

    data_dir = DataDir(args.data or default_data_dir())
    if args.what == "import":
        return _import(data_dir, args)
    entries = _entries(data_dir, args.which)
    if args.what == "list":
        rows = [{"id": each.id, "name": each.name, "kind": each.kind, "folder": each.folder, "url": each.url} for each in entries]
        _print(rows, args.json)
        return 0
    if args.what == "check":
        return _check(entries, json_wanted=args.json)
    if not args.which:
        raise UsageFault("say whose passwords to forget: words of the feed's name, or its id.")
    return _forget(data_dir, entries)


def _import(data_dir: DataDir, args: argparse.Namespace) -> int:
    from pathlib import Path

    from console.comms.feeds.importing import planned
    from console.comms.gateways.feeds_table import read_feeds
    from console.comms.local.client import ask, look
    from console.comms.local.messages import Write

    if not args.which:
        raise UsageFault("name the table: fengsui feeds import FILE")
    table = read_feeds(Path(args.which))
    for fault in table.faults:
        print(f"row {fault.row}: {fault.text}" if fault.row else fault.text, file=sys.stderr)
    if table.faults:
        print("nothing was taken", file=sys.stderr)
        return EXIT_NOT_WELL
    area = "" if args.dry_run else look(data_dir).me.area
    known = {entry.id: entry for entry in _entries(data_dir, "", withdrawn=True)} if data_dir.journal.exists() else {}
    plan = planned(known, table.feeds, args.author, area)
    if not args.dry_run:
        _keep({feed.id: feed.secrets for feed in table.feeds if feed.secrets}, data_dir.root, in_file=args.passwords_in_file)
        for batch in plan.batches():
            ask(data_dir, lambda number, batch=batch: Write(id=number, drafts=batch.drafts))  # type: ignore[misc]
    told = f"{plan.new} new, {plan.changed} changed, {plan.restored} shown again, {plan.same} as they were"
    print(f"{'would write: ' if args.dry_run else ''}{told}")
    if table.ignored:
        print(f"columns not understood: {', '.join(table.ignored)}", file=sys.stderr)
    return 0


def _keep(secrets: Any, root: Path, *, in_file: bool) -> None:
    from console.comms.feeds.keys import NO_KEYRING, FeedKeys

    if not secrets:
        return
    keys = FeedKeys(root)
    if not keys.place:
        if not in_file:
            raise Fault(f"{NO_KEYRING} (--passwords-in-file)")
        keys.allow_file()
    keys.put(secrets)


def _entries(data_dir: DataDir, words: str, *, withdrawn: bool = False) -> list[Entry]:
    from console.models.feeds.book import Book
    from console.models.journal.reading import Reader

    reader = Reader(data_dir.journal)
    try:
        book = Book.read(reader.database)
    finally:
        reader.close()
    if words in book.entries:
        return [book.entries[words]]
    return [*book.find(words), *(book.find(words, withdrawn=True) if withdrawn else ())]


def _check(entries: list[Entry], *, json_wanted: bool) -> int:
    import asyncio

    from console.comms.feeds.probe import Answer, probe
    from console.models.feeds.rules import default_rule

    if len(entries) > MOST_CHECKED:
        raise UsageFault(
            f"{len(entries)} feeds; name fewer than {MOST_CHECKED} by words they have. The window's sweep checks them all, slowly."
        )
    rule = default_rule().sweep

    async def all_of() -> list[Answer]:
        places = asyncio.Semaphore(rule.at_once)

        async def one(entry: Entry) -> Answer:
            async with places:
                return await probe(entry.url or entry.snapshot_url, rule.timeout_s)

        return await asyncio.gather(*map(one, entries))

    answers = asyncio.run(all_of())
    rows = [
        {"id": entry.id, "name": entry.name, "answer": each.code, "detail": each.detail}
        for entry, each in zip(entries, answers, strict=True)
    ]
    _print(rows, json_wanted)
    return 0 if all(each.code in ("up", "locked", "unknown") for each in answers) else EXIT_NOT_WELL


def _forget(data_dir: DataDir, entries: list[Entry]) -> int:
    from console.comms.feeds.keys import FeedKeys

    keys = FeedKeys(data_dir.root)
    for entry in entries:
        keys.forget(entry.id)
    print(f"{len(entries)} forgotten")
    return 0


def _print(rows: list[dict[str, str]], as_json: bool) -> None:
    from console.models.plain import plain

    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            print("  ".join(plain(value) for value in row.values() if value))
