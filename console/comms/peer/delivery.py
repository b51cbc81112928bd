"""Who waits for its events to be durable elsewhere too."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import NamedTuple

from console.models.event import Event, Vector


class Delivered(NamedTuple):
    """An event of ours that another peer holds for good. `topic` and `seq` name it, with our origin."""

    subject: str
    kind: str
    topic: str
    seq: int


class Deliveries:
    """Futures that are settled when every event of a write was acknowledged by a peer."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Vector, list[Delivered], Future[list[Delivered]]]] = []

    def add(self, events: Sequence[Event], future: Future[list[Delivered]]) -> None:
        until: Vector = {}
        for event in events:
            until[event.stream] = event.seq
        self._waiting.append((until, [Delivered(event.subject, event.kind, event.topic, event.seq) for event in events], future))

    def acknowledged(self, vector: Vector) -> None:
        if not self._waiting:
            return
        still = []
        for until, delivered, future in self._waiting:
            left = {stream: seq for stream, seq in until.items() if vector.get(stream, 0) < seq}
            if left:
                still.append((left, delivered, future))
            elif not future.cancelled():
                future.set_result(delivered)
        self._waiting = still

    def fail(self, error: Exception) -> None:
        for _, _, future in self._waiting:
            if not future.done():
                future.set_exception(error)
        self._waiting = []
