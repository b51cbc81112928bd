"""The peer's watch over thresholds: who it is, who stands closer, and the way of what it says into the journal. On the peer's thread."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

from console.comms.peer.hub import Hub
from console.comms.peer.inbox import Inbox
from console.comms.peer.network import Network
from console.comms.watch.watch import Watch
from console.comms.watch.who import Who
from console.errors import Fault
from console.models.journal import NewEvent
from console.models.trust import Refused

ROLES = ("node", "console")
CODE = "risks"
_log = logging.getLogger(__name__)


class Risks:
    """A unit or gateway judges nothing: it may not write risks."""

    def __init__(self, hub: Hub, network: Network, inbox: Inbox, path: Path, now_ms: Callable[[], int]) -> None:
        self._hub, self._network = hub, network
        self._watch = Watch(
            path,
            now_ms,
            lambda events: inbox.post(lambda: self._author(events)),
            lambda text: inbox.post(lambda: hub.stand(CODE, text)),
        )
        self.changed, self.close = self._watch.changed, self._watch.close

    def start(self, connection: sqlite3.Connection) -> None:
        """`connection`: a reader of the journal."""
        self.turn()
        self._watch.start(connection)

    def turn(self) -> None:
        """Now and then: who this peer is, and who is heard."""
        identity = self._hub.journal.identity
        if identity is None or identity.role not in ROLES:
            self._watch.who = None
        else:
            nodes = self._network.nodes_heard()
            self._watch.who = Who(identity.name or identity.origin.hex()[:12], identity.role, identity.area, nodes)

    def _author(self, events: list[NewEvent]) -> None:
        """All at once, else each by itself, so that one that cannot be told silences no other. What cannot be written now is owed again at the
        next look: the table does not say it yet."""
        try:
            self._hub.author(events)
        except (Fault, Refused) as error:
            if len(events) > 1:
                for event in events:
                    self._author([event])
                return
            _log.warning("the risk %s was not written: %s", events[0].subject if events else "", error)
