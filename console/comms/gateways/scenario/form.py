"""The form of a scenario file (`resources/scenarios/README.md`): its tables as structs, read with messages that name the place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from console.errors import Fault
from console.models.files import size_of
from console.models.form import ready
from console.models.kinds import Lat, Lon

MAX_FILE_BYTES = 4 * 1024 * 1024
FORMAT = 1

OWNED_KINDS = {
    "unit": "unit",
    "sensor": "sensor",
    "resource": "resource",
    "incident": "incident",
    "log": "incident",
    "loss": "incident",
    "basin": "basin",
}
"""Family of an event -> table that must declare its subject."""

Time = Annotated[str, Meta(pattern=r"^\+\d{1,3}:[0-5]\d:[0-5]\d$")]
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._,@-]{0,99}$")]
Point = tuple[Lon, Lat]
Text = str
"""Texts by language are resolved to one string before the tables are read."""
Figure = Annotated[float, Meta(ge=-1e12, le=1e12)]
Seconds = Annotated[float, Meta(ge=1, le=86_400)]


class Table(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Base: a field that is not known is an error, not a surprise."""


class Head(Table):
    format: int
    title: Text
    exercise: bool
    area: Annotated[str, Meta(pattern=r"^\d{2,12}$")]
    duration: Time
    author: Text = ""
    source: Text = ""


class Peer(Table):
    id: Id
    role: str
    name: Text


class Unit(Table):
    id: Id
    peer: Id
    kind: str
    name: Text
    position: Point
    callsign: Text = ""
    org: Text = ""
    people: Annotated[int, Meta(ge=0, le=10_000)] = 0
    status: str = "available"
    at: Time = "+00:00:00"
    idle_s: Seconds = 300
    valid_s: Seconds = 600


class Route(Table):
    unit: Id
    at: Time
    speed_kmh: Annotated[float, Meta(gt=0, le=1000)]
    path: Annotated[list[Point], Meta(min_length=1, max_length=1000)]
    interval_s: Seconds = 60
    status: str = ""
    arrived: str = ""
    incident: Id | None = None


class Incident(Table):
    id: Id
    peer: Id
    at: Time
    title: Text
    category: str = "natural"
    hazard: str = ""
    level: Annotated[int, Meta(ge=0, le=4)] = 0
    place: Text = ""
    position: Point | None = None
    occurred: Time | None = None
    author: Text = ""


class Sensor(Table):
    id: Id
    peer: Id
    name: Text
    quantity: str
    series: Annotated[list[tuple[Time, Figure]], Meta(min_length=1, max_length=10_000)]
    unit: str = ""
    position: Point | None = None
    every_s: Seconds = 600
    valid_s: Seconds = 1800
    total: bool = False
    owner: Text = ""
    place: Text = ""
    link: str = ""
    low: Figure | None = None
    high: Figure | None = None
    warning: Figure | None = None
    guarantee: Figure | None = None
    historic: Figure | None = None


class Resource(Table):
    id: Id
    peer: Id
    name: Text
    kind: str = "goods"
    place: Text = ""
    owner: Text = ""
    position: Point | None = None
    quantity: Annotated[float, Meta(ge=0)] = 0
    capacity: Annotated[float, Meta(ge=0)] | None = None
    unit: Text = ""
    at: Time = "+00:00:00"


class Basin(Table):
    id: Id
    peer: Id
    name: Text
    outline: Annotated[list[Point], Meta(min_length=3, max_length=1400)]
    kind: str = "basin"
    at: Time = "+00:00:00"
    downstream: Id | None = None
    travel_min: Annotated[float, Meta(ge=0, le=10_000)] | None = None
    area_km2: Annotated[float, Meta(ge=0)] | None = None
    hazards: list[str] = []
    gauges: list[Id] = []
    critical: list[tuple[float, float, float]] = []
    villages: list[Text] = []
    people: Annotated[int, Meta(ge=0)] = 0
    leader: Text = ""
    phone: str = ""
    source: Text = ""


class Event(Table):
    at: Time
    kind: str
    subject: Annotated[str, Meta(pattern=r"^([a-z_]{1,40}:)?[A-Za-z0-9][A-Za-z0-9._,@-]{0,99}$")]
    peer: Id | None = None
    body: dict[str, Any] = {}


class Cut(Table):
    at: Time
    for_s: Seconds
    peer: Id


class Scenario(Table):
    """A whole file."""

    scenario: Head
    peer: Annotated[list[Peer], Meta(min_length=1, max_length=32)]
    unit: list[Unit] = []
    route: list[Route] = []
    incident: list[Incident] = []
    sensor: list[Sensor] = []
    resource: list[Resource] = []
    basin: list[Basin] = []
    event: list[Event] = []
    cut: list[Cut] = []


def owners(scenario: Scenario) -> dict[tuple[str, str], str]:
    """(table, id) -> peer it belongs to."""
    named = {"unit": scenario.unit, "incident": scenario.incident, "sensor": scenario.sensor, "resource": scenario.resource}
    named["basin"] = scenario.basin
    return {(table, each.id): each.peer for table, tables in named.items() for each in tables}  # type: ignore[attr-defined]


def speaker(event: Event, owned: dict[tuple[str, str], str]) -> str | None:
    """The peer that says an event: the one named, else the one its subject belongs to; a unit answers its tasks itself."""
    if event.peer is not None:
        return event.peer
    if event.kind == "task.answered":
        return owned.get(("unit", str(event.body.get("unit", ""))))
    return owned.get((OWNED_KINDS.get(event.kind.partition(".")[0], ""), event.subject))


def seconds(time: str) -> int:
    """Seconds from the scenario's start of "+HH:MM:SS"."""
    hours, minutes, rest = time[1:].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def load_scenario(path: Path, lang: str) -> Scenario:
    """The file's tables, its texts in one language. Raises Fault naming file, table and field."""
    try:
        if size_of(path) > MAX_FILE_BYTES:
            raise Fault(f"{path}: larger than {MAX_FILE_BYTES} bytes; split the scenario")
        tables = _in_language(tomllib.loads(path.read_text("utf-8-sig")), lang)
    except OSError as error:
        raise Fault(f"{path}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Fault(f"{path}: not TOML: {error}") from error
    try:
        return convert(tables, Scenario)
    except msgspec.ValidationError as error:
        raise Fault(f"{path}: {in_words(str(error))}") from error


def _in_language(value: Any, lang: str) -> Any:
    """The value with every {zh, en} table replaced by one of its texts."""
    if isinstance(value, dict):
        if value and value.keys() <= {"zh", "en"}:
            return value.get(lang) or value.get("zh") or value.get("en")
        return {key: _in_language(held, lang) for key, held in value.items()}
    return [_in_language(held, lang) for held in value] if isinstance(value, list) else value


_T = TypeVar("_T")


def convert(value: Any, form: type[_T]) -> _T:
    """Raises msgspec.ValidationError."""
    return msgspec.convert(value, ready(form))


_PLACE = re.compile(r" - at `\$(?P<path>[^`]*)`$")


def in_words(message: str) -> str:
    """msgspec's message with its place in front and tables counted from 1: `[[unit]] 3, field position: ...`."""
    found = _PLACE.search(message)
    if found is None:
        return message
    place = re.sub(r"^\.(\w+)\[(\d+)\]", lambda m: f"[[{m[1]}]] {int(m[2]) + 1}", found["path"])
    place = re.sub(r"^\.(\w+)", r"[\1]", place)
    table, dot, field = place.partition(".")
    return f"{table}{', field ' + field if dot else ''}: {message[: found.start()]}"
