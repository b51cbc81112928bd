"""What is taken away of a chart: a picture, or its readings. Asked where to, written beside the window, told what became of it."""

from __future__ import annotations

from pathlib import Path

import peewee as pw
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from console.models.sensors import read_gauges, series
from console.views.age import local, moment_text, zone_name
from console.views.context import Context
from console.views.i18n import tr
from console.views.monitoring.charting import Charting
from console.views.monitoring.csvfile import readings_csv
from console.views.monitoring.looking import heading
from console.views.monitoring.saving import Saving


class Taking(QObject):
    """Signals: `told(text)`, what became of it."""

    told = Signal(str)

    def __init__(self, context: Context, charting: Charting, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._charting, self._parent = context, charting, parent
        self._saving = Saving(self)
        self._saving.saved.connect(lambda path: self.told.emit(tr("Saved as {path}.", path=path)))
        self._saving.failed.connect(self.told)

    def ask(self, kind: str) -> None:
        """`kind`: png, svg or csv."""
        if self._charting.drawn is None or not self._charting.sensors:
            self.told.emit(tr("There is nothing to save: choose a gauge first."))
            return
        name = f"{tr('readings')}-{local(self._charting.span().end_ms):%Y%m%d-%H%M}.{kind}"
        path, _ = QFileDialog.getSaveFileName(self._parent, tr("Save"), name, f"{kind.upper()} (*.{kind})")
        if path:
            self.take(kind, Path(path if path.endswith(f".{kind}") else f"{path}.{kind}"))

    def take(self, kind: str, path: Path) -> None:
        if kind == "csv":
            self._take_readings(path)
        else:
            self._take_picture(kind, path)

    def _take_picture(self, kind: str, path: Path) -> None:
        from console.views.monitoring import drawing

        charting, time = self._charting, self._context.time
        if charting.chart is None or charting.drawn is None:
            return
        words = heading(charting.drawn, charting.span(), zone_name(), moment_text(time.now_ms()), live=time.live)
        self._saving.write(path, (drawing.png_of if kind == "png" else drawing.svg_of)(charting.chart, words))

    def _take_readings(self, path: Path) -> None:
        """Every reading of the time shown, as it was read: nothing thinned, nothing moved."""
        sensors, span, time = self._charting.sensors, self._charting.span(), self._context.time
        now_ms, live, zone = time.now_ms(), time.live, zone_name()

        def read(database: pw.SqliteDatabase) -> bytes:
            gauges = read_gauges(database, list(sensors))
            found = [(gauges[sensor], series(database, sensor, *span)) for sensor in sensors if sensor in gauges]
            return readings_csv(found, span, zone=zone, as_of_ms=now_ms, live=live)

        self._context.reading.run("monitoring.csv", read, lambda data: self._saving.write(path, data))
