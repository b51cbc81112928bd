"""Where a peer listens, and when: at the endpoints that it was given, or for those nearby alone. On the peer's thread."""

from __future__ import annotations

from collections.abc import Sequence

from console.comms.peer.addresses import reachable
from console.comms.peer.hub import Hub
from console.comms.peer.listener import Listener
from console.comms.peer.memory import Listening, Memory
from console.comms.peer.sources import Sources
from console.errors import Fault

RETRY_MS = 5000
ANYWHERE = "tcp://0.0.0.0:0"
FAULT = "listen"


class Door:
    """`asked`: endpoints given now or the last time, () when there are none; `announce`: where they can be dialled from elsewhere, when that is
    another address; `patient`: a port that is taken is a standing fault, tried again, instead of the end."""

    def __init__(
        self,
        listener: Listener,
        sources: Sources,
        hub: Hub,
        memory: Memory,
        asked: Sequence[str],
        announce: Sequence[str],
        *,
        patient: bool,
    ) -> None:
        self._listener, self._sources, self._hub, self._memory = listener, sources, hub, memory
        self.asked, self._announce, self._patient = list(asked) or memory.listening.asked, list(announce), patient
        self._next_ms = 0
        listener.endpoints = self._endpoints()

    @property
    def endpoints(self) -> list[str]:
        """Where it listens at present."""
        return list(self._listener.endpoints) if self._listener.socket is not None else []

    @property
    def announced(self) -> list[str]:
        """Where it can be dialled from elsewhere, as that is now: a lease may have changed."""
        return self._announce or reachable(self.endpoints)

    def _endpoints(self) -> list[str]:
        """What to bind: a port that the system chose last time is asked for again, because tokens name it."""
        held = dict(zip(self._memory.listening.asked, self._memory.listening.bound, strict=False))
        return [held.get(asked, asked) if asked.endswith(":0") else asked for asked in self.asked]

    def open(self) -> None:
        """Listen where it was asked to, if it was. Raises Fault when it cannot (unless `patient`)."""
        if not self.asked:
            return
        if self._hub.journal.identity is None:
            raise Fault("a peer that listens must know its area. Give it with --area, such as --area 6527.")
        if self._try():
            bound = list(self._listener.endpoints)
            self._memory.set_listening(Listening(list(self.asked), bound, self._announce or reachable(bound)))

    def turn(self, now_ms: int, *, nearby: bool) -> None:
        """`nearby`: a peer that was asked nowhere listens for those nearby, on any port; they are told which."""
        if self.asked:
            if self._listener.socket is None and now_ms >= self._next_ms:
                self.open()
        elif nearby and self._listener.socket is None and now_ms >= self._next_ms:
            self._listener.endpoints = [ANYWHERE]
            self._try()
        elif not nearby:
            self._shut()

    def _try(self) -> bool:
        try:
            self._bind()
        except Fault as fault:
            if self.asked and not self._patient:
                raise
            self._hub.stand(FAULT, str(fault))
            self._next_ms = self._hub.now_ms() + RETRY_MS
            return False
        self._hub.stand(FAULT, "")
        return True

    def _bind(self) -> None:
        try:
            socket = self._listener.open()
        except Fault:
            if self._listener.endpoints == self.asked or not any(asked.endswith(":0") for asked in self.asked):
                raise
            self._listener.endpoints = list(self.asked)  # the port of the last time is taken: any other
            socket = self._listener.open()
        self._sources.watch(socket, self._listener.drain)

    def cut(self, until_ms: int) -> None:
        """Close without a word, and do not open before `until_ms`."""
        self._shut()
        self._next_ms = until_ms

    def _shut(self) -> None:
        if self._listener.socket is not None:
            self._sources.unwatch(self._listener.socket)
            self._listener.shut(0)

    def stop(self, reason: str) -> None:
        """Say goodbye to everybody. Idempotent."""
        if self._listener.socket is not None:
            self._sources.unwatch(self._listener.socket)
            self._listener.stop(reason)
