"""What a part of the map keeps between starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Kept(NamedTuple):
    """`save()`: a JSON value; `restore(value)`: what was saved, or anything a foreign file holds."""

    save: Callable[[], Any]
    restore: Callable[[Any], None]
