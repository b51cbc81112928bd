"""Opening and closing one feed again and again on a real wall, and what the processes hold meanwhile.

Every `STOP_EVERY`th time the camera is stalled, killed and started again while it is watched.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import psutil
from PySide6.QtCore import QObject

from console.models.feeds.book import Entry
from console.models.feeds.rules import default_rule
from console.models.feeds.watch import State
from console.views.video.wall import Wall
from tests.views.video.servers import Server

RULE = default_rule()
QUICK = msgspec.structs.replace(
    RULE,
    watch=msgspec.structs.replace(RULE.watch, frozen_s=0.8, frozen_periods=1.0, first_s=8.0, anew_s=0.8, waits_s=(0.3,), same_s=2.0),
    wall=msgspec.structs.replace(RULE.wall, hung_s=4.0),
)
"""Waits as short as a test wants them."""
STOP_EVERY = 10
STILL = 20
"""So many looks in a row alike."""
Until = Callable[[Callable[[], object]], object]


class Held(NamedTuple):
    """What the video process has, the window's own QObjects, and how many processes the window has begun."""

    threads: int
    descriptors: int
    sockets: int
    objects: int
    children: int
    rss_mb: float


def entry(url: str, feed: str = "feed:1", snapshot_url: str = "") -> Entry:
    return Entry(feed, "河口", url, snapshot_url, "camera", "", "", "", "", "", None, None, None, None, None, "", False, "", "")


def quick_wall(root: Path, entry_of: Callable[[str], Entry | None]) -> Wall:
    wall = Wall(root, QUICK, entry_of, lambda: int(time.time() * 1000))
    wall.resize(640, 360)
    return wall


def held(wall: Wall) -> Held:
    video = psutil.Process(wall.eyes.pid)
    return Held(
        video.num_threads(),
        video.num_fds(),
        len(video.net_connections()),
        len(wall.findChildren(QObject)),
        len(psutil.Process().children(recursive=True)),
        video.memory_info().rss / 1e6,
    )


def turn(wall: Wall, feed: str, until: Until, camera: Server | None = None) -> None:
    """Open it, see it live, close it. `camera`: is stalled, killed and started again meanwhile, and seen to be."""
    wall.open(feed)
    until(lambda: is_live(wall))
    if camera is not None:
        camera.stall()
        until(lambda: wall.tiles[0].face.kind == "dead")
        camera.kill()
        until(lambda: wall.viewings[0].watch.state is State.WAITING)
        camera.start()
        until(lambda: is_live(wall))
    wall.plan.clear(0)
    wall.settle()


def is_live(wall: Wall) -> bool:
    """A file that is played never is, and counts; a picture that was kept does not."""
    view, viewing = wall.tiles[0], wall.viewings[0]
    return view.face.kind in ("live", "file") and view.last_image is not None and viewing.watch.frame_s is not None


def settled(wall: Wall, until: Until) -> Held:
    """Once what was closed is gone: threads and sockets of QtMultimedia's end a moment later."""
    found = [held(wall)]

    def is_still() -> bool:
        found.append(held(wall))
        return len(found) > STILL and len({one.threads for one in found[-STILL:]}) == 1

    until(is_still)
    return found[-1]


def slope(samples: list[tuple[int, float]]) -> float:
    """Of a straight line through (time, value), least squares."""
    count = len(samples)
    mean_x, mean_y = sum(x for x, _ in samples) / count, sum(y for _, y in samples) / count
    return sum((x - mean_x) * (y - mean_y) for x, y in samples) / sum((x - mean_x) ** 2 for x, _ in samples)
