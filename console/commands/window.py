"""`fengsui window`: open the console. What `fengsui` does without a command."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli import add_data_argument

if TYPE_CHECKING:
    from console.views.window.look import Look
    from console.views.window.opening import Opening

LANGUAGES = ("zh_CN", "en")
THEMES = ("day", "night", "dim", "auto")
SPEEDS = (1, 100)


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "window",
        help="open the console window (the default)",
        description="Open the console. The first time it asks whether to play the example incident, start empty or join a node.",
    )
    add_data_argument(parser)
    parser.add_argument("--example", action="store_true", help="play the example incident at once, in a directory of its own (DIR/example)")
    parser.add_argument(
        "--speed", type=speed, default=60, metavar="N", help="how many times faster than life the example plays (default 60)"
    )
    add_look_arguments(parser)


def add_look_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the window (default: as last chosen, else by the locale)")
    parser.add_argument("--theme", choices=THEMES, help="theme of the window (default: as last chosen, else auto)")
    parser.add_argument("--size", type=size, metavar="WxH", help="size of the window in pixels, for example 1366x768")


def size(text: str) -> tuple[int, int]:
    """(width, height) in pixels, 320x240 to 7680x4320."""
    match = re.fullmatch(r"(\d{3,4})x(\d{3,4})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"not a size: {text!r}; write it like 1600x900")
    width, height = int(match[1]), int(match[2])
    if not (320 <= width <= 7680 and 240 <= height <= 4320):
        raise argparse.ArgumentTypeError(f"{text} is not between 320x240 and 7680x4320")
    return width, height


def speed(text: str) -> int:
    value = int(text) if text.isdigit() else 0
    if not SPEEDS[0] <= value <= SPEEDS[1]:
        raise argparse.ArgumentTypeError(f"not a speed: {text!r}; give a whole number from {SPEEDS[0]} to {SPEEDS[1]}")
    return value


def run(args: argparse.Namespace) -> int:
    from console.models.paths import DataDir, default_data_dir
    from console.views.window.display import need_display
    from console.views.window.look import Look
    from console.views.window.opening import Opening, make_room
    from console.views.window.starting import start

    need_display()
    root = args.data or default_data_dir()
    look = Look(args.lang, args.theme, args.size)
    if args.example:
        opening: Opening | None = _example(root, args.speed, look)
    elif DataDir(root).journal.exists():
        opening = Opening(DataDir(root))
    else:
        opening = _ask_first(root, look)
    if opening is None:
        return 0
    play = opening.exercise and make_room(opening.data)
    started = start(opening)

    from console.app import run as run_window

    return run_window(started, opening, look, play=play)


def _example(root: Path, speed: int, look: Look) -> Opening:
    """Its office has a name in the language of the window."""
    from console.views import i18n
    from console.views.window.opening import SETTINGS_FILE, example
    from console.views.window.settings import Settings

    settings = Settings(root / SETTINGS_FILE)
    look.remember(settings)
    settings.sync()
    i18n.use_language(settings.language)
    return example(root, speed)


def _ask_first(root: Path, look: Look) -> Opening | None:
    from console.views.window.first_start import ask_first

    return ask_first(root, look)
