"""What was said in a drill, and when it became known where."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import NamedTuple

from console.models.event import Lane, Stream
from tests.netlab.post import Written

Key = tuple[Stream, int]
"""An event: its stream and its number there."""


@dataclass(frozen=True)
class Said:
    """`at_s`: since the drill began, when its writer's peer had acknowledged it. `text`: for a person; "" for what the units' pulse says."""

    at_s: float
    act: int
    by: str
    kind: str
    text: str
    stream: Stream
    seq: int

    @property
    def key(self) -> Key:
        return self.stream, self.seq

    @property
    def lane(self) -> Lane:
        return Lane(self.stream.topic.rpartition("/")[2])


class Known(NamedTuple):
    """`early`: it came by a narrow way, ahead of its stream."""

    at_s: float
    early: bool


class Span(NamedTuple):
    """An act, or a time for which a post was in one state. Seconds since the drill began."""

    name: str
    begins_s: float
    ends_s: float


@dataclass
class Ledger:
    """Written by the stage's threads and the watch; `known` by post name, `states` too: dead, alone, beside (linked, but to no node above),
    linked."""

    begun_s: float = field(default_factory=time.monotonic)
    said: list[Said] = field(default_factory=list)
    known: dict[str, dict[Key, Known]] = field(default_factory=dict)
    states: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    acts: list[Span] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now_s(self) -> float:
        return time.monotonic() - self.begun_s

    def begin(self, title: str) -> None:
        """A new act; the one before ends."""
        now_s = self.now_s()
        self.end()
        self.acts.append(Span(title, now_s, now_s))

    def end(self) -> None:
        if self.acts:
            self.acts[-1] = self.acts[-1]._replace(ends_s=self.now_s())

    def say(self, by: str, written: Written, text: str = "") -> Said:
        said = Said(self.now_s(), len(self.acts) - 1, by, written.kind, text, written.stream, written.seq)
        with self._lock:
            self.said.append(said)
        return said

    def learn(self, post: str, key: Key, *, early: bool) -> None:
        held = self.known.setdefault(post, {})
        if key not in held:
            held[key] = Known(self.now_s(), early)

    def turn(self, post: str, state: str) -> None:
        """The post is in this state from now on."""
        turns = self.states.setdefault(post, [])
        if not turns or turns[-1][1] != state:
            turns.append((self.now_s(), state))

    def spans(self, post: str) -> list[Span]:
        turns = self.states.get(post, [])
        ends = [at_s for at_s, _ in turns[1:]] + [self.acts[-1].ends_s]
        return [Span(state, at_s, end_s) for (at_s, state), end_s in zip(turns, ends, strict=True)]

    def when(self, said: Said, post: str) -> Known | None:
        return self.known.get(post, {}).get(said.key)
