"""Reading classes that several threads share, and files into them.

msgspec reads a class's annotations when it first decodes into it, and a second thread that comes to the class meanwhile finds it half read: the
interpreter crashes. Threads of several peers in one process do meet so. Hence everything that is decoded into a class by a call
(`msgspec.json.decode`, `msgspec.convert`, ...) names it as `type=ready(Class)`; a module-level `Decoder` reads its class on import, as well.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import msgspec

from console.errors import Fault
from console.models.files import size_of
from console.models.paths import resources_dir

MAX_FILE_BYTES = 1 << 20
T = TypeVar("T")
_lock = Lock()
_ready: set[Any] = set()
_rules: dict[tuple[str, Any], Any] = {}


def ready(form: type[T]) -> type[T]:
    """`form`, with its annotations, and those of all classes in them, read by one thread in the whole process."""
    if form not in _ready:
        with _lock:
            msgspec.msgpack.Decoder(form)
            _ready.add(form)
    return form


def read_toml(path: Path, form: type[T], fault: type[Fault] = Fault, remedy: str = "Mend it, or restore it from the installation.") -> T:
    """A file of TOML as a `form`, whose `__post_init__` checks what its types do not say (ValueError). Raises `fault`, which names the file, the
    place in it and the remedy."""
    try:
        return msgspec.toml.decode(_held(path), type=ready(form))
    except OSError as error:
        raise fault(f"{path}: cannot be read: {error.strerror or error}. {remedy}") from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise fault(f"{path}: not usable: {error}. {remedy}") from error


def _held(path: Path) -> bytes:
    if size_of(path) > MAX_FILE_BYTES:
        raise ValueError(f"larger than {MAX_FILE_BYTES >> 10} KiB")
    return path.read_bytes()


def rules(name: str, form: type[T]) -> T:
    """`resources/rules/NAME.toml`, read once. Raises Fault."""
    held: T | None = _rules.get((name, form))
    if held is None:
        held = _rules[name, form] = read_toml(resources_dir() / "rules" / f"{name}.toml", form)
    return held
