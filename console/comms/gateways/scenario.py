"""Scenarios (`resources/scenarios/README.md`) into moments: units along their routes, gauges along their series, events at their times."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from console.comms.gateways.course import bearing_deg, distance_m
from console.comms.gateways.recording import Cast, Cut, Ledger, Moment, Recording
from console.comms.gateways.scenario_file import (
    FORMAT,
    Event,
    Incident,
    Point,
    Resource,
    Route,
    Scenario,
    Sensor,
    Unit,
    convert,
    in_words,
    load_scenario,
    seconds,
)
from console.errors import Fault
from console.models.kinds import (
    KINDS,
    UNIT_KINDS,
    UNIT_STATUSES,
    Body,
    IncidentOpened,
    ResourceRegistered,
    SensorReading,
    SensorRegistered,
    UnitPosition,
    UnitRegistered,
    UnitStatus,
    kind_of,
)

_OWNED_KINDS = {"unit": "unit", "sensor": "sensor", "resource": "resource", "incident": "incident", "log": "incident", "loss": "incident"}
"""Family of an event -> table that must declare its subject."""


def read_scenario(path: Path, *, lang: str = "zh") -> Recording:
    """Raises Fault naming file, table and field when the file is not a whole and consistent scenario."""
    scenario = load_scenario(path, lang)
    _Check(path, scenario).all()
    events = [_event_moment(path, index, event, scenario) for index, event in enumerate(scenario.event, 1)]
    return Recording(
        format="scenario",
        title=scenario.scenario.title,
        moments=_moments(scenario, events),
        ledger=Ledger(),
        cast=tuple(Cast(peer.id, peer.role, peer.name) for peer in scenario.peer),
        cuts=tuple(Cut(seconds(cut.at) * 1000, cut.for_s, cut.peer) for cut in scenario.cut),
        exercise=True,
        owners={local: peer for (_, local), peer in owners(scenario).items()}
        | {moment.subject: moment.peer for moment in events if moment.kind == "task.assigned"},
        own_clock=True,
    )


# -- checks -----------------------------------------------------------------------------------------------------------------------


class _Check:
    """What the form of a table cannot say: ids are unique and known, words are ours, times within the scenario."""

    def __init__(self, path: Path, scenario: Scenario) -> None:
        self._path = path
        self._scenario = scenario
        self._end_s = seconds(scenario.scenario.duration)
        self._peers = {peer.id for peer in scenario.peer}
        self._owners = owners(scenario)

    def all(self) -> None:
        head = self._scenario.scenario
        self._ask(head.format == FORMAT, "[scenario], field format", f"{head.format} is not a form this version reads ({FORMAT})")
        self._ask(head.exercise, "[scenario], field exercise", "must be true; what really happens is not played from a file")
        self._unique()
        for table, each in self._tables():
            self._peer_and_times(table, each)
        for index, unit in enumerate(self._scenario.unit, 1):
            self._word(f"[[unit]] {index}, field kind", unit.kind, UNIT_KINDS)
            self._word(f"[[unit]] {index}, field status", unit.status, UNIT_STATUSES)
        for index, route in enumerate(self._scenario.route, 1):
            self._route(index, route)
        for index, sensor in enumerate(self._scenario.sensor, 1):
            times = [seconds(at) for at, _ in sensor.series]
            in_order = all(a < b for a, b in itertools.pairwise(times)) and times[-1] <= self._end_s
            self._ask(in_order, f"[[sensor]] {index}, field series", "times must go up and end within the duration")
        for index, event in enumerate(self._scenario.event, 1):
            self._event(index, event)

    def _ask(self, well: bool, place: str, problem: str) -> None:
        if not well:
            raise Fault(f"{self._path}: {place}: {problem}")

    def _word(self, place: str, word: str, words: tuple[str, ...]) -> None:
        self._ask(word in words, place, f"{word!r} is none of {', '.join(words)}")

    def _tables(self) -> Iterator[tuple[str, Any]]:
        for name in ("unit", "route", "incident", "sensor", "resource", "event", "cut"):
            for index, each in enumerate(getattr(self._scenario, name), 1):
                yield f"[[{name}]] {index}", each

    def _unique(self) -> None:
        seen: set[str] = set()
        for table, each in self._tables():
            if not hasattr(each, "id"):
                continue
            self._ask(each.id not in seen, f"{table}, field id", f"{each.id!r} is used twice")
            seen.add(each.id)
        self._ask(len(self._peers) == len(self._scenario.peer), "[[peer]], field id", "used twice")

    def _peer_and_times(self, table: str, each: Any) -> None:
        peer = getattr(each, "peer", None)
        self._ask(peer is None or peer in self._peers, f"{table}, field peer", f"{peer!r} is no [[peer]]")
        at = getattr(each, "at", None)
        self._ask(at is None or seconds(at) <= self._end_s, f"{table}, field at", f"{at} is after the duration")

    def _route(self, index: int, route: Route) -> None:
        place = f"[[route]] {index}"
        self._ask(self._owners.get(("unit", route.unit)) is not None, f"{place}, field unit", f"{route.unit!r} is no [[unit]]")
        for name in ("status", "arrived"):
            if getattr(route, name):
                self._word(f"{place}, field {name}", getattr(route, name), UNIT_STATUSES)
        known = route.incident is None or ("incident", route.incident) in self._owners
        self._ask(known, f"{place}, field incident", f"{route.incident!r} is no [[incident]]")

    def _event(self, index: int, event: Event) -> None:
        place = f"[[event]] {index}"
        self._ask(event.kind in KINDS and not event.kind.startswith("peer."), f"{place}, field kind", f"{event.kind!r} is none of ours")
        table = _OWNED_KINDS.get(event.kind.partition(".")[0])
        known = table is None or (table, event.subject) in self._owners
        self._ask(known, f"{place}, field subject", f"{event.subject!r} is no [[{table}]]")
        for name in ("unit", "incident"):
            value = event.body.get(name, "")
            self._ask(not value or (name, value) in self._owners, f"{place}, field body.{name}", f"{value!r} is no [[{name}]]")
        if event.kind == "task.answered":
            assigned = any(other.kind == "task.assigned" and other.subject == event.subject for other in self._scenario.event)
            self._ask(assigned, f"{place}, field subject", f"task {event.subject!r} is assigned by no [[event]]")


def owners(scenario: Scenario) -> dict[tuple[str, str], str]:
    """(table, id) -> peer it belongs to."""
    named = {"unit": scenario.unit, "incident": scenario.incident, "sensor": scenario.sensor, "resource": scenario.resource}
    return {(table, each.id): each.peer for table, tables in named.items() for each in tables}  # type: ignore[attr-defined]


# -- moments ------------------------------------------------------------------------------------------------------------------------


def _moments(scenario: Scenario, events: list[Moment]) -> Iterator[Moment]:
    end_s = seconds(scenario.scenario.duration)
    streams: list[Iterator[Moment]] = [iter(sorted(events, key=lambda moment: moment.at_ms))]
    streams += [_incident(incident) for incident in scenario.incident]
    streams += [_resource(resource) for resource in scenario.resource]
    streams += [_sensor(sensor) for sensor in scenario.sensor]
    for unit in scenario.unit:
        routes = sorted((route for route in scenario.route if route.unit == unit.id), key=lambda route: seconds(route.at))
        streams.append(_unit(unit, routes, end_s))
    for moment in heapq.merge(*streams, key=lambda moment: moment.at_ms):
        yield moment._replace(area=scenario.scenario.area)


def _event_moment(path: Path, index: int, event: Event, scenario: Scenario) -> Moment:
    peer = event.peer or _speaker(event, owners(scenario)) or scenario.peer[0].id
    place = f"{path}: [[event]] {index}"
    try:
        body = convert({name: _field(name, value) for name, value in event.body.items()}, KINDS[event.kind].body)
    except msgspec.ValidationError as error:
        raise Fault(f"{place}, body: {in_words(str(error))}") from error
    except ValueError as error:
        raise Fault(f"{place}, body: {error}") from error
    unknown = set(event.body) - set(type(body).__struct_fields__)
    if unknown:
        raise Fault(f"{place}, field body.{min(unknown)}: {event.kind} has no such field")
    return Moment(seconds(event.at) * 1000, event.subject, event.kind, body, peer=peer)


def _speaker(event: Event, owned: dict[tuple[str, str], str]) -> str | None:
    """The peer that an event's subject belongs to; a unit answers its tasks itself."""
    if event.kind == "task.answered":
        return owned.get(("unit", event.body.get("unit", "")))
    return owned.get((_OWNED_KINDS.get(event.kind.partition(".")[0], ""), event.subject))


def _field(name: str, value: Any) -> Any:
    """A body's field, scenario times turned into milliseconds on the scenario's clock. Raises ValueError."""
    if not name.endswith("_ms"):
        return value
    if not isinstance(value, str) or not value.startswith("+") or value.count(":") != 2 or not value[1:].replace(":", "").isdigit():
        raise ValueError(f"{name}: {value!r} is not a time of the form +HH:MM:SS")
    return seconds(value) * 1000


def _incident(incident: Incident) -> Iterator[Moment]:
    lon, lat = incident.position or (None, None)
    body = IncidentOpened(
        title=incident.title,
        category=incident.category,
        hazard=incident.hazard,
        level=incident.level,
        place=incident.place,
        lon=lon,
        lat=lat,
        occurred_ms=seconds(incident.occurred or incident.at) * 1000,
        exercise=True,
        author=incident.author,
    )
    yield Moment(seconds(incident.at) * 1000, incident.id, "incident.opened", body, peer=incident.peer)


def _resource(resource: Resource) -> Iterator[Moment]:
    lon, lat = resource.position or (None, None)
    body = ResourceRegistered(
        name=resource.name,
        kind=resource.kind,
        place=resource.place,
        owner=resource.owner,
        lon=lon,
        lat=lat,
        quantity=resource.quantity,
        capacity=resource.capacity,
        unit=resource.unit,
    )
    yield Moment(seconds(resource.at) * 1000, resource.id, "resource.registered", body, peer=resource.peer)


def _sensor(sensor: Sensor) -> Iterator[Moment]:
    lon, lat = sensor.position or (None, None)
    body = SensorRegistered(name=sensor.name, quantity=sensor.quantity, unit=sensor.unit, lon=lon, lat=lat, valid_s=sensor.valid_s)
    points = [(seconds(at), value) for at, value in sensor.series]
    say = _saying(sensor.id, sensor.peer)
    yield say(points[0][0], body)
    for (from_s, from_value), (to_s, to_value) in itertools.pairwise(points):
        at_s = float(from_s)
        while at_s < to_s:
            share = (at_s - from_s) / (to_s - from_s)
            yield say(at_s, SensorReading(value=round(from_value + share * (to_value - from_value), 3)))
            at_s += sensor.every_s
    yield say(points[-1][0], SensorReading(value=points[-1][1]))


def _saying(subject: str, peer: str) -> Callable[[float, Body], Moment]:
    return lambda at_s, body: Moment(round(at_s * 1000), subject, kind_of(body), body, peer=peer)


# -- units ----------------------------------------------------------------------------------------------------------------------------


def _unit(unit: Unit, routes: list[Route], end_s: int) -> Iterator[Moment]:
    """Registered, then standing, moving, standing, ... to the end. A route that starts while another is under way cuts it short."""
    say = _saying(unit.id, unit.peer)
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
    say = _saying(unit.id, unit.peer)
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
