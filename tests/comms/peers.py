"""Real peers in this process for tests: real journals, keys and sockets; always stopped at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from console.comms.local.messages import Draft, Link
from console.comms.peer import Peer
from console.models import kinds
from console.models.event import Stream
from console.models.identity import owned_subject
from console.models.journal.reading import Reader
from console.models.paths import DataDir
from tests.waiting import deadline

AREA, BELOW = "6527", "652701"


class House:
    """Starts peers under one directory and stops them."""

    def __init__(self, root: Path, stack: ExitStack) -> None:
        self.root, self._stack = root, stack

    def node(
        self, name: str = "node", *, area: str = AREA, listen: str = "tcp://127.0.0.1:0", wall: Callable[[], int] | None = None
    ) -> Peer:
        more = {} if wall is None else {"wall": wall}
        return self.start(Peer(DataDir(self.root / name), listen=[listen], name=name, area=area, local=False, **more))

    def start(self, peer: Peer) -> Peer:
        peer.start()
        self._stack.callback(peer.stop)
        return peer

    def bare(self, name: str) -> Peer:
        return self.start(Peer(DataDir(self.root / name), local=False))

    def joined(self, node: Peer, name: str = "unit", *, role: str = "unit", area: str = BELOW) -> Peer:
        peer = self.bare(name)
        peer.join(node.invite(role, area).result(5), name).result(20)
        return peer

    def held(self, name: str, origin: str) -> dict[str, int]:
        """topic -> seq of what the journal file of `name` holds of a peer."""
        reader = Reader(DataDir(self.root / name).journal)
        try:
            return {topic: seq for (held, topic), (seq, _) in reader.heads().items() if held.hex() == origin}
        finally:
            reader.close()

    def heads(self, name: str) -> dict[Stream, tuple[int, bytes]]:
        reader = Reader(DataDir(self.root / name).journal)
        try:
            return reader.heads()
        finally:
            reader.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with ExitStack() as stack:
        yield House(tmp_path, stack)


def own(peer: Peer, local: str = "u") -> str:
    return owned_subject(bytes.fromhex(peer.origin), local)


def report(peer: Peer, text: str = "here") -> Draft:
    return Draft(kind="unit.report", subject=own(peer), body=kinds.encode_body(kinds.UnitReport(text=text)))


def position(peer: Peer, lon: float = 82.0) -> Draft:
    return Draft(kind="unit.position", subject=own(peer), body=kinds.encode_body(kinds.UnitPosition(lon=lon, lat=44.0)))


def link(peer: Peer, name: str = "", **want: str) -> Link:
    """The peer's link to `name` (or its only one), once it is as wanted."""

    def found() -> Link | None:
        links = [each for each in peer.links() if name in ("", each.name)]
        return next((each for each in links if all(getattr(each, key) == value for key, value in want.items())), None)

    answer = deadline(found, f"link to {name or 'anyone'} with {want}", 15)
    assert answer is not None
    return answer
