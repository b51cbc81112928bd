"""Real servers, killed, stalled, corrupted and restarted under a real wall: what the operator sees each time."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from console.comms.feeds.keys import FeedKeys
from console.models.feeds.address import Secrets
from console.models.feeds.book import Entry
from console.models.feeds.watch import State
from console.views.video.player.sources import PROBES_BYTES
from console.views.video.wall import Wall
from tests.views.video import cameras, cycles, servers
from tests.views.video.cycles import QUICK, entry, quick_wall

WAIT_MS = 40_000


class Opened:
    """A wall with the feeds given to it. `words(tile)`: all that stands in a tile."""

    def __init__(self, wall: Wall, feeds: dict[str, Entry], qtbot: QtBot) -> None:
        self.wall, self.feeds, self.qtbot = wall, feeds, qtbot

    def open(self, url: str, feed: str = "feed:1", snapshot_url: str = "") -> int:
        self.feeds[feed] = entry(url, feed, snapshot_url)
        return self.wall.open(feed)

    def words(self, tile: int = 0) -> str:
        return self.wall.tiles[tile].accessibleName()

    def sees(self, fact: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(fact()), timeout=WAIT_MS)

    def is_live(self, tile: int = 0) -> bool:
        return self.wall.tiles[tile].face.kind == "live" and self.wall.tiles[tile].last_image is not None


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Opened]:
    feeds: dict[str, Entry] = {}
    wall = quick_wall(tmp_path / "data", feeds.get)
    qtbot.addWidget(wall)
    wall.show()
    yield Opened(wall, feeds, qtbot)
    wall.end()
    wall.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "served"
    made.mkdir()
    return made


@pytest.mark.parametrize("kind", ["rtsp", "hls", "ts", "mjpeg", "udp"])
def test_stalled_killed_and_started_again(opened: Opened, folder: Path, kind: str) -> None:
    with servers.make(kind, folder) as server:
        opened.open(server.url)
        opened.sees(opened.is_live)
        assert "live" in opened.words()

        server.stall()
        opened.sees(lambda: "NOT LIVE" in opened.words())
        stalled_s = time.monotonic()
        picture = opened.wall.tiles[0].last_image
        assert picture is not None, "the last picture stays, and is marked"
        assert opened.wall.viewings[0].watch.age_s(stalled_s) >= QUICK.watch.frozen_s
        server.go_on()
        opened.sees(opened.is_live) if kind in ("rtsp", "udp") else None

        server.kill()
        opened.sees(lambda: opened.wall.viewings[0].watch.state is State.WAITING)
        opened.sees(lambda: "NOT LIVE" in opened.words() and "next attempt in" in opened.words())
        server.start()
        opened.sees(opened.is_live)


def test_a_spoiled_stream_never_passes_for_live_and_heals(opened: Opened, folder: Path) -> None:
    with servers.make("ts", folder) as server:
        relay = servers.Relay(server.port)
        opened.open(f"http://127.0.0.1:{relay.port}/cam.ts")
        opened.sees(opened.is_live)
        relay.spoiling = True
        opened.sees(lambda: "NOT LIVE" in opened.words())
        assert relay.spoiled
        relay.spoiling = False
        server.kill()
        server.start()
        opened.sees(opened.is_live)
        relay.close()


def test_a_stream_that_seldom_says_what_is_in_it_is_opened_all_the_same(opened: Opened, folder: Path) -> None:
    if servers.without_ffmpeg():
        pytest.skip(servers.without_ffmpeg())
    with cameras.SparseTs(folder, cameras.make_clip(folder, cameras.SMALL, seconds=4)) as camera:
        troubles: list[object] = []
        opened.wall.eyes.trouble.connect(troubles.append)
        opened.open(camera.url)
        opened.sees(opened.is_live)
        assert troubles == []


def test_garbage_is_said_and_the_console_lives(opened: Opened, folder: Path) -> None:
    still = servers.Still(os.urandom(200_000))
    asked: list[int] = []
    opened.wall.eyes.trouble.connect(lambda _: asked.append(len(still.asked)))
    opened.open(f"http://127.0.0.1:{still.port}/cam.ts")
    opened.sees(lambda: "NO PICTURE" in opened.words() and "next attempt in" in opened.words())
    assert opened.wall.viewings[0].watch.reason in ("unreadable", "error", "ended", "no_video", "unreachable")
    assert asked[0] >= len(PROBES_BYTES), "more and more of it was looked at before"
    still.close()


def test_a_feed_that_is_not_there_says_so(opened: Opened) -> None:
    opened.open(f"rtsp://127.0.0.1:{servers.free_port()}/none")
    opened.sees(lambda: "NO PICTURE" in opened.words() and "cannot be reached" in opened.words())
    first = opened.wall.viewings[0].watch.opened
    opened.sees(lambda: opened.wall.viewings[0].watch.opened > first), "tried again by itself"


def test_the_video_process_may_die_or_hang(opened: Opened, folder: Path) -> None:
    with servers.make("mjpeg", folder) as server:
        opened.open(server.url)
        opened.sees(opened.is_live)
        first = opened.wall.eyes.pid
        os.kill(first, signal.SIGSTOP)
        opened.sees(lambda: "NOT LIVE" in opened.words())
        opened.sees(lambda: opened.wall.eyes.pid not in (0, first))
        server.kill()
        server.start()
        opened.sees(opened.is_live)
        os.kill(opened.wall.eyes.pid, signal.SIGKILL)
        opened.sees(lambda: "video process" in opened.words() and not opened.is_live())
        server.kill()
        server.start()
        opened.sees(opened.is_live)
        assert opened.wall.eyes.falls == 2


def test_a_picture_that_never_changes_is_said(opened: Opened) -> None:
    still = servers.Still(picture())
    opened.open("", snapshot_url=still.url)
    opened.sees(opened.is_live)
    opened.sees(lambda: "The same picture for" in opened.words())
    still.status = 404
    opened.sees(lambda: "NOT LIVE" in opened.words() and "not there" in opened.words())
    still.close()


def test_a_password_comes_from_the_keyring_and_a_wrong_one_is_said(opened: Opened, tmp_path: Path) -> None:
    still = servers.Still(picture())
    still.password = base64.b64encode(b"admin:p@ss/1").decode()
    keys = FeedKeys(tmp_path / "data")
    keys.allow_file()
    keys.put({"feed:1": Secrets("admin", "p@ss/1"), "feed:2": Secrets("admin", "wrong")})
    opened.open("", "feed:1", snapshot_url=still.url)
    opened.open("", "feed:2", snapshot_url=still.url)
    opened.sees(lambda: opened.is_live(0))
    opened.sees(lambda: "name or password was refused" in opened.words(1))
    assert "p@ss" not in " ".join(psutil.Process(opened.wall.eyes.pid).cmdline())
    still.close()


def test_what_must_not_be_opened_is_not(opened: Opened) -> None:
    for tile, url in enumerate(("ftp://127.0.0.1/x", "concat:/etc/passwd", "file://host/share/x.mp4")):
        opened.open(url, f"feed:{tile}")
        opened.sees(lambda tile=tile: "Not opened" in opened.words(tile))
    assert opened.wall.eyes.pid == 0, "nothing was even started"


CYCLES = 50


def test_nothing_leaks_over_fifty_openings(opened: Opened, folder: Path) -> None:
    """Threads and descriptors of the video process are as many after as before; its memory within what an allocator keeps."""
    still = servers.Still(picture())
    if servers.without_ffmpeg():
        pytest.skip(servers.without_ffmpeg())
    sources = [f"file://{clip(folder)}", still.url]
    wall, done = opened.wall, 0
    settled: list[Use] = []
    for cycle in range(CYCLES):
        url = sources[cycle % 2]
        opened.open(url if cycle % 2 == 0 else "", f"feed:{cycle}", snapshot_url=url if cycle % 2 else "")
        opened.sees(lambda: wall.tiles[0].last_image is not None and wall.viewings[0].watch.frame_s is not None)
        wall.plan.clear(0)
        wall.settle()
        done += 1
        if cycle in (CYCLES // 5, CYCLES - 1):
            opened.sees(lambda: use(wall.eyes.pid).threads <= (settled[0].threads if settled else 99))
            settled.append(use(wall.eyes.pid))
    still.close()
    assert done == CYCLES
    assert wall.eyes.falls == 0
    before, after = settled
    assert after.threads <= before.threads
    assert after.descriptors <= before.descriptors
    assert after.rss_mb - before.rss_mb < 40


CYCLES_STREAMED, WARM = 5, 2


@pytest.mark.parametrize("kind", ["rtsp", "hls", "ts"])
def test_nothing_leaks_over_openings_of_a_stream(opened: Opened, folder: Path, kind: str) -> None:
    """A hundred of each, with the camera stalled, killed and started again between: `python -m tests.benchmarks --only leaks`."""
    why = servers.without_ffmpeg() or (servers.without_rtsp() if kind == "rtsp" else "")
    if why:
        pytest.skip(why)
    with cameras.KINDS[kind](folder, cameras.make_clip(folder, cameras.SMALL, seconds=4)) as camera:
        opened.feeds["feed:1"] = entry(camera.url)
        held: list[cycles.Held] = []
        for cycle in range(1, CYCLES_STREAMED + 1):
            cycles.turn(opened.wall, "feed:1", opened.sees)
            if cycle in (WARM, CYCLES_STREAMED):
                held.append(cycles.settled(opened.wall, opened.sees))
    warm, last = held
    assert opened.wall.eyes.falls == 0
    assert all(now <= then for now, then in zip(last[:5], warm[:5], strict=True)), (warm, last)
    assert last.rss_mb - warm.rss_mb < 20


class Use(NamedTuple):
    threads: int
    descriptors: int
    rss_mb: float


def use(pid: int) -> Use:
    process = psutil.Process(pid)
    return Use(process.num_threads(), process.num_fds(), process.memory_info().rss / 1e6)


def picture() -> bytes:
    image = QImage(320, 180, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPG")
    return bytes(buffer.data().data())


def clip(folder: Path) -> Path:
    """One second, by ffmpeg."""
    made = folder / "clip.mp4"
    command = [str(servers.FFMPEG), "-loglevel", "error", "-f", "lavfi", "-i", servers.PICTURE, "-t", "1", *servers.ENCODED, str(made)]
    subprocess.run(command, check=True, timeout=30)
    return made
