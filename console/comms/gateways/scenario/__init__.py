"""Scenarios (`resources/scenarios/README.md`) into moments: units along their routes, gauges along their series, events at their times."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from pathlib import Path

from console.comms.gateways.recording import Cast, Cut, Ledger, Moment, Recording
from console.comms.gateways.scenario.check import check
from console.comms.gateways.scenario.events import basin_moments, event_moments, incident_moments, resource_moments, sensor_moments
from console.comms.gateways.scenario.form import Scenario, load_scenario, owners, seconds
from console.comms.gateways.scenario.movement import unit_moments


def read_scenario(path: Path, *, lang: str = "zh") -> Recording:
    """Raises Fault naming file, table and field when the file is not a whole and consistent scenario."""
    scenario = load_scenario(path, lang)
    check(path, scenario)
    events = event_moments(path, scenario)
    begun = {moment.subject: moment.peer for moment in events if moment.kind in ("task.assigned", "road.closed", "plot.drawn")}
    return Recording(
        format="scenario",
        title=scenario.scenario.title,
        moments=_moments(scenario, events),
        ledger=Ledger(),
        cast=tuple(Cast(peer.id, peer.role, peer.name) for peer in scenario.peer),
        cuts=tuple(Cut(seconds(cut.at) * 1000, cut.for_s, cut.peer) for cut in scenario.cut),
        exercise=True,
        owners={local: peer for (_, local), peer in owners(scenario).items()} | begun,
        own_clock=True,
    )


def _moments(scenario: Scenario, events: list[Moment]) -> Iterator[Moment]:
    end_s = seconds(scenario.scenario.duration)
    streams: list[Iterator[Moment]] = [iter(sorted(events, key=lambda moment: moment.at_ms))]
    streams += [incident_moments(incident) for incident in scenario.incident]
    streams += [resource_moments(resource) for resource in scenario.resource]
    streams += [basin_moments(basin) for basin in scenario.basin]
    streams += [sensor_moments(sensor) for sensor in scenario.sensor]
    for unit in scenario.unit:
        routes = sorted((route for route in scenario.route if route.unit == unit.id), key=lambda route: seconds(route.at))
        streams.append(unit_moments(unit, routes, end_s))
    for moment in heapq.merge(*streams, key=lambda moment: moment.at_ms):
        yield moment._replace(area=scenario.scenario.area)
