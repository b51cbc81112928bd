"""`KIND SCRATCH CYCLES`: opens and closes one feed so often, and says what is held after each tenth time."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from console.views.window.qt import qt_application
from tests.benchmarks.harness import say
from tests.benchmarks.video_window import until
from tests.views.video.cameras import KINDS, SMALL, make_clip
from tests.views.video.cycles import STOP_EVERY, entry, quick_wall, settled, turn


def main(kind: str, scratch: str, cycles: str) -> None:
    app: QApplication = qt_application()
    folder = Path(scratch)
    samples = []
    with KINDS[kind](folder, make_clip(folder, SMALL)) as camera:
        wall = quick_wall(folder / "data", {"feed:1": entry(camera.url)}.get)
        wall.show()
        for cycle in range(1, int(cycles) + 1):
            stops = cycle % STOP_EVERY == STOP_EVERY // 2 and kind != "file"
            turn(wall, "feed:1", until, camera if stops else None)
            if cycle % STOP_EVERY == 0:
                samples.append({"times": cycle} | settled(wall, until)._asdict())
        say(samples=samples, falls=wall.eyes.falls)
        wall.end()
        wall.close()
    app.quit()


if __name__ == "__main__":
    main(*sys.argv[1:])
