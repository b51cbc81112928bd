"""The window around plain panels, on a real journal read by the real reading thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QWidget

from console.models.journal.reading import Reader
from console.models.paths import DataDir
from console.models.state.instant import Instant
from console.views.context import Context, News, Selection
from console.views.time.history import History
from console.views.time.mode import TimeMode
from console.views.time.zone import Zone
from console.views.window import theme
from console.views.window.main_window import MainWindow
from console.views.window.menus import Choices
from console.views.window.panels import Panels, Plan
from console.views.window.reader import BackgroundReading
from console.views.window.settings import Settings
from tests.views.window.sample_journal import data_with_history

KEYS = ("map", "incidents", "units", "resources", "warnings", "links")


class PlainPanel(QLabel):
    """Can hold the keyboard and has an action of its own."""

    def __init__(self, key: str, ran: list[str]) -> None:
        super().__init__(key)
        from PySide6.QtCore import Qt

        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.themes: list[str] = []
        self._action = QAction(f"Act in {key}", self)
        self._action.triggered.connect(lambda: ran.append(key))

    def actions_for_palette(self) -> list[QAction]:
        return [self._action]

    def set_theme(self, name: str) -> None:
        self.themes.append(name)


class NoWriting:
    def write(self, drafts: object, done: object = None, failed: object = None) -> None:
        raise AssertionError(f"nothing is written here: {drafts} {done} {failed}")

    def purge(self, *_: object, **_by_name: object) -> None:
        raise AssertionError("nothing is destroyed here")


@dataclass
class Desk:
    """One window and what it was made of; `ran` collects the keys of panels whose action was triggered."""

    window: MainWindow
    context: Context
    time: TimeMode
    reading: BackgroundReading
    history: History
    settings: Settings
    ran: list[str]
    chosen: list[str]

    @property
    def panels(self) -> dict[str, QWidget]:
        return self.window.panels.all()


@pytest.fixture(scope="session")
def journal_dir(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """An hour of one incident; only read."""
    return data_with_history(tmp_path_factory.mktemp("journal"))


@pytest.fixture
def make_desk(qapp: object, journal_dir: DataDir, tmp_path: Path) -> Iterator[Callable[[], Desk]]:
    """Each desk made has the same settings file, as one window after another has."""
    made: list[Desk] = []

    def make() -> Desk:
        ran: list[str] = []
        chosen: list[str] = []
        settings = Settings(tmp_path / "console.ini")
        time, news = TimeMode(), News()
        reading = BackgroundReading(lambda: Reader(journal_dir.journal), lambda: Instant(journal_dir.journal))
        reading.release()
        history = History(time, reading, news)
        context = Context(reading, NoWriting(), time, Selection(), news, lambda: "Wang")
        choices = Choices(
            settings,
            lambda: chosen.append("restyle"),
            lambda: chosen.append("language"),
            lambda: chosen.append("operator"),
            lambda: chosen.append("leave"),
        )
        panels = Panels({key: Plan(key.title(), lambda key=key: lambda: PlainPanel(key, ran), urgent=key == "links") for key in KEYS})
        window = MainWindow(context, time, Zone(), settings, panels, choices)
        window.set_theme(theme.load("day"))
        window.bar.stepped.connect(history.step)
        history.ticks.connect(window.bar.set_ticks)
        made.append(Desk(window, context, time, reading, history, settings, ran, chosen))
        return made[-1]

    yield make
    for desk in made:
        desk.window.close()
        desk.reading.close()
        desk.window.deleteLater()


@pytest.fixture
def desk(make_desk: Callable[[], Desk]) -> Desk:
    return make_desk()
