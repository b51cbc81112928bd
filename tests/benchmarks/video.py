"""Nine streams of 720p at 25 frames per second on a real wall, beside bare ffmpeg decoding the same; and how soon the first picture is there.

Streams are MPEG-TS over UDP and loopback, made once and sent by ffmpeg without encoding anew. A figure is None where there is no ffmpeg.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import psutil

from tests.benchmarks.harness import child, pace
from tests.benchmarks.report import Figure, Goal

STREAMS = 9
WATCH_S = 15.0
FIRST_PORT = 23_000
FFMPEG = shutil.which("ffmpeg")


def measure() -> list[Figure]:
    if FFMPEG is None:
        print("video: Debian's ffmpeg is not installed, nothing measured", flush=True)
        return []
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
        clip = Path(scratch) / "clip.ts"
        source = [FFMPEG, "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25", "-t", "20", "-c:v", "libx264"]
        subprocess.run([*source, "-preset", "veryfast", "-pix_fmt", "yuv420p", "-b:v", "2M", "-g", "25", str(clip)], check=True)
        bare_share = _bare(clip)
        senders = [_send(clip, FIRST_PORT + at) for at in range(STREAMS)]
        try:
            with child("tests.benchmarks.video_window", scratch, str(STREAMS), str(FIRST_PORT), str(WATCH_S)) as window:
                told = window.answer(120)
        finally:
            for sender in senders:
                sender.kill()
                sender.wait()
    share = Figure(
        name="video-core-per-stream",
        value=told["process_share"] / STREAMS,
        unit="cores",
        limit=bare_share,
        goal=Goal.RATIO_AT_MOST,
        bound=4,
        parts={
            "window": told["window_share"] / STREAMS,
            "live": told["live"],
            "frames-per-s": told["frames_per_s"],
            "rss-mb": told["rss_mb"],
        },
        shown=told["live"] == STREAMS,
    )
    first = Figure(name="video-first-picture", value=told["first_s"], unit="s", goal=Goal.VALUE_AT_MOST, bound=1.5, parts=told["firsts"])
    return [share, first]


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


def _send(clip: Path, port: int) -> subprocess.Popen[bytes]:
    source = [str(FFMPEG), "-loglevel", "error", "-re", "-stream_loop", "-1", "-i", str(clip), "-c", "copy", "-f", "mpegts"]
    return subprocess.Popen([*source, f"udp://127.0.0.1:{port}?pkt_size=1316"], stdin=subprocess.DEVNULL)
