"""Asks a feed's server whether the feed is there, for a few hundred bytes: RTSP OPTIONS and DESCRIBE (RFC 2326), HTTP HEAD. No password is sent."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

MOST_ANSWER_BYTES = 16 * 1024
_PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
_LOCKED, _MISSING, _NO_HEAD = (401, 403, 407), (404, 410, 454), (405, 501)


class Answer(NamedTuple):
    """`code` and `detail` as in `health.Health`; `bytes`: sent and received."""

    code: str
    detail: str = ""
    bytes: int = 0


async def probe(url: str, timeout_s: float) -> Answer:
    """Never raises for what a server does; whatever it sends, at most MOST_ANSWER_BYTES are read."""
    scheme = urlsplit(url).scheme
    if scheme == "file":
        return Answer("up" if await asyncio.to_thread(Path(unquote(urlsplit(url).path)).is_file) else "missing")
    if scheme not in _PORTS:
        return Answer("unknown")
    try:
        async with asyncio.timeout(timeout_s):
            return await (_ask_rtsp if scheme.startswith("rtsp") else _ask_http)(url)
    except TimeoutError:
        return Answer("down", f"no answer within {timeout_s:g} s", 200)
    except ConnectionRefusedError:
        return Answer("down", "nothing listens there", 100)
    except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        return Answer("down", getattr(error, "strerror", None) or "not an answer", 200)


async def _ask_http(url: str) -> Answer:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    asked = f"HEAD {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\nUser-Agent: fengsui\r\n\r\n"
    reader, writer = await _connect(url)
    try:
        status, size = await _exchange(reader, writer, asked, "HTTP/")
    finally:
        writer.close()
    return _judged(status, size, fine=_NO_HEAD)


async def _ask_rtsp(url: str) -> Answer:
    reader, writer = await _connect(url)
    try:
        status, size = await _exchange(reader, writer, f"OPTIONS {url} RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: fengsui\r\n\r\n", "RTSP/")
        if 200 <= status < 300:
            asked = f"DESCRIBE {url} RTSP/1.0\r\nCSeq: 2\r\nAccept: application/sdp\r\nUser-Agent: fengsui\r\n\r\n"
            status, more = await _exchange(reader, writer, asked, "RTSP/")
            size += more
    finally:
        writer.close()
    return _judged(status, size)


async def _connect(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    context = None
    if parts.scheme in ("https", "rtsps"):
        context = ssl.create_default_context()  # cameras sign their own certificates, and nothing secret is sent
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    port = parts.port or _PORTS[parts.scheme]
    return await asyncio.open_connection(parts.hostname, port, ssl=context, limit=MOST_ANSWER_BYTES)


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: str, begins: str) -> tuple[int, int]:
    """(status, bytes that went both ways). Raises ValueError for what is no answer."""
    data = asked.encode("ascii", "replace")
    writer.write(data)
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    first = head.split(b"\r\n", 1)[0].decode("latin-1").split()
    if len(first) < 2 or not first[0].startswith(begins) or not first[1].isdecimal():
        raise ValueError("no answer")
    return int(first[1]), len(data) + len(head) + 200


def _judged(status: int, size: int, fine: tuple[int, ...] = ()) -> Answer:
    if status < 400 or status in fine:
        return Answer("up", "", size)
    code = "locked" if status in _LOCKED else "missing" if status in _MISSING else "down"
    return Answer(code, "" if code != "down" else f"it answers {status}", size)
