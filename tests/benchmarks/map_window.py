"""The map alone in a window, as a child of a measurement.

`map_window UNITS POINTS`: says `ready` with how long the first picture took, then for each line it is sent moves everything once a second
and drags the map about for a while, and says what it cost.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
import peewee as pw
import psutil
from PySide6.QtCore import QObject, Qt, QTimer

from console.models.changes import Changes
from console.views.context import Context, News, Selection
from console.views.map.channel import Painted
from console.views.map.panel import MapPanel
from console.views.window.pauses import keep_short
from console.views.window.qt import qt_application
from console.views.window.reader import BackgroundReading
from tests.benchmarks.harness import percentile, say
from tests.benchmarks.map_scene import SLICES, Scene
from tests.benchmarks.window import Parent

SIZE = (1600, 900)
WATCHED_S = 12
LOOK = (82.6, 44.65, 9)
HELD_MS = 16.0
_decode = msgspec.msgpack.Decoder(Changes).decode

DRAG = """
(() => {
  const { map, layer } = fengsui, { picture } = layer;
  const seconds = %d, target = map.getContainer(), gaps = [], draws = [];
  const middle = [target.clientWidth / 2, target.clientHeight / 2];
  const fire = (type, x, y, on) => on.dispatchEvent(new MouseEvent(type, { bubbles: true, clientX: x, clientY: y, button: 0, buttons: 1 }));
  const begun = performance.now();
  let last = begun, angle = 0, bare = 0;
  const paint = picture.paint;
  picture.paint = async function (...words) {
    const start = performance.now(), painted = await paint.apply(this, words);
    draws.push(performance.now() - start);
    return painted;
  };
  const covered = () => {
    const { originX, originY } = layer.places[1], { min, max } = map.getPixelBounds();
    return originX <= min.x && originY <= min.y && originX + layer.width >= max.x && originY + layer.height >= max.y;
  };
  for (const type of ["mousemove", "mousedown"]) fire(type, ...middle, document.elementFromPoint(...middle));
  const step = (now) => {
    gaps.push(now - last);
    last = now;
    bare += !covered();
    angle += 0.03;
    fire("mousemove", middle[0] + 300 * Math.sin(angle), middle[1] + 200 * Math.sin(2 * angle), document);
    if (now - begun < seconds * 1000) return requestAnimationFrame(step);
    fire("mouseup", ...middle, document);
    picture.paint = paint;
    const heap = performance.memory?.usedJSHeapSize ?? 0;
    window.benched = { gaps: gaps.slice(2), draws, bare: bare / gaps.length, seconds: (now - begun) / 1000, heap };
  };
  requestAnimationFrame(step);
})()
"""


class Still:
    """The window's time: the machine's clock."""

    live = True

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    wall_ms = now_ms


class Live:
    """What the reading thread reads."""

    def __init__(self, path: Path) -> None:
        self.database = pw.SqliteDatabase(str(path))

    def close(self) -> None:
        self.database.close()


class Nobody:
    def write(self, *_: object) -> None:
        raise AssertionError("the map writes nothing")

    def purge(self, *_: object) -> None:
        raise AssertionError("nothing is destroyed here")


class Pulse(QObject):
    """How long the GUI thread was away from its event loop: by the clock, and by the CPU time it used meanwhile (others' use apart)."""

    def __init__(self) -> None:
        super().__init__()
        self.wall_ms: list[float] = []
        self.cpu_ms: list[float] = []
        self._timer = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._last = (time.monotonic(), time.thread_time())
        self._timer.start()

    def _beat(self) -> None:
        now = (time.monotonic(), time.thread_time())
        self.wall_ms.append((now[0] - self._last[0]) * 1000)
        self.cpu_ms.append((now[1] - self._last[1]) * 1000)
        self._last = now

    def take(self) -> dict[str, float]:
        wall, cpu = self.wall_ms or [0.0], self.cpu_ms or [0.0]
        self.wall_ms, self.cpu_ms = [], []
        return {
            "held_wall_max_ms": max(wall),
            "held_wall_p99_ms": percentile(wall, 0.99),
            "held_cpu_max_ms": max(cpu),
            "held_cpu_p99_ms": percentile(cpu, 0.99),
            "held_cpu_over": float(sum(held > HELD_MS for held in cpu)),
        }


class Bench(QObject):
    def __init__(self, panel: MapPanel, context: Context, scene: Scene, rounds: int) -> None:
        super().__init__()
        self.panel, self.context, self.scene = panel, context, scene
        self.course = iter(scene.course(WATCHED_S * rounds + 2 * rounds))
        self.took_ms: list[float] = []
        self.pulse = Pulse()
        self.moving = QTimer(self, interval=round(1000 / SLICES), timerType=Qt.TimerType.PreciseTimer)
        self.moving.timeout.connect(self._move)
        panel.channel.on_painted = self._painted

    def _painted(self, painted: Painted) -> None:
        self.took_ms.append(painted.took_ms)

    def _move(self) -> None:
        body = next(self.course, None)
        if body is not None:
            self.context.news.changed.emit(_decode(body))

    def run(self) -> None:
        self.moving.start()
        self.took_ms.clear()
        self.pulse.take()
        self._cpu = self._cpu_s()
        self.panel.web.page.runJavaScript(DRAG % WATCHED_S)
        QTimer.singleShot(WATCHED_S * 1000 + 700, self._end)

    def _cpu_s(self) -> tuple[float, float]:
        own = psutil.Process().cpu_times()
        page = psutil.Process(self.panel.web.page.renderProcessPid()).cpu_times()
        return own.user + own.system, page.user + page.system

    def _end(self) -> None:
        self.moving.stop()
        self.panel.web.page.runJavaScript("JSON.stringify(window.benched ?? null)", self._report)

    def _report(self, text: str) -> None:
        told: Any = msgspec.json.decode(text)
        if told is None:
            QTimer.singleShot(500, self._end)
            return
        memory = psutil.Process(self.panel.web.page.renderProcessPid()).memory_full_info()
        own, page = (after - before for after, before in zip(self._cpu_s(), self._cpu, strict=True))
        gaps = told["gaps"]
        say(
            fps=len(gaps) / told["seconds"],
            gap_p95_ms=percentile(gaps, 0.95),
            gap_max_ms=max(gaps),
            painted_p50_ms=percentile(self.took_ms or [0.0], 0.5),
            painted_p95_ms=percentile(self.took_ms or [0.0], 0.95),
            buffers=len(self.took_ms) / told["seconds"],
            draw_p50_ms=percentile(told["draws"] or [0.0], 0.5),
            draw_p95_ms=percentile(told["draws"] or [0.0], 0.95),
            draws=len(told["draws"]) / told["seconds"],
            bare_share=told["bare"],
            renderer_mb=memory.rss / 2**20,
            renderer_pss_mb=getattr(memory, "pss", memory.rss) / 2**20,
            heap_mb=told["heap"] / 2**20,
            window_core=own / told["seconds"],
            renderer_core=page / told["seconds"],
            **self.pulse.take(),
        )


def main(units: int, points: int, rounds: int = 1, theme: str = "night", picture: str = "") -> None:
    app = qt_application()
    begun_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
        path = Path(scratch) / "state.db"
        scene = Scene(path, units, points, time.time_ns() // 1_000_000)
        reading = BackgroundReading(lambda: Live(path), lambda: None)  # type: ignore[arg-type, return-value]
        reading.failed.connect(lambda text: print(text, file=sys.stderr))
        context = Context(reading, Nobody(), Still(), Selection(), News(), lambda: "bench")
        shown_s = time.monotonic()
        panel = MapPanel(context)
        panel.resize(*SIZE)
        panel.set_theme(theme)
        panel.show()
        reading.release()
        parent = Parent()
        bench = Bench(panel, context, scene, rounds)

        def look() -> None:
            if not (panel.settled and reading.idle and panel.channel.painted.seq > 0):
                return
            looking.stop()
            panel.restore_state(msgspec.json.encode({"centre": LOOK}).decode())
            QTimer.singleShot(2500, ready)

        def ready() -> None:
            if picture:
                panel.screen().grabWindow(0, panel.x(), panel.y(), panel.width(), panel.height()).save(picture)
            keep_short()  # as the program does when its window is made
            say(shown_ms=(time.monotonic() - shown_s) * 1000 - 2500, built_s=shown_s - begun_s, **bench.pulse.take())

        looking = QTimer(interval=20)
        looking.timeout.connect(look)
        looking.start()
        parent.asked.connect(bench.run)
        parent.gone.connect(app.quit)
        app.exec()
        reading.close()
        bench.pulse._timer.stop()
        panel.close()
        panel.deleteLater()
        app.processEvents()


if __name__ == "__main__":
    words = sys.argv[1:]
    main(int(words[0]), int(words[1]), int(words[2]) if len(words) > 2 else 1, *words[3:])
