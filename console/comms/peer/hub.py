"""Between the journal and the lines: one writer, one commit a turn, and everybody told what grew. On the peer's thread."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from typing import Any

from console.comms.peer.delivery import Delivered, Deliveries
from console.comms.peer.intake import Intake, Settled, by_lane
from console.comms.peer.line import Line
from console.comms.peer.record import Known, Record, Weighed
from console.comms.peer.recovery import Recovery
from console.comms.session import AheadChanged, Connected, HeadsChanged, Tick
from console.errors import Fault
from console.models.changes import Changes
from console.models.clock import hlc_from_ms
from console.models.event import Event, Lane, Origin, Vector
from console.models.journal import Journal, NewEvent, RunOutcome
from console.models.journal.early import Early
from console.models.journal.faults import StoreFault
from console.models.rules.retention import default_rule
from console.models.run import Run
from console.models.trust import Refused

RELEASE_MS = 5000
RENEW_MS = 600_000
"""The state is made anew no more often: who tells untruths ahead of streams must not keep a peer busy with it."""
DROP_SLICE_MS = 1000
DROP_EVERY_MS = 3_600_000
GLANCED = 500
_log = logging.getLogger(__name__)


class Hub:
    """The `Desk` of every line. `told`: what changed, for this machine's windows; `lines`: who is connected, `when_linked`: to be done when
    that changes, set by the network.

    `faults`: standing problems, code -> text for a person.
    """

    def __init__(
        self, journal: Journal, wall: Callable[[], int], told: Callable[[Changes], None], monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        self.journal = journal
        self.faults: dict[str, str] = {}
        self.deliveries = Deliveries()
        self.recovery = Recovery(journal)
        self._growth: dict[Lane, int] = dict.fromkeys(Lane, 0)
        self._audiences: dict[frozenset[Lane], list[Line]] = {}
        self.lines: Callable[[], Iterable[Line]] = tuple
        self.when_linked: Callable[[], object] = tuple
        self.relinked = False  # a link began or ended, and whoever takes note of that has not yet
        self._intake = Intake(journal)
        self._wall, self._told = wall, told
        self._monotonic_s = monotonic_s
        self._began_ms, self._began_s = wall(), monotonic_s()
        self._released_ms = self._began_ms
        self._renewed_ms = self._began_ms - RENEW_MS
        self._drop_ms = self._began_ms + DROP_SLICE_MS

    def now_ms(self) -> int:
        """A clock that never jumps, near UTC: for everything that is measured."""
        return self._began_ms + int((self._monotonic_s() - self._began_s) * 1000)

    @property
    def shift_ms(self) -> int:
        """From `now_ms` to UTC as this machine has it now."""
        return self._wall() - self.now_ms()

    def hlc(self) -> int:
        return self.journal.clock.now()

    def greeting(self, vector: Vector) -> Connected:
        return Connected(vector, self.hlc())

    def tick(self, battery: int | None) -> Tick:
        return Tick(self.hlc(), battery)

    # -- what lines ask ----------------------------------------------------------------------------------------------

    def read(self, after: Vector, lane: Lane, prefixes: Sequence[str], max_bytes: int, origin: Origin | None) -> list[Run]:
        try:
            return self.journal.read(after, lane, prefixes, max_bytes=max_bytes, origin=origin)
        except Fault as fault:
            self.stand("journal", str(fault))
            return []

    def glance(self, after: Vector, prefixes: Sequence[str], *, newest: bool) -> list[Early]:
        try:
            return self.journal.newest(after, prefixes, GLANCED) if newest else self.journal.early(after)
        except Fault as fault:
            self.stand("journal", str(fault))
            return []

    def show(self, line: Line, events: Sequence[Early]) -> None:
        self._intake.show(line, events)

    def take_early(self, events: Sequence[Early], via: Origin | None = None) -> list[Refused]:
        """Keep and show what a carrier brought ahead of its stream, and pass it on; what of it was refused. `via`: the peer whose seal was
        checked, None: a carrier of this machine's own. Raises Fault, and then nothing was kept."""
        changes, refused = self.journal.append_early(events, via)
        self._pass_on(changes, frozenset(early.lane for early in events))
        return refused

    def _pass_on(self, changes: Changes, lanes: frozenset[Lane]) -> None:
        if changes:
            self._told(changes)
            for line in self._audience(lanes):
                line.take(AheadChanged())

    def waiting(self, record: Record) -> dict[Lane, int]:
        """How many events of each lane the other side wants and is not known to hold, whether it is here or away."""
        weighed = self._weighed(record)
        return {} if weighed is None else weighed.counts

    def oldest_ms(self, record: Record) -> dict[Lane, int]:
        """When the oldest event of each lane that waits for the other side was said, UTC ms."""
        weighed = self._weighed(record)
        if weighed is None:
            return {}
        if not weighed.oldest_ms:
            known = weighed.known
            weighed.oldest_ms.update(self.journal.oldest_ms(known.acked, {lane: known.wants.of(lane) for lane in weighed.counts}))
        return weighed.oldest_ms

    def _weighed(self, record: Record) -> Weighed | None:
        """Counted anew only when it can have changed."""
        known = record.known
        if known is None:
            return None
        as_of = tuple(count for lane in known.lanes for count in (self._growth[lane], known.revisions[lane]))
        held = record.weighed
        if held is None or held.known is not known or held.as_of != as_of:
            counts = {lane: self._waiting(lane, known) for lane in known.lanes}
            record.weighed = Weighed(known, as_of, counts, {})
        return record.weighed

    def _waiting(self, lane: Lane, known: Known) -> int:
        return self.journal.waiting(known.acked, known.wants.of(lane), lane)

    def store(self, line: Line, runs: list[Run]) -> None:
        self._intake.add(line, runs)

    def acknowledged(self, vector: Vector, by: Origin) -> None:
        if by != self.journal.signer.origin:
            self.deliveries.acknowledged(vector)
            self.recovery.heard(by, vector)

    # -- writing -------------------------------------------------------------------------------------------------------

    def when_whole(self, work: Callable[[], None], future: Future[Any]) -> None:
        """Do `work`, which settles `future`: now, or once what this peer said before is all here again."""
        if self.recovery.holding:
            self.recovery.wait(work, future)
        else:
            work()

    def author(self, drafts: Sequence[NewEvent]) -> list[Event]:
        """Make events of our own, durable on return, and tell everybody. Raises Fault, and then nothing was written."""
        return self._author(drafts, None)

    def deliver(self, drafts: Sequence[NewEvent], future: Future[list[Delivered]]) -> None:
        """As `author`; the future is settled when a peer has acknowledged them all."""
        self._author(drafts, future)

    def _author(self, drafts: Sequence[NewEvent], future: Future[list[Delivered]] | None) -> list[Event]:
        events = self._write(lambda: self.journal.author(drafts))
        if future is not None:
            self.deliveries.add(events, future)
        return events

    def purge(self, incident: str, why: str, author: str) -> None:
        """Destroy the words of a closed incident, here and everywhere. Raises Fault when that may not be."""
        self._write(lambda: self.journal.purge(incident, why, author))

    def _write(self, work: Callable[[], tuple[list[Event], Changes]]) -> list[Event]:
        if self.recovery.holding:
            raise Fault(f"not written: {self.recovery.text}")
        try:
            events, changes = work()
        except StoreFault as fault:
            self.stand("disk", str(fault))
            raise
        self.stand("disk", self._intake.fault)
        self._announce(Settled(by_lane({event.stream: None for event in events}), changes))
        return events

    # -- by other carriers than links -------------------------------------------------------------------------------------

    def carry(self, runs: Sequence[Run], via: Origin) -> list[RunOutcome]:
        """Store what a carrier brought from peer `via`, whose seal it checked. Raises Fault, and then nothing was stored."""
        appended = self.journal.append(runs, via)
        grown = {run.stream: None for run, outcome in zip(runs, appended.outcomes, strict=True) if outcome.accepted}
        self._announce(Settled(by_lane(grown), appended.changes))
        return appended.outcomes

    def wait_ms(self, now_ms: int) -> int | None:
        """How long what came in may wait for its commit; None when nothing waits."""
        return self._intake.wait_ms(now_ms)

    def commit(self) -> None:
        """Store what came in since the last time, when it is due."""
        settled = self._intake.commit(self.now_ms())
        if settled is not None:
            self._announce(settled)
        self._pass_on(*self._intake.commit_ahead())
        self._release(self.now_ms())
        self._drop_old(self.now_ms())
        self.stand("disk", self._intake.fault)
        self.recovery.turn(self.now_ms(), (line.peer for line in self.lines() if not line.over))
        self.stand("recovering", self.recovery.text)

    def _release(self, now_ms: int) -> None:
        """Now and then: let what was held for its author's clock take its place."""
        if now_ms - self._released_ms < RELEASE_MS:
            return
        self._released_ms = now_ms
        try:
            changes = self.journal.release() or Changes()
            if self.journal.residue and now_ms - self._renewed_ms >= RENEW_MS:
                self._renewed_ms = now_ms
                changes.merge(self.journal.project_anew())
        except Fault as fault:
            self.stand("journal", str(fault))
            return
        if changes:
            self._told(changes)

    def _drop_old(self, now_ms: int) -> None:
        """Now and then, and a slice at a time: let old telemetry go (`resources/rules/retention.toml`)."""
        if now_ms < self._drop_ms:
            return
        try:
            more = self.journal.drop_telemetry(hlc_from_ms(self._wall() - default_rule().keep_ms))
        except Fault as fault:
            _log.warning("old telemetry was not dropped: %s", fault)
            more = False
        self._drop_ms = now_ms + (DROP_SLICE_MS if more else DROP_EVERY_MS)

    def _announce(self, settled: Settled) -> None:
        for lane in settled.grown:
            self._growth[lane] += 1
        if settled.grown:
            grown = HeadsChanged(settled.grown)
            for line in self._audience(frozenset(settled.grown)):
                line.take(grown)
            self._told(settled.changes)

    def linked(self) -> None:
        self.when_linked()
        self._audiences.clear()
        self.relinked = True

    def _audience(self, lanes: frozenset[Lane]) -> list[Line]:
        """Who is sent any of these lanes. Kept until a link changes: of hundreds of units few want telemetry, which grows all the time."""
        held = self._audiences.get(lanes)
        if held is None:
            held = self._audiences[lanes] = [line for line in self.lines() if not line.session.lanes.isdisjoint(lanes)]
        return held

    def stand(self, code: str, fault: str) -> None:
        """A fault begins, or ends with "": logged once each."""
        if fault and code not in self.faults:
            _log.error("%s", fault)
        if fault:
            self.faults[code] = fault
        elif self.faults.pop(code, ""):
            _log.info("over: %s", code)
