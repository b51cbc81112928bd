"""One request of HTTP to the host an operator named. One thread; `Getter` keeps its connection."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from console import __version__
from console.comms.tiles.address import shown

MAX_BYTES = 4 * 1024 * 1024
MAX_REDIRECTS = 3
AGENT = f"Fengsui/{__version__} (map tiles for offline use of one office)"
_CHUNK = 65_536
_REDIRECTS = (301, 302, 303, 307, 308)


class NoAnswer(Exception):
    """It may come if asked again; the text says why there was none."""


class Refused(Exception):
    """Asking again would not help; the text says why."""


class Got(NamedTuple):
    status: int
    kind: str
    body: bytes
    wait_s: float
    """What `Retry-After` asks for, 0 where it says nothing."""


class Getter:
    """`timeout_s`: for an answer in all, however slowly it drips."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._open: tuple[tuple[str, str | None, int | None], http.client.HTTPConnection] | None = None

    def close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def get(self, url: str) -> Got:
        """Raises NoAnswer or Refused."""
        ends_s = time.monotonic() + self._timeout_s
        first = urlsplit(url)
        for _ in range(MAX_REDIRECTS + 1):
            got, to = self._once(url, ends_s)
            if to is None:
                return got
            target = urlsplit(to)
            if (target.scheme, target.netloc) != (first.scheme, first.netloc):
                self.close()
                raise Refused(f"{shown(url)} sends elsewhere, to {shown(to)}; enter that address itself if it is right")
            url = to
        raise Refused(f"{shown(url)} sends from one place to the next without an end")

    def _once(self, url: str, ends_s: float) -> tuple[Got, str | None]:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection = self._connection(parts.scheme, parts.hostname, parts.port, ends_s)
            connection.request("GET", path, headers={"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity"})
            answer = connection.getresponse()
            body = _body(connection, answer, ends_s)
            to = answer.getheader("Location")
            got = Got(answer.status, answer.getheader("Content-Type", ""), body, _seconds(answer.getheader("Retry-After", "")))
            if answer.will_close:
                self.close()
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise Refused(f"{parts.hostname} shows a certificate that is not believed ({error.verify_message})") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise NoAnswer(f"{parts.netloc}: {_why(error)}") from error
        except BaseException:
            self.close()
            raise
        return got, urljoin(url, to) if got.status in _REDIRECTS and to else None

    def _connection(self, scheme: str, host: str | None, port: int | None, ends_s: float) -> http.client.HTTPConnection:
        key, left_s = (scheme, host, port), max(0.1, ends_s - time.monotonic())
        if self._open is None or self._open[0] != key:
            self.close()
            kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
            self._open = (key, kind(host or "", port, timeout=left_s))
        connection = self._open[1]
        if connection.sock is not None:
            connection.sock.settimeout(left_s)
        return connection


def _body(connection: http.client.HTTPConnection, answer: http.client.HTTPResponse, ends_s: float) -> bytes:
    body = bytearray()
    while True:
        left_s = ends_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(left_s)
        chunk = answer.read1(_CHUNK)
        body += chunk
        if len(body) > MAX_BYTES:
            raise Refused(f"an answer of more than {MAX_BYTES // 2**20} MiB is no map tile")
        if not chunk:
            break
    if answer.length:
        raise http.client.IncompleteRead(bytes(body), answer.length)
    answer.close()  # read to its end: the connection is free for the next
    return bytes(body)


def _seconds(text: str) -> float:
    return min(float(text), 3600.0) if text.strip().isdigit() and len(text) < 9 else 0.0


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, socket.gaierror):
        return "its name is not known here (is there a network?)"
    if isinstance(error, ConnectionRefusedError):
        return "nobody answers there"
    if isinstance(error, http.client.IncompleteRead | http.client.RemoteDisconnected | ConnectionError):
        return "the connection was cut"
    return (str(getattr(error, "strerror", None) or error) or type(error).__name__)[:200]
