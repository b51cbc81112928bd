"""Real servers of video on loopback, to be killed, stalled and started again: ffmpeg for HLS, TS, UDP and MJPEG, GStreamer's for RTSP.

Each is a process of its own; pictures are ffmpeg's and GStreamer's test pictures, which never repeat.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

import pytest

from tests.waiting import deadline

FFMPEG = shutil.which("ffmpeg")
SYSTEM_PYTHON = "/usr/bin/python3"
PICTURE = "testsrc2=size=320x180:rate=25"
ENCODED = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "10"]
_RTSP = """
import sys, gi
gi.require_version("Gst", "1.0"); gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer
Gst.init(None)
server = GstRtspServer.RTSPServer(); server.set_address("127.0.0.1"); server.set_service(sys.argv[1])
factory = GstRtspServer.RTSPMediaFactory(); factory.set_shared(True)
factory.set_launch("( videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=180,framerate=25/1 ! "
                   "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=10 ! rtph264pay name=pay0 pt=96 config-interval=1 )")
server.get_mount_points().add_factory("/cam", factory)
server.attach(None); GLib.MainLoop().run()
"""


@functools.cache
def without_ffmpeg() -> str:
    return "" if FFMPEG else "Debian's ffmpeg is not installed"


@functools.cache
def without_rtsp() -> str:
    """Why there can be no RTSP server, "" when there can."""
    asked = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import Gst; Gst.init(None); "
    asked += "assert Gst.ElementFactory.find('x264enc')"
    try:
        code = subprocess.run([SYSTEM_PYTHON, "-c", asked], capture_output=True, timeout=30).returncode
    except OSError:
        code = 1
    return "" if code == 0 else "GStreamer's RTSP server is not installed (packaging/apt-packages.txt, what tests use)"


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


class Server:
    """One feed. `url` stays when it is started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = ""
        self._processes: list[subprocess.Popen[bytes]] = []

    def commands(self) -> list[list[str]]:
        raise NotImplementedError

    def start(self) -> Self:
        for command in self.commands():
            self._processes.append(
                subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
        self.wait_ready()
        return self

    def wait_ready(self) -> None:
        deadline(lambda: listens(self.port), f"{type(self).__name__} listens", 15)

    def stall(self) -> None:
        for process in self._processes:
            process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        for process in self._processes:
            process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
        self._processes.clear()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()


def listens(port: int) -> bool:
    """By the kernel's table: a connection would be taken for the one client that ffmpeg serves."""
    held = (line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:])
    return any(fields[1].endswith(f":{port:04X}") and fields[3] == "0A" for fields in held)


class Ts(Server):
    """MPEG-TS over HTTP, to one client at a time; started again for each."""

    def __init__(self, folder: Path, size: str = PICTURE) -> None:
        super().__init__(folder)
        self._picture = size
        self.url = f"http://127.0.0.1:{self.port}/cam.ts"

    def commands(self) -> list[list[str]]:
        source = [str(FFMPEG), "-loglevel", "error", "-re", "-f", "lavfi", "-i", self._picture, *ENCODED]
        return [[*source, "-f", "mpegts", "-listen", "1", f"http://127.0.0.1:{self.port}/cam.ts"]]


class Mjpeg(Server):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"http://127.0.0.1:{self.port}/cam.mjpg"

    def commands(self) -> list[list[str]]:
        source = [str(FFMPEG), "-loglevel", "error", "-re", "-f", "lavfi", "-i", PICTURE, "-c:v", "mjpeg", "-pix_fmt", "yuvj420p"]
        return [[*source, "-f", "mpjpeg", "-listen", "1", f"http://127.0.0.1:{self.port}/cam.mjpg"]]


class Udp(Server):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.port = free_port(socket.SOCK_DGRAM)
        self.url = f"udp://@127.0.0.1:{self.port}"

    def commands(self) -> list[list[str]]:
        source = [str(FFMPEG), "-loglevel", "error", "-re", "-f", "lavfi", "-i", PICTURE, *ENCODED]
        return [[*source, "-f", "mpegts", f"udp://127.0.0.1:{self.port}?pkt_size=1316"]]

    def wait_ready(self) -> None:
        """It sends whether anybody listens or not."""


class Hls(Server):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"http://127.0.0.1:{self.port}/cam.m3u8"

    def commands(self) -> list[list[str]]:
        source = [str(FFMPEG), "-loglevel", "error", "-re", "-f", "lavfi", "-i", PICTURE, *ENCODED]
        hls = ["-f", "hls", "-hls_time", "0.4", "-hls_list_size", "6", "-hls_flags", "delete_segments", str(self.folder / "cam.m3u8")]
        serving = [sys.executable, "-m", "http.server", str(self.port), "--bind", "127.0.0.1", "--directory", str(self.folder)]
        return [[*source, *hls], serving]

    def wait_ready(self) -> None:
        super().wait_ready()
        deadline((self.folder / "cam.m3u8").exists, "there is a playlist", 15)

    def kill(self) -> None:
        super().kill()
        for path in self.folder.glob("cam*"):
            path.unlink()


class Rtsp(Server):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"rtsp://127.0.0.1:{self.port}/cam"

    def commands(self) -> list[list[str]]:
        return [[SYSTEM_PYTHON, "-c", _RTSP, str(self.port)]]


SERVERS: dict[str, type[Server]] = {"rtsp": Rtsp, "hls": Hls, "ts": Ts, "mjpeg": Mjpeg, "udp": Udp}


def make(kind: str, folder: Path) -> Server:
    """Skips the test, with the reason, where this machine cannot."""
    why = without_ffmpeg() or (without_rtsp() if kind == "rtsp" else "")
    if why:
        pytest.skip(why)
    return SERVERS[kind](folder)


class Relay:
    """Between one HTTP server and its client: `spoil` what goes through, from now on or no more."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.spoiling = False
        self.spoiled = 0
        self._over = False
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over = True
        with socket.socket() as knocking:
            knocking.connect_ex(("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        while not self._over:
            client, _ = self._socket.accept()
            if not self._over:
                self._carry(client)
            client.close()

    def _carry(self, client: socket.socket) -> None:
        client.settimeout(0.2)
        try:
            with socket.create_connection(("127.0.0.1", self._target), 1) as server:
                server.settimeout(0.2)
                server.sendall(client.recv(4096))
                self._pump(server, client)
        except OSError:
            return

    def _pump(self, server: socket.socket, client: socket.socket) -> None:
        while not self._over:
            try:
                data = server.recv(4096)
            except TimeoutError:
                continue
            if not data:
                return
            if self.spoiling:
                self.spoiled += 1
                data = bytes(byte ^ 0x5A if at % 3 else byte for at, byte in enumerate(data))
            client.sendall(data)


class Still:
    """A server of single pictures, in this process. `status`: what it answers; `jpeg`: the picture; `password`: what Authorization
    must hold, "" none; `asked`: headers of each request."""

    def __init__(self, jpeg: bytes) -> None:
        self.jpeg, self.status, self.password = jpeg, 200, ""
        self.asked: list[dict[str, str]] = []
        told = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told.asked.append(dict(self.headers))
                locked = bool(told.password) and told.password not in self.headers.get("Authorization", "")
                status = 401 if locked else told.status
                self.send_response(status)
                if status == 401:
                    self.send_header("WWW-Authenticate", 'Basic realm="camera"')
                self.send_header("Content-Length", str(len(told.jpeg)))
                self.end_headers()
                self.wfile.write(told.jpeg)

            do_HEAD = do_GET

            def log_message(self, *_: object) -> None:
                """Nothing is printed."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/still.jpg"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
