"""Events as JSON lines, for other programs and for people."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from console.models import kinds
from console.models.clock import ms_of
from console.models.event import Origin

_encode = msgspec.json.Encoder().encode


def records(
    connection: sqlite3.Connection, *, topic_prefix: str = "", origin: Origin | None = None, last: int | None = None
) -> Iterator[dict[str, Any]]:
    """Events in order of arrival, as plain values; `last`: only so many from the end."""
    where = ["substr(s.topic, 1, ?) = ?"]
    values: list[Any] = [len(topic_prefix), topic_prefix]
    if origin is not None:
        where.append("s.origin = ?")
        values.append(origin)
    sql = (
        "SELECT e.position, s.origin, s.topic, e.seq, e.hlc, e.heard_ms, e.kind, e.subject, e.body, e.prev, e.signature "
        f"FROM event e JOIN stream s ON s.id = e.stream WHERE {' AND '.join(where)} ORDER BY e.position"
    )
    if last is not None:
        sql = f"SELECT * FROM ({sql} DESC LIMIT ?) ORDER BY 1"
        values.append(last)
    for row in connection.execute(sql, values):
        yield _record(*row)


def _record(
    position: int,
    origin: bytes,
    topic: str,
    seq: int,
    hlc: int,
    heard_ms: int,
    kind: str,
    subject: str,
    raw: bytes,
    prev: bytes,
    seal: bytes,
) -> dict[str, Any]:
    return {
        "position": position,
        "origin": origin.hex(),
        "topic": topic,
        "seq": seq,
        "hlc": hlc,
        "time": time_text(hlc),
        "heard_ms": heard_ms,
        "kind": kind,
        "subject": subject,
        "body": body_values(kind, raw),
        "prev": prev.hex(),
        "signature": seal.hex(),
    }


def time_text(hlc: int) -> str:
    """ISO 8601 UTC with milliseconds of an hlc; its bare milliseconds when no calendar has them."""
    try:
        return datetime.fromtimestamp(ms_of(hlc) / 1000, UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        return f"{ms_of(hlc)} ms"


def body_values(kind: str, raw: bytes) -> Any:
    """A body as plain values; {"msgpack": hex} when it is of an unknown kind and not plain msgpack."""
    try:
        body = kinds.decode_body(kind, raw)
        return msgspec.to_builtins(msgspec.msgpack.decode(raw) if body is None else body, str_keys=True)
    except (msgspec.DecodeError, TypeError, ValueError):
        return {"msgpack": raw.hex()}


def line(record: dict[str, Any]) -> str:
    return _encode(record).decode()
