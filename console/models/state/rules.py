"""How each kind of event writes the state tables. One function a kind; none depends on the order of arrival."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from console.models import kinds
from console.models.clock import ms_of
from console.models.event import Origin
from console.models.identity import owned_subject
from console.models.state.rows import Row, Rows, Stamp

_encode = msgspec.msgpack.Encoder().encode


class Mark(StrEnum):
    """How an event counts. `EARLY`: it came ahead of its stream, the event itself will follow and then stands. `HELD`: its author's clock is
    far ahead of ours; until its time comes it fills only what nobody else has written. `ERASED`: its words were destroyed, its body has none."""

    NONE = ""
    EARLY = "early"
    HELD = "held"
    ERASED = "erased"


_HELD_HLC = 1
"""Of a held event's stamp: every other write is later, but for what was early of such an event."""


class Happening(msgspec.Struct, frozen=True, gc=False):
    """An event as a rule sees it: who said it, about what, when by its author and by this machine, and its body. `taken_ms`: when it
    arrived here; `held`: far ahead of this machine's clock, whatever else it is."""

    origin: Origin
    topic: str
    area: str
    seq: int
    hlc: int
    heard_ms: int
    kind: str
    subject: str
    raw: bytes
    body: kinds.Body
    taken_ms: int = 0
    mark: Mark = Mark.NONE
    held: bool = False

    @property
    def stamp(self) -> Stamp:
        """By which its writes win or lose: the event itself always wins over what was early or held of it."""
        hlc = _HELD_HLC if self.held else self.hlc
        return (hlc - (self.mark is Mark.EARLY), self.origin)


def _write(rows: Rows, table: str, row_id: str, at: Happening, **fields: Any) -> Row:
    row = rows.get(table, row_id)
    stamp = at.stamp
    if at.held or at.mark is Mark.EARLY:
        row.glimpse(stamp[0], at.area)
    else:
        row.touch(stamp, at.area)
    row.write(stamp, again=at.mark is Mark.ERASED, **fields)
    return row


def _given(body: kinds.Body, *names: str) -> dict[str, Any]:
    """The named fields that are set, by name."""
    return {name: value for name in names if (value := getattr(body, name)) is not UNSET}


# -- incidents ----------------------------------------------------------------------------------------------------------

_INCIDENT_FIELDS = ("title", "category", "hazard", "level", "place", "lon", "lat")
_LOSS_FIELDS = ("deaths", "missing", "injured", "moved_total", "moved_now", "sheep", "large_livestock", "houses", "loss_yuan")


def _incident_opened(rows: Rows, at: Happening, body: kinds.IncidentOpened) -> None:
    fields = _given(body, *_INCIDENT_FIELDS, "occurred_ms", "exercise")
    _write(rows, "incident", at.subject, at, status="open", opened_ms=ms_of(at.hlc), closed_ms=None, **fields)


def _incident_changed(rows: Rows, at: Happening, body: kinds.IncidentChanged) -> None:
    _write(rows, "incident", at.subject, at, **_given(body, *_INCIDENT_FIELDS, "response_level"))


def _incident_closed(rows: Rows, at: Happening, _body: kinds.IncidentClosed) -> None:
    _write(rows, "incident", at.subject, at, status="closed", closed_ms=ms_of(at.hlc))


def _loss_reported(rows: Rows, at: Happening, body: kinds.LossReported) -> None:
    _write(rows, "incident", at.subject, at, **_given(body, *_LOSS_FIELDS))


# -- units and tasks ------------------------------------------------------------------------------------------------------

_FIX_FIELDS = ("lon", "lat", "heading_deg", "speed_mps", "alt_m", "accuracy_m", "valid_s")


def _unit_registered(rows: Rows, at: Happening, body: kinds.UnitRegistered) -> None:
    _heard_from(rows, at, at.subject, **_given(body, "name", "kind", "callsign", "org", "people"))


def _unit_status(rows: Rows, at: Happening, body: kinds.UnitStatus) -> None:
    _heard_from(rows, at, at.subject, **_given(body, "status", "incident", "note"))


def _unit_help(rows: Rows, at: Happening, body: kinds.HelpCalled) -> None:
    fields = {"help_text": body.text, "help_people": body.people, "help_lon": body.lon, "help_lat": body.lat, "help_ms": at.heard_ms}
    _heard_from(rows, at, at.subject, help=body.nature, **fields)


def _unit_helped(rows: Rows, at: Happening, _body: kinds.HelpEnded) -> None:
    _write(rows, "unit", at.subject, at, help="")


def _unit_report(rows: Rows, at: Happening, _body: kinds.UnitReport) -> None:
    _heard_from(rows, at, at.subject)


def _heard_from(rows: Rows, at: Happening, unit: str, **fields: Any) -> None:
    row = _write(rows, "unit", unit, at, **fields)
    row.raise_to("heard_ms", at.heard_ms)
    row.noted = True


class Move(NamedTuple):
    """A position on its way to the unit's row. Sorted by author's time; (hlc, origin, area) is unique to a position. An `early` one has an
    hlc of one less than its event's, so that the event itself will stand."""

    hlc: int
    origin: Origin
    area: str
    heard_ms: int
    unit: str
    body: kinds.UnitPosition
    early: bool = False


def moved(rows: Rows, unit: str, moves: Sequence[Move]) -> Move | None:
    """Apply all new positions of one unit at once: the newest is written. Returned when it became the unit's fix."""
    first, last = min(moves), max(moves)
    row = rows.get("unit", unit)
    if first.early:
        row.glimpse(first.hlc, first.area)
        first = min((move for move in moves if not move.early), default=first)
    if not first.early:
        row.touch((first[0], first[1]), first[2])
    row.raise_to("hlc", last[0])
    row.raise_to("heard_ms", max(move[3] for move in moves))
    fix = None
    for move in moves:
        if move[0] == last[0] and _greater_fix(row.values, move):
            _fix(row.values, move)
            row.dirty = True
            fix = move
    return fix


def _greater_fix(values: Mapping[str, Any], move: Move) -> bool:
    """Later wins; of two positions of one unit with the same hlc the greater encoded one."""
    if move.hlc != values["fix_hlc"]:
        return move.hlc > int(values["fix_hlc"])
    held = [values[name] for name in _FIX_FIELDS]
    new = [getattr(move.body, name) for name in _FIX_FIELDS]
    return (_encode(held), values["fix_heard_ms"] or 0) < (_encode(new), move.heard_ms)


def _fix(values: dict[str, Any], move: Move) -> None:
    body = move.body
    values["lon"], values["lat"] = body.lon, body.lat
    values["heading_deg"], values["speed_mps"] = body.heading_deg, body.speed_mps
    values["alt_m"], values["accuracy_m"], values["valid_s"] = body.alt_m, body.accuracy_m, body.valid_s
    values["fix_hlc"], values["fix_heard_ms"] = move.hlc, move.heard_ms


def _task_assigned(rows: Rows, at: Happening, body: kinds.TaskAssigned) -> None:
    fields = _given(body, "unit", "text", "incident", "due_ms", "author")
    _write(rows, "task", at.subject, at, state="assigned", note="", assigned_ms=ms_of(at.hlc), answered_ms=None, **fields)
    _write(rows, "unit", body.unit, at, task=at.subject)


def _task_answered(rows: Rows, at: Happening, body: kinds.TaskAnswered) -> None:
    _write(rows, "task", at.subject, at, state=body.state, note=body.note, answered_ms=ms_of(at.hlc))
    _heard_from(rows, at, body.unit)


# -- resources and sensors --------------------------------------------------------------------------------------------------


def _resource_registered(rows: Rows, at: Happening, body: kinds.ResourceRegistered) -> None:
    fields = _given(body, "name", "kind", "place", "owner", "lon", "lat", "quantity", "capacity", "unit")
    _write(rows, "resource", at.subject, at, **fields)


def _resource_changed(rows: Rows, at: Happening, body: kinds.ResourceChanged) -> None:
    fields = _given(body, "quantity", "status", "incident", "note")
    _write(rows, "resource", at.subject, at, **fields)


_SENSOR_FIELDS = (
    "name",
    "quantity",
    "unit",
    "lon",
    "lat",
    "valid_s",
    "owner",
    "place",
    "link",
    "interval_s",
    "basin",
    "low",
    "high",
    "warning",
    "guarantee",
    "historic",
)


def _sensor_registered(rows: Rows, at: Happening, body: kinds.SensorRegistered) -> None:
    _write(rows, "sensor", at.subject, at, **_given(body, *_SENSOR_FIELDS))


class Read(NamedTuple):
    """One reading on its way to the table `reading`: when it was read (never later than it was said), and what."""

    at_ms: int
    value: float
    quality: str


def readings_of(at: Happening) -> list[Read]:
    """What an event says that a sensor read, oldest first; nothing of a series whose lengths differ."""
    body, said_ms = at.body, ms_of(at.hlc)
    if isinstance(body, kinds.SensorReading):
        return [Read(said_ms if body.at_ms is None else min(body.at_ms, said_ms), body.value, body.quality)]
    if isinstance(body, kinds.SensorSeries) and len(body.times_ms) == len(body.values):
        return sorted(Read(min(time_ms, said_ms), value, body.quality) for time_ms, value in zip(body.times_ms, body.values, strict=True))
    return []


def _sensor_read(rows: Rows, at: Happening, _body: kinds.SensorReading | kinds.SensorSeries) -> None:
    """The newest by when it was read is what the sensor shows."""
    row = _write(rows, "sensor", at.subject, at)
    found = readings_of(at)
    if not found:
        return
    values, hlc, (at_ms, value, quality) = row.values, at.stamp[0], found[-1]
    heard_ms = at.heard_ms - (ms_of(at.hlc) - at_ms)
    held = (values["at_ms"], values["reading_hlc"], _encode([values["value"], values["quality"]]), values["heard_ms"] or 0)
    if (at_ms, hlc, _encode([value, quality]), heard_ms) > held:
        values["value"], values["quality"], values["at_ms"] = value, quality, at_ms
        values["reading_hlc"], values["heard_ms"] = hlc, heard_ms
        row.dirty = row.noted = True


def _quake_reported(rows: Rows, at: Happening, body: kinds.QuakeReported) -> None:
    fields = _given(body, "magnitude", "scale", "lon", "lat", "depth_km", "at_ms", "place", "source", "status")
    _write(rows, "quake", at.subject, at, **fields).raise_to("heard_ms", at.heard_ms)


def _gateway_reported(rows: Rows, at: Happening, body: kinds.GatewayReported) -> None:
    fields = _given(body, "name", "source", "place", "state", "fault", "taken", "example", "since_ms", "newest_ms")
    _write(rows, "gateway", at.subject, at, refused=_encode(body.refused), **fields).raise_to("heard_ms", at.heard_ms)


# -- basins and risk ----------------------------------------------------------------------------------------------------------


def _basin_registered(rows: Rows, at: Happening, body: kinds.BasinRegistered) -> None:
    packed = {name: _encode(getattr(body, name)) for name in ("hazards", "outer", "gauges", "critical", "villages")}
    plain = _given(body, "name", "kind", "downstream", "travel_s", "area_km2", "people", "leader", "phone", "source")
    _write(rows, "basin", at.subject, at, **packed, **plain)


def _risk_assessed(rows: Rows, at: Happening, body: kinds.RiskAssessed) -> None:
    fields = _given(body, "hazard", "place", "level", "stage", "lead_s", "at_ms", "share", "author")
    packed = {"why": _encode(body.why), "unsure": _encode(body.unsure)}
    if not body.level or body.rose:
        fields["seen_level"] = 0  # it is over, or graver than before: whoever acknowledged that one has not seen this
    _write(rows, "risk", at.subject, at, **fields, **packed).raise_to("heard_ms", at.heard_ms)


def _risk_acknowledged(rows: Rows, at: Happening, body: kinds.RiskAcknowledged) -> None:
    fields = {"seen_level": body.level, "seen_by": body.author, "seen_note": body.note, "seen_ms": ms_of(at.hlc), "incident": body.incident}
    _write(rows, "risk", at.subject, at, **fields)


# -- feeds and plots ------------------------------------------------------------------------------------------------------------

_FEED_FIELDS = (
    "name",
    "url",
    "snapshot_url",
    "owner",
    "folder",
    "road",
    "basin",
    "lon",
    "lat",
    "bearing_deg",
    "view_deg",
    "range_m",
    "note",
)
_PLOT_FIELDS = ("kind", "label", "radius_m", "inner_m", "from_deg", "to_deg", "at_ms", "until_ms", "note")


def _feed_registered(rows: Rows, at: Happening, body: kinds.FeedRegistered) -> None:
    _register_feed(rows, at, at.subject, body)


def _feeds_listed(rows: Rows, at: Happening, body: kinds.FeedsListed) -> None:
    rows.expect("feed", [each.id for each in body.feeds])
    for each in body.feeds:
        _register_feed(rows, at, each.id, each.feed)


def _register_feed(rows: Rows, at: Happening, feed: str, body: kinds.FeedRegistered) -> None:
    _write(rows, "feed", feed, at, **msgspec.structs.asdict(body))


def _feed_changed(rows: Rows, at: Happening, body: kinds.FeedChanged) -> None:
    _write(rows, "feed", at.subject, at, **_given(body, *_FEED_FIELDS))


def _plot_drawn(rows: Rows, at: Happening, body: kinds.PlotDrawn) -> None:
    fields = _given(body, "shape", "incident", "author", *_PLOT_FIELDS)
    _write(rows, "plot", at.subject, at, points=_encode(body.points), **fields).raise_to("heard_ms", at.heard_ms)


def _plot_changed(rows: Rows, at: Happening, body: kinds.PlotChanged) -> None:
    fields = _given(body, *_PLOT_FIELDS)
    if body.points is not UNSET:
        fields["points"] = _encode(body.points)
    _write(rows, "plot", at.subject, at, author=body.author, **fields).raise_to("heard_ms", at.heard_ms)


# -- warnings ---------------------------------------------------------------------------------------------------------------

_WARNING_FIELDS = (
    "identifier",
    "sender",
    "sender_name",
    "sent_ms",
    "cap_status",
    "msg_type",
    "event",
    "headline",
    "description",
    "instruction",
    "severity",
    "urgency",
    "certainty",
    "colour",
    "effective_ms",
    "onset_ms",
    "expires_ms",
)


def _warning_received(rows: Rows, at: Happening, body: kinds.WarningReceived) -> None:
    _write(rows, "warning", at.subject, at, areas=_encode(body.areas), **_given(body, *_WARNING_FIELDS))
    if body.msg_type in ("Update", "Cancel"):
        for reference in body.references:
            sender, _, rest = reference.partition(",")
            earlier = f"{sender},{rest.partition(',')[0]}"
            if earlier != at.subject:
                _write(rows, "warning", earlier, at, superseded_by=at.subject)


def _warning_acknowledged(rows: Rows, at: Happening, body: kinds.WarningAcknowledged) -> None:
    fields = {"warning": at.subject, "unit": body.unit, "acted": body.acted, "note": body.note}
    _write(rows, "receipt", f"{at.subject} {body.unit}", at, **fields).raise_to("heard_ms", at.heard_ms)
    if body.unit.startswith(owned_subject(at.origin, "")):  # else a desk ticked it by hand: nothing was heard from the unit itself
        _heard_from(rows, at, body.unit)


# -- roads and modes ----------------------------------------------------------------------------------------------------------


def _road_closed(rows: Rows, at: Happening, body: kinds.RoadClosed) -> None:
    fields = _given(body, "name", "reason", "lon", "lat", "since_ms", "source", "note", "incident", "author")
    line = _encode(body.line) if body.line else None
    _write(rows, "road", at.subject, at, status="closed", opened_ms=None, line=line, **fields).raise_to("heard_ms", at.heard_ms)


def _road_opened(rows: Rows, at: Happening, body: kinds.RoadOpened) -> None:
    fields = _given(body, "source", "note", "author")
    _write(rows, "road", at.subject, at, status="open", opened_ms=ms_of(at.hlc), **fields).raise_to("heard_ms", at.heard_ms)


def _mode_switched(rows: Rows, at: Happening, body: kinds.ModeSwitched) -> None:
    _write(rows, "mode", at.subject, at, since_ms=ms_of(at.hlc), **_given(body, "mode", "why", "response_level", "author"))


def _record_withdrawn(rows: Rows, at: Happening, body: kinds.RecordWithdrawn | kinds.RecordRestored) -> None:
    if body.table in kinds.WITHDRAWN_TABLES:
        _write(rows, body.table, at.subject, at, withdrawn=isinstance(body, kinds.RecordWithdrawn))


def _conflict_reviewed(rows: Rows, at: Happening, body: kinds.ConflictReviewed) -> None:
    fields = {"subject": at.subject, "field": body.field, "note": body.note, "author": body.author}
    row = _write(rows, "review", f"{at.subject} {body.field}", at, **fields)
    row.raise_to("upto_hlc", body.upto_hlc)


# -- personal data --------------------------------------------------------------------------------------------------------------


def _hold_placed(rows: Rows, at: Happening, body: kinds.HoldPlaced) -> None:
    _write(rows, "incident", at.subject, at, hold=body.why or "-")


def _hold_lifted(rows: Rows, at: Happening, _body: kinds.HoldLifted) -> None:
    _write(rows, "incident", at.subject, at, hold="")


def _incident_purged(rows: Rows, at: Happening, _body: kinds.IncidentPurged) -> None:
    _write(rows, "incident", at.subject, at, purged_ms=ms_of(at.hlc))


# -- peers ------------------------------------------------------------------------------------------------------------------


def _peer_invited(rows: Rows, at: Happening, body: kinds.PeerInvited) -> None:
    _write(rows, "invite", at.subject, at, **_given(body, "role", "area", "expires_ms"))


def _peer_enrolled(rows: Rows, at: Happening, body: kinds.PeerEnrolled) -> None:
    fields = _given(body, "name", "role", "area", "sign_key", "curve_key", "invite")
    _write(rows, "peer", at.subject, at, enrolled_by=at.origin.hex(), revoked_by="", revoked_why="", revoked_hlc=0, **fields)
    if body.invite:
        _write(rows, "invite", body.invite, at, used_by=at.subject)


def _power_changed(rows: Rows, at: Happening, body: kinds.PowerChanged) -> None:
    fields = _given(body, "saving", "percent", "left_s", "why", "author")
    _write(rows, "station", at.subject, at, **fields).raise_to("heard_ms", at.heard_ms)


def _card_declared(rows: Rows, at: Happening, body: kinds.CardDeclared) -> None:
    _write(rows, "station", at.subject, at, card=body.number)


def _lead_declared(rows: Rows, at: Happening, body: kinds.LeadDeclared) -> None:
    _write(rows, "station", at.subject, at, leads_since_ms=ms_of(at.hlc) if body.leads else None, lead_author=body.author)


def _peer_revoked(rows: Rows, at: Happening, body: kinds.PeerRevoked) -> None:
    _write(rows, "peer", at.subject, at, revoked_by=at.origin.hex(), revoked_why=body.why, revoked_hlc=at.hlc)


Rule = Callable[[Rows, Happening, Any], None]
RULES: Mapping[str, Rule] = {
    "incident.opened": _incident_opened,
    "incident.changed": _incident_changed,
    "incident.closed": _incident_closed,
    "loss.reported": _loss_reported,
    "unit.registered": _unit_registered,
    "unit.status": _unit_status,
    "unit.report": _unit_report,
    "task.assigned": _task_assigned,
    "task.answered": _task_answered,
    "resource.registered": _resource_registered,
    "resource.changed": _resource_changed,
    "sensor.registered": _sensor_registered,
    "sensor.reading": _sensor_read,
    "sensor.series": _sensor_read,
    "quake.reported": _quake_reported,
    "gateway.reported": _gateway_reported,
    "basin.registered": _basin_registered,
    "risk.assessed": _risk_assessed,
    "risk.acknowledged": _risk_acknowledged,
    "feed.registered": _feed_registered,
    "feeds.listed": _feeds_listed,
    "feed.changed": _feed_changed,
    "plot.drawn": _plot_drawn,
    "plot.changed": _plot_changed,
    "warning.received": _warning_received,
    "unit.help": _unit_help,
    "unit.helped": _unit_helped,
    "warning.acknowledged": _warning_acknowledged,
    "road.closed": _road_closed,
    "road.opened": _road_opened,
    "mode.switched": _mode_switched,
    "record.withdrawn": _record_withdrawn,
    "record.restored": _record_withdrawn,
    "conflict.reviewed": _conflict_reviewed,
    "hold.placed": _hold_placed,
    "hold.lifted": _hold_lifted,
    "incident.purged": _incident_purged,
    "power.changed": _power_changed,
    "card.declared": _card_declared,
    "lead.declared": _lead_declared,
    "peer.invited": _peer_invited,
    "peer.enrolled": _peer_enrolled,
    "peer.revoked": _peer_revoked,
}
"""kind -> its rule; `unit.position` has its own way (`moved`), `log.entered` and `media.filed` write the timeline alone."""
