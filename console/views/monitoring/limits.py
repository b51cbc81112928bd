"""The levels that are drawn across a plot, by their names: a river's own, and the rain from which a warning is due. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.models.hazards.rules import hazard_rules
from console.models.sensors import Gauge
from console.views.i18n import tr, word


@dataclass(frozen=True)
class Limit:
    """`level`: 1 (red) to 4 (blue) as of warnings, 0 none."""

    value: float
    text: str
    level: int


def limits_of(gauge: Gauge, *, several: bool) -> list[Limit]:
    """The levels registered with a river gauge (GB/T 28592), lowest first; with its name where a plot shows `several`."""
    held = (
        (gauge.warning, tr("warning level {value}"), 3),
        (gauge.guarantee, tr("guarantee level {value}"), 2),
        (gauge.historic, tr("historic highest {value}"), 1),
    )
    found = [Limit(value, text.format(value=figure(value)), level) for value, text, level in held if value is not None]
    if not several:
        return found
    return [Limit(limit.value, tr("{label}: {value}", label=gauge.name or gauge.id, value=limit.text), limit.level) for limit in found]


def rain_limits(hours: float, gauges: Iterable[Gauge], critical: Mapping[str, tuple[tuple[float, float, float], ...]]) -> tuple[Limit, ...]:
    """Of rain within `hours`: the warning signals of the set in use, and the critical rain of the basins that the gauges stand in.

    `critical`: basin -> (hours, prepare_mm, move_mm).
    """
    found = [
        Limit(
            limit.mm,
            tr("{level} rainstorm signal {value}", level=word("warning_colour", COLOURS[limit.level]), value=figure(limit.mm)),
            limit.level,
        )
        for limit in hazard_rules().rain.limits
        if limit.hours == hours
    ]
    for basin in dict.fromkeys(gauge.basin for gauge in gauges if gauge.basin):
        for over_h, prepare_mm, move_mm in critical.get(basin, ()):
            if over_h == hours:
                found.append(Limit(prepare_mm, tr("prepare to move {value}", value=figure(prepare_mm)), 2))
                found.append(Limit(move_mm, tr("move at once {value}", value=figure(move_mm)), 1))
    return tuple(found)


COLOURS = {1: "red", 2: "orange", 3: "yellow", 4: "blue"}


def figure(value: float) -> str:
    """A value as it is read: 2.83, 1,360, 0.0012; no more than four digits that count."""
    digits = f"{value:,.4g}"
    return f"{value:,.0f}" if "e" in digits and abs(value) >= 1 else digits
