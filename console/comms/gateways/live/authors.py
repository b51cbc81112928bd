"""Who writes for a gateway: a peer of this process, or the one that runs on the data directory already."""

from __future__ import annotations

from collections.abc import Sequence

from console.comms.gateways.live.scribe import Author
from console.comms.local.client import ask, look
from console.comms.local.messages import Draft, Write
from console.comms.peer import Peer
from console.errors import Fault
from console.models.clock import wall_ms
from console.models.paths import DataDir

WRITE_S = 60.0
AT_ONCE = 500


def author_of_peer(peer: Peer, data_dir: DataDir) -> Author:
    """After `peer.start`; may be used from any thread."""

    def write(drafts: Sequence[Draft]) -> None:
        for start in range(0, len(drafts), AT_ONCE):
            try:
                peer.write(drafts[start : start + AT_ONCE]).result(WRITE_S)
            except TimeoutError:
                raise Fault(
                    f"this peer wrote nothing for {WRITE_S:.0f} s; is its disk full or another program holding its journal?"
                ) from None

    return Author(bytes.fromhex(peer.origin), write, data_dir.journal, wall_ms)


def author_of_running(data_dir: DataDir) -> Author:
    """Raises Fault when no peer runs there; later a peer that is away is a Fault of the write."""
    origin = bytes.fromhex(look(data_dir).me.origin)

    def write(drafts: Sequence[Draft]) -> None:
        for start in range(0, len(drafts), AT_ONCE):
            some = list(drafts[start : start + AT_ONCE])
            ask(data_dir, lambda number, some=some: Write(id=number, drafts=some), WRITE_S)  # type: ignore[misc]

    return Author(origin, write, data_dir.journal, wall_ms)
