"""The grounds of an assessment in plain words, and what is unsure of it. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.models.hazards.rules import DEFAULT
from console.models.kinds import Because
from console.views.age import local, span_text
from console.views.i18n import tr, word
from console.views.tables.marks import LEVEL_NUMERALS

Names = Mapping[str, str]
WITHDRAWAL = "place.withdrawn"
"""Rule of the ground of a risk that was closed so; `source` is by whom."""
NO_THING = ("no_data", "no_gauge", "no_critical", "no_rain_gauge")


def level_text(level: int) -> str:
    """ "Red I", or that there is none."""
    numeral = LEVEL_NUMERALS.get(level, "")
    return f"{word('risk_level', str(level))} {numeral}".strip()


def lead_text(lead_s: float | None, level: int) -> str:
    """How long is left as reckoned, when it was reckoned."""
    if not level or lead_s is None:
        return "–"
    return tr("now") if lead_s < 30 else tr("in {span}", span=span_text(round(lead_s)))


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 1e6 else f"{value:.3g}"


def _hours(hours: float) -> str:
    return tr("{n} h", n=_number(hours)) if hours >= 1 else tr("{n} min", n=round(hours * 60))


def _amount(because: Because, _name: str) -> str:
    sign = "≥" if because.value >= because.limit else "<"
    head = because.rule.partition(".")[0]
    values = {"value": _number(because.value), "limit": _number(because.limit), "sign": sign, "what": word("risk_rule", because.rule)}
    if head in ("rain", "critical", "geological"):
        return tr("{hours} rain {value} mm {sign} {what} {limit} mm", hours=_hours(because.hours), **values)
    if head == "river":
        return tr("water level {value} m {sign} {what} {limit} m", **values)
    if head == "gale":
        return tr("{what} {value} m/s {sign} {limit} m/s", **values)
    return tr("{what} {value} {sign} {limit}", **values)


def _rise(because: Because, _name: str) -> str:
    return tr("rising {value} m/h, towards {limit} m", value=_number(because.value), limit=_number(because.limit))


def _measured(because: Because, _name: str) -> str:
    return f"{word('risk_rule', because.rule)} {_number(because.value)}"


def _routed(because: Because, name: str) -> str:
    values = {"basin": name, "level": level_text(round(because.value)), "span": _hours(because.hours)}
    return tr("flash flood {level} upstream in {basin}, {span} of travel", **values)


def _stage(because: Because, name: str) -> str:
    hazard = because.rule.partition(".")[2]
    return tr(
        "armed by {hazard} {level} in {basin}", hazard=word("risk_hazard", hazard), level=level_text(round(because.value)), basin=name
    )


def _inside(because: Because, name: str) -> str:
    return tr("{level} in its basin {basin}", level=level_text(round(because.value)), basin=name)


def _gone(because: Because, name: str) -> str:
    if not because.source:
        return tr("{place} was withdrawn", place=name)
    return tr("{place} was withdrawn by {who}", place=name, who=because.source)


_SPECIAL: dict[str, Callable[[Because, str], str]] = {
    "river.rise": _rise,
    "chain.route": _routed,
    "chain.rainstorm": _stage,
    "chain.flash_flood": _stage,
    "chain.basin": _inside,
    WITHDRAWAL: _gone,
}


def because_text(because: Because, names: Names) -> str:
    """One ground: "3 h rain 42 mm ≥ move at once 40 mm (No. 3 gully, 14:20)". `names`: of gauges and basins, by id."""
    name = names.get(because.thing) or because.thing
    say = _SPECIAL.get(because.rule) or (_measured if because.limit == 0 else _amount)
    told = say(because, name)
    at = f"{local(because.at_ms):%H:%M}" if because.at_ms else ""
    where = ("" if because.rule.startswith(("chain.", "place.")) else name, at)
    return f"{told} ({', '.join(part for part in where if part)})" if any(where) else told


def source_text(because: Because, basin_source: str) -> str:
    """Where the number comes from; a default says that it is to be checked."""
    if because.rule == WITHDRAWAL:
        return ""
    if because.source == "basin":
        return basin_source or word("hazard_source", "basin")
    return word("hazard_source", because.source)


def is_default(because: Because) -> bool:
    return because.rule != WITHDRAWAL and because.source.startswith(DEFAULT)


def doubt_text(code: str, names: Names) -> str:
    """One entry of `unsure`."""
    kind, _, thing = code.partition(":")
    if kind == "possible":
        return tr("possibly {level}", level=level_text(int(thing) if thing.isdigit() else 0))
    told = word("risk_doubt", kind)
    return told if kind in NO_THING or not thing else f"{names.get(thing) or thing}: {told}"
