"""The settings of a gateway: one TOML file, `resources/gateway.example.toml` shows all of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from console.comms.gateways.quakes import Bounds
from console.comms.gateways.readings.form import Mapping, load_mapping
from console.errors import UsageFault
from console.models.form import read_toml
from console.models.paths import resources_dir

Seconds = Annotated[float, Meta(ge=0.1, le=86_400)]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]


class _Table(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """A field that is not known is an error, not a surprise."""


class MqttSource(_Table, frozen=True):
    """A broker. `mapping`: a shipped one by its name, or a file; `topics`: filters instead of the mapping's. `password_file`: owner-only, else the
    system's keyring is asked (`fengsui gateway password NAME`). `version`: of MQTT, 5 or 3.1.1. `keepalive_s`: a broker that stalls is noticed
    within twice that. `area`: of the events, "" the peer's own. `most_sensors`: no more are registered by themselves."""

    name: Name
    host: str
    mapping: str
    port: Annotated[int, Meta(ge=1, le=65_535)] = 1883
    topics: Annotated[list[str], Meta(max_length=50)] = []
    tls: bool = False
    ca_file: str = ""
    user: str = ""
    password_file: str = ""
    version: str = "5"
    keepalive_s: Annotated[int, Meta(ge=1, le=600)] = 10
    area: str = ""
    most_sensors: Annotated[int, Meta(ge=0, le=100_000)] = 5000


class FolderSource(_Table, frozen=True):
    """A folder into which files of readings are dropped. `mapping`: "" by each file's columns. `settle_s`: a file is taken when it has not changed
    for so long; one whose last line has no end only after `unfinished_s`. Files taken go to `done`,
    others to `refused` beside a text that says why."""

    name: Name
    folder: str
    mapping: str = ""
    settle_s: Seconds = 3.0
    unfinished_s: Seconds = 60.0
    look_s: Seconds = 2.0
    area: str = ""
    most_sensors: Annotated[int, Meta(ge=0, le=100_000)] = 5000


class QuakeSource(_Table, frozen=True):
    """A folder into which lists of earthquakes are dropped; only what is within `bounds` is taken."""

    name: Name
    folder: str
    bounds: Bounds = Bounds()
    settle_s: Seconds = 3.0
    unfinished_s: Seconds = 60.0
    look_s: Seconds = 2.0
    area: str = ""


class Settings(_Table, frozen=True):
    format: int = 1
    mqtt: list[MqttSource] = []
    csv: list[FolderSource] = []
    quakes: list[QuakeSource] = []


def load_settings(path: Path) -> Settings:
    """Relative paths are from the file's folder. Raises UsageFault naming the file and the field."""
    settings = read_toml(path, Settings, UsageFault, "Mend the settings.")
    if settings.format != 1:
        raise UsageFault(f"{path}, field format: {settings.format} is not a form this version reads (1).")
    names = [*(each.name for each in settings.mqtt), *(each.name for each in settings.csv), *(each.name for each in settings.quakes)]
    if not names:
        raise UsageFault(f"{path}: no source in it; add [[mqtt]], [[csv]] or [[quakes]].")
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise UsageFault(f"{path}, field name: {twice!r} is used twice.")
    for broker in settings.mqtt:
        _check(path, broker)
    return settings


def _check(path: Path, broker: MqttSource) -> None:
    if broker.version not in ("5", "3.1.1"):
        raise UsageFault(f"{path}, [[mqtt]] {broker.name}, field version: {broker.version!r} is neither 5 nor 3.1.1.")
    if not (broker.topics or mapping_of(broker.mapping, path.parent).topics):
        raise UsageFault(f"{path}, [[mqtt]] {broker.name}: neither it nor its mapping names topics.")


def mapping_of(text: str, beside: Path) -> Mapping:
    """A shipped mapping by name, or a file's. Raises UsageFault."""
    shipped = resources_dir() / "mappings" / "readings" / f"{text}.toml"
    return load_mapping(shipped if "/" not in text and "\\" not in text and shipped.is_file() else beside / text)
