"""What is saved: pictures, the last seconds, clips, the last good picture. Written on a thread of its own, answered through `Out`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from console.comms.feeds.messages import Saved, Unsaved
from console.errors import Fault
from console.models.feeds.clip import Clip
from console.models.feeds.keeping import file_away, keep_last, media_dir, opened_for_owner, room_for
from console.models.feeds.rules import KeepRule
from console.models.kinds import MAX_PREVIEW_BYTES
from console.views.video.player.out import Out
from console.views.video.player.stills import Held, jpeg_of

PREVIEW = QSize(480, 360)
PICTURE_BYTES = 8_000_000
"""What must be free for a picture; a clip may need as much as it is allowed."""
WHOLE_QUALITY = 92
UNFINISHED_S = 86_400


class Files:
    def __init__(self, out: Out, root: Path, rule: KeepRule) -> None:
        self._out, self._root, self._rule = out, root, rule
        self._work = ThreadPoolExecutor(1, "files")
        self._work.submit(drop_unfinished, media_dir(root))

    def end(self) -> None:
        self._work.shutdown()

    def refuse(self, number: int, reason: str) -> None:
        self._out.send(Unsaved(number=number, reason=reason))

    def keep_last(self, feed: str, jpeg: bytes) -> None:
        """A disk that is full costs only this picture: it is tried again with the next."""

        def work() -> None:
            try:
                keep_last(self._root, feed, jpeg, self._rule)
            except OSError:
                return

        self._work.submit(work)

    def save_picture(self, number: int, image: QImage, taken_ms: int) -> None:
        def work() -> None:
            made = self._new(".jpg")
            with opened_for_owner(made) as file:
                file.write(jpeg_of(image, WHOLE_QUALITY))
            self._answer(number, made, "image/jpeg", taken_ms, 0.0, preview_of(image))

        self._try(number, work)

    def save_ring(self, number: int, held: Sequence[Held], taken_ms: int) -> None:
        def work() -> None:
            span_s = max(0.1, held[-1].at_s - held[0].at_s)
            clip = Clip(self._new(".avi"), held[0].width, held[0].height, (len(held) - 1) / span_s)
            for one in held:
                clip.add(one.jpeg)
            clip.close()
            self._answer(number, clip.path, "video/x-msvideo", taken_ms, span_s, preview_of(QImage.fromData(held[-1].jpeg)))

        self._try(number, work)

    def begin_clip(self, number: int, width: int, height: int) -> Clip | None:
        """None when it could not: that was answered."""
        try:
            room_for(self._root, PICTURE_BYTES, self._rule)
            return Clip(self._new(".avi"), width, height, self._rule.clip_per_s)
        except (OSError, Fault) as error:
            self.refuse(number, _words(error))
            return None

    def add(self, clip: Clip, jpeg: bytes) -> bool:
        try:
            return clip.add(jpeg)
        except OSError:
            return False

    def end_clip(self, number: int, clip: Clip, newest: bytes, taken_ms: int) -> None:
        def work() -> None:
            clip.close()
            span_s = clip.pictures / self._rule.clip_per_s
            self._answer(number, clip.path, "video/x-msvideo", taken_ms, span_s, preview_of(QImage.fromData(newest)))

        self._try(number, work)

    def _answer(self, number: int, made: Path, mime: str, taken_ms: int, span_s: float, preview: bytes) -> None:
        filed = file_away(self._root, made, mime)
        self._out.send(
            Saved(number=number, mime=mime, sha256=filed.sha256, size=filed.size, taken_ms=taken_ms, span_s=span_s, preview=preview)
        )

    def _try(self, number: int, work: Callable[[], None]) -> None:
        def tried() -> None:
            try:
                room_for(self._root, PICTURE_BYTES, self._rule)
                work()
            except (OSError, Fault) as error:
                self.refuse(number, _words(error))

        self._work.submit(tried)

    def _new(self, suffix: str) -> Path:
        return media_dir(self._root) / f".{int(time.time())}-{uuid4().hex}{suffix}"


def drop_unfinished(folder: Path) -> None:
    """What a process that was killed left half written, a day ago or longer: another one may be at work now."""
    for path in folder.glob(".*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > UNFINISHED_S:
                path.unlink()


def preview_of(image: QImage) -> bytes:
    """A JPEG that goes with the event: small enough whatever it shows, b"" when there is nothing."""
    if image.isNull():
        return b""
    size = PREVIEW
    while True:
        small = image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        for quality in (75, 55, 35):
            jpeg = jpeg_of(small, quality)
            if len(jpeg) <= MAX_PREVIEW_BYTES:
                return jpeg
        size = size / 2


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, Fault) else f"it could not be written: {getattr(error, 'strerror', '') or error}"
