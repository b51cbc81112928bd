"""The kinds of event and their bodies.

A body is a msgpack map. Fields may be added with a default, never renamed or given another meaning: journals outlive programs.
A kind this version does not know is stored, passed on and counted, and changes no table. Units are in the names; positions are
WGS 84 degrees; `*_ms` are UTC milliseconds. `UNSET` in a "changed" body means: this field was not touched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import UNSET, Meta, UnsetType

from console.models.event import Lane

Lon = Annotated[float, Meta(ge=-180, le=180)]
Lat = Annotated[float, Meta(ge=-90, le=90)]
Finite = Annotated[float, Meta(ge=-1e15, le=1e15)]
Amount = Annotated[float, Meta(ge=0, le=1e15)]
Name = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=8000)]
Code = Annotated[str, Meta(max_length=64)]
Ref = Annotated[str, Meta(max_length=128)]
Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Millis = Annotated[int, Meta(ge=-(1 << 53), le=1 << 53)]
"""UTC milliseconds, within what every database and JSON reader keeps exactly."""


class Body(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True):
    """Base of every body."""


# -- peers: who may speak (command lane, so that trust arrives before what it vouches for) ---------------------------


class PeerInvited(Body, frozen=True):
    """A one-time token was issued; subject = invite id (hex of the token's one-time CURVE public key)."""

    role: Code
    area: Code
    expires_ms: Millis


class PeerEnrolled(Body, frozen=True):
    """A peer may speak from now on; subject = its origin in hex. The author vouches for it."""

    name: Name
    role: Code
    area: Code
    sign_key: Annotated[bytes, Meta(min_length=32, max_length=32)]
    curve_key: Annotated[bytes, Meta(min_length=32, max_length=32)]
    invite: Ref = ""


class PeerRevoked(Body, frozen=True):
    """A peer may speak no more; subject = its origin in hex."""

    why: Text = ""


# -- incidents ----------------------------------------------------------------------------------------------------------


class IncidentOpened(Body, frozen=True):
    """`category`: natural, accident, health or security. `level`: 1 (特别重大) to 4 (一般), 0 not graded.

    Source: Emergency Response Law, arts 2-3.
    """

    title: Name
    category: Code = "natural"
    hazard: Code = ""
    level: Annotated[int, Meta(ge=0, le=4)] = 0
    place: Name = ""
    lon: Lon | None = None
    lat: Lat | None = None
    occurred_ms: Millis | None = None
    exercise: bool = False
    author: Name = ""


class IncidentChanged(Body, frozen=True):
    title: Name | UnsetType = UNSET
    category: Code | UnsetType = UNSET
    hazard: Code | UnsetType = UNSET
    level: Annotated[int, Meta(ge=0, le=4)] | UnsetType = UNSET
    place: Name | UnsetType = UNSET
    lon: Lon | UnsetType | None = UNSET
    lat: Lat | UnsetType | None = UNSET
    response_level: Annotated[int, Meta(ge=0, le=4)] | UnsetType = UNSET
    author: Name = ""
    note: Text = ""


class IncidentClosed(Body, frozen=True):
    summary: Text = ""
    author: Name = ""


class LogEntered(Body, frozen=True):
    """Free entry in an incident's log; subject = incident id."""

    text: Text
    author: Name = ""


class LossReported(Body, frozen=True):
    """Losses so far; subject = incident id. People moved: cumulative and now are kept apart (domain rule)."""

    deaths: Count | UnsetType = UNSET
    missing: Count | UnsetType = UNSET
    injured: Count | UnsetType = UNSET
    moved_total: Count | UnsetType = UNSET
    moved_now: Count | UnsetType = UNSET
    sheep: Count | UnsetType = UNSET
    large_livestock: Count | UnsetType = UNSET
    houses: Count | UnsetType = UNSET
    loss_yuan: Count | UnsetType = UNSET
    text: Text = ""
    author: Name = ""


# -- units and tasks ------------------------------------------------------------------------------------------------------


UNIT_KINDS = ("rescue", "fire", "medical", "police", "engineering", "vehicle", "aircraft", "drone", "vessel", "officer", "command", "other")
UNIT_STATUSES = ("available", "dispatched", "enroute", "onscene", "transporting", "hospital", "returning", "unavailable")


class UnitRegistered(Body, frozen=True):
    """A unit exists; subject = unit id, owned by its author (`identity.owned_subject`). `kind` is one of UNIT_KINDS."""

    name: Name
    kind: Code = "other"
    callsign: Name = ""
    org: Name = ""
    people: Count = 0


class UnitPosition(Body, frozen=True):
    """`valid_s`: how long after its making the position may be taken as current, declared by who sends it."""

    lon: Lon
    lat: Lat
    heading_deg: Annotated[float, Meta(ge=0, lt=360.0001)] | None = None
    speed_mps: Annotated[float, Meta(ge=0, le=20000)] | None = None
    alt_m: Finite | None = None
    accuracy_m: Amount | None = None
    valid_s: Annotated[float, Meta(gt=0, le=604800)] = 60.0


class UnitStatus(Body, frozen=True):
    """`status` is one of UNIT_STATUSES (an unknown word is shown as it is)."""

    status: Code
    incident: Ref = ""
    note: Text = ""


class UnitReport(Body, frozen=True):
    """A unit reports in words; subject = unit id."""

    text: Text
    incident: Ref = ""
    lon: Lon | None = None
    lat: Lat | None = None


class TaskAssigned(Body, frozen=True):
    """Subject = task id. Orders `unit` to do `text`."""

    unit: Ref
    text: Text
    incident: Ref = ""
    due_ms: Millis | None = None
    author: Name = ""


TASK_STATES = ("assigned", "acknowledged", "started", "done", "refused", "failed")


class TaskAnswered(Body, frozen=True):
    """Subject = task id; `state` is one of TASK_STATES but the first. `unit` answers for itself."""

    unit: Ref
    state: Code
    incident: Ref = ""
    note: Text = ""


# -- resources and sensors --------------------------------------------------------------------------------------------------


class ResourceRegistered(Body, frozen=True):
    """Goods, a store, a shelter; subject = resource id."""

    name: Name
    kind: Code = "goods"
    place: Name = ""
    owner: Name = ""
    lon: Lon | None = None
    lat: Lat | None = None
    quantity: Amount = 0
    capacity: Amount | None = None
    unit: Code = ""


class ResourceChanged(Body, frozen=True):
    quantity: Amount | UnsetType = UNSET
    status: Code | UnsetType = UNSET
    incident: Ref | UnsetType = UNSET
    note: Text = ""
    author: Name = ""


class SensorRegistered(Body, frozen=True):
    """A gauge; subject = sensor id. `quantity`: rain, level, flow, wind, temperature, displacement."""

    name: Name
    quantity: Code
    unit: Code = ""
    lon: Lon | None = None
    lat: Lat | None = None
    valid_s: Annotated[float, Meta(gt=0, le=604800)] = 3600.0


class SensorReading(Body, frozen=True):
    value: Finite


# -- warnings ---------------------------------------------------------------------------------------------------------------


class WarningArea(Body, frozen=True):
    """`polygons`: rings of (lon, lat); `circles`: (lon, lat, radius_m); `geocodes`: (system, value)."""

    description: Text = ""
    polygons: Annotated[list[list[tuple[Lon, Lat]]], Meta(max_length=256)] = []
    circles: Annotated[list[tuple[Lon, Lat, Amount]], Meta(max_length=256)] = []
    geocodes: Annotated[list[tuple[str, str]], Meta(max_length=1024)] = []


class WarningReceived(Body, frozen=True):
    """A CAP 1.2 alert from elsewhere, as it was issued there; subject = `<sender>,<identifier>`. Shown, never altered."""

    identifier: Name
    sender: Name
    sent_ms: Millis
    cap_status: Code = "Actual"
    msg_type: Code = "Alert"
    references: Annotated[list[str], Meta(max_length=256)] = []
    language: Code = ""
    event: Name = ""
    event_code: Name = ""
    headline: Text = ""
    description: Text = ""
    instruction: Text = ""
    severity: Code = "Unknown"
    urgency: Code = "Unknown"
    certainty: Code = "Unknown"
    colour: Code = ""
    effective_ms: Millis | None = None
    onset_ms: Millis | None = None
    expires_ms: Millis | None = None
    sender_name: Name = ""
    web: Text = ""
    areas: Annotated[list[WarningArea], Meta(max_length=256)] = []


class Kind(NamedTuple):
    body: type[Body]
    lane: Lane


KINDS: dict[str, Kind] = {
    "peer.invited": Kind(PeerInvited, Lane.COMMAND),
    "peer.enrolled": Kind(PeerEnrolled, Lane.COMMAND),
    "peer.revoked": Kind(PeerRevoked, Lane.COMMAND),
    "incident.opened": Kind(IncidentOpened, Lane.REPORT),
    "incident.changed": Kind(IncidentChanged, Lane.REPORT),
    "incident.closed": Kind(IncidentClosed, Lane.REPORT),
    "log.entered": Kind(LogEntered, Lane.REPORT),
    "loss.reported": Kind(LossReported, Lane.REPORT),
    "unit.registered": Kind(UnitRegistered, Lane.REPORT),
    "unit.position": Kind(UnitPosition, Lane.TELEMETRY),
    "unit.status": Kind(UnitStatus, Lane.REPORT),
    "unit.report": Kind(UnitReport, Lane.REPORT),
    "task.assigned": Kind(TaskAssigned, Lane.COMMAND),
    "task.answered": Kind(TaskAnswered, Lane.COMMAND),
    "resource.registered": Kind(ResourceRegistered, Lane.REPORT),
    "resource.changed": Kind(ResourceChanged, Lane.REPORT),
    "sensor.registered": Kind(SensorRegistered, Lane.REPORT),
    "sensor.reading": Kind(SensorReading, Lane.TELEMETRY),
    "warning.received": Kind(WarningReceived, Lane.COMMAND),
}

_KIND_OF_BODY: dict[type[Body], str] = {kind.body: name for name, kind in KINDS.items()}
_DECODERS: dict[str, Any] = {name: msgspec.msgpack.Decoder(kind.body) for name, kind in KINDS.items()}
_encoder = msgspec.msgpack.Encoder()


def kind_of(body: Body) -> str:
    return _KIND_OF_BODY[type(body)]


def lane_of(kind: str) -> Lane:
    """Raises KeyError for a kind this version does not know."""
    return KINDS[kind].lane


def encode_body(body: Body) -> bytes:
    return _encoder.encode(body)


def decoder_of(kind: str) -> Callable[[bytes], Body] | None:
    """What turns bytes into the struct of a known kind (raises as `decode_body` does), None for an unknown one."""
    decoder = _DECODERS.get(kind)
    if decoder is None:
        return None
    decode_exactly = decoder.decode

    def decode(body: bytes) -> Body:
        try:
            return decode_exactly(body)  # type: ignore[no-any-return]
        except (UnicodeDecodeError, RecursionError) as error:
            raise msgspec.ValidationError(str(error)) from error

    return decode


_DECODE: dict[str, Callable[[bytes], Body] | None] = {name: decoder_of(name) for name in KINDS}


def decode_body(kind: str, body: bytes) -> Body | None:
    """The struct of a known kind, None for an unknown one.

    Raises msgspec.ValidationError (or its parent msgspec.DecodeError) when the bytes are not a body of that kind.
    """
    decode = _DECODE.get(kind)
    return None if decode is None else decode(body)
