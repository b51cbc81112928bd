"""The projected tables. Read by presenters (through peewee or plain SQL), written by `console.models.state.project` alone.

Names and units as in `console.models.kinds`. `heard_ms` is *this machine's* clock at the moment the thing was said, reckoned
back from local receipt by the time the event spent waiting on its way (so a sender's wrong clock makes nothing look fresh or
stale). `stamps` maps a field to (hlc, origin) of who last wrote it: later wins, field by field, ties by origin.

A row exists as soon as anything was said that concerns its thing, its name perhaps not yet: a unit that moved before it was
registered, a warning known only because another refers to it (its `identifier` is "").
"""

from __future__ import annotations

from console.models.state.tables.base import StateTable, Table
from console.models.state.tables.feeds import Feed
from console.models.state.tables.incidents import Incident, Plot, Review
from console.models.state.tables.logs import Timeline, Written
from console.models.state.tables.peers import Invite, Mode, Peer, Station
from console.models.state.tables.risks import PRESENT_RISK, Basin, Risk, Warning
from console.models.state.tables.sensors import PRESENT_READING, Gateway, Quake, Reading, Sensor
from console.models.state.tables.units import Receipt, Resource, Road, Task, Track, Unit

__all__ = [
    "LOG_TABLES",
    "PRESENT_READING",
    "PRESENT_RISK",
    "STATE_TABLES",
    "Basin",
    "Feed",
    "Gateway",
    "Incident",
    "Invite",
    "Mode",
    "Peer",
    "Plot",
    "Quake",
    "Reading",
    "Receipt",
    "Resource",
    "Review",
    "Risk",
    "Road",
    "Sensor",
    "StateTable",
    "Station",
    "Table",
    "Task",
    "Timeline",
    "Track",
    "Unit",
    "Warning",
    "Written",
]

STATE_TABLES: tuple[type[StateTable], ...] = (
    Incident,
    Unit,
    Task,
    Resource,
    Road,
    Mode,
    Station,
    Review,
    Receipt,
    Sensor,
    Quake,
    Gateway,
    Basin,
    Risk,
    Feed,
    Plot,
    Warning,
    Peer,
    Invite,
)
LOG_TABLES: tuple[type[Table], ...] = (Timeline, Track, Written, Reading)
