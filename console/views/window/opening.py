"""What a window is opened on: which data directory, as which office, with the example or without. No Qt."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from console.comms.local.running import running
from console.errors import Fault
from console.models.paths import DataDir
from console.views.i18n import tr

SETTINGS_FILE = "console.ini"
EXAMPLE_AREA = "6527"
EXERCISE_MARK = "EXERCISE"
"""A file of this name marks a data directory as an exercise."""
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
        """The example is looked at with the settings of real work."""
        return (self.data.root if self.example_speed is None else self.data.root.parent) / SETTINGS_FILE

    @property
    def exercise(self) -> bool:
        """Also when an exercise's directory is opened later: it is marked as one."""
        return self.example_speed is not None or (self.data.root / EXERCISE_MARK).exists()


def example(data_dir: Path, speed: int) -> Opening:
    """The example lives in a directory of its own, so that an exercise never mixes with real data."""
    return Opening(DataDir(data_dir / "example"), Office(tr("Exercise command centre"), EXAMPLE_AREA, EXAMPLE_LISTEN), example_speed=speed)


def make_room(data: DataDir) -> bool:
    """Whether to play: every exercise begins on an empty journal, the one before is kept beside it, under "-before".

    False when a peer runs on it: another window is playing, and this one looks on. Raises Fault.
    """
    if running(data.running) is not None:
        return False
    before = data.root.with_name(f"{data.root.name}-before")
    try:
        if data.root.exists():
            shutil.rmtree(before, ignore_errors=True)
            data.root.rename(before)
        data.root.mkdir(mode=0o700, parents=True)
        (data.root / EXERCISE_MARK).touch()
    except OSError as error:
        raise Fault(f"{data.root} could not be put aside ({error.strerror}). Close what uses it, or remove it.") from error
    return True
