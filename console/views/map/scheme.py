"""Everything the map page is made of comes through the scheme `fengsui:`; whatever it asks for elsewhere is blocked and counted.

`register_scheme` is called before the QApplication, once. `MapScheme` answers on the GUI thread, but reads on a thread of its own.

`/live?seen=N&painted_ms=T` is not answered at once: the page always has one such request waiting, and it is answered with the next
buffer as soon as there is one (`console.views.map.live`). `/said?..` is the page telling what the operator did on it.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QBuffer, QByteArray, QObject, Qt, QUrlQuery, Signal
from PySide6.QtWebEngineCore import (
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)

from console.views.map.page import ORIGIN
from console.views.map.source import Answer, Sources

SCHEME, HOST = b"fengsui", "map"
PAGE_URL = f"{ORIGIN}/page.html"
log = logging.getLogger(__name__)


def register_scheme() -> None:
    """Tell Chromium about the scheme; before the QApplication. A second call changes nothing."""
    if QWebEngineUrlScheme.schemeByName(SCHEME).name() == SCHEME:
        return
    scheme = QWebEngineUrlScheme(SCHEME)
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    flag = QWebEngineUrlScheme.Flag
    scheme.setFlags(flag.SecureScheme | flag.CorsEnabled | flag.FetchApiAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)


class Guard(QWebEngineUrlRequestInterceptor):
    """Blocks every request but those to our scheme. Attributes: `blocked` counts them, `last_blocked` is the latest address."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.blocked = 0
        self.last_blocked = ""

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        url = info.requestUrl()
        if (url.scheme().encode() == SCHEME and url.host() == HOST) or url.scheme() in ("data", "blob"):
            return
        info.block(True)
        self.blocked += 1
        self.last_blocked = url.toString()
        log.warning("the map page asked for %s: blocked", self.last_blocked[:200])


@dataclass(frozen=True)
class Waiting:
    """The page's request for the next buffer. `seen`: the last sequence it has applied; `painted_ms`: wall clock of its painting."""

    ticket: int
    seen: int
    painted_ms: float


class MapScheme(QWebEngineUrlSchemeHandler):
    """Signals: `wanted(Waiting)` the page waits for a buffer, `said(dict[str, str])` what the operator did. GUI thread."""

    wanted = Signal(object)
    said = Signal(object)
    _read = Signal(int, object)

    def __init__(self, sources: Sources, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sources = sources
        self._jobs: dict[int, QWebEngineUrlRequestJob] = {}
        self._tickets = 0
        self._closed = False
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="map-files")
        self._read.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def close(self) -> None:
        """Answer nothing more: the page may still ask while it goes."""
        self._closed = True
        self._threads.shutdown(wait=True, cancel_futures=True)

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        url = job.requestUrl()
        if url.host() != HOST or self._closed:
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
            return
        words = dict(QUrlQuery(url).queryItems(url.ComponentFormattingOption.FullyDecoded))
        path = url.path()
        if path == "/said":
            _reply(job, "text/plain", b"")
            self.said.emit(words)
            return
        ticket = self._hold(job)
        if path == "/live":
            self.wanted.emit(Waiting(ticket, _int(words.get("seen", "")), _float(words.get("painted_ms", ""))))
        else:
            self._threads.submit(self._read_file, ticket, path)

    def answer_live(self, ticket: int, body: bytes) -> bool:
        """False when the request is gone (the page was reloaded)."""
        job = self._jobs.pop(ticket, None)
        if job is not None:
            _reply(job, "application/octet-stream", body)
        return job is not None

    def _hold(self, job: QWebEngineUrlRequestJob) -> int:
        self._tickets += 1
        self._jobs[self._tickets] = job
        job.destroyed.connect(partial(_forget, self._jobs, self._tickets))
        return self._tickets

    def _read_file(self, ticket: int, path: str) -> None:
        self._read.emit(ticket, self.sources.read(path))

    def _answer(self, ticket: int, answer: Answer) -> None:
        job = self._jobs.pop(ticket, None)
        if job is None:
            return
        if answer.body is None:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
        else:
            _reply(job, answer.mime, answer.body)


def _forget(jobs: dict[int, QWebEngineUrlRequestJob], ticket: int, _job: object = None) -> None:
    jobs.pop(ticket, None)


def _reply(job: QWebEngineUrlRequestJob, mime: str, body: bytes) -> None:
    buffer = QBuffer(job)  # the job owns it: it must live until Chromium has read it
    buffer.setData(QByteArray(body))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    job.reply(mime.encode(), buffer)


def _int(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
