"""What every panel is given: read access to what is known, a way to write, the one time mode and the one selection.

All of it lives on the GUI thread. `Context` is built once by the composition root (`console.app`) and handed to each panel's
constructor; there is no global registry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

import peewee as pw
from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from console.comms.local.messages import (
    Bundle,
    Discover,
    Done,
    Draft,
    Invite,
    Join,
    Lead,
    Link,
    Me,
    Revoke,
    SavePower,
    SendBySatellite,
    UseTerminal,
)
from console.models.changes import Changes
from console.views.plot.session import Plotting
from console.views.sketch import Sketch

T = TypeVar("T")


class Thing(StrEnum):
    """Kinds of thing that can be selected; values are table names of `console.models.state.tables`."""

    INCIDENT = "incident"
    UNIT = "unit"
    RESOURCE = "resource"
    SENSOR = "sensor"
    WARNING = "warning"
    ROAD = "road"
    PLOT = "plot"
    FEED = "feed"
    BASIN = "basin"
    RISK = "risk"
    QUAKE = "quake"
    LINK = "link"


class Spot(NamedTuple):
    """A named place; WGS 84 degrees."""

    name: str
    lon: float
    lat: float


class Selection(QObject):
    """The one selected thing of the window: a row in a table and a symbol on the map are the same selection.

    Attributes: `thing`, `id`; `place`: gone to after that was selected, None otherwise.
    """

    changed = Signal(object, str)  # Thing | None, id
    fly_requested = Signal(object, str)  # bring it into view on the map
    cameras_requested = Signal(object, str)  # list the cameras that see it
    teams_requested = Signal(object, str)  # list teams by when they can be there
    within_requested = Signal(object, str)  # list what lies within it, or around it

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.thing: Thing | None = None
        self.id = ""
        self.place: Spot | None = None

    def select(self, thing: Thing | None, item_id: str = "") -> None:
        self.place = None
        if (thing, item_id) != (self.thing, self.id):
            self.thing, self.id = thing, item_id
            self.changed.emit(thing, item_id)

    def go_to(self, place: Spot) -> None:
        """A place that is no thing of ours: what is asked next is asked of it, until a thing is selected again."""
        self.place = place

    def fly_to(self, thing: Thing, item_id: str) -> None:
        self.select(thing, item_id)
        self.fly_requested.emit(thing, item_id)


class Picking(QObject):
    """A place asked for at the map: a form begins it, the operator clicks, the form is told. One at a time: another form's ends it.

    `points`: what was clicked so far, (lon, lat) in WGS 84 degrees. Signals: `changed()` begun, clicked or ended.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.points: list[tuple[float, float]] = []
        self.asker: object | None = None

    def begin(self, asker: object) -> None:
        self.asker, self.points = asker, []
        self.changed.emit()

    def click(self, lon: float, lat: float) -> None:
        if self.asker is not None:
            self.points.append((lon, lat))
            self.changed.emit()

    def end(self) -> None:
        if self.asker is not None:
            self.asker = None
            self.changed.emit()


class Reading(Protocol):
    """The gateway for background reads: one reader thread, results delivered on the GUI thread.

    `work` gets the database that the time mode supplies (the live journal, or the state at the fixed instant) and must not
    touch a widget. A newer `run` with the same `tag` replaces an older one not yet delivered. Failures go to the window's
    banner, never to nothing.
    """

    def run(self, tag: str, work: Callable[[pw.SqliteDatabase], T], done: Callable[[T], None]) -> None: ...


class ReadingFor:
    """`reading` for a part of the window that may be closed before it is answered (`owner`): its answers are let go then."""

    def __init__(self, reading: Reading, owner: QObject) -> None:
        self._reading, self._owner = reading, owner

    def run(self, tag: str, work: Callable[[pw.SqliteDatabase], T], done: Callable[[T], None]) -> None:
        self._reading.run(tag, work, lambda answer: done(answer) if isValid(self._owner) else None)


class Writing(Protocol):
    """The way in: drafts are authored by this machine's own peer and answered when durable."""

    def write(
        self, drafts: list[Draft], done: Callable[[list[str]], None] | None = None, failed: Callable[[str], None] | None = None
    ) -> None:
        """`done(subjects)` after commit, `failed(reason)` when refused or the peer is away. Refused at once while the time mode is fixed."""
        ...

    def purge(
        self,
        incident: str,
        why: str,
        author: str,
        done: Callable[[list[str]], None] | None = None,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Have the words of a closed incident destroyed (`console.models.journal.erasing`); answered and refused as `write` is."""
        ...


Request = Invite | Join | Revoke | Lead | Discover | SavePower | UseTerminal | SendBySatellite | Bundle


class Asking(Protocol):
    """Requests to this machine's own peer about other peers; the asker gives a factory because the gateway chooses the id."""

    def ask(self, request: Callable[[int], Request], done: Callable[[Done], None], failed: Callable[[str], None]) -> None:
        """Exactly one of `done(answer)` and `failed(reason)` follows; `failed` at once when the peer is away."""
        ...


class TimeModeLike(Protocol):
    """Live, or fixed at an instant (which may be moving, in replay). Signals are on the concrete class in `console.views.time.mode`."""

    @property
    def live(self) -> bool: ...

    def now_ms(self) -> int:
        """The window's now: this machine's clock when live, else the instant shown. Every age of the journal is counted from here."""
        ...

    def wall_ms(self) -> int:
        """This machine's clock, whatever is shown: for what is told as it is at present, such as links."""
        ...


class News(QObject):
    """What the peer and the time mode tell the window. One signal with one dataclass each, coalesced to the screen's pace."""

    changed = Signal(object)  # Changes: ids per table and fixes with values (live), or everything touched by a jump
    reset = Signal()  # forget all and read again: after connect, after a gap, after a change of time mode
    links = Signal(object, object)  # Me | None (peer away), list[Link]
    second = Signal()  # once a second of the window's time: ages are redrawn


@dataclass
class Context:
    reading: Reading
    writing: Writing
    time: TimeModeLike
    selection: Selection
    news: News
    author: Callable[[], str]  # the operator's name, for log entries and orders
    asking: Asking | None = None  # None where there is no peer to ask (a picture rendered from a file)
    picking: Picking = field(default_factory=Picking)
    data: Path | None = None  # this machine's folder, for what stays on it (pictures, clips, passwords of feeds); None where nothing may
    plotting: Plotting = field(default_factory=Plotting)
    sketch: Sketch = field(default_factory=Sketch)


__all__ = [
    "Asking",
    "Changes",
    "Context",
    "Link",
    "Me",
    "News",
    "Picking",
    "Reading",
    "ReadingFor",
    "Request",
    "Selection",
    "Spot",
    "Thing",
    "TimeModeLike",
    "Writing",
]
