"""`fengsui ready`: what to look at before this machine goes offline, as in the window."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from console.cli import add_data_argument
from console.errors import EXIT_NOT_WELL, Fault
from console.views.i18n import LANGUAGES

if TYPE_CHECKING:
    from console.comms.local.messages import Link, Me, Power
    from console.models.paths import DataDir
    from console.views.ready.check import Check


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "ready",
        help="whether this machine is ready to go offline",
        description="Look at maps, people and resources, keys, battery, disk, clock and room for recording, and say what mends what is "
        "not well. Changes nothing. Exit code 1 when something must be mended first.",
    )
    add_data_argument(parser)
    parser.add_argument("--lang", choices=LANGUAGES, help="language (default: as chosen in the window, else by the locale)")
    parser.add_argument("--json", action="store_true", help="print for a program")


def run(args: argparse.Namespace) -> int:
    from console.models.clock import wall_ms
    from console.models.paths import DataDir, default_data_dir
    from console.models.rules.ready import ready_rule
    from console.views import i18n
    from console.views.ready.check import State
    from console.views.ready.known import look
    from console.views.ready.panel_state import map_files
    from console.views.ready.presenter import checklist
    from console.views.window.opening import SETTINGS_FILE
    from console.views.window.settings import Settings

    data = DataDir(args.data or default_data_dir())
    settings = Settings(data.root / SETTINGS_FILE)
    i18n.use_language(args.lang or settings.language)
    me, links, power = _peer(data)
    known = look(data, map_files(settings.panel("map")), ready_rule())
    checks = checklist(known, me, links, power, ready_rule(), wall_ms())
    _print(checks, wall_ms(), as_json=args.json)
    return EXIT_NOT_WELL if any(check.state is State.BAD for check in checks) else 0


def _peer(data: DataDir) -> tuple[Me | None, list[Link], Power]:
    """What the running peer tells; without one the battery is looked at here."""
    from console.comms.local.client import look
    from console.comms.local.messages import Power
    from console.comms.peer.power import supply_source

    try:
        welcome = look(data)
    except Fault:
        supply = supply_source()()
        return None, [], Power() if supply is None else Power(**supply._asdict())
    return welcome.me, welcome.links, welcome.me.power


def _print(checks: list[Check], now_ms: int, *, as_json: bool) -> None:
    from console.views.i18n import word
    from console.views.ready.presenter import age, standing_text

    if as_json:
        print(json.dumps([check._asdict() for check in checks], ensure_ascii=False, indent=1))
        return
    for check in checks:
        head = f"{word('ready_state', check.state.value)}  {word('ready', check.key)} ({age(check, now_ms)}): {check.says}"
        print(f"{head}\n        {check.remedy}" if check.remedy else head)
    print(standing_text(checks))
