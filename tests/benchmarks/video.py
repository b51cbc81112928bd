"""Nine streams of 720p at 25 frames per second on a real wall, beside bare ffmpeg decoding the same; and how soon a first picture is there, by
each transport.

Cameras are `tests/views/video/cameras.py`: one clip at 2 Mbit/s without B frames and with a key frame each second, sent by ffmpeg without
encoding anew. Who joins multicast (UDP) or HTTP-TS in the middle waits for the next key frame, up to a second, whatever the program; a camera that
has one every 4 s cannot give a picture sooner. Nothing is measured where there is no ffmpeg, RTSP not where there is no server for it.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from tests.benchmarks.harness import child, pace
from tests.benchmarks.report import Figure, Goal
from tests.views.video.cameras import KINDS, Camera, Udp, make_clip
from tests.views.video.servers import FFMPEG, without_ffmpeg, without_rtsp

STREAMS = 9
WATCH_S = 15.0
OPENINGS = 9


def measure() -> list[Figure]:
    if without_ffmpeg():
        print(f"video: {without_ffmpeg()}, nothing measured", flush=True)
        return []
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
        clip = make_clip(Path(scratch))
        firsts = [_first(kind, Path(scratch), clip) for kind in KINDS if kind != "rtsp" or not without_rtsp()]
        return [_share(Path(scratch), clip), *firsts]


def _first(kind: str, scratch: Path, clip: Path) -> Figure:
    """The slowest of all but the first opening is held against the goal: at random moments, a key frame is up to a second away."""
    with ExitStack() as stack:
        camera = stack.enter_context(at_work(KINDS[kind], scratch / kind, clip))
        window = stack.enter_context(child("tests.benchmarks.video_window", "first", str(scratch), camera.url, str(OPENINGS)))
        told = window.answer(120)
    waits = told["waits_s"]
    parts = {"median": statistics.median(waits), "least": min(waits), "cold": told["cold_s"]}
    return Figure(name=f"video-first-{kind}", value=max(waits), unit="s", goal=Goal.VALUE_AT_MOST, bound=1.5, parts=parts)


def _share(scratch: Path, clip: Path) -> Figure:
    bare_share = _bare(clip)
    with ExitStack() as stack:
        cameras = [stack.enter_context(at_work(Udp, scratch / f"udp{at}", clip)) for at in range(STREAMS)]
        urls = [camera.url for camera in cameras]
        window = stack.enter_context(child("tests.benchmarks.video_window", "share", str(scratch), str(WATCH_S), *urls))
        told = window.answer(120)
    return Figure(
        name="video-core-per-stream",
        value=told["process_share"] / STREAMS,
        unit="cores",
        limit=bare_share,
        goal=Goal.RATIO_AT_MOST,
        bound=2,
        parts={
            "window": told["window_share"] / STREAMS,
            "live": told["live"],
            "frames-per-s": told["frames_per_s"],
            "rss-mb": told["rss_mb"],
        },
        shown=told["live"] == STREAMS,
    )


@contextmanager
def at_work(kind: type[Camera], folder: Path, clip: Path) -> Iterator[Camera]:
    folder.mkdir(exist_ok=True)
    with kind(folder, clip) as camera:
        yield camera


def _bare(clip: Path) -> float:
    """Cores that ffmpeg takes for one of them, decoded at its own pace and thrown away."""
    decoding = subprocess.Popen([str(FFMPEG), "-loglevel", "error", "-threads", "1", "-re", "-i", str(clip), "-an", "-f", "null", "-"])
    process = psutil.Process(decoding.pid)
    pace(2)
    before = process.cpu_times()
    pace(WATCH_S / 2)
    after = process.cpu_times()
    decoding.kill()
    decoding.wait()
    return (after.user + after.system - before.user - before.system) / (WATCH_S / 2)
