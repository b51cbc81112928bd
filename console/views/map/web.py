"""The web view the map lives in: profile, scheme, guard, and what is done when its renderer dies. GUI thread only."""

from __future__ import annotations

import logging

import shiboken6
from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QColor
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineSettings
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from console.models.paths import resources_dir
from console.views.map.scheme import PAGE_URL, Guard, MapScheme
from console.views.map.source import Sources

RELOAD_MS = 300
RELOAD_MOST_MS = 10_000
GROUND = {"day": "#cfe0ea", "night": "#0d1419"}
"""What is seen until the page is painted: the sea of `resources/map/theme.js`."""
log = logging.getLogger(__name__)


class MapPage(QWebEnginePage):
    """Signals: `complained(text)` an error the page's scripts wrote. Never leaves our scheme, opens no window."""

    complained = Signal(str)

    def javaScriptConsoleMessage(self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, text: str, line: int, source: str) -> None:
        if level == QWebEnginePage.JavaScriptConsoleMessageLevel.ErrorMessageLevel:
            log.error("map page, %s:%d: %s", source, line, text)
            self.complained.emit(text)

    def acceptNavigationRequest(self, url: QUrl | str, _kind: QWebEnginePage.NavigationType, _main: bool) -> bool:
        return QUrl(url).toString() == PAGE_URL


class MapWeb(QWidget):
    """Attributes: `view`, `page`, `scheme`, `guard`, `crashes`. Signals: `crashed()`, `loaded()` when the page is there (again)."""

    crashed = Signal()
    loaded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.crashes = 0
        static = resources_dir() / "map"
        self.view = QWebEngineView(self)
        self.view.setAcceptDrops(False)  # files are for the panel
        self.view.setContextMenuPolicy(self.view.contextMenuPolicy().NoContextMenu)
        profile = QWebEngineProfile()
        self.page = MapPage(profile, self.view)
        profile.setParent(self)  # after the view: children go in order, and the page must go before its profile
        self.guard = Guard(profile)
        self.scheme = MapScheme(Sources(static, static / "bundle"), profile)
        profile.setUrlRequestInterceptor(self.guard)
        profile.installUrlSchemeHandler(b"fengsui", self.scheme)
        settings = self.page.settings()
        off = QWebEngineSettings.WebAttribute
        for attribute in (off.LocalStorageEnabled, off.PluginsEnabled, off.JavascriptCanOpenWindows, off.HyperlinkAuditingEnabled):
            settings.setAttribute(attribute, False)
        self.view.setPage(self.page)
        for part in (self.view, *self.view.findChildren(QWidget)):
            part.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # a page is opaque: nothing need be painted under it with each frame
        self.page.renderProcessTerminated.connect(self._on_terminated)
        self.page.loadFinished.connect(lambda sound: self.loaded.emit() if sound else None)
        self._reload = QTimer(self, singleShot=True)
        self._reload.timeout.connect(self.open)
        self.destroyed.connect(self.scheme.close)
        app = QApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self._on_quit)
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.view)

    def open(self) -> None:
        self.page.load(QUrl(PAGE_URL))

    def set_ground(self, theme: str) -> None:
        self.page.setBackgroundColor(QColor(GROUND.get(theme, GROUND["day"])))

    @classmethod
    def begun(cls) -> MapWeb:
        """For a map that is made later: Chromium starts beside what else has to be done until then."""
        web = cls()
        web.open()
        return web

    def _on_quit(self) -> None:
        """The interpreter may let go of the profile before the page; then Chromium falls."""
        if shiboken6.isValid(self.page):
            shiboken6.delete(self.page)

    def _on_terminated(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        if status == QWebEnginePage.RenderProcessTerminationStatus.NormalTerminationStatus:
            return
        self.begin_again(f"its renderer ended ({status.name}, {code})")

    def begin_again(self, why: str) -> None:
        """The page does not answer any more: it is loaded anew, the later the more often that has been."""
        self.crashes += 1
        log.error("the map: %s; loading it again", why)
        self.crashed.emit()
        self._reload.start(min(RELOAD_MS * 2 ** min(self.crashes - 1, 8), RELOAD_MOST_MS))
