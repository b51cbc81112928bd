"""What is being plotted in this window: one thing at a time, shown on every map of it. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from console.views.entry.outcome import EntryFault
from console.views.plot.drawing import Drawing
from console.views.plot.figure import Point


class Plotting(QObject):
    """Attributes: `drawing`, under way or None; `editing`, the id of the plot whose points are shown to be moved, or ""; `snap`.

    Signals: `changed()` begun, a point more or less, ended; `finished(Drawing, Figure)` complete, to be written; `refused(str)` why not.
    `wanted(kind)`: begin one of this kind; `undo_asked()`, `redo_asked()`. The map's hand asks by `reshaped(plot, index, at, insert)`
    (`at`: a point, None to take it away) and `shifted(plot, lon, lat)`, where its first point is to be.
    """

    changed = Signal()
    finished = Signal(object, object)
    refused = Signal(str)
    wanted = Signal(str)
    undo_asked = Signal()
    redo_asked = Signal()
    reshaped = Signal(str, int, object, bool)
    shifted = Signal(str, float, float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.drawing: Drawing | None = None
        self.editing = ""
        self.snap = True

    def begin(self, drawing: Drawing) -> None:
        self.drawing, self.editing = drawing, ""
        self.changed.emit()

    def edit(self, plot: str) -> None:
        self.drawing, self.editing = None, plot
        self.changed.emit()

    def set_snap(self, on: bool) -> None:
        self.snap = on
        self.changed.emit()

    def place(self, points: list[Point]) -> None:
        """Take points one after another, and finish when they complete it."""
        drawing = self.drawing
        if drawing is None:
            return
        complete = [drawing.place(*point) for point in points]
        self.changed.emit()
        if any(complete):
            self.finish()

    def back(self) -> None:
        if self.drawing is not None and self.drawing.back():
            self.changed.emit()

    def finish(self) -> None:
        """Complete, or refused with the reason and still under way."""
        if self.drawing is None:
            return
        try:
            figure = self.drawing.figure()
        except EntryFault as fault:
            self.refused.emit(str(fault))
            return
        drawing, self.drawing = self.drawing, None
        self.changed.emit()
        self.finished.emit(drawing, figure)

    def end(self) -> None:
        """Give up what is under way."""
        if self.drawing is not None or self.editing:
            self.drawing, self.editing = None, ""
            self.changed.emit()
