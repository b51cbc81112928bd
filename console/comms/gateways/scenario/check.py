"""What the form of a scenario's tables cannot say: ids are unique and known, words are ours, times within the scenario."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from console.comms.gateways.scenario.form import FORMAT, OWNED_KINDS, Basin, Event, Route, Scenario, owners, seconds, speaker
from console.errors import Fault
from console.models.kinds import HAZARDS, KINDS, PLACE_KINDS, UNIT_KINDS, UNIT_STATUSES

_ORDERING_ROLES = ("console", "node")
_SPOKEN_BY_OWNER = ("unit", "sensor", "resource")


def check(path: Path, scenario: Scenario) -> None:
    """Raises Fault naming file, table and field."""
    _Check(path, scenario).all()


class _Check:
    """What the form of a table cannot say: ids are unique and known, words are ours, times within the scenario."""

    def __init__(self, path: Path, scenario: Scenario) -> None:
        self._path = path
        self._scenario = scenario
        self._end_s = seconds(scenario.scenario.duration)
        self._peers = {peer.id for peer in scenario.peer}
        self._owners = owners(scenario)
        self._ordering = {peer.id for peer in scenario.peer if peer.role in _ORDERING_ROLES}
        self._tasks = {event.subject for event in scenario.event if event.kind == "task.assigned"}

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
        for index, basin in enumerate(self._scenario.basin, 1):
            self._basin(index, basin)
        for index, event in enumerate(self._scenario.event, 1):
            self._event(index, event)

    def _basin(self, index: int, basin: Basin) -> None:
        place = f"[[basin]] {index}"
        self._word(f"{place}, field kind", basin.kind, PLACE_KINDS)
        for hazard in basin.hazards:
            self._word(f"{place}, field hazards", hazard, HAZARDS)
        known = basin.downstream is None or ("basin", basin.downstream) in self._owners
        self._ask(known, f"{place}, field downstream", f"{basin.downstream!r} is no [[basin]]")
        for gauge in basin.gauges:
            self._ask(("sensor", gauge) in self._owners, f"{place}, field gauges", f"{gauge!r} is no [[sensor]]")

    def _ask(self, well: bool, place: str, problem: str) -> None:
        if not well:
            raise Fault(f"{self._path}: {place}: {problem}")

    def _word(self, place: str, word: str, words: tuple[str, ...]) -> None:
        self._ask(word in words, place, f"{word!r} is none of {', '.join(words)}")

    def _tables(self) -> Iterator[tuple[str, Any]]:
        for name in ("unit", "route", "incident", "sensor", "resource", "basin", "event", "cut"):
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
        self._ask(
            event.kind in KINDS and not event.kind.startswith(("peer.", "feeds.")),
            f"{place}, field kind",
            f"{event.kind!r} is none of ours",
        )
        family, _, verb = event.kind.partition(".")
        own_table = (verb == "registered" and family != "feed") or event.kind in ("incident.opened", "unit.position")
        self._ask(not own_table, f"{place}, field kind", f"{event.kind} is said by a table of its own ([[{family}]] or [[route]])")
        table = OWNED_KINDS.get(family)
        self._ask(
            table is None or (table, event.subject) in self._owners, f"{place}, field subject", f"{event.subject!r} is no [[{table}]]"
        )
        hazard, colon, about = event.subject.partition(":")
        self._ask(bool(colon) == (family == "risk"), f"{place}, field subject", "a risk, and nothing else, is called <hazard>:<place>")
        if colon:
            self._word(f"{place}, field subject", hazard, HAZARDS)
            known = any((table, about) in self._owners for table in ("basin", "sensor"))
            self._ask(known, f"{place}, field subject", f"{about!r} is no [[basin]] or [[sensor]]")
        for name in ("unit", "incident"):
            value = event.body.get(name, "")
            known = not isinstance(value, str) or not value or (name, value) in self._owners
            self._ask(known, f"{place}, field body.{name}", f"{value!r} is no [[{name}]]")
        if family == "task":
            task = event.subject in self._tasks and all(event.subject != local for _, local in self._owners)
            self._ask(task, f"{place}, field subject", f"{event.subject!r} is assigned by no [[event]], or is the id of something else")
        self._speaker(place, event, family)

    def _speaker(self, place: str, event: Event, family: str) -> None:
        """What the roles will allow when it is played (`resources/rules/roles.toml`)."""
        peer = speaker(event, self._owners) or self._scenario.peer[0].id
        if peer in self._ordering:
            return
        self._ask(event.kind != "task.assigned", f"{place}, field peer", f"{peer!r} may not give orders; its role must be console")
        if family in _SPOKEN_BY_OWNER or event.kind == "task.answered":
            owner = speaker(msgspec.structs.replace(event, peer=None), self._owners)
            self._ask(peer == owner, f"{place}, field peer", f"{event.subject!r} belongs to {owner!r}, not to {peer!r}")
