"""A wall of streams as a child of a measurement: `SCRATCH STREAMS PORT SECONDS`. Says shares of a core, frames, and the first picture's wait."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from PySide6.QtCore import QEventLoop, QTimer

from console.models.feeds.book import Entry
from console.models.feeds.rules import default_rule
from console.views.video.wall import Wall
from console.views.window.qt import qt_application
from tests.benchmarks.harness import say

LOOK_MS = 5
PATIENCE_S = 60.0
OPENINGS = 5


def entry(feed: str, url: str) -> Entry:
    return Entry(feed, feed, url, "", "camera", "", "", "", "", "", None, None, None, None, None, "", False, "", "", "")


def until(fact: Callable[[], bool]) -> float:
    """Seconds until it is so."""
    loop, looking = QEventLoop(), QTimer(interval=LOOK_MS)
    began_s = time.monotonic()
    looking.timeout.connect(lambda: loop.quit() if fact() or time.monotonic() - began_s > PATIENCE_S else None)
    looking.start()
    loop.exec()
    return time.monotonic() - began_s


def cpu_s(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def main(scratch: str, streams: str, port: str, seconds: str) -> None:
    app = qt_application()
    feeds = {f"s{at}": entry(f"s{at}", f"udp://@127.0.0.1:{int(port) + at}") for at in range(int(streams))}
    feeds["clip"] = entry("clip", f"file://{Path(scratch) / 'clip.ts'}")
    wall = Wall(Path(scratch) / "data", default_rule(), feeds.get, lambda: int(time.time() * 1000))
    wall.resize(1600, 900)
    wall.show()
    wall.eyes.begin()
    until(lambda: wall.eyes.running)
    firsts: dict[str, list[float]] = {"udp": [], "file": []}
    for at in range(OPENINGS):
        for kind, feed in (("udp", f"s{at}"), ("file", "clip")):
            wall.open(feed)
            firsts[kind].append(until(lambda: wall.tiles[0].last_image is not None))
            wall.plan.clear(0)
            wall.settle()
    wall.plan.show_all([f"s{at}" for at in range(int(streams))])
    wall.settle()
    until(lambda: sum(view.face.kind == "live" for view in wall.tiles) >= int(streams))
    frames = [0]
    wall.eyes.picture.connect(lambda _picture: frames.__setitem__(0, frames[0] + 1))
    before, began_s = (cpu_s(wall.eyes.pid), cpu_s(os.getpid())), time.monotonic()
    until(lambda: time.monotonic() - began_s > float(seconds))
    span_s = time.monotonic() - began_s
    after = (cpu_s(wall.eyes.pid), cpu_s(os.getpid()))
    say(
        process_share=(after[0] - before[0]) / span_s,
        window_share=(after[1] - before[1]) / span_s,
        live=sum(view.face.kind == "live" for view in wall.tiles),
        frames_per_s=frames[0] / span_s,
        rss_mb=psutil.Process(wall.eyes.pid).memory_info().rss / 1e6,
        first_s=max(statistics.median(waits) for waits in firsts.values()),
        firsts={kind: statistics.median(waits) for kind, waits in firsts.items()},
    )
    wall.end()
    wall.close()
    app.quit()


if __name__ == "__main__":
    main(*sys.argv[1:])
