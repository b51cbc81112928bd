"""What an operator writes about a gauge, as drafts of events. No Qt. Raises `EntryFault` for what cannot be sent."""

from __future__ import annotations

import math
from collections.abc import Mapping

from console.comms.local.messages import Draft
from console.models.kinds import SensorRegistered, encode_body, kind_of
from console.models.sensors import Gauge
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import position_of, required, within
from console.views.i18n import tr

NAME_CHARS, CODE_CHARS = 200, 64
INTERVAL_MAX_S = 604_800.0
LINKS = ("", "mqtt", "csv", "unit", "cellular", "beidou", "phone")
UNITS = {
    "rain": "mm",
    "level": "m",
    "flow": "m3/s",
    "wind": "m/s",
    "gust": "m/s",
    "temperature": "°C",
    "humidity": "%",
    "displacement": "mm",
}
"""The unit that the rules of a quantity are in: offered, not imposed."""


def registering(typed: Mapping[str, str], gauge: Gauge | None, area: str) -> Draft:
    """A new gauge, or `gauge` corrected: what is typed replaces all that was known of it. Keys of `typed` as the fields of SensorRegistered,
    with `interval` in minutes and `position` as longitude, latitude."""
    position = position_of(typed["position"])
    levels = [number_of(typed[name], label) for name, label in _levels()]
    _rising(levels)
    low, high = number_of(typed["low"], tr("Lowest it can read")), number_of(typed["high"], tr("Highest it can read"))
    if low is not None and high is not None and low >= high:
        raise EntryFault(tr("The lowest it can read, {low}, is not below the highest, {high}.", low=typed["low"], high=typed["high"]))
    interval_s = interval_of(typed["interval"])
    held = gauge or Gauge("")
    body = SensorRegistered(
        name=within(required(typed["name"], tr("Name")), tr("Name"), NAME_CHARS),
        quantity=typed["quantity"],
        unit=within(typed["unit"], tr("Measured in"), CODE_CHARS),
        lon=None if position is None else position[0],
        lat=None if position is None else position[1],
        valid_s=held.valid_s if interval_s is None or gauge is not None else max(60.0, 2 * interval_s),
        owner=within(typed["owner"], tr("Owner"), NAME_CHARS),
        place=within(typed["place"], tr("Place"), NAME_CHARS),
        link=typed["link"],
        interval_s=interval_s,
        basin=typed["basin"],
        low=low,
        high=high,
        warning=levels[0],
        guarantee=levels[1],
        historic=levels[2],
    )
    return Draft(kind=kind_of(body), body=encode_body(body), subject=held.id, area=area)


def number_of(text: str, label: str) -> float | None:
    """A number, thousands set off by commas or spaces; None for nothing typed."""
    typed = "".join(text.split()).replace(",", "").replace("，", "")
    if not typed:
        return None
    try:
        value = float(typed)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise EntryFault(tr("{label}: {typed} is not a number.", label=label, typed=text.strip()))
    return value


def interval_of(text: str) -> float | None:
    """Seconds of an interval typed in minutes."""
    minutes = number_of(text, tr("Reports every"))
    if minutes is None:
        return None
    if not 0 < minutes * 60 <= INTERVAL_MAX_S:
        raise EntryFault(tr("It reports every {typed} minutes: more than 0, and at most a week ({most}).", typed=text.strip(), most=10_080))
    return minutes * 60


def typed_of(gauge: Gauge) -> dict[str, str]:
    """What the form shows of a gauge that is to be corrected."""
    place = "" if gauge.lon is None or gauge.lat is None else f"{gauge.lon:.6f}, {gauge.lat:.6f}"
    numbers = {name: _text(getattr(gauge, name)) for name in ("low", "high", "warning", "guarantee", "historic")}
    words = {name: getattr(gauge, name) for name in ("name", "quantity", "unit", "owner", "place", "link", "basin")}
    return {**words, **numbers, "position": place, "interval": _text(None if gauge.interval_s is None else gauge.interval_s / 60)}


def _levels() -> tuple[tuple[str, str], ...]:
    return (("warning", tr("Warning level")), ("guarantee", tr("Guarantee level")), ("historic", tr("Historic highest")))


def _rising(levels: list[float | None]) -> None:
    """The historic highest may lie below the guarantee level; that may not lie below the warning level."""
    warning, guarantee, _ = levels
    if warning is not None and guarantee is not None and guarantee < warning:
        raise EntryFault(tr("The guarantee level {guarantee} is below the warning level {warning}.", guarantee=guarantee, warning=warning))


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
