"""The loop of the video process: messages in, tiles opened and closed, heartbeats out."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImageReader

from console.comms.feeds.messages import (
    Beat,
    Close,
    Open,
    Record,
    SaveRing,
    Show,
    Snap,
    Splitter,
    Started,
    Took,
    ToProcess,
    Trouble,
)
from console.models.feeds.rules import VideoRule, default_rule
from console.views.video.player.files import Files
from console.views.video.player.out import Out
from console.views.video.player.sources import open_source
from console.views.video.player.tile import Tile

BEAT_MS = 200
READ_BYTES = 1 << 16
MOST_MEMORY_BYTES = 6 << 30
"""Of address space: a stream that claims pictures of absurd size ends this process, not the machine."""
MOST_PICTURE_MB = 256
MOST_CORES = 6
"""FFmpeg decodes with one thread more than there are cores, and each of them holds a frame back: 40 ms of delay, and its memory, per core."""
MOST_HELD_BYTES = 1_600_000_000
"""Sixteen feeds of 1080p take some 700 MB when the machine keeps up."""


class Asked(QObject):
    """Reads the input on a thread of its own. Signals: `message(object)`, `over()`."""

    message = Signal(object)
    over = Signal()

    def listen(self, descriptor: int) -> None:
        splitter: Splitter[ToProcess] = Splitter(ToProcess)
        try:
            while data := os.read(descriptor, READ_BYTES):
                for message in splitter.feed(data):
                    self.message.emit(message)
        except (OSError, ValueError):
            pass  # the window is gone, or no longer makes sense
        with contextlib.suppress(RuntimeError):  # the application is gone too
            self.over.emit()


class Player(QObject):
    """All tiles. `out`: the way to the window."""

    def __init__(self, out: Out, root: Path, rule: VideoRule, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._out, self._root, self._rule = out, root, rule
        self._files = Files(out, root, rule.keep)
        self._tiles: dict[int, Tile] = {}
        self._shown: dict[int, Show] = {}
        self._process = psutil.Process()
        self._beat = QTimer(self, interval=BEAT_MS)
        self._beat.timeout.connect(self._on_beat)
        self._beat.start()

    def take(self, message: ToProcess) -> None:
        if isinstance(message, Open):
            self._open(message)
            return
        tile = self._tiles.get(message.tile)
        if isinstance(message, Show):
            self._shown[message.tile] = message
        if isinstance(message, Snap | SaveRing | Record) and tile is None:
            self._files.refuse(message.number, "the feed is not open")
        if tile is None:
            return
        if isinstance(message, Close):
            self._close(message.tile)
        else:
            _pass_on(tile, message)

    def end(self) -> None:
        self._beat.stop()
        for number in list(self._tiles):
            self._close(number)
        self._files.end()

    def _open(self, message: Open) -> None:
        self._close(message.tile)
        tile = Tile(message, self._out, self._files, self._rule, open_source(message, self._rule.poll, self), self)
        self._tiles[message.tile] = tile
        if message.tile in self._shown:
            tile.show(self._shown[message.tile])
        tile.begin()

    def _close(self, number: int) -> None:
        tile = self._tiles.pop(number, None)
        if tile is not None:
            tile.end()

    def _on_beat(self) -> None:
        """Frames that this machine is too slow for pile up in memory: then every feed is let go, and that is said."""
        if self._tiles and self._process.memory_info().rss > MOST_HELD_BYTES:
            for number in list(self._tiles):
                self._out.send(Trouble(tile=number, turn=self._tiles[number].turn, reason="overloaded"))
                self._close(number)
        self._out.send(Beat(tiles=[tile.beat() for tile in self._tiles.values() if tile.frames]))


def _pass_on(tile: Tile, message: Show | Took | Snap | SaveRing | Record) -> None:
    match message:
        case Show():
            tile.show(message)
        case Took():
            tile.took()
        case Snap():
            tile.snap(message.number)
        case SaveRing():
            tile.save_ring(message.number)
        case Record():
            tile.record(message.number, on=message.on)


def run(root: Path) -> int:
    _bound()
    app = QGuiApplication(sys.argv[:1])
    QImageReader.setAllocationLimit(MOST_PICTURE_MB)
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no message
    out, asked = Out(answers), Asked()
    player = Player(out, root, default_rule())
    asked.message.connect(player.take)
    asked.over.connect(app.quit)
    out.lost = app.quit
    threading.Thread(target=asked.listen, args=(sys.stdin.fileno(),), daemon=True).start()
    out.send(Started())
    app.exec()
    player.end()
    os._exit(0)  # the listening thread may still wait for input, and players' threads for a network


def _bound() -> None:
    """Lower than the window in priority, on some of the cores, and with an end to its memory, where the system can do that."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(5)
    with contextlib.suppress(AttributeError, OSError, psutil.Error):
        own = psutil.Process()
        own.cpu_affinity(own.cpu_affinity()[-MOST_CORES:])
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # secrets of feeds must not lie about in a dump
