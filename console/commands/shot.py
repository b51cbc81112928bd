"""`fengsui shot`: a picture of the console, rendered without a screen."""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from console.cli import add_data_argument
from console.commands.window import add_look_arguments
from console.errors import UsageFault

if TYPE_CHECKING:
    from console.app import Console
    from console.views.window.opening import Opening
    from console.views.window.picture import Picture

VIEWS = (
    "window",
    "wall",
    "map",
    "incidents",
    "units",
    "resources",
    "warnings",
    "links",
    "roads",
    "mode",
    "satellite",
    "plots",
    "video",
    "risks",
    "monitoring",
    "within",
    "routes",
    "gateways",
)
EXAMPLE_SPEED = 60
FEEDS_S = 5.0
"""After the first picture: the others come meanwhile."""
DEFAULT_SIZE = (1600, 900)
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp")


def add(parsers: Any) -> None:
    parser = parsers.add_parser(
        "shot",
        help="render the window or one view into a picture, without a screen",
        description="Render the console into a picture, in a virtual display of its own. The journal is only read, and a peer that "
        "runs on the directory is watched; none is started but for --example-after.",
    )
    add_data_argument(parser)
    parser.add_argument(
        "--view", choices=VIEWS, default="window", help="the whole window, the wall screen, or one view alone (default window)"
    )
    parser.add_argument("--out", type=picture, required=True, metavar="FILE", help=f"where to: {', '.join(PICTURE_ENDINGS)}")
    parser.add_argument("--at", metavar="TIME", help="the state at this time (ISO 8601, local without an offset), as in replay")
    parser.add_argument(
        "--example-after",
        type=seconds,
        metavar="SECONDS",
        help="play the example incident in DIR/example and take the picture after so long",
    )
    parser.add_argument("--workspace", metavar="NAME", help="the window in this arrangement (resources/workspaces.toml)")
    parser.add_argument("--fit", action="store_true", help="bring every unit into view on the map")
    parser.add_argument("--feeds", action="store_true", help="open the first feeds of the list on the video wall, and wait for pictures")
    add_look_arguments(parser)


def picture(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in PICTURE_ENDINGS:
        raise argparse.ArgumentTypeError(f"{text!r} does not end in one of {', '.join(PICTURE_ENDINGS)}")
    return path


def seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"not a number of seconds from 0 to 3600: {text!r}")
    return value


def run(args: argparse.Namespace) -> int:
    from console.views.window.display import virtual_display

    width, height = args.size or DEFAULT_SIZE
    with virtual_display(width, height), TemporaryDirectory(prefix="fengsui-shot-") as scratch:
        take(args, (width, height), Path(scratch))
    print(args.out)
    return 0


def take(args: argparse.Namespace, size: tuple[int, int], scratch: Path) -> None:
    """Open the console with settings of its own in `scratch`, wait for what must be seen, and save the picture."""
    from console.app import Console
    from console.views import i18n
    from console.views.window.crash import CrashReports
    from console.views.window.example import Example
    from console.views.window.look import Look
    from console.views.window.opening import SETTINGS_FILE, make_room
    from console.views.window.peer_process import own_peer
    from console.views.window.qt import qt_application
    from console.views.window.settings import Settings

    app = qt_application()
    settings = Settings(scratch / SETTINGS_FILE)
    Look(args.lang, args.theme, size).remember(settings)
    i18n.use_language(settings.language)
    opening = opening_of(args)
    player = Example(EXAMPLE_SPEED) if opening.start_peer and make_room(opening.data) else None
    console = Console(app, opening, own_peer(opening), settings, CrashReports(scratch), renew=lambda: None)
    try:
        if player is not None:
            player.attach(console.peer, console.window.banner)
        console.open(size)
        expose(console, args)
    finally:
        if player is not None:
            player.stop()
        console.close()
        app.shutdown()


def opening_of(args: argparse.Namespace) -> Opening:
    """The example, played, or a journal that is only read. Raises UsageFault when there is none."""
    from console.models.paths import DataDir, default_data_dir
    from console.views.window.opening import Opening, example

    root = args.data or default_data_dir()
    if args.example_after is not None:
        return example(root, EXAMPLE_SPEED)
    opening = Opening(DataDir(root), start_peer=False)
    if not opening.data.journal.exists():
        raise UsageFault(f"there is no journal in {root} to render. Open the console on it first, or give --example-after SECONDS.")
    return opening


def open_feeds(console: Console, picture: Picture) -> None:
    """As many as the list has and the wall holds; the picture is not held up by those that do not come."""
    from console.models.feeds.watch import State

    panel: Any = console.window.panels.get("video")
    picture.wait_for(lambda: bool(panel.list.table.rowCount()), "the list of feeds")
    panel.open_listed()
    picture.wait_for(lambda: any(each.watch.state is State.LIVE for each in panel.wall.viewings.values()), "a picture of a feed")
    picture.pass_time(FEEDS_S)


def expose(console: Console, args: argparse.Namespace) -> None:
    """Wait for what was asked for, then save the picture."""
    from console.views.window.picture import Picture

    picture = Picture(console.window, console.chart, console.reading)
    console.panels.all()
    if args.workspace:
        console.window.workspaces.enter(args.workspace)
    if args.example_after is not None:
        picture.wait_for(lambda: console.peer.me is not None, "the own peer")
        picture.pass_time(args.example_after)
    if args.at:
        console.time.fix(console.zone.parse(args.at))
    if args.feeds:
        open_feeds(console, picture)
    if args.fit:
        picture.wait_for(lambda: console.reading.idle, "the journal to be read")
        console.chart.presenter_do("fit")()
    if args.view == "wall":
        picture.settle_map()
        console.beside.toggle_wall()
        wall = console.beside.wall
        if wall is not None:
            Picture(wall, wall.chart, console.reading).save(args.view, args.out)
        return
    picture.save(args.view, args.out)
