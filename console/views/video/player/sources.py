"""Where pictures come from: a stream or file through QtMultimedia, or single pictures asked for again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QMediaPlayer, QPlaybackOptions, QVideoFrame, QVideoSink
from PySide6.QtNetwork import QAuthenticator, QNetworkAccessManager, QNetworkReply, QNetworkRequest

from console.comms.feeds.messages import Open
from console.models.feeds.address import scrubbed
from console.models.feeds.rules import PollRule

MOST_SIDE_PX = 8192
PROBES_BYTES = (32_000, 200_000, 5_000_000)
"""Of a stream, read to learn what is in it: as it is paced by the camera, 200 kB of 2 Mbit/s are most of a second. More only where less was
not enough."""
_ERRORS = {
    QMediaPlayer.Error.ResourceError: "unreachable",
    QMediaPlayer.Error.FormatError: "unreadable",
    QMediaPlayer.Error.NetworkError: "unreachable",
    QMediaPlayer.Error.AccessDeniedError: "denied",
}


class Source(QObject):
    """Signals: `came(image_of)` a new frame, with a function that converts it; `failed(reason, detail)`, once, then it is over."""

    came = Signal(object)
    failed = Signal(str, str)

    def begin(self) -> None:
        raise NotImplementedError

    def end(self) -> None:
        raise NotImplementedError


def open_source(message: Open, rule: PollRule, parent: QObject) -> Source:
    if message.period_s > 0:
        return Polled(message.url, message.period_s, rule, parent)
    return Stream(message.url, message.tries, parent)


class Stream(Source):
    """`tries`: how often it was opened in vain before; then more of it is probed.

    Not with the intent LowLatencyStreaming: that drops what was read while probing, mostly the key frame with which RTSP and HLS begin, and
    the first picture is one group of pictures later; where it lags less is less than a frame.

    Frames come on a thread of QtMultimedia's. Only the newest is held for this one: queued, each would keep its memory while this one is busy.
    """

    _has_frame = Signal()

    def __init__(self, url: str, tries: int = 0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._url = url
        self._over = self._begins_anew = False
        self._probes = () if url.startswith("file:") else PROBES_BYTES[min(tries, len(PROBES_BYTES) - 1) :]
        self._player, self._sink = QMediaPlayer(self), QVideoSink(self)
        self._player.setVideoSink(self._sink)
        self._lock = threading.Lock()
        self._frame: QVideoFrame | None = None
        self._sink.videoFrameChanged.connect(self._on_frame, Qt.ConnectionType.DirectConnection)
        self._has_frame.connect(self._take_frame, Qt.ConnectionType.QueuedConnection)
        self._player.errorOccurred.connect(self._on_error)
        self._player.mediaStatusChanged.connect(self._on_status)

    def begin(self) -> None:
        if self._over:
            return
        self._begins_anew = False
        if self._probes:
            options = QPlaybackOptions()
            options.setProbeSize(self._probes[0])
            self._player.setPlaybackOptions(options)
        self._player.setSource(QUrl(self._url))
        self._player.play()

    def _begin_anew(self) -> None:
        self._player.setSource(QUrl())
        self.begin()

    def end(self) -> None:
        self._over = True
        self._sink.videoFrameChanged.disconnect(self._on_frame)
        self._player.stop()
        self._player.setSource(QUrl())
        with self._lock:
            self._frame = None
        self.deleteLater()

    def _on_frame(self, frame: QVideoFrame) -> None:
        """On QtMultimedia's thread."""
        if not self._over and frame.isValid():
            with self._lock:
                told, self._frame = self._frame is not None, frame
            if not told:
                self._has_frame.emit()

    def _take_frame(self) -> None:
        with self._lock:
            frame, self._frame = self._frame, None
        if frame is not None and not self._over and max(frame.width(), frame.height()) <= MOST_SIDE_PX:
            self.came.emit(frame.toImage)

    def _on_error(self, error: QMediaPlayer.Error, text: str) -> None:
        """Of a server that cannot be reached QtMultimedia says "Could not open file", which tells nobody anything."""
        reason = _ERRORS.get(error, "error")
        self._fail(reason, "" if reason == "unreachable" else text)

    def _on_status(self, status: QMediaPlayer.MediaStatus) -> None:
        if status == QMediaPlayer.MediaStatus.EndOfMedia:
            self._fail("ended", "")
        elif status == QMediaPlayer.MediaStatus.InvalidMedia:
            self._fail("unreadable", self._player.errorString())
        elif status == QMediaPlayer.MediaStatus.LoadedMedia and not self._player.hasVideo():
            self._fail("no_video", "")

    def _fail(self, reason: str, detail: str) -> None:
        if self._over or self._begins_anew:
            return
        self._probes = self._probes[1:]
        if self._probes and reason in ("unreadable", "no_video"):
            self._begins_anew = True
            QTimer.singleShot(0, self, self._begin_anew)  # not within the player's own signal
        else:
            self._over = True
            self.failed.emit(reason, scrubbed(detail)[:300])


class Polled(Source):
    """One picture after the other; the next is asked for `period_s` after the last was asked for, never two at once."""

    def __init__(self, url: str, period_s: float, rule: PollRule, parent: QObject | None = None) -> None:
        super().__init__(parent)
        parts = urlsplit(url)
        self._user, self._password = QUrl(url).userName(), QUrl(url).password()
        plain = QUrl(url)
        plain.setUserInfo("")
        self._url, self._is_file = plain, parts.scheme == "file"
        self._period_s, self._rule = period_s, rule
        self._network = QNetworkAccessManager(self)
        self._network.authenticationRequired.connect(self._authenticate)
        self._reply: QNetworkReply | None = None
        self._asked_s = 0.0
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._ask)

    def begin(self) -> None:
        self._ask()

    def end(self) -> None:
        self._next.stop()
        reply, self._reply = self._reply, None
        if reply is not None:
            with suppress(RuntimeError):
                reply.finished.disconnect()
                reply.abort()
                reply.deleteLater()
        self.deleteLater()

    def _ask(self) -> None:
        request = QNetworkRequest(self._url)
        request.setTransferTimeout(int(self._rule.timeout_s * 1000))
        request.setAttribute(QNetworkRequest.Attribute.CacheLoadControlAttribute, QNetworkRequest.CacheLoadControl.AlwaysNetwork)
        request.setAttribute(QNetworkRequest.Attribute.RedirectPolicyAttribute, QNetworkRequest.RedirectPolicy.SameOriginRedirectPolicy)
        self._asked_s = time.monotonic()
        self._reply = self._network.get(request)
        self._reply.finished.connect(self._on_finished)
        self._reply.downloadProgress.connect(self._on_progress)

    def _authenticate(self, reply: QNetworkReply, authenticator: QAuthenticator) -> None:
        """Once: asked again, what is known was wrong."""
        if self._user and reply.property("answered") is None:
            reply.setProperty("answered", True)
            authenticator.setUser(self._user)
            authenticator.setPassword(self._password)

    def _on_progress(self, received: int, _total: int) -> None:
        if received > self._rule.most_bytes and self._reply is not None:
            self._reply.abort()

    def _on_finished(self) -> None:
        reply, self._reply = self._reply, None
        if reply is None:
            return
        data, code, text = reply.readAll(), reply.error(), reply.errorString()
        reply.deleteLater()
        if code != QNetworkReply.NetworkError.NoError:
            self.failed.emit(_reason(code), scrubbed(text)[:300])
            return
        self._take(data)
        self._next.start(max(0, int(1000 * (self._period_s - (time.monotonic() - self._asked_s)))))

    def _take(self, data: QByteArray) -> None:
        image = QImage.fromData(data)
        if image.isNull() or max(image.width(), image.height()) > MOST_SIDE_PX:
            self.failed.emit("unreadable", "")
            return
        self.came.emit(_constant(image))


def _constant(image: QImage) -> Callable[[], QImage]:
    return lambda: image


def _reason(code: QNetworkReply.NetworkError) -> str:
    errors = QNetworkReply.NetworkError
    if code in (errors.AuthenticationRequiredError, errors.ContentAccessDenied):
        return "denied"
    if code in (errors.ContentNotFoundError, errors.ContentGoneError):
        return "not_found"
    return "unreachable"
