"""While power is saved a window hears of positions at a slower pace, and of everything else at once."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import zmq

from console.comms.local.messages import Changed, Me
from console.comms.local.server import LocalServer, Watcher
from console.comms.security.keys import CurvePair
from console.models.changes import Changes, Fix
from console.models.rules.power import power_rule

PACE = power_rule().pace
WINDOW = b"window"


class Desk:
    """A local server with one window that takes everything at once. `told`: what it was sent, and when."""

    def __init__(self, server: LocalServer) -> None:
        self.server = server
        self.now_ms = 100_000
        self.told: list[tuple[int, Changes]] = []
        server._watchers[WINDOW] = Watcher()
        server._send = self._send  # type: ignore[method-assign]

    def _send(self, window: bytes, message: object) -> None:
        if isinstance(message, Changed):
            self.told.append((self.now_ms, message.changes))
            self.server._watchers[window].ready = True

    def until(self, end_ms: int) -> None:
        """Turn as often as the server itself asks for."""
        while self.now_ms < end_ms:
            self.server.turn(self.now_ms)
            self.now_ms = min(end_ms, self.now_ms + max(1, self.server.wait_ms(self.now_ms)))

    def move(self) -> None:
        self.server.changed(Changes(fixes={"u": Fix("u", 82.0, 44.0, None, None, 0, 60.0, 1)}))


@pytest.fixture
def desk() -> Iterator[Desk]:
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    host = SimpleNamespace(me=lambda: Me(origin="", name="", role="", area="", version="", pid=0), links=list)
    server = LocalServer(context, CurvePair.generate(), host)  # type: ignore[arg-type]
    yield Desk(server)
    server.close(0)
    context.term()


def moves(desk: Desk, for_ms: int, every_ms: int = 100) -> None:
    for _ in range(for_ms // every_ms):
        desk.move()
        desk.until(desk.now_ms + every_ms)


def test_positions_come_at_the_slower_pace(desk: Desk) -> None:
    moves(desk, 10_000)
    at_full_pace, desk.told = len(desk.told), []
    desk.server.slow(PACE)
    moves(desk, 10_000)
    assert at_full_pace == 100
    assert len(desk.told) == 10_000 // PACE.positions_ms
    desk.server.slow(None)
    desk.told = []
    moves(desk, 1000)
    assert len(desk.told) == 10


@pytest.mark.parametrize(("table", "at_once"), [("task", True), ("incident", True), ("unit", True), ("sensor", False)])
def test_commands_and_reports_come_at_once_and_take_along_what_waits(desk: Desk, table: str, at_once: bool) -> None:
    desk.server.slow(PACE)
    moves(desk, PACE.positions_ms + 200)
    desk.told = []
    desk.server.changed(Changes(ids={table: {"one"}}))
    began_ms = desk.now_ms
    desk.until(began_ms + PACE.positions_ms)
    after_ms, changes = desk.told[0]
    assert (after_ms - began_ms <= 1) is at_once
    assert changes.ids == {table: {"one"}}
    assert "u" in changes.fixes
