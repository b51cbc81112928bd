"""The sheet as it will be: what is chosen, a preview, and where it goes. GUI thread only; maps and sheets are drawn elsewhere."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtGui import QCloseEvent, QImage, QPixmap, QResizeEvent, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.models.maps.datum import WGS84
from console.views.age import moment_text
from console.views.i18n import tr
from console.views.map.panel import MapPanel
from console.views.print import sheet
from console.views.print.chart import Drawn, PrintChart
from console.views.print.layout import PAPERS, SCALES, Frame, Layout, scale_for
from console.views.print.sheet import Content
from console.views.print.work import SheetWork

REST_MS = 250
"""After a choice was changed, before the map is drawn anew for it."""
TITLE_CHARS = 80


class PrintDialog(QDialog):
    """Attributes: `content`, the sheet as it would be saved now, None until the map is drawn."""

    def __init__(self, chart: MapPanel, extent: tuple[float, float, float, float], marks: tuple[str, str], title: str) -> None:
        """`extent`: west, south, east, north of what the map shows; `marks`: see `MainWindow.marks`."""
        super().__init__(chart)
        self.setWindowTitle(tr("Print the map"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._extent, self._marks_now, self._loaded = chart.context, extent, marks, chart.loaded
        self.content: Content | None = None
        self._as_of_ms, self._live = self._context.time.now_ms(), self._context.time.live
        self._saving, self._preview_ticket = 0, 0
        self._image: QImage | None = None
        self.title = QLineEdit(title[:TITLE_CHARS], maxLength=TITLE_CHARS)
        self.paper, self.way, self.scale, self.tone = (
            QComboBox(),
            QComboBox(),
            QComboBox(),
            QCheckBox(tr("Grey, for printers without colour")),
        )
        self.author = QLineEdit(self._context.author(), maxLength=TITLE_CHARS)
        self.preview = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.state = QLabel(wordWrap=True)
        self.save_pdf, self.save_png = QPushButton(tr("Save as PDF...")), QPushButton(tr("Save as PNG..."))
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._fill()
        self._lay_out()
        self._work = SheetWork(self)
        self._map: PrintChart | None = None
        self._connect()
        self._offer()
        self._say(tr("The map is being drawn..."))
        QTimer.singleShot(0, self, partial(self._begin, chart))

    def _begin(self, chart: MapPanel) -> None:
        """Once the dialog is seen: another map is not made within the same turn of the window."""
        if not self.property("ended"):
            self._map = PrintChart(chart, self)
            self._map.drawn.connect(self._take)
            self._map.failed.connect(self._say)
            self._redraw()

    # -- choices --------------------------------------------------------------------------------------------------------------

    def layout_chosen(self) -> Layout:
        return Layout(self.paper.currentText(), self.way.currentIndex() == 0)

    def frame_chosen(self) -> Frame:
        west, south, east, north = self._extent
        layout = self.layout_chosen()
        scale = self.scale.currentData() or scale_for(layout, *self._extent)
        return Frame(layout, (west + east) / 2, (south + north) / 2, scale, self._datum)

    @property
    def _datum(self) -> str:
        """Of the lowest source that is a whole map: live things and the grid are drawn in it."""
        return next((held["datum"] for held in self._loaded.tiles_view() if held["covers"]), WGS84)

    def _fill(self) -> None:
        self.paper.addItems(list(PAPERS))
        self.way.addItems([tr("Landscape"), tr("Portrait")])
        self.scale.addItem(tr("All that the map shows"), 0)
        for scale in SCALES:
            self.scale.addItem(f"1 : {scale:,}", scale)

    def _connect(self) -> None:
        self._rest.timeout.connect(self._redraw)
        for box in (self.paper, self.way, self.scale):
            box.currentIndexChanged.connect(self._rest.start)
        self.title.textChanged.connect(self._compose)
        self.author.textChanged.connect(self._compose)
        self.tone.toggled.connect(self._compose)
        self._work.failed.connect(self._refuse)
        self._work.done.connect(self._done)
        self.save_pdf.clicked.connect(partial(self._ask, ".pdf"))
        self.save_png.clicked.connect(partial(self._ask, ".png"))

    # -- drawing ----------------------------------------------------------------------------------------------------------------

    def _redraw(self) -> None:
        if self._map is None:
            return
        self.content = None
        self._offer()
        self._say(tr("The map is being drawn..."))
        self._as_of_ms, self._live = self._context.time.now_ms(), self._context.time.live
        self._frame = self.frame_chosen()
        self._map.draw(self._frame)

    def _take(self, drawn: Drawn) -> None:
        self._say(tr("Parts of a map file had not come when it was drawn.") if drawn.late else "")
        self._drawn = drawn
        self.content = Content(self._frame, "", (), self._sources(), (), drawn.image, drawn.legend)
        self._compose()
        self._offer()

    def _compose(self) -> None:
        """What is written beside the map, without drawing that anew."""
        if self.content is None:
            return
        now = self._context.time.wall_ms()
        data = tr("Data as of {time}", time=moment_text(self._as_of_ms)) + ("" if self._live else tr(" (not live)"))
        times = (data, tr("Printed {time}", time=moment_text(now)), tr("By {who}", who=self.author.text().strip() or "–"))
        marks = tuple(mark for mark in reversed(self._marks_now) if mark)
        title = self.title.text().strip() or tr("Situation map")
        self.content = replace(self.content, title=title, times=times, marks=marks, grey=self.tone.isChecked())
        self._preview_ticket = self._work.run(partial(sheet.picture, self.content))

    def _sources(self) -> tuple[str, ...]:
        """Of each map that is shown: name, approval number, datum; that there is none, where it is so."""
        tiles = self._loaded.tiles_view()
        told = [
            tr(
                "{name}: map approval number {number}, datum {datum}",
                name=held["name"],
                number=held["approval"] or tr("not given"),
                datum=held["datum"],
            )
            + (f" · {held['attribution']}" if held.get("attribution") else "")
            for held in reversed(tiles)
        ]
        if not any(held["covers"] for held in tiles):
            told += [
                tr("Base map without an approval number: not for publication"),
                "GSHHG/WDBII (LGPL) · GeoNames (CC BY 4.0) · Natural Earth · GB/T 2260",
            ]
        return (*told, tr("Signs of plots are our own: no conformance with GB/T 35649 is claimed."))

    def _done(self, ticket: int, result: Any) -> None:
        if ticket == self._preview_ticket and isinstance(result, QImage):
            self._image = result
            self._show_image()
        elif ticket == self._saving:
            self._say(tr("Saved: {path}", path=result))
            self._saving = 0
            self._offer()

    def _refuse(self, text: str) -> None:
        self._saving = 0
        self._say(text)
        self._offer()

    # -- saving -----------------------------------------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write the sheet; said when it is there."""
        content = self.content
        if content is None:
            return

        def work() -> str:
            sheet.save(content, path)
            return str(path)

        self._say(tr("Being saved..."))
        self._saving = self._work.run(work)
        self._offer()

    def _ask(self, ending: str) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = "".join(char if char.isalnum() or char in " -_" else "_" for char in self.title.text()).strip() or "map"
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Print the map"), str(Path(folder) / (name + ending)), f"*{ending}")
        if chosen:
            path = Path(chosen)
            self.save(path if path.suffix.lower() == ending else path.with_name(path.name + ending))

    def _offer(self) -> None:
        for button in (self.save_pdf, self.save_png):
            button.setEnabled(self.content is not None and not self._saving)

    # -- Qt -----------------------------------------------------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        self.state.setText(text)

    def _show_image(self) -> None:
        if self._image is not None:
            ratio = self.devicePixelRatioF()
            size = self.preview.size() * ratio
            pixmap = QPixmap.fromImage(
                self._image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            )
            pixmap.setDevicePixelRatio(ratio)
            self.preview.setPixmap(pixmap)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_image()

    def done(self, result: int) -> None:
        self._end()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._end()
        super().closeEvent(event)

    def _end(self) -> None:
        if not self.property("ended"):
            self.setProperty("ended", True)
            self._rest.stop()
            if self._map is not None:
                self._map.close()
            self._work.close()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(tr("Title"), self.title)
        form.addRow(tr("Paper"), self.paper)
        form.addRow(tr("Way up"), self.way)
        form.addRow(tr("Scale"), self.scale)
        form.addRow(tr("Author"), self.author)
        form.addRow(self.tone)
        side = QVBoxLayout()
        side.addLayout(form)
        side.addWidget(self.state)
        side.addStretch(1)
        side.addWidget(self.save_pdf)
        side.addWidget(self.save_png)
        held = QWidget()
        held.setLayout(side)
        held.setFixedWidth(max(330, held.sizeHint().width()))
        row = QHBoxLayout(self)
        row.addWidget(held)
        row.addWidget(self.preview, 1)
        self.preview.setMinimumSize(480, 400)
        self.resize(1100, 660)
