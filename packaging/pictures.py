"""Make the pictures of the README from the real program: real peers, real sockets, a real window in a virtual display.

    pictures.py demo --out FILE.png
    pictures.py all --into DIR [--recordings DIR]

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
from pathlib import Path

FENGSUI = [sys.executable, "-m", "console"]
SIZE = "1600x900"
EXAMPLE_S = 100
"""Seconds of the example to let pass at its 60x: everything the window shows has happened by then."""

RECORDINGS = {
    "calls.png": ("incidents/sf_fire_calls_2020.csv", 600, 40),
    "vessels.png": ("ais_nmea/ais_dk_stream_example.txt", 10, 30),
    "track.png": ("gpx/bus304_limerick.gpx", 60, 30),
}
"""Picture -> recording, speed, seconds to let pass."""


def fengsui(*words: str) -> str:
    return subprocess.run([*FENGSUI, *words], check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout


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


def example(out: Path, lang: str, theme: str) -> None:
    with tempfile.TemporaryDirectory(prefix="fengsui-picture-") as data:
        words = ["--data", data, "--example-after", str(EXAMPLE_S), "--size", SIZE, "--lang", lang, "--theme", theme]
        fengsui("shot", *words, "--out", str(out))


def recorded(out: Path, recording: Path, speed: int, after_s: int) -> None:
    """A node, `recording` played to it over its socket, and a window that watches the node."""
    with tempfile.TemporaryDirectory(prefix="fengsui-picture-") as data:
        listen = f"tcp://127.0.0.1:{free_port()}"
        with running("node", "--data", data, "--listen", listen, "--area", "6527") as node:
            assert node.stdout is not None
            node.stdout.readline()
            token = fengsui("enrol", "--data", data, "--role", "gateway", "--area", "652701").split()[-1]
            with running("play", str(recording), "--join", token, "--speed", str(speed)) as player:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    player.wait(after_s)
                fengsui("shot", "--data", data, "--size", SIZE, "--lang", "zh_CN", "--theme", "day", "--out", str(out))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parsers = parser.add_subparsers(dest="what", required=True)
    parsers.add_parser("demo").add_argument("--out", type=Path, required=True)
    every = parsers.add_parser("all")
    every.add_argument("--into", type=Path, required=True)
    every.add_argument("--recordings", type=Path)
    args = parser.parse_args()
    if args.what == "demo":
        example(args.out, "zh_CN", "day")
        print(f"{args.out} is what the window shows {EXAMPLE_S} s into the example")
        return 0
    example(args.into / "console.png", "zh_CN", "day")
    example(args.into / "night.png", "en", "night")
    for name, (path, speed, after_s) in RECORDINGS.items():
        if args.recordings is None:
            print(f"{name}: left as it is (no --recordings)")
        else:
            recorded(args.into / name, args.recordings / path, speed, after_s)
    return 0


if __name__ == "__main__":
    sys.exit(main())
