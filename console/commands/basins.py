"""`fengsui basins`: list small basins and townships, or bring them in from a GeoJSON file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from console.cli import add_data_argument

AT_ONCE = 50


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "basins",
        help="list basins and townships, or bring them in from a GeoJSON file",
        description="Small basins and townships, for which risk is computed. `import FILE` takes a GeoJSON file whole, or refuses it and names "
        "the feature that is wrong; what was known under the same id is replaced. The properties of its features are described in "
        "console/comms/gateways/basins.py.",
    )
    parser.add_argument("what", choices=("list", "import"))
    parser.add_argument("file", nargs="?", type=Path, help="import: the GeoJSON file")
    parser.add_argument("--area", default="", metavar="CODE", help="import: GB/T 2260 code to file them under (default this peer's own)")
    add_data_argument(parser)


def run(args: argparse.Namespace) -> int:
    from console.errors import UsageFault
    from console.models.paths import DataDir, default_data_dir

    data_dir = DataDir(args.data or default_data_dir())
    if args.what == "list":
        for line in _lines(data_dir):
            print(line)
        return 0
    if args.file is None:
        raise UsageFault("name the GeoJSON file to import.")
    return _import(data_dir, args.file, args.area)


def _lines(data_dir: Any) -> list[str]:
    from console.models.journal.reading import Reader
    from console.models.plain import plain

    reader = Reader(data_dir.journal)
    try:
        rows = reader.connection.execute("SELECT id, kind, name, downstream, people FROM basin WHERE withdrawn = 0 ORDER BY kind, id")
        return [plain(f"{basin}  {kind}  {name}  -> {down or '(outlet)'}  {people}") for basin, kind, name, down, people in rows]
    finally:
        reader.close()


def _import(data_dir: Any, path: Path, area: str) -> int:
    from console.comms.gateways.basins import loose_ends, read_basins_file
    from console.comms.local.client import ask
    from console.comms.local.messages import Draft, Write
    from console.models.kinds import encode_body, kind_of
    from console.models.plain import plain

    basins = read_basins_file(path)
    drafts = [Draft(kind=kind_of(body), body=encode_body(body), subject=basin, area=area) for basin, body in basins]
    for start in range(0, len(drafts), AT_ONCE):
        some = drafts[start : start + AT_ONCE]
        ask(data_dir, lambda number, some=some: Write(id=number, drafts=some))  # type: ignore[misc]
    print(f"{len(basins)} basins and townships taken from {path}")
    for end in loose_ends(basins, {line.partition("  ")[0] for line in _lines(data_dir)}):
        print(plain(f"downstream is not known: {end}"))
    return 0
