"""Which peer a window talks to, as its opening says."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from console.comms.local.client import LocalClient
from console.comms.local.process import ensure_peer
from console.comms.local.running import running
from console.errors import Fault
from console.models.paths import DataDir
from console.views.window.opening import Opening

if TYPE_CHECKING:
    from console.views.window.peer_link import PeerProcess


def own_peer(opening: Opening) -> PeerProcess:
    if not opening.start_peer:
        return Watched(opening.data)
    if opening.office is None:
        return ensure_peer(opening.data)
    office = opening.office
    return ensure_peer(opening.data, name=office.name, area=office.area, listen=[office.listen])


def begin(opening: Opening, process: PeerProcess) -> None:
    """Start the peer now, where none runs; a fault is left to the window, which tries again and shows it."""
    if running(opening.data.running) is None:
        with suppress(Fault):
            process.reach()


class Watched:
    """The peer that runs, if one does; none is started (a picture of what is there)."""

    def __init__(self, data: DataDir) -> None:
        self._data = data
        self._client: LocalClient | None = None

    def reach(self) -> LocalClient | None:
        if running(self._data.running) is None:
            return None
        self._client = LocalClient(self._data)
        return self._client

    def alive(self) -> bool:
        return self._client is not None and not self._client.lost
