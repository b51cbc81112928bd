"""The chart of the map's measurements, drawn with Qt in a process of its own: `python -m tests.benchmarks.map_chart FILE < figures.json`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.harness import ROOT

WIDTH, HEIGHT = 1100, 420
PANES = (
    ("Frames a second while panning", "fps", 60.0, 55.0),
    ("Sent to painted, ms (p95)", "painted_p95_ms", 200.0, 80.0),
    ("Renderer, MiB", "renderer_mb", 600.0, 500.0),
)


def draw(path: Path, empty: dict[str, float], rows: dict[int, dict[str, float]], markers: dict[int, float]) -> None:
    told = {
        "empty": empty,
        "rows": {str(units): row for units, row in rows.items()},
        "markers": {str(units): fps for units, fps in markers.items()},
    }
    subprocess.run([sys.executable, "-m", "tests.benchmarks.map_chart", str(path)], input=json.dumps(told), text=True, check=True, cwd=ROOT)


def main(path: str) -> None:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter

    app = QGuiApplication(sys.argv[:1])
    told = json.load(sys.stdin)
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(QFont("Noto Sans CJK SC", 10))
    wide = WIDTH / len(PANES)
    for index, (title, key, most, goal) in enumerate(PANES):
        bars: list[tuple[str, float, str]] = [("next to\nnothing", told["empty"][key], "#8c959d")]
        bars += [(f"{int(units):,}\nunits", row[key], "#0a58a6") for units, row in told["rows"].items()]
        if key == "fps":
            bars += [(f"{int(units):,}\nmarkers", fps, "#c8781e") for units, fps in told["markers"].items()]
        top = max(most, *(value for _, value, _ in bars)) * 1.08
        _pane(painter, QRectF(index * wide + 12, 12, wide - 24, HEIGHT - 24), title, bars, top, goal)
    painter.end()
    if not image.save(path):
        raise SystemExit(f"{path} could not be written")
    app.quit()


def _pane(painter: object, box: object, title: str, bars: Sequence[tuple[str, float, str]], top: float, goal: float) -> None:
    from PySide6.QtCore import QRectF, Qt
    from PySide6.QtGui import QColor, QPainter, QPen

    assert isinstance(painter, QPainter)
    assert isinstance(box, QRectF)
    middle = Qt.AlignmentFlag.AlignHCenter
    painter.setPen(QColor("#14202b"))
    painter.drawText(QRectF(box.left(), box.top(), box.width(), 22), middle, title)
    ground, high = box.bottom() - 46, box.height() - 46 - 44
    step = box.width() / len(bars)
    for at, (name, value, colour) in enumerate(bars):
        height = high * value / top
        bar = QRectF(box.left() + step * at + step * 0.18, ground - height, step * 0.64, height)
        painter.fillRect(bar, QColor(colour))
        painter.setPen(QColor("#14202b"))
        painter.drawText(QRectF(box.left() + step * at, bar.top() - 20, step, 18), middle, f"{value:.0f}")
        painter.drawText(QRectF(box.left() + step * at, ground + 4, step, 40), middle, name)
    painter.setPen(QPen(QColor("#b3001b"), 1.5, Qt.PenStyle.DashLine))
    level = round(ground - high * goal / top)
    painter.drawLine(round(box.left()), level, round(box.right()), level)
    painter.setPen(QColor("#14202b"))
    painter.drawLine(round(box.left()), round(ground), round(box.right()), round(ground))


if __name__ == "__main__":
    main(sys.argv[1])
