"""What a window is opened on: which data directory, as which office, with the example or without."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication

from console.models.paths import DataDir
from console.views import i18n
from console.views.i18n import tr
from console.views.window.first_start import OTHER_LANGUAGE, ExampleChosen, FirstStart, OfficeChosen
from console.views.window.settings import SETTINGS_FILE, Settings
from console.views.window.styling import Styling

EXAMPLE_AREA = "6527"
EXAMPLE_LISTEN = "tcp://127.0.0.1:0"
"""An exercise is heard by nobody but this machine; the system chooses the port."""


@dataclass(frozen=True)
class Office:
    """How this machine's own peer is made; kept by the peer afterwards. `area`: GB/T 2260; `listen`: where units can dial it."""

    name: str
    area: str
    listen: str = "tcp://0.0.0.0:7650"


@dataclass(frozen=True)
class Opening:
    """`office`: None when the directory's peer exists already. `token`: to join with, once the peer is up.
    `example_speed`: None for real work. `start_peer`: False only watches a peer that runs (a picture of what is there)."""

    data: DataDir
    office: Office | None = None
    token: str = ""
    example_speed: int | None = None
    start_peer: bool = True

    @property
    def settings_file(self) -> Path:
        """An exercise is looked at with the settings of real work."""
        return (self.data.root.parent if self.exercise else self.data.root) / SETTINGS_FILE

    @property
    def exercise(self) -> bool:
        return self.example_speed is not None


def example(data_dir: Path, speed: int) -> Opening:
    """The example lives in a directory of its own, so that an exercise never mixes with real data."""
    return Opening(DataDir(data_dir / "example"), Office(tr("Exercise command centre"), EXAMPLE_AREA, EXAMPLE_LISTEN), example_speed=speed)


def chosen(data_dir: Path, choice: ExampleChosen | OfficeChosen) -> Opening:
    """What the first start's answer means."""
    if isinstance(choice, ExampleChosen):
        return example(data_dir, choice.speed)
    return Opening(DataDir(data_dir), Office(choice.name, choice.area), token=choice.token)


def ask_first(app: QApplication, data_dir: Path, settings: Settings) -> Opening | None:
    """Show the first start until something is chosen; None when it was closed. The language chosen on it is kept."""
    while True:
        i18n.use_language(settings.language)
        styling = Styling(app, settings, lambda: datetime.now().astimezone())
        page = FirstStart()
        result = page.exec()
        answer, wanted = page.answer, page.wanted_language
        page.deleteLater()
        styling.deleteLater()
        if result != OTHER_LANGUAGE:
            return None if answer is None else chosen(data_dir, answer)
        settings.language = wanted
