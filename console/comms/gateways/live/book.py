"""The settings of a machine's own gateway as the window changes them: one source added or taken out at a time, the file whole at any moment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from console.comms.gateways.live.secrets import keep_password
from console.comms.gateways.live.settings import FolderSource, MqttSource, QuakeSource, Settings, load_settings
from console.comms.security.keys import write_private
from console.errors import Fault
from console.models.form import read_toml

FOLDER, BOOK = "gateway", "settings.toml"
"""In the data directory."""
HEAD = "# Written by the window. `fengsui gateway` reads the same form: see resources/gateway.example.toml.\n"
AnySource = MqttSource | FolderSource | QuakeSource


def read_book(path: Path) -> Settings:
    """No file: no source. Raises Fault."""
    return read_toml(path, Settings, remedy="Mend it, or remove it and add its sources again.") if path.exists() else Settings()


def names(settings: Settings) -> list[str]:
    return [*(each.name for each in settings.mqtt), *(each.name for each in settings.csv), *(each.name for each in settings.quakes)]


def add(path: Path, source: AnySource, password: str = "") -> Settings:
    """`password`: into this machine's keyring, or where it has none into a file for its owner alone. Raises Fault; nothing is changed then."""
    held = read_book(path)
    if source.name in names(held):
        raise Fault(f"There is a source of the name {source.name} already. Choose another name, or remove that one first.")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if isinstance(source, MqttSource) and source.user:
        source = _with_password(path, source, password)
    field = {MqttSource: "mqtt", FolderSource: "csv", QuakeSource: "quakes"}[type(source)]
    return _save(path, msgspec.structs.replace(held, **{field: [*getattr(held, field), source]}))


def remove(path: Path, name: str) -> Settings:
    """Raises Fault when the file cannot be read or written; a name that is not in it is not there afterwards either."""
    held = read_book(path)
    kept = Settings(
        mqtt=[each for each in held.mqtt if each.name != name],
        csv=[each for each in held.csv if each.name != name],
        quakes=[each for each in held.quakes if each.name != name],
    )
    with suppress(OSError):
        _password_file(path, name).unlink()
    return _save(path, kept)


def _with_password(path: Path, source: MqttSource, password: str) -> MqttSource:
    try:
        keep_password(source.name, password)
    except Fault:
        file = _password_file(path, source.name)
        _write(file, password)
        return msgspec.structs.replace(source, password_file=file.name)
    return source


def _password_file(path: Path, name: str) -> Path:
    return path.with_name(f"{name}.password")


def _save(path: Path, settings: Settings) -> Settings:
    """What `fengsui gateway` would refuse is refused here."""
    if not names(settings):
        path.unlink(missing_ok=True)
        return settings
    part = path.with_name(f".{path.name}.part")
    _write(part, HEAD + "\n".join(_lines(settings)) + "\n")
    try:
        load_settings(part)
    except Fault as fault:
        part.unlink()
        raise Fault(str(fault).removeprefix(f"{part}, ").removeprefix(f"{part}: ")) from fault
    part.replace(path)
    return settings


def _write(path: Path, text: str) -> None:
    try:
        write_private(path, text.encode())
    except OSError as error:
        raise Fault(f"{path} could not be written ({error.strerror}). Check that the directory exists and has room.") from error


def _lines(settings: Settings) -> Iterator[str]:
    yield f"format = {settings.format}"
    for field in ("mqtt", "csv", "quakes"):
        for source in getattr(settings, field):
            yield f"\n[[{field}]]"
            told: dict[str, Any] = msgspec.to_builtins(source)
            inner = {name: value for name, value in told.items() if isinstance(value, dict)}
            yield from (_line(name, value) for name, value in told.items() if name not in inner)
            for name, values in inner.items():
                yield f"[{field}.{name}]"
                yield from (_line(key, value) for key, value in values.items())


def _line(name: str, value: object) -> str:
    """JSON's text, numbers, truths and lists of these are TOML's too, but for one control character."""
    return f"{name} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
