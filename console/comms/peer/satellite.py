"""A peer's satellite terminal, if it has one: what carries by it is loaded when a port is first given. On the peer's thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.comms.local.messages import Link, Satellite
from console.comms.peer.hub import Hub
from console.comms.peer.inbox import Inbox
from console.comms.security.keys import CurvePair
from console.errors import Fault
from console.models.event import Origin

if TYPE_CHECKING:
    from console.comms.carriers.beidou.carrier import Carrier

NO_PORT = "off"
CARRIER = "beidou"
_REACHED = ("online", "slow")
_FILE = "beidou.json"


class SatelliteSlot:
    """`port`: of a serial port, "" for that of the last time, `off` for none from now on."""

    def __init__(
        self,
        hub: Hub,
        connection: sqlite3.Connection,
        curve: CurvePair,
        upstreams: Callable[[], Iterable[Origin]],
        root: Path,
        inbox: Inbox,
        port: str,
    ) -> None:
        """`connection`: a reader of the journal."""
        self._hub, self._connection, self._curve, self._upstreams = hub, connection, curve, upstreams
        self._root, self._inbox = root, inbox
        self._carrier: Carrier | None = None
        if port or (root / _FILE).exists():
            try:
                self._open(port)
            except Fault as fault:  # a peer goes on without
                hub.stand("satellite", str(fault))

    def _open(self, port: str) -> None:
        from console.comms.carriers.beidou.carrier import Carrier
        from console.comms.carriers.beidou.store import Store

        self._hub.stand("satellite", "")
        store = Store(self._root)
        if port:
            store.set_port("" if port == NO_PORT else port)
        if store.port:
            self._carrier = Carrier(self._hub, self._connection, self._curve, self._upstreams, store, self._inbox.post)

    def use(self, port: str) -> None:
        """Another port, or "" none. Remembered."""
        self.close()
        self._open(port or NO_PORT)

    def send(self) -> None:
        """Also to those whom a network reaches, for a while. Raises Fault: there is no terminal."""
        if self._carrier is None:
            raise Fault("this machine uses no satellite terminal. Give its serial port first.")
        self._carrier.courier.send_by_hand(self._hub.now_ms())

    def mark(self, links: Sequence[Link]) -> None:
        """Those whose peers no network reaches, but the satellite does."""
        if self._carrier is None:
            return
        for link in links:
            if link.peer and link.state not in _REACHED and self._carrier.reaches(bytes.fromhex(link.peer)):
                link.carrier = CARRIER

    def turn(self, now_ms: int) -> None:
        if self._carrier is not None:
            self._carrier.turn(now_ms)

    def told(self) -> Satellite | None:
        if self._carrier is None:
            return None
        from console.comms.carriers.beidou.report import report

        return report(self._carrier, self._hub.shift_ms)

    def close(self) -> None:
        """Idempotent."""
        if self._carrier is not None:
            self._carrier.close()
            self._carrier = None
