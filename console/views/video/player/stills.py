"""Pictures as JPEG: one at once, and those of the last seconds as they are held."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage


class Held(NamedTuple):
    """A picture of the last seconds. `at_s`: monotonic."""

    at_s: float
    jpeg: bytes
    width: int
    height: int


def jpeg_of(image: QImage, quality: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPG", quality)  # type: ignore[call-overload]
    return bytes(buffer.data().data())
