"""Who can be at a place when: every team by its kind of vehicle, by road with the closures of now, and through the air."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from console.models.geo.around import GEOD
from console.models.roads.ground import Spot
from console.models.roads.network import Field, Network, Path
from console.models.roads.rule import AIR, RouteRule
from console.models.rules.distance import Point


class How(StrEnum):
    """How a team comes; what is not ROAD or AIR says why there is no time by road."""

    ROAD = "road"
    AIR = "air"
    CUT_OFF = "cut_off"  # every road there is closed somewhere
    NO_WAY = "no_way"  # the roads it is on do not lead there, closed or not
    OFF_ROAD = "off_road"  # it, or the place, is further from every road than `off_road_m`
    OUTSIDE = "outside"  # no roads are loaded for here
    UNPLACED = "unplaced"  # nobody knows where it is


class Team(NamedTuple):
    id: str
    kind: str
    point: Point | None


class Arrival(NamedTuple):
    """`seconds`: until it is there, None when that cannot be told. `path`: by road. `closures`: those, by index, that its quickest way
    otherwise would go through; `detour_s`: what they cost. `straight_m`: as the crow flies; `lift_s`: with the first free helicopter that
    fetches it, None without one."""

    team: Team
    vehicle: str
    how: How
    seconds: float | None
    path: Path | None
    closures: tuple[int, ...]
    detour_s: float
    straight_m: float | None
    lift_s: float | None


class _Ways(NamedTuple):
    now: Field
    otherwise: Field


def arrivals(network: Network | None, rule: RouteRule, teams: Sequence[Team], target: Point) -> list[Arrival]:
    """Best first; whoever has no time last, nearest in a straight line first. `network` None: no roads are known."""
    straight = _straight(teams, target)
    lifts = _lifts(rule, teams, straight)
    placed = [(number, team.point) for number, team in enumerate(teams) if team.point is not None]
    goal, spots = None, dict[int, Spot | None]()
    if network is not None:
        goal, *found = network.ground.spots([target, *(point for _, point in placed)])
        spots = {number: spot for (number, _), spot in zip(placed, found, strict=True)}
    ways: dict[str, _Ways] = {}
    told = []
    for number, team in enumerate(teams):
        vehicle = rule.vehicle_of(team.kind)
        about = (team, vehicle, straight[number], lifts[number])
        if team.point is None:
            told.append(_without(*about, How.UNPLACED))
        elif vehicle == AIR:
            told.append(_without(*about, How.AIR)._replace(seconds=flight_s(rule, straight[number] or 0.0), lift_s=None))
        elif network is None:
            told.append(_without(*about, How.OUTSIDE))
        elif goal is None or (spot := spots[number]) is None:
            told.append(_without(*about, How.OFF_ROAD))
        else:
            if vehicle not in ways:
                ways[vehicle] = _Ways(network.field(goal, vehicle), network.field(goal, vehicle, closed=False))
            told.append(_by_road(network, ways[vehicle], spot, about))
    return sorted(told, key=lambda each: (each.seconds is None, each.seconds or 0.0, each.straight_m is None, each.straight_m or 0.0))


def flight_s(rule: RouteRule, metres: float, *, ready: bool = True) -> float:
    return (rule.aircraft.ready_min * 60 if ready else 0.0) + metres / (rule.aircraft.speed_kmh / 3.6)


def _by_road(network: Network, ways: _Ways, spot: Spot, about: tuple[Team, str, float | None, float | None]) -> Arrival:
    now, otherwise = network.path(ways.now, spot), network.path(ways.otherwise, spot, closed=False)
    if otherwise is None:
        return _without(*about, How.NO_WAY)
    closures = tuple(network.through(otherwise))
    if now is None:
        return _without(*about, How.CUT_OFF)._replace(closures=closures)
    team, vehicle, straight_m, lift_s = about
    detour_s = max(0.0, now.seconds - otherwise.seconds)
    return Arrival(team, vehicle, How.ROAD, now.whole_s, now, closures, detour_s, straight_m, lift_s)


def _without(team: Team, vehicle: str, straight_m: float | None, lift_s: float | None, how: How) -> Arrival:
    return Arrival(team, vehicle, how, None, None, (), 0.0, straight_m, lift_s)


def _straight(teams: Sequence[Team], target: Point) -> list[float | None]:
    return [None if team.point is None else float(GEOD.inv(*team.point, *target)[2]) for team in teams]


def _lifts(rule: RouteRule, teams: Sequence[Team], straight: Sequence[float | None]) -> list[float | None]:
    """For each team on the ground: flown in by the helicopter that does it first, from where both are now."""
    craft = [team.point for team in teams if team.point is not None and rule.vehicle_of(team.kind) == AIR]
    lifts: list[float | None] = []
    for team, metres in zip(teams, straight, strict=True):
        if team.point is None or metres is None or not craft or rule.vehicle_of(team.kind) == AIR:
            lifts.append(None)
            continue
        from_craft = np.array([GEOD.inv(*point, *team.point)[2] for point in craft])
        lifts.append(flight_s(rule, float(from_craft.min()) + metres))
    return lifts
