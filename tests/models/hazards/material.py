"""Gauges, basins and rain to judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from console.models.hazards.assessor import Assessor
from console.models.hazards.basins import Basin
from console.models.hazards.history import History
from console.models.hazards.rules import Rules, hazard_rules
from console.models.hazards.verdict import Verdict
from console.models.sensors import Gauge, Series, sensor_rules

NOW_MS = 1_780_000_000_000
STEP_MS = 600_000
HOUR_MS = 3_600_000


def gauge(name: str, lon: float = 82.0, lat: float = 44.0, *, basin: str = "", quantity: str = "rain", **more: float) -> Gauge:
    return Gauge(name, name, quantity, interval_s=600.0, basin=basin, lon=lon, lat=lat, **more)


def history(of: Gauge, values: Sequence[float], *, ends_ms: int = NOW_MS, step_ms: int = STEP_MS) -> History:
    """Readings every `step_ms`, the last at `ends_ms`."""
    times = ends_ms - step_ms * np.arange(len(values), dtype=np.int64)[::-1]
    series = Series(times, np.array(values, np.float64), np.zeros(len(values), np.uint8))
    row = of if not values else of._replace(value=float(values[-1]), at_ms=int(times[-1]), heard_ms=int(times[-1]))
    return History(row, series, sensor_rules())


def gully(name: str = "g1", *, downstream: str = "", gauges: Iterable[str] = (), **more: object) -> Basin:
    held = {"hazards": ("rainstorm", "flash_flood", "debris_flow"), "critical": ((1.0, 15.0, 25.0), (3.0, 25.0, 40.0)), **more}
    return Basin(name, name, downstream=downstream, gauges=tuple((each, 1.0) for each in gauges), **held)  # type: ignore[arg-type]


def judged(
    basins: Iterable[Basin],
    rain: Mapping[str, Sequence[float]],
    *,
    places: Mapping[str, tuple[float, float]] | None = None,
    now_ms: int = NOW_MS,
    rules: Rules | None = None,
) -> dict[str, Verdict]:
    """What is said at once of gauges with ten-minute rain up to now."""
    histories = {}
    for at, (name, values) in enumerate(rain.items()):
        lon, lat = (places or {}).get(name, (82.0 + 0.02 * at, 44.0))
        histories[name] = history(gauge(name, lon, lat), values)
    return Assessor(basins, histories, rules or hazard_rules()).judge(now_ms)


def even(mm: float, hours: float) -> list[float]:
    """A day before without rain, then so much of it evenly."""
    steps = round(hours * 6)
    return [0.0] * (144 - steps) + [mm / steps] * steps
