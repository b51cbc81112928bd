"""Whether something came late: long after it was said. Figure: `resources/rules/lateness.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from console.errors import Fault
from console.models.paths import resources_dir


def load_late_after_ms(path: Path) -> int:
    """Raises Fault when the file is not a rule."""
    try:
        late_after_s = float(tomllib.loads(path.read_text(encoding="utf-8"))["late_after_s"])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise Fault(f"{path}: not a readable lateness rule: {error!r}. Restore it from the installation.") from error
    if not 0 <= late_after_s <= 1e9:
        raise Fault(f"{path}: late_after_s must be 0 or more seconds.")
    return round(1000 * late_after_s)


@cache
def late_after_ms() -> int:
    return load_late_after_ms(resources_dir() / "rules" / "lateness.toml")


def late_by_ms(heard_ms: int, taken_ms: int, after_ms: int | None = None) -> int:
    """How late something said at `heard_ms` came at `taken_ms` (both UTC ms of this machine, 0: not known); 0 when it was in time."""
    by_ms = taken_ms - heard_ms
    limit_ms = late_after_ms() if after_ms is None else after_ms
    return by_ms if heard_ms > 0 and taken_ms > 0 and by_ms > limit_ms else 0
