"""A folder that others drop files into: each taken once, when it is whole, whatever it is called; none lost, none taken by halves for good.

A file goes to `done` after all of it is in the journal, to `refused` with a text beside it when nothing of it can be used. A kill between leaves
it where it was, and it is taken again, which changes nothing. The same content dropped again, under any name, is not read a second time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from console.comms.gateways.live.notebook import Notebook
from console.comms.gateways.live.tally import Tally
from console.errors import Fault
from console.models.plain import plain

MOST_FILES = 10_000
MOST_BYTES = 512 << 20
_PIECE = 1 << 20
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".swp", "~")
_AGAIN_S = 5.0
_WHY = ".why.txt"


class Waits(NamedTuple):
    """As in the settings."""

    settle_s: float
    unfinished_s: float
    look_s: float


class _Seen(NamedTuple):
    size: int
    mtime_ns: int
    since_s: float


Take = Callable[[Path], None]
"""Everything in a file, durable on return. Raises `Unusable` when nothing of it can be used, Fault when it must be tried again."""


class Unusable(Exception):
    """The file itself is at fault: `str` says what, where in it, and what to do."""


class DropFolder:
    """Looked into by one thread. `monotonic` counts seconds; `before` each look, it may raise Fault."""

    def __init__(
        self,
        name: str,
        folder: Path,
        waits: Waits,
        take: Take,
        tally: Tally,
        notebook: Notebook,
        monotonic: Callable[[], float] = time.monotonic,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self._name, self._folder, self._waits, self._take = name, folder, waits, take
        self._tally, self._notebook, self._now_s, self._before = tally, notebook, monotonic, before
        self._seen: dict[str, _Seen] = {}
        self._left: dict[str, tuple[int, int]] = {}  # taken, but they cannot be moved away
        self._problem = ""

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self._before()
                self.look(stop)
            except Fault as fault:
                self._tally.faulty(str(fault))
                stop.wait(max(_AGAIN_S, self._waits.look_s))
            else:
                stop.wait(self._waits.look_s)

    def look(self, stop: threading.Event | None = None) -> None:
        """Once: take every file that is whole. Raises Fault when the folder or the journal is in the way."""
        for path, stat in self._settled():
            if stop is not None and stop.is_set():
                return
            self._one(path, stat)
        refused = self._refused()
        if refused:
            problem = self._problem or "the text beside each says why"
            self._tally.faulty(
                f"{refused} file(s) could not be used and lie in {self._folder / 'refused'}: {problem}. Mend and drop them again, or remove them."
            )
        else:
            self._problem = ""
            self._tally.working()

    # -- which files -----------------------------------------------------------------------------------------------------------

    def _settled(self) -> Iterator[tuple[Path, os.stat_result]]:
        """Files that have not changed for long enough, oldest first."""
        now_s = self._now_s()
        found: dict[str, tuple[Path, os.stat_result]] = {}
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if len(found) >= MOST_FILES:
                        break
                    if (
                        not entry.name.startswith(".")
                        and not entry.name.lower().endswith(_UNFINISHED)
                        and entry.is_file(follow_symlinks=False)
                    ):
                        found[entry.name] = (Path(entry.path), entry.stat(follow_symlinks=False))
        except FileNotFoundError as error:
            raise Fault(f"{self._folder}: there is no such folder. Make it, or mend the settings.") from error
        except OSError as error:
            raise Fault(f"{self._folder}: cannot be read: {error.strerror or error}.") from error
        self._seen = {name: self._looked(name, stat, now_s) for name, (_, stat) in found.items()}
        self._left = {name: held for name, held in self._left.items() if name in found}
        for name, (path, stat) in sorted(found.items(), key=lambda item: (item[1][1].st_mtime_ns, item[0])):
            if self._left.get(name) != (stat.st_size, stat.st_mtime_ns) and self._whole(path, self._seen[name], now_s):
                yield path, stat

    def _looked(self, name: str, stat: os.stat_result, now_s: float) -> _Seen:
        seen = self._seen.get(name)
        same = seen is not None and (seen.size, seen.mtime_ns) == (stat.st_size, stat.st_mtime_ns)
        return seen if same and seen is not None else _Seen(stat.st_size, stat.st_mtime_ns, now_s)

    def _whole(self, path: Path, seen: _Seen, now_s: float) -> bool:
        still_s = now_s - seen.since_s
        if still_s < self._waits.settle_s:
            return False
        return still_s >= self._waits.unfinished_s or _ended(path)

    def _refused(self) -> int:
        try:
            return sum(not path.name.endswith(_WHY) for path in (self._folder / "refused").iterdir())
        except OSError:
            return 0

    # -- one file ----------------------------------------------------------------------------------------------------------------

    def _one(self, path: Path, stat: os.stat_result) -> None:
        if stat.st_size > MOST_BYTES:
            self._refuse(path, f"{path}: larger than {MOST_BYTES >> 20} MiB. Split it by time and drop the parts.", stat)
            return
        try:
            digest = _digest(path)
        except OSError as error:
            self._tally.faulty(f"{path}: cannot be read: {error.strerror or error}. Give this account the right to read it.")
            return
        before = self._notebook.taken_as(self._name, digest)
        if before:
            self._tally.refuse("again", f"{path.name}: the same content was taken before as {before}")
            self._move(path, "done", stat)
            return
        try:
            self._take(path)
        except Unusable as unusable:
            self._refuse(path, str(unusable), stat)
            return
        now = path.stat() if path.exists() else stat
        if (now.st_size, now.st_mtime_ns) != (stat.st_size, stat.st_mtime_ns):
            return  # it went on growing: what there was is stored, and all of it is taken again when it is whole
        self._notebook.note_taken(self._name, digest, plain(path.name))
        self._move(path, "done", stat)

    def _refuse(self, path: Path, why: str, stat: os.stat_result) -> None:
        self._problem = why
        self._tally.refuse("file", why)
        target = self._move(path, "refused", stat)
        if target is not None:
            with contextlib.suppress(OSError):  # the fault says it too
                target.with_name(target.name + _WHY).write_text(plain(why) + "\n", encoding="utf-8")

    def _move(self, path: Path, where: str, stat: os.stat_result) -> Path | None:
        """None when it cannot be moved: then it is left, and not looked at again until it changes."""
        target = self._folder / where / path.name
        try:
            target.parent.mkdir(exist_ok=True)
            number = 1
            while target.exists():
                number += 1
                target = self._folder / where / f"{path.stem} ({number}){path.suffix}"
            path.rename(target)
        except OSError:
            self._left[path.name] = (stat.st_size, stat.st_mtime_ns)
            return None
        return target


def _ended(path: Path) -> bool:
    """Whether its last line has an end: a program that writes line by line is between two of them."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            if not file.tell():
                return False
            file.seek(-1, os.SEEK_END)
            return file.read(1) in (b"\n", b"\r", b"\0", b">", b"}")
    except OSError:
        return True  # taking it says what is wrong


def _digest(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            total.update(piece)
    return total.hexdigest()
