"""The `fengsui` command line: one module per command in `console.commands`, each with `add(parsers)` and `run(args) -> int`.

Exit codes: 0 done; 1 done, but what was asked about is not well (verify found damage, doctor found a fault); 2 wrong usage;
3 the environment stands in the way (no display, disk full, port taken); 4 refused by a peer (token used, key revoked);
130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from console import __version__
from console.errors import Fault

COMMANDS = (
    "window",
    "node",
    "unit",
    "play",
    "gateway",
    "sensors",
    "enrol",
    "peers",
    "lead",
    "bundle",
    "beidou",
    "beidou-sim",
    "ready",
    "incident",
    "feeds",
    "basins",
    "journal",
    "tiles",
    "shot",
    "doctor",
)
"""Modules of `console.commands` (- there is _), imported only when the command is asked for: the window's start must not pay for the others."""


def main(argv: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    chosen = words[0] if words and words[0] in COMMANDS else None
    parser = argparse.ArgumentParser(
        prog="fengsui",
        description="Operator console for emergency command. Without a command it opens the window.",
        epilog="Exit codes: 0 done; 1 what was asked about is not well; 2 wrong usage; 3 the environment stands in the way; "
        "4 refused by a peer; 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"fengsui {__version__}")
    parsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    if chosen is None and not {"-h", "--help", "--version"} & set(words):
        words.insert(0, "window")
        chosen = "window"
    for name in COMMANDS if chosen is None else (chosen,):
        _command(name).add(parsers)
    args = parser.parse_args(words)
    try:
        return int(_command(args.command).run(args))
    except Fault as fault:
        print(f"fengsui: {fault}", file=sys.stderr)
        return fault.exit_code
    except KeyboardInterrupt:
        return 130


def _command(name: str) -> ModuleType:
    return importlib.import_module(f"console.commands.{name.replace('-', '_')}")


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    from console.models.paths import default_data_dir

    parser.add_argument(
        "--data", type=Path, default=None, metavar="DIR", help=f"where this peer keeps its journal and keys (default {default_data_dir()})"
    )
