"""The picture of an entry in the timeline: its preview, and where the whole of it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from console.models.feeds.keeping import media_path
from console.views.i18n import tr
from console.views.incidents.timeline import Media

MOST_SIDE_PX = 1024
"""Previews come from other peers: a larger one is not decoded."""
HEIGHT_PX = 180
JPEG = b"\xff\xd8\xff"


class Preview(QWidget):
    """Hidden where there is nothing to show. `data`: this machine's folder."""

    def __init__(self, data: Path | None) -> None:
        super().__init__()
        self._data = data
        self.picture, self.place = QLabel(), QLabel()
        self.place.setWordWrap(True)
        self.place.setTextFormat(Qt.TextFormat.PlainText)
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.picture)
        layout.addWidget(self.place)
        self.hide()

    def show_media(self, media: Media | None, name: str) -> None:
        self.setVisible(media is not None)
        if media is None:
            self.picture.clear()
            return
        image = read_preview(media.preview)
        self.picture.setVisible(image is not None)
        if image is not None:
            self.picture.setPixmap(
                QPixmap.fromImage(image.scaledToHeight(min(HEIGHT_PX, image.height()), Qt.TransformationMode.SmoothTransformation))
            )
            self.picture.setAccessibleName(name)
        path = media_path(self._data, media.sha256, media.mime) if self._data else None
        if path is not None:
            self.place.setText(tr("Whole, on this machine: {path}", path=path))
        else:
            self.place.setText(tr("The whole of it is on the machine where it was taken, or was destroyed."))


def read_preview(jpeg: bytes) -> QImage | None:
    """None for what is no small picture."""
    if not jpeg.startswith(JPEG):
        return None
    data = QByteArray(jpeg)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"jpeg"))
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > MOST_SIDE_PX:
        return None
    image = reader.read()
    return None if image.isNull() else image
