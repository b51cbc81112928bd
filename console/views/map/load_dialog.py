"""Asks for a map file, and for what the file itself may not say: its datum, and for tiles the approval number."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFileDialog, QFormLayout, QLabel, QLineEdit, QWidget

from console.models.maps.datum import DATUMS
from console.models.maps.opening import TILE_SUFFIXES, is_tiles
from console.models.maps.overlay.formats import FORMATS
from console.views.i18n import tr


class FileDialog(QDialog):
    """Attributes: `datum`, "" to take what the file says; `approval`, the approval number or ""."""

    def __init__(self, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Load map..."))
        self._datum = QComboBox()
        self._datum.addItem(tr("As the file says, else WGS-84"), "")
        for datum in DATUMS:
            self._datum.addItem(datum, datum)
        self._approval = QLineEdit()
        form = QFormLayout(self)
        form.addRow(QLabel(path.name, textFormat=Qt.TextFormat.PlainText))
        form.addRow(tr("Datum"), self._datum)
        if is_tiles(path):
            form.addRow(tr("Map approval number"), self._approval)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    @property
    def datum(self) -> str:
        return str(self._datum.currentData())

    @property
    def approval(self) -> str:
        return self._approval.text().strip()


def ask_for_map(parent: QWidget) -> tuple[Path, str, str] | None:
    """The file, its datum and approval number; None when the operator thinks better of it."""
    patterns = " ".join(f"*{suffix}" for suffix in (*TILE_SUFFIXES, *FORMATS))
    name, _ = QFileDialog.getOpenFileName(parent, tr("Load map..."), "", tr("Maps ({patterns})", patterns=patterns))
    path = Path(name)
    if not name:
        return None
    dialog = FileDialog(path, parent)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return (path, dialog.datum, dialog.approval) if accepted else None
