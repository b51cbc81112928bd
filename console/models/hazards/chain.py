"""Rainstorm -> flash flood -> debris flow, and down the basins: what one stage says of the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from console.models.hazards.basins import Network
from console.models.hazards.grade import grade_of
from console.models.hazards.rules import ChainRule
from console.models.hazards.verdict import Verdict
from console.models.kinds import Because

ARMED, FORECAST, OBSERVED, RECEDING = "armed", "forecast", "observed", "receding"


class Onset(NamedTuple):
    """A flash flood that stands in a basin: its grade, and since when (UTC ms)."""

    grade: int
    since_ms: int


def arm(verdicts: dict[str, Verdict], network: Network, rule: ChainRule) -> None:
    """Within each basin. Adds verdicts of what is armed, and raises debris flow where a grave flood runs."""
    for verdict in [each for each in verdicts.values() if each.hazard == "rainstorm"]:
        if max(verdict.up, verdict.hold) >= grade_of(rule.arm.flash_flood_from):
            _arm(verdicts, network, verdict, "flash_flood", verdict.up >= grade_of(rule.arm.flash_flood_from), rule)
    for verdict in [each for each in verdicts.values() if each.hazard == "flash_flood"]:
        if max(verdict.up, verdict.hold) >= grade_of(rule.arm.debris_flow_from):
            reached = verdict.up >= grade_of(rule.arm.debris_flow_from)
            armed = _arm(verdicts, network, verdict, "debris_flow", reached, rule)
            if armed is not None and armed.stage != ARMED and verdict.up >= grade_of(rule.arm.raise_debris_from):
                armed.up = min(armed.up + 1, 4)
                armed.hold, armed.possible = max(armed.up, armed.hold), max(armed.up, armed.possible)
                armed.ahead = (*armed.ahead, _by_stage(verdict))


def _arm(verdicts: dict[str, Verdict], network: Network, cause: Verdict, hazard: str, reached: bool, rule: ChainRule) -> Verdict | None:
    basin = network.by_id.get(cause.place)
    if basin is None or not basin.can(hazard):
        return None
    grade = grade_of(rule.arm.level)
    next_one = Verdict(hazard, basin.id)
    next_one = verdicts.setdefault(next_one.id, next_one)
    if next_one.up < grade:
        if reached:
            next_one.up, next_one.stage = grade, ARMED
            next_one.ahead = (_by_stage(cause), *next_one.ahead)
            next_one.at_ms = max(next_one.at_ms, cause.at_ms)
            if next_one.doubted is tuple:
                next_one.doubted = cause.doubted
            next_one.share, next_one.known = cause.share, cause.known
        next_one.hold = max(next_one.hold, grade)
        next_one.possible = max(next_one.possible, next_one.up)
    return next_one


def _by_stage(cause: Verdict) -> Because:
    """`value` and `limit` are levels of the stage before."""
    return Because(f"chain.{cause.hazard}", cause.place, float(5 - cause.up if cause.up else 0), 4.0, 0.0, cause.at_ms, "default")


def route(verdicts: dict[str, Verdict], network: Network, onsets: Mapping[str, Onset], now_ms: int, rule: ChainRule) -> None:
    """Down the basins from where floods stand (`onsets`, by basin), each with the time that is left until it is there."""
    way = rule.route
    for source, onset in onsets.items():
        if onset.grade < grade_of(way.from_level) or source not in network.row:
            continue
        gone_s, grade, at = 0.0, onset.grade - way.weaken_first, source
        elapsed_s = max(0.0, (now_ms - onset.since_ms) / 1000)
        for to in network.below(source)[1:]:
            travel_s = network.by_id[at].travel_s
            at = to
            if travel_s is None:
                _blur(verdicts, to, source)
                break
            gone_s += travel_s
            lead_s = gone_s - elapsed_s
            if grade <= 0 or gone_s > way.horizon_s or lead_s < -way.pass_s:
                break
            _expect(verdicts, network, source, onset, to, grade, max(lead_s, 0.0), gone_s)
            grade -= way.weaken_each
        if source in network.faults and (told := verdicts.get(f"flash_flood:{source}"[:128])) is not None:
            told.more = (*told.more, network.faults[source])


def _expect(
    verdicts: dict[str, Verdict], network: Network, source: str, onset: Onset, to: str, grade: int, lead_s: float, travel_s: float
) -> None:
    if not network.by_id[to].can("flash_flood"):
        return
    coming = Verdict("flash_flood", to, share=0.0)
    coming = verdicts.setdefault(coming.id, coming)
    because = Because("chain.route", source, float(5 - onset.grade), 4.0, round(travel_s / 3600, 4), onset.since_ms, "default")
    coming.hold = max(coming.hold, grade)
    coming.possible = max(coming.possible, grade)
    if grade > coming.up or (grade == coming.up and coming.stage == FORECAST and (coming.lead_s is None or lead_s < coming.lead_s)):
        coming.up, coming.stage, coming.lead_s = grade, FORECAST, lead_s
        coming.ahead = (because, *coming.ahead)
        coming.at_ms = max(coming.at_ms, onset.since_ms)
    else:
        coming.ahead = (*coming.ahead, because)


def _blur(verdicts: dict[str, Verdict], to: str, source: str) -> None:
    """It runs there, and nobody knows how fast."""
    coming = verdicts.get(f"flash_flood:{to}"[:128])
    if coming is not None:
        coming.more = (*coming.more, f"no_travel:{source}"[:128])


def townships(settled: Mapping[str, Verdict], network: Network) -> dict[str, Verdict]:
    """The gravest of each hazard in the basins of each township; the shortest lead among those as grave."""
    at_place: dict[str, list[Verdict]] = {}
    for verdict in settled.values():
        at_place.setdefault(verdict.place, []).append(verdict)
    found: dict[str, Verdict] = {}
    for township, members in network.members.items():
        of_hazard: dict[str, list[Verdict]] = {}
        for member in members:
            for verdict in at_place.get(member, ()):
                of_hazard.setdefault(verdict.hazard, []).append(verdict)
        for held in of_hazard.values():
            gravest = min(held, key=lambda each: (-each.up, each.lead_s if each.lead_s is not None else 1e12, each.place))
            because = Because("chain.basin", gravest.place, float(5 - gravest.up if gravest.up else 0), 4.0, 0.0, gravest.at_ms, "default")
            whole = gravest.copy()
            whole.place, whole.hold = township, gravest.up
            whole.possible, whole.at_ms = max(each.possible for each in held), max(each.at_ms for each in held)
            whole.share, whole.known = min(each.share for each in held), all(each.known for each in held)
            whole.ahead = (because, *gravest.ahead)
            found[whole.id] = whole
    return found
