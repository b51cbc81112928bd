"""A gateway of this process for tests: a real peer, a real journal, and a writer that can be made to fail."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from console.comms.gateways.live.authors import author_of_peer
from console.comms.gateways.live.scribe import Author
from console.comms.gateways.live.settings import Settings
from console.comms.gateways.live.station import Station
from console.comms.local.messages import Draft
from console.comms.peer import Peer
from console.errors import Fault
from console.models.identity import owned_subject
from console.models.journal.reading import Reader
from console.models.kinds import GatewayReported
from console.models.paths import DataDir
from console.models.state.tables import PRESENT_READING
from tests.waiting import deadline


class Gateway:
    """`fail`: writes raise; `fail_after`: they are stored and raise all the same."""

    def __init__(self, stack: ExitStack, root: Path) -> None:
        self.root = root / "gateway"
        self.peer = Peer(DataDir(self.root), name="gateway", area="652722", local=False)
        self.peer.start()
        stack.callback(self.peer.stop)
        plain = author_of_peer(self.peer, DataDir(self.root))
        self.fail = self.fail_after = False
        self.writes = 0
        self._write = plain.write
        self.author = Author(plain.origin, self.write, plain.journal, plain.wall)
        self._stack = stack
        self.station: Station | None = None
        self._lock = threading.Lock()

    def write(self, drafts: Sequence[Draft]) -> None:
        told = all(draft.kind == "gateway.reported" for draft in drafts)
        if self.fail and not told:
            raise Fault("the disk is full. Make room.")
        self._write(drafts)
        with self._lock:
            self.writes += not told
        if self.fail_after and not told:
            raise Fault("cut off before the answer.")

    def run(self, settings: Settings, beside: Path) -> Station:
        self.station = Station(settings, self.author, self.root, beside)
        self._stack.callback(self.station.stop)
        self.station.start()
        return self.station

    def report(self, name: str) -> GatewayReported:
        assert self.station is not None
        return next(report for report in self.station.reports() if report.name == name)

    def until(self, name: str, state: str, timeout_s: float = 15.0) -> GatewayReported:
        def reached() -> GatewayReported | None:
            report = self.report(name)
            return report if report.state == state else None

        found = deadline(reached, f"{name} is {state}: {self.report(name)}", timeout_s)
        assert found is not None
        return found

    def until_taken(self, name: str, count: int, timeout_s: float = 20.0) -> GatewayReported:
        deadline(lambda: self.report(name).taken >= count, f"{count} readings are taken", timeout_s)
        return self.report(name)

    def own(self, code: str) -> str:
        return owned_subject(self.author.origin, code)

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        reader = Reader(DataDir(self.root).journal)
        try:
            return [tuple(row) for row in reader.connection.execute(query, values)]
        finally:
            reader.close()

    def readings(self, code: str) -> list[tuple[object, ...]]:
        return self.rows(f'SELECT at_ms, "value", quality FROM {PRESENT_READING} WHERE sensor = ? ORDER BY at_ms', self.own(code))

    def events(self, kind: str) -> int:
        (row,) = self.rows("SELECT count(*) FROM event WHERE kind = ?", kind)
        return int(str(row[0]))
