"""One feed that is open: counts its frames, sends the pictures asked for, holds the last seconds, records."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtGui import QImage

from console.comms.feeds.messages import Open, Picture, Recording, Show, TileBeat, Trouble
from console.models.feeds.clip import Clip
from console.models.feeds.rules import VideoRule
from console.views.video.player.files import Files
from console.views.video.player.out import Out
from console.views.video.player.sources import Source
from console.views.video.player.stills import Held, jpeg_of

RING_WIDTH_PX = 640
SMOOTH_MOST_PX = 110_000
"""A millisecond's worth: a tile of 440 x 248."""
SAMPLE = QSize(32, 18)
SAMPLE_EVERY_S = 1.0
SLACK_S = 0.008
"""A frame that is due this soon is not left to the next one."""


class Tile(QObject):
    """Attributes: `frames` since it was opened."""

    def __init__(self, asked: Open, out: Out, files: Files, rule: VideoRule, source: Source, parent: QObject) -> None:
        super().__init__(parent)
        self._asked, self._out, self._files, self._rule, self._source = asked, out, files, rule, source
        self.frames = 0
        self._frame_s = 0.0
        self._image_of: Callable[[], QImage] | None = None
        self._image: QImage | None = None
        self._show: Show | None = None
        self._due_s = self._ring_s = self._sample_s = self._kept_s = 0.0
        self._waits = False
        self._sample = b""
        self._same_since_s = 0.0
        self._ring: deque[Held] = deque(maxlen=max(1, int(rule.keep.ring_s * rule.keep.ring_per_s)))
        self._clip: Clip | None = None
        self._clip_number, self._clip_began_s, self._clip_began_ms = 0, 0.0, 0
        self._clip_frame: tuple[int, bytes] = (-1, b"")
        self._clip_timer = QTimer(self, interval=int(1000 / rule.keep.clip_per_s))
        self._clip_timer.timeout.connect(self._add_to_clip)
        source.came.connect(self._on_frame)
        source.failed.connect(self._on_failed)

    @property
    def turn(self) -> int:
        return self._asked.turn

    def begin(self) -> None:
        self._source.begin()

    def end(self) -> None:
        self._source.end()
        self._keep_last()
        if self._clip is not None:
            self._end_clip()
        self._image_of = self._image = None
        self.deleteLater()

    # -- what the window asks ------------------------------------------------------------------------------------------

    def show(self, asked: Show) -> None:
        self._show, self._waits, self._due_s = asked, False, 0.0
        self._send_picture()

    def took(self) -> None:
        self._waits = False

    def snap(self, number: int) -> None:
        image = self._newest()
        if image is None:
            self._files.refuse(number, "there is no picture yet")
            return
        self._files.save_picture(number, image.copy(), self._frame_ms(self._frame_s))

    def save_ring(self, number: int) -> None:
        """The pictures of the last seconds that have the size of the newest."""
        held = list(self._ring)
        held = [one for one in held if (one.width, one.height) == (held[-1].width, held[-1].height)]
        if len(held) < 2:
            self._files.refuse(number, "there are no pictures of the last seconds yet")
            return
        self._files.save_ring(number, held, self._frame_ms(held[0].at_s))

    def record(self, number: int, *, on: bool) -> None:
        if not on:
            if self._clip is not None:
                self._end_clip()
            return
        image = self._newest()
        if self._clip is not None or image is None:
            self._files.refuse(number, "there is no picture yet" if image is None else "it is being recorded already")
            return
        small = _within(image, self._rule.keep.width_px)
        self._clip = self._files.begin_clip(number, small.width(), small.height())
        if self._clip is None:
            return
        self._clip_number, self._clip_began_s, self._clip_began_ms = number, time.monotonic(), self._frame_ms(self._frame_s)
        self._out.send(Recording(number=number))
        self._add_to_clip()
        self._clip_timer.start()

    def beat(self) -> TileBeat:
        now_s = time.monotonic()
        image = self._image
        return TileBeat(
            self._asked.tile,
            self._asked.turn,
            self.frames,
            now_s - self._frame_s,
            now_s - self._same_since_s,
            0 if image is None else image.width(),
            0 if image is None else image.height(),
            0.0 if self._clip is None else now_s - self._clip_began_s,
        )

    # -- what comes in ---------------------------------------------------------------------------------------------------

    def _on_frame(self, image_of: Callable[[], QImage]) -> None:
        now_s = time.monotonic()
        first = self.frames == 0
        self.frames += 1
        self._frame_s, self._image_of, fresh = now_s, image_of, self._image
        if not (first or self._is_due(now_s) or now_s >= min(self._ring_s, self._sample_s)):
            return
        self._image = None
        image = self._newest()
        if image is None:
            self._image = fresh
            return
        if now_s >= self._sample_s:
            self._compare(image, now_s)
        if self._is_due(now_s):
            self._send_picture()
        if now_s >= self._ring_s:
            self._ring_s = now_s + 1 / self._rule.keep.ring_per_s
            small = _within(image, RING_WIDTH_PX)
            self._ring.append(Held(now_s, jpeg_of(small, self._rule.keep.jpeg_quality), small.width(), small.height()))
            if now_s - self._kept_s >= self._rule.keep.last_every_s:
                self._keep_last()

    def _on_failed(self, reason: str, detail: str) -> None:
        self._out.send(Trouble(tile=self._asked.tile, turn=self._asked.turn, reason=reason, detail=detail))

    def _newest(self) -> QImage | None:
        """The newest frame, converted; kept until another is."""
        if self._image is None and self._image_of is not None:
            image = self._image_of()
            self._image = None if image.isNull() else image.convertToFormat(QImage.Format.Format_RGB32)
        return self._image

    def _is_due(self, now_s: float) -> bool:
        show = self._show
        return show is not None and show.per_s > 0 and not self._waits and now_s >= self._due_s - SLACK_S

    def _send_picture(self) -> None:
        show, image, now_s = self._show, self._newest(), time.monotonic()
        if show is None or show.per_s <= 0 or image is None:
            return
        self._due_s = max(self._due_s + 1 / show.per_s, now_s)
        small = shrunk(image, show.width, show.height)
        self._waits = True
        width, height = small.width(), small.height()
        pixels = bytes(small.constBits())
        self._out.send(
            Picture(tile=self._asked.tile, turn=self._asked.turn, width=width, height=height, age_s=now_s - self._frame_s, pixels=pixels)
        )

    def _compare(self, image: QImage, now_s: float) -> None:
        self._sample_s = now_s + SAMPLE_EVERY_S
        sample = bytes(image.scaled(SAMPLE).constBits())
        if sample != self._sample:
            self._sample, self._same_since_s = sample, now_s

    def _keep_last(self) -> None:
        if self._ring and self._asked.feed:
            self._kept_s = time.monotonic()
            self._files.keep_last(self._asked.feed, self._ring[-1].jpeg)

    # -- recording ---------------------------------------------------------------------------------------------------------

    def _add_to_clip(self) -> None:
        """The newest picture once a period, the same one again where none came: a clip keeps the time."""
        clip = self._clip
        if clip is None:
            return
        if self._clip_frame[0] != self.frames:
            self._image = None
            image = self._newest()
            if image is not None:
                width, height, _ = clip.shape
                self._clip_frame = (self.frames, jpeg_of(image.scaled(width, height), self._rule.keep.jpeg_quality))
        full = time.monotonic() - self._clip_began_s > self._rule.keep.clip_most_s
        if full or not self._files.add(clip, self._clip_frame[1]):
            self._end_clip()

    def _end_clip(self) -> None:
        self._clip_timer.stop()
        clip, self._clip = self._clip, None
        if clip is not None:
            self._files.end_clip(self._clip_number, clip, self._clip_frame[1], self._clip_began_ms)

    def _frame_ms(self, at_s: float) -> int:
        """UTC of a moment of the monotonic clock."""
        return int((time.time() - (time.monotonic() - at_s)) * 1000)


def shrunk(image: QImage, width: int, height: int) -> QImage:
    """Within so many pixels; never enlarged. In a small tile, less than half the frame, every pixel is the mean of four, so that written words
    can be read; no more of the frame is touched than that, so that it stays cheap."""
    if image.width() <= width and image.height() <= height:
        return image
    size = image.size().scaled(max(1, width), max(1, height), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    twice = size * 2
    if size.width() * size.height() > SMOOTH_MOST_PX or twice.width() > image.width() or twice.height() > image.height():
        return image.scaled(size)
    return image.scaled(twice).scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _within(image: QImage, width_px: int) -> QImage:
    return image if image.width() <= width_px else image.scaledToWidth(width_px)
