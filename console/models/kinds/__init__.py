"""The kinds of event and their bodies.

A body is a msgpack map. Fields may be added with a default, never renamed or given another meaning: journals outlive programs.
A kind this version does not know is stored, passed on and counted, and changes no table. Units are in the names; positions are
WGS 84 degrees; `*_ms` are UTC milliseconds. `UNSET` in a "changed" body means: this field was not touched.
"""

from __future__ import annotations

from console.models.kinds.fields import Body, Lat, Lon
from console.models.kinds.ground import (
    MODES,
    ROAD_REASONS,
    WITHDRAWN_TABLES,
    ModeSwitched,
    RecordRestored,
    RecordWithdrawn,
    RoadClosed,
    RoadOpened,
)
from console.models.kinds.incidents import (
    MAX_SEEN,
    ConflictReviewed,
    Erasure,
    HoldLifted,
    HoldPlaced,
    IncidentChanged,
    IncidentClosed,
    IncidentOpened,
    IncidentPurged,
    LogEntered,
    LossReported,
    SeenWrite,
)
from console.models.kinds.peers import CardDeclared, LeadDeclared, PeerEnrolled, PeerInvited, PeerRevoked, PowerChanged
from console.models.kinds.registry import KINDS, Kind, decode_body, decoder_of, encode_body, kind_of, lane_of
from console.models.kinds.resources import ResourceChanged, ResourceRegistered, SensorReading, SensorRegistered
from console.models.kinds.units import (
    HELP_NATURES,
    TASK_STATES,
    UNIT_KINDS,
    UNIT_STATUSES,
    HelpCalled,
    HelpEnded,
    TaskAnswered,
    TaskAssigned,
    UnitPosition,
    UnitRegistered,
    UnitReport,
    UnitStatus,
)
from console.models.kinds.warnings import WarningAcknowledged, WarningArea, WarningReceived

__all__ = [
    "HELP_NATURES",
    "KINDS",
    "MAX_SEEN",
    "MODES",
    "ROAD_REASONS",
    "TASK_STATES",
    "UNIT_KINDS",
    "UNIT_STATUSES",
    "WITHDRAWN_TABLES",
    "Body",
    "CardDeclared",
    "ConflictReviewed",
    "Erasure",
    "HelpCalled",
    "HelpEnded",
    "HoldLifted",
    "HoldPlaced",
    "IncidentChanged",
    "IncidentClosed",
    "IncidentOpened",
    "IncidentPurged",
    "Kind",
    "Lat",
    "LeadDeclared",
    "LogEntered",
    "Lon",
    "LossReported",
    "ModeSwitched",
    "PeerEnrolled",
    "PeerInvited",
    "PeerRevoked",
    "PowerChanged",
    "RecordRestored",
    "RecordWithdrawn",
    "ResourceChanged",
    "ResourceRegistered",
    "RoadClosed",
    "RoadOpened",
    "SeenWrite",
    "SensorReading",
    "SensorRegistered",
    "TaskAnswered",
    "TaskAssigned",
    "UnitPosition",
    "UnitRegistered",
    "UnitReport",
    "UnitStatus",
    "WarningAcknowledged",
    "WarningArea",
    "WarningReceived",
    "decode_body",
    "decoder_of",
    "encode_body",
    "kind_of",
    "lane_of",
]
