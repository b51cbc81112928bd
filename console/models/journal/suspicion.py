"""The files that stand beside a journal while damage to it is seen to, and how they come there for good."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from console.models.form import ready


class Suspicion(msgspec.Struct, frozen=True):
    """Beside the journal while damage waits to be seen to. `aside`: the name the damaged file gets, once the new one stands ready."""

    damage: str
    aside: str = ""


def suspect(path: Path, damage: str) -> None:
    """Have the next start look into the journal at `path`. A disk that cannot be written to keeps its damage until it can."""
    with suppress(OSError):
        put_suspicion(path, Suspicion(damage))


def beside(path: Path, suffix: str) -> Path:
    """`journal.db-wal` and the like."""
    return path.with_name(path.name + suffix)


def free_name(path: Path, now_ms: int) -> Path:
    """Where a damaged file can be put away."""
    date = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%d-%H%M%S")
    names = (path.with_name(f"{path.stem}.damaged-{date}{number}{path.suffix}") for number in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(name for name in names if not name.exists())


def suspicion_of(path: Path) -> Suspicion | None:
    """What waits to be seen to, None when nothing does."""
    try:
        return msgspec.json.decode(beside(path, ".suspect").read_bytes(), type=ready(Suspicion))
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Suspicion("what was wrong with it cannot be read any more")


def put_suspicion(path: Path, suspicion: Suspicion) -> None:
    """Durable on return. Raises OSError."""
    part, whole = beside(path, ".suspect.part"), beside(path, ".suspect")
    with part.open("wb") as file:
        file.write(msgspec.json.encode(suspicion))
        file.flush()
        os.fsync(file.fileno())
    part.replace(whole)
    sync_names(whole.parent)


def drop_suspicion(path: Path) -> None:
    """It was seen to."""
    beside(path, ".suspect").unlink(missing_ok=True)


def sync_names(directory: Path) -> None:
    """Make the names in a directory durable. Where it cannot be opened (Windows) they are anyway."""
    with suppress(PermissionError):
        fd = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
