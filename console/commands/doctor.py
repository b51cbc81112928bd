"""`fengsui doctor`: look at this machine and say what stands in the way and what to do about it."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from console.cli import add_data_argument
from console.errors import EXIT_NOT_WELL

if TYPE_CHECKING:
    from console.doctor.finding import Finding
    from console.models.paths import DataDir


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "doctor",
        help="look at this machine and say what to do",
        description="Check libraries, graphics, fonts, display, ports, clock, disk, keys and journal. Changes nothing. "
        "Exit code 1 when something is at fault.",
    )
    add_data_argument(parser)
    parser.add_argument("--json", action="store_true", help="print for a program")


def run(args: argparse.Namespace) -> int:
    from console.doctor.finding import State
    from console.models.paths import DataDir, default_data_dir

    findings = look(DataDir(args.data or default_data_dir()))
    if args.json:
        from msgspec import to_builtins

        print(json.dumps(to_builtins(findings), ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(line(finding))
    return EXIT_NOT_WELL if any(finding.state is State.FAULT for finding in findings) else 0


def line(finding: Finding) -> str:
    remedy = f"\n        {'':13}{finding.remedy}" if finding.remedy else ""
    return f"{finding.state.value:<6}  {finding.name:<13}{finding.says}{remedy}"


def look(data: DataDir) -> list[Finding]:
    """Every finding, in the order in which a person mends them."""
    from console.doctor import data as kept
    from console.doctor import libraries, machine, screen
    from console.models.clock import wall_ms

    journal, newest_ms = kept.journal(data)
    return [
        *libraries.versions(),
        libraries.system_libraries(),
        libraries.web_engine(),
        screen.display(),
        screen.fonts(),
        screen.graphics(),
        *machine.clock(wall_ms(), newest_ms),
        *machine.disk(data.root),
        *machine.ports(),
        kept.keys(data),
        journal,
        kept.peer(data),
    ]
