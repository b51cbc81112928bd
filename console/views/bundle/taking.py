"""The dialog that takes bundles: what is inside is shown first, from whom it is and what is new; then it is taken. GUI thread only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from console.comms.carriers.bundle.layout import SUFFIX
from console.comms.carriers.bundle.orders import Inside, Job, Show, Shown, Take, Taken
from console.views.bundle import presenter
from console.views.bundle.frame import JobDialog
from console.views.context import Context
from console.views.i18n import tr
from console.views.tables.pairs import PairsView

COUNT_COLUMN = 2


class TakeDialog(JobDialog):
    """Attributes: `files`, what was chosen; `volumes`, `inside`, `kinds`, what is in them; `shown`, None until it was looked into."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, tr("Take a bundle"), tr("Take it"), parent)
        self.files: list[str] = []
        self.shown: Shown | None = None
        self._taken = False
        self.choose, self.chosen = QPushButton(tr("Choose files...")), QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.volumes = QComboBox()
        self.inside = PairsView(tr("Choose the files on the stick: what is in them is shown before anything is taken."))
        self.kinds = QTableWidget(0, 5)
        self._lay_out_fields()
        self.choose.clicked.connect(self._choose)
        self.volumes.currentIndexChanged.connect(self._show_volume)
        self._refresh()

    def look_into(self, files: Sequence[str]) -> None:
        """Show what is in these files."""
        self.files, self.shown, self._taken = list(files), None, False
        self.chosen.setText(", ".join(Path(file).name for file in self.files))
        self._show_volume()
        self.begin(Show(self.files))

    def take(self, job: Job) -> None:
        if isinstance(job.result, Shown):
            self._take_shown(job.result)
        elif isinstance(job.result, Taken):
            self.say_done("\n".join([presenter.taken_text(job.result), *presenter.refused_lines(job.result)]))
            self._taken = True
            self._show_volume()

    def _take_shown(self, shown: Shown) -> None:
        self.shown = shown
        self.note.setText(presenter.shown_text(shown))
        self.volumes.blockSignals(True)
        self.volumes.clear()
        for volume in shown.volumes:
            self.volumes.addItem(Path(volume.file).name)
        self.volumes.blockSignals(False)
        self.volumes.setVisible(len(shown.volumes) > 1)
        self._show_volume()

    def _show_volume(self) -> None:
        index = max(0, self.volumes.currentIndex())
        volumes = self.shown.volumes if self.shown is not None else []
        volume = volumes[index] if index < len(volumes) else None
        pairs = [] if volume is None else [(volume.name, self._pairs(volume))]
        self.inside.show_columns(pairs)
        self._show_kinds(volume)
        self.volumes.setVisible(len(volumes) > 1)

    def _pairs(self, volume: Inside) -> list[tuple[str, str]]:
        return presenter.inside_pairs(volume, self._context.time.wall_ms(), taken=self._taken)

    def _show_kinds(self, volume: Inside | None) -> None:
        lines = [] if volume is None else presenter.kind_lines(volume)
        self.kinds.setRowCount(len(lines))
        for row, line in enumerate(lines):
            for column, text in enumerate(line):
                item = QTableWidgetItem(text)
                if column == COUNT_COLUMN:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.kinds.setItem(row, column, item)
        self.kinds.setVisible(bool(lines))

    def missing(self) -> str:
        if self._taken:
            return tr("It was taken. Choose other files.")
        return "" if self.shown is not None else tr("Choose files, and see what is in them.")

    def go(self) -> None:
        self.begin(Take(self.files))

    def _choose(self) -> None:
        folder = str(Path(self.files[0]).parent) if self.files else ""
        files, _ = QFileDialog.getOpenFileNames(self, tr("Take a bundle"), folder, tr("Bundles (*{suffix})", suffix=SUFFIX))
        if files:
            self.look_into(files)

    def _lay_out_fields(self) -> None:
        self.kinds.setHorizontalHeaderLabels([tr("Lane"), tr("Kind"), tr("Events"), tr("First"), tr("Last")])
        self.kinds.verticalHeader().hide()
        self.kinds.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.kinds.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.kinds.setTabKeyNavigation(False)
        self.kinds.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.kinds.horizontalHeader().setStretchLastSection(True)
        self.kinds.setAccessibleName(tr("In it"))
        self.volumes.setAccessibleName(tr("Volume"))
        line = QHBoxLayout()
        line.addWidget(self.choose)
        line.addWidget(self.chosen, 1)
        self.top.addLayout(line)
        for widget in (self.volumes, self.inside, self.kinds):
            self.top.addWidget(widget)
        self.resize(680, 560)
        self.choose.setFocus()
        self._show_volume()
