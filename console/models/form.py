"""Reading classes that several threads share.

msgspec reads a class's annotations when it first decodes into it, and a second thread that comes to the class meanwhile finds it half read: the
interpreter crashes. Threads of several peers in one process do meet so. Hence everything that is decoded into a class by a call
(`msgspec.toml.decode`, `msgspec.convert`, ...) names it as `type=ready(Class)`; a module-level `Decoder` reads its class on import, as well.
"""

from __future__ import annotations

from threading import Lock
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
_lock = Lock()
_ready: set[Any] = set()


def ready(form: type[T]) -> type[T]:
    """`form`, with its annotations, and those of all classes in them, read by one thread in the whole process."""
    if form not in _ready:
        with _lock:
            msgspec.msgpack.Decoder(form)
            _ready.add(form)
    return form
