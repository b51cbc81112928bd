"""Keeps what linked peers are known to hold, for the time after the link and the process. On the peer's thread.

Saved when a link ends and else at most once in SAVE_EVERY_MS for each peer, a few peers a turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from console.comms.local.messages import Link
from console.comms.peer.line import Line
from console.comms.session import Session
from console.models.clock import ms_of
from console.models.event import Origin, Vector
from console.models.journal import Journal
from console.models.journal.faults import StoreFault
from console.models.journal.known import Known

SAVE_EVERY_MS = 60_000
SAVED_TOGETHER = 16
CARRIER = "bundle"
_REACHED = ("online", "slow")


@dataclass
class _Watched:
    session: Session
    saved_ms: int
    saved: int = -1

    @property
    def revision(self) -> int:
        return sum(self.session.revisions.values())


class Holdings:
    """`wall`: UTC milliseconds by this machine's clock."""

    def __init__(self, journal: Journal, wall: Callable[[], int]) -> None:
        self._journal, self._wall = journal, wall
        self._watched: dict[Origin, _Watched] = {}
        self._carried: dict[str, int] = {}

    def turn(self, now_ms: int, lines: Iterable[Line]) -> None:
        """Look at who is linked by now, and save what is due."""
        here = {line.peer: line.session for line in lines if line.session.peer is not None and not line.over}
        ended = [peer for peer, watched in self._watched.items() if here.get(peer) is not watched.session]
        due = [peer for peer in ended if self._watched[peer].saved != self._watched[peer].revision]
        due += [
            peer
            for peer, watched in self._watched.items()
            if peer not in ended and now_ms - watched.saved_ms >= SAVE_EVERY_MS and watched.saved != watched.revision
        ]
        saved = self._save(due[:SAVED_TOGETHER], now_ms)
        for peer in ended:
            if peer in saved or peer not in due:
                del self._watched[peer]
        for peer, session in here.items():
            self._watched.setdefault(peer, _Watched(session, now_ms))

    def learn(self, peer: Origin, vector: Vector, said_hlc: int) -> None:
        """What a peer said on paper, as it were, that it holds. An older word than the one known is not heeded."""
        known = self._journal.known_of(peer)
        if known is None or said_hlc > known.said_hlc:
            skew_ms = known.skew_ms if known is not None else None
            self._carried[peer.hex()] = min(ms_of(said_hlc) - (skew_ms or 0), self._wall())
            self._journal.learn({peer: Known.of(vector, said_hlc, self._wall(), skew_ms)})

    def mark(self, links: Sequence[Link]) -> None:
        """Those whose peers no link reaches, and of whom a stick brought later news."""
        for link in links:
            said_ms = self._carried.get(link.peer)
            if said_ms is not None and link.state not in _REACHED and said_ms > (link.heard_ms or 0):
                link.carrier, link.heard_ms = CARRIER, said_ms

    def save(self) -> None:
        """All that is not saved yet: the peer ends."""
        self._save([peer for peer, watched in self._watched.items() if watched.saved != watched.revision], 0)

    def _save(self, due: list[Origin], now_ms: int) -> set[Origin]:
        if not due:
            return set()
        try:
            self._journal.learn({peer: self._known(peer) for peer in due})
        except StoreFault:
            return set()  # it stands as a fault already; this can wait
        for peer in due:
            watched = self._watched[peer]
            watched.saved, watched.saved_ms = watched.revision, now_ms
        return set(due)

    def _known(self, peer: Origin) -> Known:
        session = self._watched[peer].session
        hello = session.peer
        assert hello is not None  # or it would not be watched
        return Known.of(session.acked, hello.hlc, self._wall(), session.skew_ms)
