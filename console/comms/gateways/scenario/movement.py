"""Where a scenario's units are: standing, along a route, standing again."""

from __future__ import annotations

from collections.abc import Iterator

from console.comms.gateways.recording import Moment
from console.comms.gateways.scenario.events import saying
from console.comms.gateways.scenario.form import Point, Route, Unit, seconds
from console.models.geo.sphere import bearing_deg, distance_m
from console.models.kinds import UnitPosition, UnitRegistered, UnitStatus


def unit_moments(unit: Unit, routes: list[Route], end_s: int) -> Iterator[Moment]:
    """Registered, then standing, moving, standing, ... to the end. A route that starts while another is under way cuts it short."""
    say = saying(unit.id, unit.peer)
    start_s = float(seconds(unit.at))
    yield say(start_s, UnitRegistered(name=unit.name, kind=unit.kind, callsign=unit.callsign, org=unit.org, people=unit.people))
    yield say(start_s, UnitStatus(status=unit.status))
    place: Point = unit.position
    now_s = start_s
    for index, route in enumerate(routes):
        until_s = float(seconds(routes[index + 1].at)) if index + 1 < len(routes) else float(end_s)
        yield from _standing(unit, place, now_s, float(seconds(route.at)))
        now_s = max(now_s, float(seconds(route.at)))
        incident = route.incident or ""
        if route.status:
            yield say(now_s, UnitStatus(status=route.status, incident=incident))
        leg = _Leg(place, route)
        while now_s < min(until_s, leg.end_s):
            yield say(now_s, leg.position(now_s, unit.valid_s))
            now_s += route.interval_s
        now_s = min(until_s, leg.end_s)
        place = leg.at(now_s)[0]
        if now_s >= leg.end_s and route.arrived:
            yield say(now_s, UnitStatus(status=route.arrived, incident=incident))
    yield from _standing(unit, place, now_s, float(end_s))


def _standing(unit: Unit, place: Point, from_s: float, until_s: float) -> Iterator[Moment]:
    say = saying(unit.id, unit.peer)
    while from_s < until_s:
        yield say(from_s, UnitPosition(lon=place[0], lat=place[1], speed_mps=0.0, valid_s=unit.valid_s))
        from_s += unit.idle_s


class _Leg:
    """A route from where the unit is, as distances along its path."""

    def __init__(self, start: Point, route: Route) -> None:
        self._start_s = float(seconds(route.at))
        self._speed_mps = route.speed_kmh / 3.6
        self._points = [start, *route.path]
        self._reached_m = [0.0]
        for a, b in zip(self._points, self._points[1:], strict=False):
            self._reached_m.append(self._reached_m[-1] + distance_m(*a, *b))

    @property
    def end_s(self) -> float:
        return self._start_s + self._reached_m[-1] / self._speed_mps

    def at(self, now_s: float) -> tuple[Point, float]:
        """(place, heading) at a time; the end of the path from then on."""
        gone_m = (now_s - self._start_s) * self._speed_mps
        index = next((i for i in range(1, len(self._reached_m)) if gone_m <= self._reached_m[i]), len(self._reached_m) - 1)
        a, b = self._points[index - 1], self._points[index]
        length_m = self._reached_m[index] - self._reached_m[index - 1]
        share = min(1.0, (gone_m - self._reached_m[index - 1]) / length_m) if length_m else 1.0
        return (round(a[0] + share * (b[0] - a[0]), 6), round(a[1] + share * (b[1] - a[1]), 6)), bearing_deg(*a, *b)

    def position(self, now_s: float, valid_s: float) -> UnitPosition:
        (lon, lat), heading = self.at(now_s)
        return UnitPosition(lon=lon, lat=lat, heading_deg=round(heading, 1), speed_mps=round(self._speed_mps, 2), valid_s=valid_s)
