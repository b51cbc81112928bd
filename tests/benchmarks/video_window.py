"""A wall as a child of a measurement. `first SCRATCH URL TIMES`: seconds to each first picture. `share SCRATCH SECONDS URL...`: shares of a core,
frames, memory."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from PySide6.QtCore import QEventLoop, QTimer

from console.models.feeds.rules import default_rule
from console.views.video.wall import Wall
from console.views.window.qt import qt_application
from tests.benchmarks.harness import say
from tests.views.video.cycles import entry

LOOK_MS = 5
PATIENCE_S = 60.0


def until(fact: Callable[[], object], patience_s: float = PATIENCE_S) -> float:
    """Seconds until it is so. Raises TimeoutError."""
    loop, looking = QEventLoop(), QTimer(interval=LOOK_MS)
    began_s = time.monotonic()
    looking.timeout.connect(lambda: loop.quit() if fact() or time.monotonic() - began_s > patience_s else None)
    looking.start()
    loop.exec()
    span_s = time.monotonic() - began_s
    if span_s > patience_s:
        raise TimeoutError(f"not so after {patience_s:g} s")
    return span_s


def passed(seconds: float) -> Callable[[], bool]:
    end_s = time.monotonic() + seconds
    return lambda: time.monotonic() >= end_s


def cpu_s(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def wall_of(scratch: Path, urls: list[str]) -> Wall:
    """With its video process up, as it is once a first feed was opened."""
    feeds = {f"s{at}": entry(url, f"s{at}") for at, url in enumerate(urls)}
    wall = Wall(scratch / "data", default_rule(), feeds.get, lambda: int(time.time() * 1000))
    wall.resize(1600, 900)
    wall.show()
    wall.eyes.begin()
    until(lambda: wall.eyes.running)
    return wall


def first(wall: Wall, times: int) -> None:
    """Opened at random moments between two key frames; the first time, when libraries are loaded, is told apart. A picture that was kept is
    none."""
    waits, chance, came = list[float](), random.Random(1), list[int]()
    wall.eyes.picture.connect(lambda picture: came.append(picture.turn))
    for _ in range(times + 1):
        until(passed(chance.random()))
        wall.open("s0")
        waits.append(until(lambda: wall.viewings[0].turn in came))
        wall.plan.clear(0)
        wall.settle()
    say(cold_s=waits[0], waits_s=waits[1:])


def share(wall: Wall, streams: int, seconds: float) -> None:
    wall.plan.show_all([f"s{at}" for at in range(streams)])
    wall.settle()
    until(lambda: sum(view.face.kind == "live" for view in wall.tiles) >= streams)
    frames = [0]
    wall.eyes.picture.connect(lambda _picture: frames.__setitem__(0, frames[0] + 1))
    before, began_s = (cpu_s(wall.eyes.pid), cpu_s(os.getpid())), time.monotonic()
    until(passed(seconds))
    span_s = time.monotonic() - began_s
    after = (cpu_s(wall.eyes.pid), cpu_s(os.getpid()))
    say(
        process_share=(after[0] - before[0]) / span_s,
        window_share=(after[1] - before[1]) / span_s,
        live=sum(view.face.kind == "live" for view in wall.tiles),
        frames_per_s=frames[0] / span_s,
        rss_mb=psutil.Process(wall.eyes.pid).memory_info().rss / 1e6,
    )


def main(what: str, scratch: str, *rest: str) -> None:
    app = qt_application()
    urls = list(rest[1:]) if what == "share" else [rest[0]]
    wall = wall_of(Path(scratch), urls)
    if what == "share":
        share(wall, len(urls), float(rest[0]))
    else:
        first(wall, int(rest[1]))
    wall.end()
    wall.close()
    app.quit()


if __name__ == "__main__":
    main(*sys.argv[1:])
