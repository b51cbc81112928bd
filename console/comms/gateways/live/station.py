"""Runs the sources of a gateway, each in a thread of its own, begins again one that failed, and tells everybody how each is."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

from console.comms.gateways.live.drops import QuakeFolder, ReadingFolder
from console.comms.gateways.live.mqtt import Broker
from console.comms.gateways.live.scribe import Author
from console.comms.gateways.live.settings import Settings, mapping_of
from console.comms.gateways.live.tally import Tally
from console.comms.local.messages import Draft
from console.errors import Fault
from console.models.identity import owned_subject
from console.models.kinds import GatewayReported, encode_body

TOLD_S = 300.0
"""Counts are told so often, and that the source is there; a change of state or fault at once."""
LOOK_S = 0.5
AGAIN_S = 5.0
ENDING_S = 15.0
NOTES = "gateway.db"
_log = logging.getLogger(__name__)


class Source(Protocol):
    def run(self, stop: threading.Event) -> None:
        """Blocks until `stop` is set. Raises Fault for what stands in its way; it is then begun again."""


class _Running(NamedTuple):
    source: Source
    tally: Tally


class Station:
    """`root`: the peer's data directory, where its notes are kept; `beside`: the folder of the settings. Made, started and stopped by one thread."""

    def __init__(self, settings: Settings, author: Author, root: Path, beside: Path) -> None:
        """Raises UsageFault for a mapping that cannot be read."""
        self._author = author
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._told: dict[str, tuple[GatewayReported, float]] = {}
        self._running: list[_Running] = []
        notes = root / NOTES
        for broker in settings.mqtt:
            tally = Tally(broker.name, "mqtt", f"{broker.host}:{broker.port}", author.wall)
            self._running.append(_Running(Broker(broker, mapping_of(broker.mapping, beside), author, tally, beside, notes), tally))
        for folder in settings.csv:
            if folder.mapping:
                mapping_of(folder.mapping, beside)
            tally = Tally(folder.name, "csv", str(beside / folder.folder), author.wall)
            self._running.append(_Running(ReadingFolder(folder, author, tally, beside, notes), tally))
        for lists in settings.quakes:
            tally = Tally(lists.name, "quakes", str(beside / lists.folder), author.wall)
            self._running.append(_Running(QuakeFolder(lists, author, tally, beside, notes), tally))

    def start(self) -> None:
        for each in self._running:
            self._begin(f"gateway {each.tally.name}", lambda each=each: self._supervise(each))  # type: ignore[misc]
        self._begin("gateway reports", self._report)

    def _begin(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """Idempotent. What was taken is stored; what was not is still where it came from."""
        if self._stop.is_set():
            return
        self._stop.set()
        ends = time.monotonic() + ENDING_S
        for thread in self._threads:
            thread.join(max(0.1, ends - time.monotonic()))
        for each in self._running:
            each.tally.stopped()
        self._tell(final=True)

    def reports(self) -> list[GatewayReported]:
        return [each.tally.report() for each in self._running]

    def _supervise(self, each: _Running) -> None:
        while not self._stop.is_set():
            try:
                each.source.run(self._stop)
            except Fault as fault:
                each.tally.faulty(str(fault))
            except Exception as error:  # noqa: BLE001 - one source that fails is begun again, the others go on
                _log.exception("the source %s failed and is begun again", each.tally.name)
                each.tally.faulty(
                    f"a fault of the program, it is begun again: {type(error).__name__}: {error}. Its log says more; send it to the makers."
                )
            self._stop.wait(AGAIN_S)

    # -- telling ------------------------------------------------------------------------------------------------------------------

    def _report(self) -> None:
        while not self._stop.wait(LOOK_S):
            self._tell()

    def _tell(self, *, final: bool = False) -> None:
        now_s = time.monotonic()
        news = [report for report in self.reports() if final or self._is_news(report, now_s)]
        if not news:
            return
        try:
            self._author.write([self._draft(report) for report in news])
        except Fault as fault:
            _log.warning("how the sources are cannot be told: %s", fault)
            return
        self._told |= {report.name: (report, now_s) for report in news}

    def _is_news(self, report: GatewayReported, now_s: float) -> bool:
        told = self._told.get(report.name)
        if told is None:
            return True
        before, at_s = told
        changed = (report.state, report.fault) != (before.state, before.fault) or bool(report.newest_ms) != bool(before.newest_ms)
        return changed or set(report.refused) != set(before.refused) or now_s - at_s >= TOLD_S

    def _draft(self, report: GatewayReported) -> Draft:
        subject = owned_subject(self._author.origin, f"gateway-{report.name}")
        return Draft(kind="gateway.reported", subject=subject, body=encode_body(report))
