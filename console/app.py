"""The composition root: what the window is made of, in the order it is made; closed in reverse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from console.comms.local.messages import Join
from console.models import heap
from console.models.clock import SteadyWall
from console.views import age, i18n
from console.views.context import Context, News, Selection
from console.views.i18n import tr
from console.views.map.panel import MapPanel
from console.views.map.web import MapWeb
from console.views.power.seconds import Seconds
from console.views.power.view import PowerView
from console.views.ready.check import Mend
from console.views.ready.view import Ready
from console.views.time.history import History
from console.views.time.mode import TimeMode
from console.views.time.zone import Zone
from console.views.wall.windows import Windows
from console.views.window.crash import CrashReports
from console.views.window.listed import listed_panels
from console.views.window.look import Look
from console.views.window.main_window import MainWindow
from console.views.window.menus import Choices
from console.views.window.notices import Notices
from console.views.window.opening import Opening
from console.views.window.panels import Panels
from console.views.window.pauses import SETTLED_MS, clear_away, keep_short
from console.views.window.peer_link import PeerLink, PeerProcess
from console.views.window.peer_process import begin
from console.views.window.reader import journal_reading
from console.views.window.settings import Settings
from console.views.window.starting import Started, hurried
from console.views.window.styling import Styling
from console.views.window.windows_open import WindowsOpen

if TYPE_CHECKING:
    from console.views.window.example import Example


MAP_PATIENCE_MS = 4000
"""The panels that are not in front are made once the map is there, or after so long."""

TELL_AGAIN_MS = 200
"""A panel made later has missed what was told of links: it is told again, once to several."""


@runtime_checkable
class Worker(Protocol):
    """A panel with work under way that must be ended with the window."""

    def end(self) -> None: ...


@runtime_checkable
class Joiner(Protocol):
    """The panel in which this peer joins a node."""

    def begin_joining(self) -> None: ...


class Console:
    """One running console on one data directory. Attributes: every part, by its name."""

    def __init__(
        self,
        app: QApplication,
        opening: Opening,
        process: PeerProcess,
        settings: Settings,
        crashes: CrashReports,
        renew: Callable[[], None],
        web: MapWeb | None = None,
    ) -> None:
        """`renew`: make everything anew, in the language that was chosen. `web`: the map's page, where it was begun before."""
        begin(opening, process)  # it comes up while the panels are made
        data = opening.data
        self.opening, self.settings = opening, settings
        self.zone = Zone(self.settings.zone)
        age.use_zone(self.zone)

        self._clock = SteadyWall()
        self.news, self.time = News(), TimeMode(wall=self._clock.now_ms)
        self.reading = journal_reading(data.journal)
        self.peer = PeerLink(process, self.news, self.time, tr("starting") if opening.start_peer else tr("none runs here"))
        self.history = History(self.time, self.reading, self.news)
        asking = self.peer if opening.start_peer else None
        author = lambda: self.settings.operator  # noqa: E731
        self.context = Context(self.reading, self.peer, self.time, Selection(), self.news, author, asking, data=data.root)

        self.styling = Styling(app, self.settings, lambda: self.zone.local(self.time.now_ms()))
        self.chart = MapPanel(self.context, web)
        choices = Choices(self.settings, self.styling.restyle, renew, self._name_operator, app.quit)
        self.panels = Panels(listed_panels(self.context, self.chart))
        self.panels.get("map")
        self.window = MainWindow(self.context, self.time, self.zone, self.settings, self.panels, choices)
        self.notices = Notices(
            self.window.banner, self.reading, self.peer, self.history, crashes, absence=opening.start_peer, zone=self.zone
        )
        self.windows = WindowsOpen(data.root)
        self.seconds = Seconds()
        self.power = PowerView(self.context, self.seconds, self.window.status, self.window.banner, self.window)
        self.ready = Ready(self.context, data, self.chart.loaded, self.window.banner, self._mends(), self.window)
        self.beside = Windows(self.context, self.chart, self.zone, lambda: self.styling.theme, lambda: self.window.marks)
        self._patience = QTimer(self.window, singleShot=True, interval=MAP_PATIENCE_MS)
        self._give_back = QTimer(self.window, interval=heap.EVERY_S * 1000)
        self._tell_links = QTimer(self.window, singleShot=True, interval=TELL_AGAIN_MS)
        self._actions = [self.ready.action, *self.power.actions(), *self.beside.actions()]
        self._wire()

    def _follow_clock(self) -> None:
        """Ages are counted by the clock of the peer that told of them, however this machine's is set meanwhile."""
        me = self.peer.me
        if me is not None and me.clock_ms is not None:
            self._clock.base_ms = me.clock_ms

    def _wire(self) -> None:
        window, peer = self.window, self.peer
        peer.told.connect(self._follow_clock)
        self.seconds.second.connect(self.news.second)
        self.seconds.clock.connect(window.show_time)
        for action in self._actions:
            window.offer(action)
        self._give_back.timeout.connect(heap.give_back)
        self.panels.made.connect(lambda *_: self._tell_links.start())
        self._tell_links.timeout.connect(lambda: self.news.links.emit(peer.me, peer.links))
        self._patience.timeout.connect(lambda: self.panels.finish(window))
        self.chart.channel.on_painted = self._on_first_painted
        self.styling.changed.connect(window.set_theme)
        self.styling.changed.connect(self.beside.restyle)
        window.marked.connect(self.beside.show_marks)
        peer.welcomed.connect(self.reading.release)
        peer.told.connect(lambda: window.show_peer(peer.me, peer.links, peer.reason))
        window.bar.stepped.connect(self.history.step)
        self.history.ticks.connect(window.bar.set_ticks)
        window.set_theme(self.styling.theme)
        window.show_peer(None, [], peer.reason)
        self._name_operator()
        if self.opening.exercise:
            window.set_exercise(tr("EXERCISE · invented units and names; nothing here is real"))

    def _on_first_painted(self, _painted: object) -> None:
        self.chart.channel.on_painted = None
        self.panels.finish(self.window)

    def open(self, size: tuple[int, int] | None) -> None:
        """Show the window; reading begins at once where there is a journal, the peer is reached meanwhile."""
        if self.opening.start_peer:
            self.windows.enter()
        if self.opening.data.journal.exists():
            self.reading.release()
        self.window.open(size)
        self._patience.start()
        self._give_back.start()
        self.seconds.start()
        self.news.reset.emit()
        self.peer.start()
        hurried()
        if self.opening.token:
            self.notices.join(lambda number: Join(id=number, token=self.opening.token))

    def close(self, *, again: bool = False) -> None:
        """Nothing is left running but, unless the setting says otherwise, this machine's peer; `again`: a window follows at once."""
        self.seconds.stop()
        self.ready.end()
        for panel in self.panels.there().values():
            if isinstance(panel, Worker):
                panel.end()
        self.beside.close()
        self.window.close()
        if self.opening.start_peer and self.windows.leave() and not again and (self.settings.stop_with_window or self.opening.exercise):
            self.peer.end_peer()
        self.peer.stop()
        self.reading.close()
        self.settings.sync()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _mends(self) -> dict[Mend, Callable[[], object]]:
        """What the buttons of the checklist do elsewhere in the window."""
        return {
            Mend.LOAD_MAP: self.chart.ask_for_file,
            Mend.LINKS: lambda: self.window.docks.bring("links"),
            Mend.JOIN: self._begin_joining,
            Mend.SAVE_POWER: self.power.save.trigger,
        }

    def _begin_joining(self) -> None:
        links = self.panels.get("links")
        assert isinstance(links, Joiner)
        links.begin_joining()

    def _name_operator(self) -> None:
        self.window.status.show_operator(self.settings.operator)


class Session:
    """The console now open, and how it is made anew in another language. The event loop runs once: Chromium ends with it."""

    def __init__(
        self, app: QApplication, opening: Opening, process: PeerProcess, look: Look, *, play: bool, web: MapWeb | None = None
    ) -> None:
        self._app, self._opening, self._process, self._look = app, opening, process, look
        self.settings = Settings(opening.settings_file)
        look.remember(self.settings)
        i18n.use_language(self.settings.language)
        self._crashes = CrashReports(opening.data.root)
        self._crashes.install()
        self._player = _player(opening.example_speed) if play and opening.example_speed is not None else None
        app.setQuitOnLastWindowClosed(False)  # a panel on another screen is a window, and not the one that counts
        self.console = self._make(web)

    def _make(self, web: MapWeb | None = None) -> Console:
        i18n.use_language(self.settings.language)
        renew = lambda: QTimer.singleShot(0, self.renew)  # noqa: E731
        console = Console(self._app, self._opening, self._process, self.settings, self._crashes, renew, web)
        if self._player is not None:
            self._player.attach(console.peer, console.window.banner)
        console.window.closing.connect(self._app.quit)
        console.open(self._look.size)
        QTimer.singleShot(SETTLED_MS, console.window, keep_short)
        return console

    def renew(self) -> None:
        self.console.window.closing.disconnect(self._app.quit)
        self.console.close(again=True)
        self.console = self._make()
        clear_away()

    def close(self) -> None:
        if self._player is not None:
            self._player.stop()
        self.console.close()
        self._crashes.uninstall()


def _player(speed: int) -> Example:
    from console.views.window.example import Example

    return Example(speed)


def run(started: Started, opening: Opening, look: Look, *, play: bool) -> int:
    """Until the window is closed; `play`: with the example incident. Returns the exit code of the program."""
    session = Session(started.app, opening, started.process, look, play=play, web=started.web)
    try:
        return started.app.exec()
    finally:
        session.close()
