"""Make the pictures of the README from the real program: real peers, real sockets, a real window in a virtual display.

    pictures.py demo --out FILE.png
    pictures.py views --into DIR
    pictures.py all --into DIR [--recordings DIR]

`views` makes the wall, the monitoring and the video workspace and the risks alone; `all` makes these too.
The recordings (San Francisco fire calls, an AIS log, a GPX track) are not part of the product; without them the three pictures
made of them are left as they are.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

FENGSUI = [sys.executable, "-m", "console"]
SIZE = "1600x900"
DEMO_S, VIEWS_S, EXAMPLE_S = 170, 110, 330
"""Seconds of the example to let pass at its 60x: floods are foreseen by 100 s, the slide comes after about 110 s, by 330 s every part of the
window has its share."""
VIEWS = {
    "wall.png": ("--view", "wall", "--theme", "night"),
    "monitoring.png": ("--workspace", "monitoring", "--theme", "night"),
    "video.png": ("--workspace", "video", "--feeds", "--theme", "night"),
    "risks.png": ("--view", "risks", "--theme", "day"),
}
"""Picture -> what of the example it shows."""

RECORDINGS = {
    "calls.png": ("incidents/sf_fire_calls_2020.csv", 600, 40),
    "vessels.png": ("ais_nmea/ais_dk_stream_example.txt", 1, 20),
    "track.png": ("gpx/bus304_limerick.gpx", 60, 30),
}
"""Picture -> recording, speed, seconds to let pass."""


def fengsui(*words: str) -> str:
    """What the command prints. Raises SystemExit with its complaint when it fails."""
    done = subprocess.run([*FENGSUI, *words], check=False, capture_output=True, text=True, encoding="utf-8", errors="replace")
    if done.returncode:
        raise SystemExit(f"fengsui {words[0]} ended with {done.returncode}:\n{done.stderr[-4000:]}")
    return done.stdout


@contextlib.contextmanager
def running(*words: str) -> Iterator[subprocess.Popen[str]]:
    """A `fengsui` command that runs until the block is left."""
    with subprocess.Popen([*FENGSUI, *words], stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            yield process
        finally:
            process.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def example(data: str, out: Path, seconds: int, *shown: str) -> None:
    """The example's window, live."""
    words = ["--data", data, "--example-after", str(seconds), "--size", SIZE, "--lang", "zh_CN", *(shown or ("--theme", "day"))]
    fengsui("shot", *words, "--out", str(out))


def views(into: Path) -> None:
    """Each of an example of its own: a picture is of peers that run."""
    for name, shown in VIEWS.items():
        with tempfile.TemporaryDirectory(prefix="fengsui-picture-") as data:
            example(data, into / name, VIEWS_S, *shown)


def replayed(data: str, out: Path) -> None:
    """The same journal a minute before now, in English and by night."""
    at = (datetime.now().astimezone() - timedelta(minutes=1)).isoformat(timespec="seconds")
    words = ["--data", str(Path(data) / "example"), "--at", at, "--size", SIZE, "--lang", "en", "--theme", "night"]
    fengsui("shot", *words, "--out", str(out))


def recorded(out: Path, recording: Path, speed: int, after_s: int) -> None:
    """A node, `recording` played to it over its socket, and a window that watches the node."""
    with tempfile.TemporaryDirectory(prefix="fengsui-picture-") as data:
        listen = f"tcp://127.0.0.1:{free_port()}"
        with running("node", "--data", data, "--listen", listen, "--area", "6527", "--name", "汇聚节点") as node:
            assert node.stdout is not None
            node.stdout.readline()
            token = fengsui("enrol", "--data", data, "--role", "gateway", "--area", "652701").split()[-1]
            with running("play", str(recording), "--join", token, "--speed", str(speed)) as player:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    player.wait(after_s)
                fengsui("shot", "--data", data, "--fit", "--size", SIZE, "--lang", "zh_CN", "--theme", "day", "--out", str(out))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parsers = parser.add_subparsers(dest="what", required=True)
    parsers.add_parser("demo").add_argument("--out", type=Path, required=True)
    parsers.add_parser("views").add_argument("--into", type=Path, required=True)
    every = parsers.add_parser("all")
    every.add_argument("--into", type=Path, required=True)
    every.add_argument("--recordings", type=Path)
    args = parser.parse_args()
    if args.what == "demo":
        print(f"playing the example for {DEMO_S} s", flush=True)
        with tempfile.TemporaryDirectory(prefix="fengsui-picture-") as data:
            example(data, args.out, DEMO_S)
        print(f"{args.out} is what the window shows then")
        return 0
    views(args.into)
    if args.what == "views":
        return 0
    with tempfile.TemporaryDirectory(prefix="fengsui-picture-") as data:
        example(data, args.into / "console.png", EXAMPLE_S)
        replayed(data, args.into / "replay.png")
    for name, (path, speed, after_s) in RECORDINGS.items():
        if args.recordings is None:
            print(f"{name}: left as it is (no --recordings)")
        else:
            recorded(args.into / name, args.recordings / path, speed, after_s)
    return 0


if __name__ == "__main__":
    sys.exit(main())
