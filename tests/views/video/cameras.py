"""Cameras that never stop: one clip of 720p at 25 frames per second, sent over and over by ffmpeg without encoding anew, to as many as ask.

The clip is as fixed cameras send: H.264 at 2 Mbit/s without B frames, a key frame each second (as many do by default), so that who
joins at a random moment waits half a second for one on average, whatever the program. Transports: `KINDS`.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

from tests.views.video.servers import FFMPEG, SYSTEM_PYTHON, Server, free_port, listens
from tests.waiting import deadline

KEY_EVERY = 25
CLIP_S = 20
LARGE, SMALL = "1280x720", "320x180"
_RTSP = """
import sys, gi
gi.require_version("Gst", "1.0"); gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer
Gst.init(None)
server = GstRtspServer.RTSPServer(); server.set_address("127.0.0.1"); server.set_service(sys.argv[1])
factory = GstRtspServer.RTSPMediaFactory(); factory.set_shared(True)
factory.set_launch("( videotestsrc is-live=true pattern=smpte horizontal-speed=4 ! video/x-raw,width=%s,height=%s,framerate=25/1 ! "
                   "x264enc speed-preset=ultrafast tune=zerolatency bitrate=2000 key-int-max=25 ! "
                   "rtph264pay name=pay0 pt=96 config-interval=1 )" % tuple(sys.argv[2:]))
server.get_mount_points().add_factory("/cam", factory)
server.attach(None); GLib.MainLoop().run()
"""


def make_clip(folder: Path, size: str = LARGE, seconds: int = CLIP_S) -> Path:
    """An MPEG-TS file in `folder`, made once."""
    made = folder / f"clip-{size}.ts"
    source = [str(FFMPEG), "-loglevel", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25", "-t", str(seconds)]
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-pix_fmt", "yuv420p", "-b:v", "2M"]
    gop = ["-g", str(KEY_EVERY), "-keyint_min", str(KEY_EVERY), "-sc_threshold", "0"]
    subprocess.run([*source, *coded, *gop, str(made)], check=True, timeout=120)
    return made


def size_of(clip: Path) -> list[str]:
    """Width and height, by its name."""
    return clip.stem.partition("-")[2].split("x")


class Camera(Server):
    """`url` to open."""

    def __init__(self, folder: Path, clip: Path) -> None:
        super().__init__(folder)
        self.clip = clip

    def sent(self, *to: str) -> list[str]:
        return [str(FFMPEG), "-loglevel", "error", "-re", "-stream_loop", "-1", "-i", str(self.clip), "-c", "copy", *to]


class Udp(Camera):
    def __init__(self, folder: Path, clip: Path) -> None:
        super().__init__(folder, clip)
        self.port = free_port(socket.SOCK_DGRAM)
        self.url = f"udp://@127.0.0.1:{self.port}"

    def commands(self) -> list[list[str]]:
        return [self.sent("-f", "mpegts", f"udp://127.0.0.1:{self.port}?pkt_size=1316")]

    def wait_ready(self) -> None:
        """It sends whether anybody listens or not."""


class Hls(Camera):
    """Segments of 1 s, of which a playlist names six."""

    def __init__(self, folder: Path, clip: Path) -> None:
        super().__init__(folder, clip)
        self.url = f"http://127.0.0.1:{self.port}/live.m3u8"

    def commands(self) -> list[list[str]]:
        serving = [sys.executable, "-m", "http.server", str(self.port), "--bind", "127.0.0.1", "--directory", str(self.folder)]
        hls = ["-f", "hls", "-hls_time", "1", "-hls_list_size", "6", "-hls_flags", "delete_segments", str(self.folder / "live.m3u8")]
        return [self.sent(*hls), serving]

    def wait_ready(self) -> None:
        super().wait_ready()
        deadline((self.folder / "live2.ts").exists, "there are segments", 20)

    def kill(self) -> None:
        super().kill()
        for path in self.folder.glob("live*"):
            path.unlink()


class Rtsp(Camera):
    """GStreamer's server and encoder, with a client that stays, as a recorder does: the camera is at work already when we ask."""

    def __init__(self, folder: Path, clip: Path) -> None:
        super().__init__(folder, clip)
        self.url = f"rtsp://127.0.0.1:{self.port}/cam"

    def commands(self) -> list[list[str]]:
        return [[SYSTEM_PYTHON, "-c", _RTSP, str(self.port), *size_of(self.clip)]]

    def wait_ready(self) -> None:
        super().wait_ready()
        kept = self.folder / "kept.ts"
        recording = [str(FFMPEG), "-loglevel", "error", "-i", self.url, "-c", "copy", "-f", "mpegts", "-y", str(kept)]
        self._processes.append(subprocess.Popen(recording, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        deadline(lambda: kept.exists() and kept.stat().st_size > 0, "the camera has its first client", 20)


class Broadcast(Camera):
    """What ffmpeg writes, to every client of HTTP that asks, from `START` on: as a gateway between multicast and HTTP does it."""

    START = b""
    SKIPPED = 0
    """Bytes of `START` and what follows that are kept back."""
    TYPE = ""

    def __init__(self, folder: Path, clip: Path) -> None:
        super().__init__(folder, clip)
        self.url = f"http://127.0.0.1:{self.port}/cam"
        self._lock = threading.Lock()
        self._clients: dict[socket.socket, bool] = {}
        self._door: socket.socket | None = None
        self._threads: list[threading.Thread] = []

    @property
    def clients(self) -> int:
        """Open connections: whoever left was noticed when the next piece was sent."""
        with self._lock:
            return len(self._clients)

    def start(self) -> Self:
        self._door = socket.create_server(("127.0.0.1", self.port))
        sending = subprocess.Popen(self.commands()[0], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._processes.append(sending)
        self._threads = [threading.Thread(target=self._let_in, args=(self._door,)), threading.Thread(target=self._pump, args=(sending,))]
        for thread in self._threads:
            thread.start()
        self.wait_ready()
        return self

    def kill(self) -> None:
        door, self._door = self._door, None
        if door is not None:
            door.shutdown(socket.SHUT_RDWR)
            door.close()
        super().kill()
        for thread in self._threads:
            thread.join()
        with self._lock:
            for client in self._clients:
                client.close()
            self._clients.clear()

    def _let_in(self, door: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = door.accept()
                client.settimeout(5)
                with contextlib.suppress(OSError):
                    client.recv(4096)
                    client.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: " + self.TYPE.encode() + b"\r\n\r\n")
                with self._lock:
                    self._clients[client] = not self.START

    def _pump(self, sending: subprocess.Popen[bytes]) -> None:
        assert sending.stdout is not None
        with sending.stdout as out:
            while data := out.read1(1 << 16):  # type: ignore[attr-defined]
                with self._lock:
                    for client, joined in list(self._clients.items()):
                        self._give(client, data, joined=joined)

    def _give(self, client: socket.socket, data: bytes, *, joined: bool) -> None:
        at = 0 if joined else data.find(self.START) + self.SKIPPED
        if at < self.SKIPPED and not joined:
            return
        self._clients[client] = True
        try:
            client.sendall(data[at:])
        except OSError:
            del self._clients[client]
            client.close()


class Ts(Broadcast):
    TYPE = "video/mp2t"

    def commands(self) -> list[list[str]]:
        return [self.sent("-f", "mpegts", "pipe:1")]


class SparseTs(Ts):
    """Which says what is in it every two seconds alone, and to nobody at once."""

    START = b"\x47\x40\x00"
    SKIPPED = 2 * 188

    def commands(self) -> list[list[str]]:
        return [self.sent("-pat_period", "2", "-f", "mpegts", "pipe:1")]


class Mjpeg(Broadcast):
    START = b"--ffmpeg"
    TYPE = "multipart/x-mixed-replace;boundary=ffmpeg"

    def commands(self) -> list[list[str]]:
        source = [str(FFMPEG), "-loglevel", "error", "-re", "-stream_loop", "-1", "-i", str(self.clip)]
        return [[*source, "-c:v", "mjpeg", "-q:v", "6", "-pix_fmt", "yuvj420p", "-f", "mpjpeg", "pipe:1"]]


class File(Camera):
    """No server: the clip itself."""

    def __init__(self, folder: Path, clip: Path) -> None:
        super().__init__(folder, clip)
        self.url = f"file://{clip}"

    def start(self) -> Self:
        return self


KINDS: dict[str, type[Camera]] = {"rtsp": Rtsp, "hls": Hls, "ts": Ts, "udp": Udp, "mjpeg": Mjpeg, "file": File}
__all__ = ["KINDS", "Camera", "listens", "make_clip"]
