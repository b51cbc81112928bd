"""The files an office laid on the map: its approved tiles, its lines and areas, in their order. Opened and checked on a thread of its own,
what is not tiles in a process of its own (`console.models.maps.overlay`). GUI thread, but for what says otherwise."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from console.errors import Fault
from console.models.maps.opening import is_tiles, open_tiles
from console.models.maps.overlay.file import OverlayFile
from console.models.maps.overlay.warden import take_in
from console.views.i18n import tr
from console.views.map.laid import Held, Laid, tiles_told
from console.views.map.scheme import MapScheme
from console.views.reasons import said

MAX_LAYERS = 40


class Loaded(QObject):
    """Attributes: `layers`, the lowest first, tiles before the rest; `folder`, where what was taken in is kept.
    Signals: `changed()` the list or something in it.

    `told()` is called when the map is to show others, `failed(text)` for a file refused.
    """

    changed = Signal()
    _opened = Signal(str, object)
    _refused = Signal(str, str)

    def __init__(self, scheme: MapScheme, told: Callable[[], None], failed: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._scheme, self._told, self._failed = scheme, told, failed
        self._count = 0
        self._stop = threading.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="map-import")
        self._own = tempfile.TemporaryDirectory(prefix="fengsui-map-")
        self.folder = Path(self._own.name)
        self.layers: list[Laid] = []
        self._opened.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._refused.connect(self._refuse, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(partial(_end, self._stop, self._thread, self.layers, self._own))

    @property
    def tiles(self) -> list[Laid]:
        """Those that can be shown."""
        return [one for one in self.layers if one.held is not None and one.is_tiles]

    @property
    def overlays(self) -> list[Laid]:
        return [one for one in self.layers if one.held is not None and not one.is_tiles]

    def keep_in(self, folder: Path) -> None:
        """Where what was taken in is kept between starts: the stick it came from may be gone by then."""
        self.folder = folder

    def load(self, path: Path, datum: str = "", approval: str = "") -> None:
        """Open and check in the background; then it is shown, or refused with a reason. A file that is there already is read anew."""
        there = next((one for one in self.layers if one.path == path), None)
        if there is not None:
            self.change(there.key, datum=datum or there.datum, approval=approval or there.approval)
        elif len(self.layers) >= MAX_LAYERS:
            self._failed(tr("{n} files are laid on the map already. Remove some first.", n=MAX_LAYERS))
        else:
            self._add(Laid("", path, datum, approval))

    def change(self, key: str, **values: Any) -> None:
        """`shown`, `opacity`, `filled`, `datum`, `approval` of one; the last two have it read anew."""
        one = self._of(key)
        for name, value in values.items():
            setattr(one, name, value)
        if {"datum", "approval"} & set(values):
            self._open(one)
        self._tell()

    def reopen(self, path: Path) -> None:
        """What is in it may be another."""
        one = next((one for one in self.layers if one.path == path), None)
        if one is not None:
            self._open(one)
            self._tell()

    def move(self, key: str, by: int) -> bool:
        """Over (1) or under (-1) the next of its kind. Whether there was one."""
        kind = [one for one in self.layers if one.is_tiles == self._of(key).is_tiles]
        at = kind.index(self._of(key))
        if not 0 <= at + by < len(kind):
            return False
        one, other = (self.layers.index(kind[index]) for index in (at, at + by))
        self.layers[one], self.layers[other] = self.layers[other], self.layers[one]
        self._tell()
        return True

    def remove(self, key: str) -> None:
        one = self._of(key)
        self.layers.remove(one)
        self._let_go(one)
        self._tell()

    def clear(self) -> None:
        for one in self.layers[:]:
            self.layers.remove(one)
            self._let_go(one)
        self._tell()

    def save(self) -> list[dict[str, Any]]:
        return [one.saved() for one in self.layers]

    def restore(self, files: Any) -> None:
        """What cannot be read stays in the list with its fault: a stick that is not there today may be tomorrow."""
        for held in files if isinstance(files, list) else []:
            if not isinstance(held, dict) or not isinstance(held.get("path"), str) or len(self.layers) >= MAX_LAYERS:
                continue
            path = Path(held["path"])
            if any(one.path == path for one in self.layers):
                continue
            opacity = held.get("opacity", 1.0)
            one = Laid("", path, str(held.get("datum", "")), str(held.get("approval", "")), bool(held.get("shown", True)), stays=True)
            one.opacity = min(1.0, max(0.0, opacity)) if isinstance(opacity, int | float) else 1.0
            one.filled = bool(held.get("filled", False))
            self._add(one)

    def tiles_view(self) -> list[dict[str, Any]]:
        """As the page is told, the lowest first."""
        return [tiles_told(one, one.held) for one in self.tiles if one.shown and not isinstance(one.held, OverlayFile) and one.held]

    def overlays_view(self) -> list[dict[str, Any]]:
        return [{"id": one.key, "name": one.name, "opacity": one.opacity, "filled": one.filled} for one in self.overlays if one.shown]

    # -- opening ---------------------------------------------------------------------------------------------------------------

    def _of(self, key: str) -> Laid:
        return next(one for one in self.layers if one.key == key)

    def _add(self, one: Laid) -> None:
        last = max((at for at, other in enumerate(self.layers) if other.is_tiles), default=-1) if one.is_tiles else len(self.layers) - 1
        self.layers.insert(last + 1, one)
        self._open(one)
        self.changed.emit()

    def _open(self, one: Laid) -> None:
        """Under a new key: the page must not take the squares of before for those of now."""
        self._let_go(one)
        self._count += 1
        one.key, one.fault = f"f{self._count}", ""
        work = partial(_read, one.path, self.folder, one.datum, one.approval, self._stop)
        self._thread.submit(work).add_done_callback(partial(self._done, one.key))

    def _done(self, key: str, future: Future[tuple[Held, int]]) -> None:
        """On the importing thread."""
        if future.cancelled() or self._stop.is_set():
            return
        error = future.exception()
        if error is None:
            self._opened.emit(key, future.result())
        else:
            self._refused.emit(key, said(str(error)) if isinstance(error, Fault) else f"{type(error).__name__}: {error}")

    def _take(self, key: str, opened: tuple[Held, int]) -> None:
        held, size = opened
        one = next((one for one in self.layers if one.key == key), None)
        if one is None:
            held.close()
            return
        one.held, one.size = held, size
        if isinstance(held, OverlayFile):
            self._scheme.sources.overlays[key] = held
        else:
            self._scheme.sources.tiles[key] = held
        self._tell()

    def _refuse(self, key: str, why: str) -> None:
        one = next((one for one in self.layers if one.key == key), None)
        if one is None:
            return
        if one.stays:
            one.fault = why
        else:
            self.layers.remove(one)
        self._failed(why)
        self.changed.emit()

    def _let_go(self, one: Laid) -> None:
        if one.held is not None:
            self._scheme.sources.overlays.pop(one.key, None)
            self._scheme.sources.tiles.pop(one.key, None)
            one.held.close()
            one.held = None

    def _tell(self) -> None:
        self._told()
        self.changed.emit()


def _read(path: Path, folder: Path, datum: str, approval: str, stop: threading.Event) -> tuple[Held, int]:
    """On the importing thread: what was opened, and the bytes of the file."""
    held = open_tiles(path, datum, approval) if is_tiles(path) else _laid(path, folder, datum, stop)
    try:
        return held, path.stat().st_size
    except OSError:
        return held, 0


def _laid(path: Path, folder: Path, datum: str, stop: threading.Event) -> OverlayFile:
    """A file that was taken in before, and is as it was or gone, is not read again."""
    known = hashlib.sha256(f"{path.absolute()}\n{datum}".encode("utf-8", "surrogateescape")).hexdigest()[:24]
    laid = folder / f"{known}.layer"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if laid.exists() and (not path.exists() or path.stat().st_mtime <= laid.stat().st_mtime):
            return OverlayFile(laid)
    except Fault:
        pass  # of another version: read anew
    except (OSError, ValueError) as error:
        raise Fault(f"{path}: cannot be read ({error}). Choose the map file again.") from error
    take_in(path, laid, datum, stop)
    return OverlayFile(laid)


def _end(
    stop: threading.Event, thread: ThreadPoolExecutor, layers: list[Laid], own: tempfile.TemporaryDirectory[str], _: object = None
) -> None:
    """The window goes: the reading, and the process it waits for, at once."""
    stop.set()
    thread.shutdown(wait=True, cancel_futures=True)
    for one in layers:
        if one.held is not None:
            one.held.close()
    own.cleanup()
