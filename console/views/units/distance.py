"""How far a unit is from the incident, and what that figure leaves out. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from console.models.geo.sphere import distance_m
from console.models.rules.distance import Closure
from console.views.i18n import tr
from console.views.roads.way import Way, no_road_text, straight_text, warning_text, way, way_text
from console.views.units.geodesy import distance_text


class Placed(Protocol):
    @property
    def lon(self) -> float | None: ...
    @property
    def lat(self) -> float | None: ...


def metres(unit: Placed, reference: Placed | None) -> float | None:
    if reference is None or reference.lon is None or reference.lat is None or unit.lon is None or unit.lat is None:
        return None
    return distance_m(reference.lon, reference.lat, unit.lon, unit.lat)


def way_between(unit: Placed, reference: Placed | None, closures: Sequence[Closure]) -> Way | None:
    """From the incident to the unit; None when one of them has no position."""
    if reference is None or reference.lon is None or reference.lat is None or unit.lon is None or unit.lat is None:
        return None
    return way((reference.lon, reference.lat), (unit.lon, unit.lat), closures)


def cell_text(unit: Placed, reference: Placed | None, closures: Sequence[Closure]) -> str:
    """For a narrow column: "12.3, 045°", with the number of closures it does not account for."""
    told = way_between(unit, reference, closures)
    if told is None:
        return "–"
    text = f"{distance_text(told.metres)}, {round(told.bearing_deg) % 360:03d}°"
    return text + tr(" · {n} closed", n=len(told.on_way)) if told.on_way else text


def cell_tip(unit: Placed, reference: Placed | None, closures: Sequence[Closure]) -> str:
    told = way_between(unit, reference, closures)
    return "" if told is None else way_text(told)


def card_pairs(unit: Placed, reference: Placed | None, closures: Sequence[Closure]) -> list[tuple[str, str]]:
    """(label, value) for the card; nothing when the distance cannot be told."""
    told = way_between(unit, reference, closures)
    if told is None:
        return []
    pairs = [(tr("From incident"), straight_text(told)), (tr("By road"), no_road_text())]
    warned = warning_text(told)
    return [*pairs, (tr("Roads cut"), warned)] if warned else pairs
