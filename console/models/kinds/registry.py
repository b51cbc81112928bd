"""The kinds this version knows: name, body, lane; and how bodies become bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from console.models.event import Lane
from console.models.kinds.feeds import FeedChanged, FeedRegistered, FeedsListed, MediaFiled
from console.models.kinds.fields import Body
from console.models.kinds.gateways import GatewayReported
from console.models.kinds.ground import ModeSwitched, RecordRestored, RecordWithdrawn, RoadClosed, RoadOpened
from console.models.kinds.incidents import (
    ConflictReviewed,
    HoldLifted,
    HoldPlaced,
    IncidentChanged,
    IncidentClosed,
    IncidentOpened,
    IncidentPurged,
    LogEntered,
    LossReported,
)
from console.models.kinds.peers import CardDeclared, LeadDeclared, PeerEnrolled, PeerInvited, PeerRevoked, PowerChanged
from console.models.kinds.plots import PlotChanged, PlotDrawn
from console.models.kinds.resources import ResourceChanged, ResourceRegistered
from console.models.kinds.risks import BasinRegistered, RiskAcknowledged, RiskAssessed
from console.models.kinds.sensors import QuakeReported, SensorReading, SensorRegistered, SensorSeries
from console.models.kinds.units import (
    HelpCalled,
    HelpEnded,
    TaskAnswered,
    TaskAssigned,
    UnitPosition,
    UnitRegistered,
    UnitReport,
    UnitStatus,
)
from console.models.kinds.warnings import WarningAcknowledged, WarningReceived


class Kind(NamedTuple):
    body: type[Body]
    lane: Lane


KINDS: dict[str, Kind] = {
    "peer.invited": Kind(PeerInvited, Lane.COMMAND),
    "peer.enrolled": Kind(PeerEnrolled, Lane.COMMAND),
    "peer.revoked": Kind(PeerRevoked, Lane.COMMAND),
    "card.declared": Kind(CardDeclared, Lane.COMMAND),
    "lead.declared": Kind(LeadDeclared, Lane.COMMAND),
    "power.changed": Kind(PowerChanged, Lane.REPORT),
    "incident.opened": Kind(IncidentOpened, Lane.REPORT),
    "incident.changed": Kind(IncidentChanged, Lane.REPORT),
    "incident.closed": Kind(IncidentClosed, Lane.REPORT),
    "log.entered": Kind(LogEntered, Lane.REPORT),
    "loss.reported": Kind(LossReported, Lane.REPORT),
    "conflict.reviewed": Kind(ConflictReviewed, Lane.REPORT),
    "hold.placed": Kind(HoldPlaced, Lane.COMMAND),
    "hold.lifted": Kind(HoldLifted, Lane.COMMAND),
    "incident.purged": Kind(IncidentPurged, Lane.COMMAND),
    "unit.registered": Kind(UnitRegistered, Lane.REPORT),
    "unit.position": Kind(UnitPosition, Lane.TELEMETRY),
    "unit.status": Kind(UnitStatus, Lane.REPORT),
    "unit.report": Kind(UnitReport, Lane.REPORT),
    "unit.help": Kind(HelpCalled, Lane.COMMAND),
    "unit.helped": Kind(HelpEnded, Lane.COMMAND),
    "task.assigned": Kind(TaskAssigned, Lane.COMMAND),
    "task.answered": Kind(TaskAnswered, Lane.COMMAND),
    "resource.registered": Kind(ResourceRegistered, Lane.REPORT),
    "resource.changed": Kind(ResourceChanged, Lane.REPORT),
    "sensor.registered": Kind(SensorRegistered, Lane.REPORT),
    "sensor.reading": Kind(SensorReading, Lane.TELEMETRY),
    "sensor.series": Kind(SensorSeries, Lane.TELEMETRY),
    "quake.reported": Kind(QuakeReported, Lane.REPORT),
    "basin.registered": Kind(BasinRegistered, Lane.REPORT),
    "risk.assessed": Kind(RiskAssessed, Lane.COMMAND),
    "risk.acknowledged": Kind(RiskAcknowledged, Lane.COMMAND),
    "gateway.reported": Kind(GatewayReported, Lane.REPORT),
    "feed.registered": Kind(FeedRegistered, Lane.REPORT),
    "feeds.listed": Kind(FeedsListed, Lane.REPORT),
    "feed.changed": Kind(FeedChanged, Lane.REPORT),
    "media.filed": Kind(MediaFiled, Lane.REPORT),
    "plot.drawn": Kind(PlotDrawn, Lane.REPORT),
    "plot.changed": Kind(PlotChanged, Lane.REPORT),
    "warning.received": Kind(WarningReceived, Lane.COMMAND),
    "warning.acknowledged": Kind(WarningAcknowledged, Lane.COMMAND),
    "road.closed": Kind(RoadClosed, Lane.COMMAND),
    "road.opened": Kind(RoadOpened, Lane.COMMAND),
    "mode.switched": Kind(ModeSwitched, Lane.COMMAND),
    "record.withdrawn": Kind(RecordWithdrawn, Lane.REPORT),
    "record.restored": Kind(RecordRestored, Lane.REPORT),
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
