"""What other peers were last known to hold: kept beside the events, so that it outlives the process and the link.

It decides what a bundle for a peer need not carry, and is only ever too little: what is sent twice does no harm.
"""

from __future__ import annotations

import sqlite3

import msgspec

from console.models.event import Origin, Stream, Vector
from console.models.journal import meta


class Known(msgspec.Struct, frozen=True):
    """`said_hlc`: by that peer's own clock, when it last said as a whole what it holds; `as_of_ms`: by ours, when anything was last
    learned; `skew_ms`: its clock less ours, None when never measured; `held`: {topic: [(origin, seq)]}."""

    said_hlc: int
    as_of_ms: int
    skew_ms: int | None
    held: dict[str, list[tuple[Origin, int]]]

    @classmethod
    def of(cls, vector: Vector, said_hlc: int, as_of_ms: int, skew_ms: int | None) -> Known:
        held: dict[str, list[tuple[Origin, int]]] = {}
        for (origin, topic), seq in vector.items():
            held.setdefault(topic, []).append((origin, seq))
        return cls(said_hlc, as_of_ms, skew_ms, held)

    def vector(self) -> Vector:
        return {Stream(origin, topic): seq for topic, ends in self.held.items() for origin, seq in ends}


def read(connection: sqlite3.Connection, peer: Origin) -> Known | None:
    return meta.get(connection, _key(peer), Known)


def write(connection: sqlite3.Connection, peer: Origin, known: Known) -> None:
    """Inside the writer's transaction."""
    meta.put(connection, _key(peer), known)


def _key(peer: Origin) -> str:
    return f"known:{peer.hex()}"
