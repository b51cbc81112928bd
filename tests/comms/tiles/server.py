"""A map server on this machine, of XYZ and WMTS, that can be stalled, killed, started again on its port, and made to send anything."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.models.maps.material import PNG

Answer = tuple[int, dict[str, str], bytes]


def picture(path: str) -> bytes:
    """A PNG of its own for each address: a text chunk before the end."""
    chunk = b"tEXt" + path.encode()
    return PNG[:-12] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + PNG[-12:]


def plain(path: str) -> Answer:
    return 200, {"Content-Type": "image/png"}, picture(path)


class MapServer:
    """Attributes: `asked`, paths in the order they came; `agents`; `answer`, what gives the answer to a path (None: never any answer)."""

    def __init__(self, answer: Callable[[str], Answer | None] = plain, port: int = 0) -> None:
        self.answer, self.asked, self.agents = answer, list[str](), set[str]()
        self.letting_go = threading.Event()
        self.start(port)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, port: int = 0) -> None:
        self.letting_go.clear()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 20

            def do_GET(self) -> None:
                outer.serve(self)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = False
            allow_reuse_address = True

            def handle_error(self, *_: Any) -> None:
                pass  # a client that went away

        self._server = Server(("127.0.0.1", port), Handler)
        self._connections: set[Any] = set()
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        self._connections.add(handler.connection)
        self.asked.append(handler.path)
        self.agents.add(handler.headers.get("User-Agent", ""))
        answer = self.answer(handler.path)
        if answer is None:
            self.letting_go.wait()
            handler.close_connection = True
            return
        status, headers, body = answer
        handler.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
        if int(headers.get("Content-Length", len(body))) != len(body):
            handler.close_connection = True

    def stop(self) -> None:
        self.letting_go.set()
        self._server.shutdown()
        self._server.socket.close()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        self._thread.join()
