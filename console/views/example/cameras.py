"""`python -m console.views.example.cameras SCENARIO`: the cameras of an example as streams of pictures on this machine alone (HTTP MJPEG).

Prints its address and serves until its standard input ends, which it does with whoever started it. A stream is drawn only while it is watched.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication

from console.comms.gateways.scenario.form import Scenario, load_scenario
from console.models.clock import wall_ms
from console.views.age import moment_text
from console.views.example.scene import CAMERAS, Caption, picture
from console.views.example.story import Story
from console.views.i18n import CHINESE, ENGLISH, tr, use_language

FRAMES_S = 3.0
"""A second: enough to see that it lives, on two cores that have other work."""
MOST_WATCHERS = 32
QUALITY = 70
BOUNDARY = b"picture"


class Cameras:
    """Attributes: `names`, of the cameras that are drawn, by id. Any thread."""

    def __init__(self, scenario: Scenario, speed: float) -> None:
        self._story = Story(scenario, speed, time.monotonic())
        told = {event.subject: event.body.get("name") for event in scenario.event if event.kind == "feed.registered"}
        self.names = {key: str(told[key] or key) for key in CAMERAS if key in told}

    def jpeg(self, key: str, frame: int) -> bytes:
        """Raises KeyError for one that is not drawn."""
        camera = CAMERAS[key]
        weather = self._story.weather(time.monotonic(), camera.level, camera.rain)
        caption = Caption(
            self.names[key],
            tr("EXAMPLE: drawn by the program, nothing real"),
            moment_text(wall_ms()),
            tr("Level {value} m", value="{value}"),
            tr("Rain {value} mm/h", value="{value}"),
        )
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        picture(camera, weather, caption, frame).save(buffer, "JPG", QUALITY)  # type: ignore[call-overload]  # the stubs ask for what it refuses
        return bytes(buffer.data().data())


class Server(ThreadingHTTPServer):
    """On 127.0.0.1, at a port that the system chose."""

    daemon_threads = True

    def __init__(self, cameras: Cameras) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.cameras = cameras
        self.ending = threading.Event()
        self.room = threading.BoundedSemaphore(MOST_WATCHERS)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def end(self) -> None:
        self.ending.set()
        self.shutdown()


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        key, _, ending = self.path.strip("/").rpartition(".")
        if key not in self.server.cameras.names or ending not in ("mjpg", "jpg"):
            self.send_error(404)
        elif not self.server.room.acquire(blocking=False):
            self.send_error(503)
        else:
            try:
                self._stream(key) if ending == "mjpg" else self._one(key)
            except OSError:
                pass  # whoever watched has gone
            finally:
                self.server.room.release()

    def _one(self, key: str) -> None:
        body = self.server.cameras.jpeg(key, round(time.monotonic() * FRAMES_S))
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, key: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY.decode()}")
        self.end_headers()
        frame = 0
        while not self.server.ending.is_set():
            body = self.server.cameras.jpeg(key, frame)
            self.wfile.write(b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (BOUNDARY, len(body), body))
            frame += 1
            self.server.ending.wait(1 / FRAMES_S)

    def log_message(self, *_words: object) -> None:
        """Nobody reads it."""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    args = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QGuiApplication([])
    use_language(CHINESE if args.lang == "zh" else ENGLISH)
    server = Server(Cameras(load_scenario(args.scenario, args.lang), args.speed))
    threading.Thread(target=server.serve_forever, name="cameras", daemon=True).start()
    print(server.address, *server.cameras.names, flush=True)
    sys.stdin.read()
    server.end()
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main())
