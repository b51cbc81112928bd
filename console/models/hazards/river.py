"""River levels against what each gauge was registered with."""

from __future__ import annotations

from console.models.hazards.grade import grade_of
from console.models.hazards.history import History
from console.models.hazards.rules import RiverRule
from console.models.hazards.spans import HOUR_MS
from console.models.hazards.verdict import Verdict
from console.models.kinds import Because
from console.models.sensors import rate_of_rise

HAZARD = "river_flood"


def judge_river(history: History, now_ms: int, rule: RiverRule) -> Verdict | None:
    """None: not a river gauge with levels of its own, or it never read anything. A limit counts when the last `readings` in a row
    reach it; what the newest alone reaches is possible."""
    gauge = history.gauge
    limits = _limits(history, rule)
    if gauge.quantity != "level" or not limits or not len(history.tail):
        return None
    doubt = history.doubt(now_ms)
    last = history.last(now_ms, rule.readings, rule.within_s)
    if not last:
        found = Verdict(HAZARD, gauge.id, share=0.0, known=False)
        found.more = (f"gauge_{doubt or 'no_data'}:{gauge.id}",)
        return found
    believed, newest = min(last), float(history.tail.values[-1])
    down_m = _within_span(rule.down_m, history, rule)
    found = Verdict(HAZARD, gauge.id, at_ms=history.newest_ms, known=not doubt)
    found.up = 0 if doubt else max((grade for grade, level, _, _ in limits if believed >= level), default=0)
    found.hold = max(found.up, max((grade for grade, level, _, _ in limits if believed >= level - down_m), default=0))
    found.possible = max(found.up, max((grade for grade, level, _, _ in limits if newest >= level), default=0))
    if doubt:
        found.more, found.share = (f"gauge_{doubt}:{gauge.id}",), 0.0
    told = [each for each in limits if each[0] == found.up] or limits[:1]
    found.ahead = tuple(Because(key, gauge.id, believed, level, 0.0, found.at_ms, source) for _, level, key, source in told)
    _forecast(found, history, believed, limits, now_ms, rule)
    return found


def _limits(history: History, rule: RiverRule) -> list[tuple[int, float, str, str]]:
    """(grade, level, rule, source), lowest first."""
    gauge = history.gauge
    found = []
    if gauge.warning is not None:
        near_m = _within_span(rule.near_m, history, rule)
        found.append((grade_of(4), gauge.warning - near_m, "river.near", rule.near_source))
        found.append((grade_of(3), gauge.warning, "river.warning", rule.source))
    if gauge.guarantee is not None:
        found.append((grade_of(2), gauge.guarantee, "river.guarantee", rule.source))
    if gauge.historic is not None:
        found.append((grade_of(1), gauge.historic, "river.historic", rule.source))
    return found


def _within_span(metres: float, history: History, rule: RiverRule) -> float:
    """A width of the rule, no wider than a share of what lies between the warning and the guarantee level of the gauge: on a brook these are
    closer together than the width that suits a river, and an alarm would stand with the water below the level under it."""
    warning, guarantee = history.gauge.warning, history.gauge.guarantee
    if warning is None or guarantee is None or guarantee <= warning:
        return metres
    return min(metres, rule.span_share * (guarantee - warning))


def _forecast(
    found: Verdict, history: History, believed: float, limits: list[tuple[int, float, str, str]], now_ms: int, rule: RiverRule
) -> None:
    """How long until the next limit at the present rate of rise: told as the lead, with the rate as a ground."""
    if not found.known:
        return
    rise = rate_of_rise(history.tail, now_ms + history.ahead_ms, rule.rise_over_s * 1000 / HOUR_MS)
    ahead = [each for each in limits if each[0] > found.up]
    if found.up:
        found.lead_s = 0.0
    if rise is None or rise < rule.rises_least_m_h or not ahead:
        return
    lead_s = (ahead[0][1] - believed) / rise * 3600
    if 0 <= lead_s <= rule.lead_most_s and found.up:
        found.lead_s = lead_s
        rising = Because("river.rise", history.gauge.id, rise, ahead[0][1], rule.rise_over_s / 3600, found.at_ms, ahead[0][3])
        found.ahead = (*found.ahead, rising)
