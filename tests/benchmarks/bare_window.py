"""The limit of a start: a PySide6 window that shows the map's own static page in a QWebEngineView, and nothing else.

Run as a child: `bare_window SPAWNED_S` (monotonic clock). Says `usable_s` once the page has been painted and its pixels differ.
"""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QEvent, QTimer, QUrl
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineUrlRequestJob, QWebEngineUrlSchemeHandler
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QMainWindow

from console.models.paths import resources_dir
from console.views.map.graphics import choose_graphics
from console.views.map.scheme import PAGE_URL, SCHEME, register_scheme
from console.views.map.source import Sources
from tests.benchmarks.harness import say

SIZE = (1600, 900)
_TWO_FRAMES = "requestAnimationFrame(() => requestAnimationFrame(() => { document.title = 'painted'; }));"
_LOOK_MS = 5


class Files(QWebEngineUrlSchemeHandler):
    """Answers at once with a file; what is not one stays unanswered."""

    def __init__(self) -> None:
        super().__init__()
        self._sources = Sources(resources_dir() / "map", resources_dir() / "map" / "bundle")

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        answer = self._sources.read(job.requestUrl().path())
        if answer.body is not None:
            buffer = QBuffer(job)
            buffer.setData(QByteArray(answer.body))
            job.reply(answer.mime.encode(), buffer)


def drawn(window: QMainWindow) -> bool:
    """Whether the window's pixels on the screen are of several colours."""
    frame = window.geometry()
    image = window.screen().grabWindow(0, frame.x(), frame.y(), frame.width(), frame.height()).toImage()
    row = image.height() // 2
    return len({image.pixel(x, row) for x in range(0, image.width(), 4)}) > 1


def main(spawned_s: float) -> None:
    choose_graphics()
    register_scheme()
    app = QApplication(sys.argv[:1])
    files, profile = Files(), QWebEngineProfile()
    profile.installUrlSchemeHandler(SCHEME, files)
    view = QWebEngineView()
    page = QWebEnginePage(profile, view)
    view.setPage(page)
    window = QMainWindow()
    window.setCentralWidget(view)
    window.resize(*SIZE)
    looking = QTimer(interval=_LOOK_MS)

    def look() -> None:
        if drawn(window):
            looking.stop()
            say(usable_s=time.monotonic() - spawned_s)
            app.quit()

    looking.timeout.connect(look)
    view.loadFinished.connect(lambda _: page.runJavaScript(_TWO_FRAMES))
    page.titleChanged.connect(lambda title: looking.start() if title == "painted" else None)
    page.load(QUrl(PAGE_URL))
    window.show()
    app.exec()
    window.close()
    view.deleteLater()
    QCoreApplication.sendPostedEvents(view, QEvent.Type.DeferredDelete)


if __name__ == "__main__":
    main(float(sys.argv[1]))
