"""Pictures on this machine's disk, for its owner alone: the last good one of each feed, and what was filed with incidents.

media/<sha256>.jpg|.avi     filed with incidents; nothing is deleted to make room, only when an incident's personal data is destroyed
video/last/<feed>.jpg       the last good picture of each feed; the oldest go first
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from console.errors import Fault
from console.models import kinds
from console.models.feeds.rules import KeepRule

SUFFIXES = {"image/jpeg": ".jpg", "video/x-msvideo": ".avi"}
_READ_BYTES = 1 << 20


class Filed(NamedTuple):
    """A file in `media/`."""

    path: Path
    sha256: str
    size: int


class Last(NamedTuple):
    """The last good picture of a feed and when it was taken, UTC ms."""

    jpeg: bytes
    taken_ms: int


def media_dir(root: Path) -> Path:
    return root / "media"


def last_dir(root: Path) -> Path:
    return root / "video" / "last"


def opened_for_owner(path: Path) -> BinaryIO:
    """A new file that nobody else can read; its folder is made, for the owner too."""
    made_for_owner(path.parent)
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")


def made_for_owner(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def room_for(root: Path, size: int, rule: KeepRule) -> None:
    """Raises Fault when what is filed would take more than it may."""
    held = sum(entry.stat().st_size for entry in _files(media_dir(root)))
    if held + size > rule.media_most_bytes:
        raise Fault(
            f"{media_dir(root)}: pictures and clips already take {held / 1e9:.1f} GB, {rule.media_most_bytes / 1e9:.0f} GB are allowed. "
            "Export and purge closed incidents, or raise media_most_bytes in resources/rules/video.toml."
        )


def file_away(root: Path, made: Path, mime: str) -> Filed:
    """Move a finished file into `media/` under its hash."""
    digest, size = hashlib.sha256(), 0
    with made.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
            size += len(block)
        os.fsync(file.fileno())
    path = media_dir(root) / (digest.hexdigest() + SUFFIXES[mime])
    made_for_owner(path.parent)
    made.replace(path)
    return Filed(path, digest.hexdigest(), size)


def media_path(root: Path, sha256: str, mime: str) -> Path | None:
    """The file, None when it is not on this machine."""
    path = media_dir(root) / (sha256 + SUFFIXES.get(mime, ""))
    return path if path.suffix and path.is_file() else None


def forget_erased(connection: sqlite3.Connection, root: Path, incidents: Iterable[str] | None = None) -> int:
    """Delete the files of what was erased from these incidents' timelines (None: of all), unless another entry still has them; how many."""
    held = {path.stem: path for path in _files(media_dir(root))}
    if not held:
        return 0
    where = "kind = 'media.filed'"
    chosen = None if incidents is None else list(incidents)
    if chosen is not None:
        where += f" AND incident IN ({', '.join('?' * len(chosen))})"
    erased = {
        _sha(body) for (body,) in connection.execute(f"SELECT body FROM timeline WHERE {where} AND mark = 'erased'", chosen or [])
    } & held.keys()
    if not erased:
        return 0
    kept = {_sha(body) for (body,) in connection.execute("SELECT body FROM timeline WHERE kind = 'media.filed' AND mark != 'erased'")}
    for sha256 in erased - kept:
        held[sha256].unlink(missing_ok=True)
    return len(erased - kept)


def keep_last(root: Path, feed: str, jpeg: bytes, rule: KeepRule) -> None:
    """Raises OSError where the disk does."""
    path = _last_path(root, feed)
    part = path.with_suffix(".part")
    with opened_for_owner(part) as file:
        file.write(jpeg)
    part.replace(path)
    prune_last(root, rule)


def read_last(root: Path, feed: str, rule: KeepRule, now_s: float | None = None) -> Last | None:
    path = _last_path(root, feed)
    try:
        taken_s = path.stat().st_mtime
        if (time.time() if now_s is None else now_s) - taken_s > rule.last_days * 86_400:
            return None
        return Last(path.read_bytes(), int(taken_s * 1000))
    except OSError:
        return None


def prune_last(root: Path, rule: KeepRule, now_s: float | None = None) -> None:
    """Let go what is too old, and the oldest of what is too much."""
    files = sorted(((entry.stat().st_mtime, entry.stat().st_size, entry) for entry in _files(last_dir(root))), reverse=True)
    oldest_s, total = (time.time() if now_s is None else now_s) - rule.last_days * 86_400, 0
    for taken_s, size, path in files:
        total += size
        if taken_s < oldest_s or total > rule.last_most_bytes:
            path.unlink(missing_ok=True)


def _last_path(root: Path, feed: str) -> Path:
    return last_dir(root) / f"{hashlib.sha256(feed.encode()).hexdigest()[:32]}.jpg"


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_file()]
    except OSError:
        return []


def _sha(body: bytes) -> str:
    try:
        return str(getattr(kinds.decode_body("media.filed", bytes(body)), "sha256", ""))
    except msgspec.DecodeError:
        return ""
