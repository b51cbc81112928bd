"""Looks at every peer while a drill is played: what its journal holds, and which links its operator sees."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable

from console.comms.local.client import LocalClient
from console.comms.local.messages import Hello, Link, LinksNow, Welcome
from console.errors import Fault
from console.models.event import Stream
from tests.drill.ledger import Ledger
from tests.netlab.post import Post

LOOK_S = 0.2
"""How exactly it is known when something became known."""
_HELD = "SELECT e.position, s.origin, s.topic, e.seq FROM event e JOIN stream s ON s.id = e.stream WHERE e.position > ? ORDER BY e.position"
_EARLY = "SELECT origin, topic, seq FROM early"
_UP = ("online", "slow")


class _Eye:
    """On one post. `above`: the name of the node that it is linked with when all is well, "" for the highest."""

    def __init__(self, post: Post, above: str, ledger: Ledger) -> None:
        self._post, self._above, self._ledger = post, above, ledger
        self._journal: sqlite3.Connection | None = None
        self._client: LocalClient | None = None
        self._position = 0
        self._links: list[Link] | None = None

    def look(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._read()
        self._listen()
        if self._client is None or self._links is not None:  # it has not said yet
            self._ledger.turn(self._post.name, self._state())

    def _read(self) -> None:
        if self._journal is None:
            self._journal = sqlite3.connect(f"file:{self._post.data.journal}?mode=ro", uri=True)
        for position, origin, topic, seq in self._journal.execute(_HELD, (self._position,)):
            self._position = position
            self._ledger.learn(self._post.name, (Stream(origin, topic), seq), early=False)
        for origin, topic, seq in self._journal.execute(_EARLY):
            self._ledger.learn(self._post.name, (Stream(origin, topic), seq), early=True)

    def _listen(self) -> None:
        if self._client is not None and self._client.lost:
            self._hang_up()
        if self._client is None:
            with contextlib.suppress(Fault):
                self._client = self._post.client()
                self._client.send(Hello(watch=True))
        while self._client is not None and (messages := self._client.receive()):
            for message in messages:
                if isinstance(message, Welcome | LinksNow):
                    self._links = message.links

    def _state(self) -> str:
        if self._client is None:
            return "dead"
        up = {link.name for link in self._links or () if link.state in _UP and link.carrier != "beidou"}
        if not self._above or self._above in up:
            return "linked"
        return "beside" if up else "alone"

    def _hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = self._links = None

    def close(self) -> None:
        self._hang_up()
        if self._journal is not None:
            self._journal.close()


class Watch:
    """A thread that looks at all of them in turn until the block is left."""

    def __init__(self, posts: Iterable[tuple[Post, str]], ledger: Ledger) -> None:
        self._eyes = [_Eye(post, above, ledger) for post, above in posts]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch")

    def _run(self) -> None:
        try:
            while not self._over.wait(LOOK_S):
                for eye in self._eyes:
                    eye.look()
        finally:
            for eye in self._eyes:
                eye.close()

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
