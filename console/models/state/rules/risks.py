"""Basins, and the risk that is told for them."""

from __future__ import annotations

from console.models import kinds
from console.models.clock import ms_of
from console.models.state.rows import Rows
from console.models.state.rules.happening import Happening, encode, given, write


def basin_registered(rows: Rows, at: Happening, body: kinds.BasinRegistered) -> None:
    packed = {name: encode(getattr(body, name)) for name in ("hazards", "outer", "gauges", "critical", "villages")}
    plain = given(body, "name", "kind", "downstream", "travel_s", "area_km2", "people", "leader", "phone", "source")
    write(rows, "basin", at.subject, at, **packed, **plain)


def risk_assessed(rows: Rows, at: Happening, body: kinds.RiskAssessed) -> None:
    fields = given(body, "hazard", "place", "level", "stage", "lead_s", "at_ms", "share", "author")
    packed = {"why": encode(body.why), "unsure": encode(body.unsure)}
    if not body.level or body.rose:
        fields["seen_level"] = 0  # it is over, or graver than before: whoever acknowledged that one has not seen this
    if body.stage == kinds.WITHDRAWN:
        fields |= {"seen_by": "", "seen_note": "", "seen_ms": None}
    write(rows, "risk", kinds.risk_id(at.subject, at.area), at, **fields, **packed).raise_to("heard_ms", at.heard_ms)


def risk_acknowledged(rows: Rows, at: Happening, body: kinds.RiskAcknowledged) -> None:
    fields = {"seen_level": body.level, "seen_by": body.author, "seen_note": body.note, "seen_ms": ms_of(at.hlc), "incident": body.incident}
    area = body.area if body.area and at.area.startswith(body.area) else at.area
    write(rows, "risk", kinds.risk_id(at.subject, area), at, **fields)
