"""What a scenario says besides movement: incidents, stocks, gauges along their series, and events of any kind."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from console.comms.gateways.recording import Moment
from console.comms.gateways.scenario.form import (
    Basin,
    Event,
    Incident,
    Resource,
    Scenario,
    Sensor,
    convert,
    in_words,
    owners,
    seconds,
    speaker,
)
from console.errors import Fault
from console.models.kinds import (
    KINDS,
    BasinRegistered,
    Body,
    CriticalRain,
    GaugeWeight,
    IncidentOpened,
    ResourceRegistered,
    SensorReading,
    SensorRegistered,
    kind_of,
)


def event_moments(path: Path, scenario: Scenario) -> list[Moment]:
    """The [[event]] tables. Raises Fault for a body that its kind does not have."""
    owned = owners(scenario)
    return [
        _event(f"{path}: [[event]] {index}", event, speaker(event, owned) or scenario.peer[0].id)
        for index, event in enumerate(scenario.event, 1)
    ]


def _event(place: str, event: Event, peer: str) -> Moment:
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


def _field(name: str, value: Any) -> Any:
    """A body's field, scenario times turned into milliseconds on the scenario's clock. Raises ValueError."""
    if not name.endswith("_ms"):
        return value
    if isinstance(value, list):
        return [_field(name, one) for one in value]
    if not isinstance(value, str) or not value.startswith("+") or value.count(":") != 2 or not value[1:].replace(":", "").isdigit():
        raise ValueError(f"{name}: {value!r} is not a time of the form +HH:MM:SS")
    return seconds(value) * 1000


def incident_moments(incident: Incident) -> Iterator[Moment]:
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


def resource_moments(resource: Resource) -> Iterator[Moment]:
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


def basin_moments(basin: Basin) -> Iterator[Moment]:
    body = BasinRegistered(
        name=basin.name,
        kind=basin.kind,
        downstream=basin.downstream or "",
        travel_s=None if basin.travel_min is None else basin.travel_min * 60,
        area_km2=basin.area_km2,
        hazards=basin.hazards,
        outer=[basin.outline],
        gauges=[GaugeWeight(sensor) for sensor in basin.gauges],
        critical=[CriticalRain(*row) for row in basin.critical],
        villages=basin.villages,
        people=basin.people,
        leader=basin.leader,
        phone=basin.phone,
        source=basin.source,
    )
    yield Moment(seconds(basin.at) * 1000, basin.id, "basin.registered", body, peer=basin.peer)


def sensor_moments(sensor: Sensor) -> Iterator[Moment]:
    lon, lat = sensor.position or (None, None)
    told = {name: getattr(sensor, name) for name in ("owner", "place", "link", "low", "high", "warning", "guarantee", "historic")}
    body = SensorRegistered(
        name=sensor.name,
        quantity=sensor.quantity,
        unit=sensor.unit,
        lon=lon,
        lat=lat,
        valid_s=sensor.valid_s,
        interval_s=sensor.every_s,
        **told,
    )
    points = [(seconds(at), value) for at, value in sensor.series]
    say = saying(sensor.id, sensor.peer)
    yield say(points[0][0], body)
    before = points[0][1]
    for at_s, value in _along(points, sensor.every_s):
        yield say(at_s, SensorReading(value=round(value - before if sensor.total else value, 3)))
        before = value


def _along(points: list[tuple[int, float]], every_s: float) -> Iterator[tuple[float, float]]:
    """(when, value) on the straight lines between points, from each of them on."""
    for (from_s, from_value), (to_s, to_value) in itertools.pairwise(points):
        at_s = float(from_s)
        while at_s < to_s:
            yield at_s, from_value + (at_s - from_s) / (to_s - from_s) * (to_value - from_value)
            at_s += every_s
    yield float(points[-1][0]), points[-1][1]


def saying(subject: str, peer: str) -> Callable[[float, Body], Moment]:
    return lambda at_s, body: Moment(round(at_s * 1000), subject, kind_of(body), body, peer=peer)
