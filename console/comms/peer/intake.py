"""What has come in and waits for one commit, and the commit itself.

Whatever arrived in one turn of the loop goes into one transaction; each line is told only after it. When the disk is full nothing is
stored and nothing acknowledged: what waits stays here, bounded by the credit its senders were given, and is tried again.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from console.comms.peer.line import Line
from console.comms.session import Committed
from console.errors import Fault
from console.models.changes import Changes
from console.models.event import Lane, Stream, Topic
from console.models.journal import Journal, Refusal, RunOutcome
from console.models.journal.early import Early
from console.models.journal.faults import StoreFault
from console.models.run import Run

RETRY_MS = 1000
AHEAD_AT_ONCE = 200
"""Of what one line brought ahead of its stream so much is judged in one turn: each may cost a signature's check."""
AHEAD_WAITING = 4000
FORGED = frozenset({"signature", "body", "kind-lane"})
"""Refusals of early events that no honest peer meets, whatever it knows: it judged them itself before it passed them on."""
GATHER_MS = 16
"""Telemetry alone is committed no more often than this, about a frame of the screen: a commit costs more than its events."""
_log = logging.getLogger(__name__)


class Item(NamedTuple):
    line: Line
    runs: list[Run]


class Settled(NamedTuple):
    """After a commit: which streams grew, by lane, and what views are to be told."""

    grown: dict[Lane, list[Stream]]
    changes: Changes


class Intake:
    """`fault`: why nothing can be stored at present, "" when all is well."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._items: list[Item] = []
        self._ahead: dict[Line, deque[Early]] = {}
        self._urgent = False
        self._due_ms = 0
        self.fault = ""

    def add(self, line: Line, runs: list[Run]) -> None:
        self._items.append(Item(line, runs))
        self._urgent = self._urgent or any(not run.topic.endswith("/telemetry") for run in runs)

    def show(self, line: Line, events: Sequence[Early]) -> None:
        """To be kept and shown with the next commits. What one line brings beyond AHEAD_WAITING is dropped: its stream will come."""
        waiting = self._ahead.setdefault(line, deque())
        room = AHEAD_WAITING - len(waiting)
        if room < len(events):
            line.record.refused["early"] += len(events) - max(0, room)
        waiting.extend(events[: max(0, room)])

    def wait_ms(self, now_ms: int) -> int | None:
        """How long what waits may still wait; None when nothing does."""
        if not self._items and not self._ahead:
            return None
        return 0 if self._urgent and not self.fault else max(0, self._due_ms - now_ms)

    def commit(self, now_ms: int) -> Settled | None:
        """Store everything that waits and tell its senders; None when nothing was due, or it could not be stored."""
        if self.wait_ms(now_ms) != 0:
            return None
        if not self._items:
            return None
        items, self._items = self._items, []
        self._due_ms = now_ms + GATHER_MS
        try:
            outcomes, changes = self._append(items)
        except StoreFault as fault:
            self._items = items
            self._due_ms = now_ms + RETRY_MS
            self._stand(str(fault))
            return None
        self._stand("")
        self._urgent = False
        for item, told in zip(items, outcomes, strict=True):
            duplicates = sum(outcome.duplicates for outcome in told)
            if duplicates:
                item.line.record.refused["duplicate"] += duplicates
            item.line.take(Committed(told))
        return Settled(_grown(items, outcomes), changes)

    def commit_ahead(self) -> tuple[Changes, frozenset[Lane]]:
        """Keep some of what came ahead of its stream, of every line as much; what changed, and on which lanes. When it cannot be kept it is
        dropped: it will come again, or its stream will."""
        changes = Changes()
        lanes: set[Lane] = set()
        for line, waiting in list(self._ahead.items()):
            events = [waiting.popleft() for _ in range(min(AHEAD_AT_ONCE, len(waiting)))]
            if not waiting:
                del self._ahead[line]
            more = self._keep(line, events)
            if more:
                changes.merge(more)
                lanes |= {early.lane for early in events}
        return changes, frozenset(lanes)

    def _keep(self, line: Line, events: Sequence[Early]) -> Changes:
        if line.barred:
            return Changes()
        try:
            changes, refused = self._journal.append_early(events, line.peer)
        except Fault as fault:
            _log.warning("not kept: %d events ahead of their streams (%s)", len(events), fault)
            return Changes()
        except Exception:  # noqa: BLE001 - what one line brings must not stop the others
            _log.exception("events of %s ahead of their streams could not be kept", line.record.name)
            line.record.refused["internal"] += 1
            return Changes()
        line.record.refused.update(no.code for no in refused)
        line.forged(sum(no.code in FORGED for no in refused))
        return changes

    def _append(self, items: Sequence[Item]) -> tuple[list[list[RunOutcome]], Changes]:
        try:
            return self._append_together(items)
        except StoreFault:
            raise
        except Exception:  # noqa: BLE001 - one of them is to blame, and must not stop the others
            if len(items) == 1 and len(items[0].runs) > 1:
                told, changes = self._append_each(_halves(items[0]))
                return [[outcome for half in told for outcome in half]], changes
            if len(items) == 1:
                _log.exception("events of %s could not be stored; they are refused", items[0].line.record.name)
                refusal = RunOutcome(
                    0, 0, Refusal("internal", "this peer could not store it; its log says why", items[0].runs[0].first_seq)
                )
                return [[refusal]], Changes()
        return self._append_each(items)

    def _append_each(self, items: Sequence[Item]) -> tuple[list[list[RunOutcome]], Changes]:
        """One of them is to blame: each alone, so that the others do not suffer."""
        outcomes: list[list[RunOutcome]] = []
        changes = Changes()
        for item in items:
            told, more = self._append([item])
            outcomes += told
            changes.merge(more)
        return outcomes, changes

    def _append_together(self, items: Sequence[Item]) -> tuple[list[list[RunOutcome]], Changes]:
        """In one transaction, though the runs came over several links: each of them is judged by who brought it."""
        runs = [run for item in items for run in item.runs]
        appended = self._journal.append(runs, vias=[item.line.peer for item in items for _ in item.runs])
        answers = iter(appended.outcomes)
        return [[next(answers) for _ in item.runs] for item in items], appended.changes

    def _stand(self, fault: str) -> None:
        """Logged once when it begins and once when it ends."""
        if bool(fault) != bool(self.fault):
            _log.error("%s", fault) if fault else _log.info("events can be stored again")
        self.fault = fault


def _halves(item: Item) -> list[Item]:
    middle = len(item.runs) // 2
    return [Item(item.line, item.runs[:middle]), Item(item.line, item.runs[middle:])]


def _grown(items: Sequence[Item], outcomes: Sequence[Sequence[RunOutcome]]) -> dict[Lane, list[Stream]]:
    grown: dict[Stream, None] = {}
    for item, told in zip(items, outcomes, strict=True):
        for run, outcome in zip(item.runs, told, strict=True):
            if outcome.accepted:
                grown[run.stream] = None
    return by_lane(grown)


def by_lane(streams: dict[Stream, None]) -> dict[Lane, list[Stream]]:
    lanes: dict[Lane, list[Stream]] = {}
    for stream in streams:
        lanes.setdefault(Topic.parse(stream.topic).lane, []).append(stream)
    return lanes
