"""Bugs that are planted to see them found: each changes the real code for the length of a test, as a careless edit would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from console.comms import wire
from console.comms.peer.hub import Hub
from console.comms.peer.intake import Settled
from console.comms.peer.line import Line
from console.comms.session import Committed
from console.comms.session.effects import Effect
from console.comms.session.outbox import Outbox
from console.models.event import LANES_BY_URGENCY, Stream, Vector
from console.models.journal import Journal, RunOutcome
from console.models.journal import journal as journal_module
from console.models.journal.batch import Batch
from console.models.journal.early import EarlyShelf
from console.models.run import Run
from console.models.state.rows import Row, Stamp

Plant = Callable[[pytest.MonkeyPatch], None]
MUTANTS: dict[str, Plant] = {}


def mutant(plant: Plant) -> Plant:
    MUTANTS[plant.__name__] = plant
    return plant


# -- sending -------------------------------------------------------------------------------------------------------------------


@mutant
def one_event_is_dropped_on_reconnect(patch: pytest.MonkeyPatch) -> None:
    """The sender goes on one event behind what the other side's Hello says it holds."""
    opened = Outbox.open

    def skip(self: Outbox, wants: wire.Wants, acked: Vector, credit: int, held: Vector) -> list[Effect]:
        return opened(self, wants, {stream: seq + (seq < held.get(stream, 0)) for stream, seq in acked.items()}, credit, held)

    patch.setattr(Outbox, "open", skip)


@mutant
def the_outbox_is_cleared_whole_on_any_acknowledgement(patch: pytest.MonkeyPatch) -> None:
    """What was written, or sent, while the acknowledged was under way goes with it."""

    def clear(self: Outbox, vec: Sequence[wire.Holding]) -> Vector:
        self._dirty = dict.fromkeys(LANES_BY_URGENCY, False)
        return {Stream(origin, topic): seq for origin, topic, seq in vec}

    patch.setattr(Outbox, "acknowledge", clear)


@mutant
def an_acknowledgement_counts_for_all_that_is_under_way(patch: pytest.MonkeyPatch) -> None:
    acknowledge = Outbox.acknowledge

    def round_up(self: Outbox, vec: Sequence[wire.Holding]) -> Vector:
        return acknowledge(self, [(origin, topic, self._under_way.get(Stream(origin, topic), seq)) for origin, topic, seq in vec])

    patch.setattr(Outbox, "acknowledge", round_up)


@mutant
def only_one_stream_of_a_commit_is_told_of(patch: pytest.MonkeyPatch) -> None:
    announce = Hub._announce

    def mumble(self: Hub, settled: Settled) -> None:
        announce(self, settled._replace(grown={lane: streams[:1] for lane, streams in settled.grown.items()}))

    patch.setattr(Hub, "_announce", mumble)


# -- receiving -----------------------------------------------------------------------------------------------------------------


class _Deaf:
    """A line that was told already."""

    def __init__(self, line: Line) -> None:
        self.peer, self.record = line.peer, line.record

    def take(self, happened: Committed) -> None:
        pass


@mutant
def it_is_acknowledged_before_it_is_committed(patch: pytest.MonkeyPatch) -> None:
    """The commit comes after all, if the peer lives."""
    store = Hub.store

    def hasty(self: Hub, line: Line, runs: list[Run]) -> None:
        line.take(Committed([RunOutcome(len(run.entries), 0) for run in runs]))
        store(self, _Deaf(line), runs)  # type: ignore[arg-type]

    patch.setattr(Hub, "store", hasty)


@mutant
def commits_are_not_synced(patch: pytest.MonkeyPatch) -> None:
    """A power cut takes what was acknowledged."""
    patch.setattr(journal_module, "FULL", 1)


@mutant
def one_more_is_claimed_than_held(patch: pytest.MonkeyPatch) -> None:
    vector = Journal.vector

    def boast(self: Journal) -> Vector:
        own = self.signer.origin
        return {stream: seq + (stream.origin != own and seq % 5 == 4) for stream, seq in vector(self).items()}

    patch.setattr(Journal, "vector", boast)


@mutant
def gaps_are_ignored(patch: pytest.MonkeyPatch) -> None:
    """What comes is put behind what is held, whatever its number."""
    take = Batch.take

    def close_up(self: Batch, run: Run, via: bytes | None) -> RunOutcome:
        return take(self, Run(run.origin, run.topic, min(run.first_seq, self.tail(run.stream).seq + 1), run.entries), via)

    patch.setattr(Batch, "take", close_up)


# -- the state -----------------------------------------------------------------------------------------------------------------


@mutant
def who_comes_last_wins(patch: pytest.MonkeyPatch) -> None:
    write = Row.write

    def overwrite(self: Row, stamp: Stamp, **fields: Any) -> None:
        for name in fields:
            self.stamps.pop(name, None)
        write(self, stamp, **fields)

    patch.setattr(Row, "write", overwrite)


@mutant
def held_events_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """What was held for its author's clock never takes its place."""
    patch.setattr(Journal, "release", lambda _self: None)


@mutant
def held_events_are_dropped_at_release(patch: pytest.MonkeyPatch) -> None:
    def release(self: Journal) -> None:
        with self._transaction(2):
            self._connection.execute("UPDATE event SET held = 0 WHERE hlc <= ?", (self.clock.horizon_hlc,))

    patch.setattr(Journal, "release", release)


@mutant
def early_events_stay_beside_their_originals(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(EarlyShelf, "reached", lambda _self, _stream, _seq: None)


@mutant
def an_early_event_keeps_its_original_out(patch: pytest.MonkeyPatch) -> None:
    """What brings it is taken for a duplicate."""
    take = Batch.take

    def prejudiced(self: Batch, run: Run, via: bytes | None) -> RunOutcome:
        if any(self._shelf.has(run.stream, seq) for seq in range(run.first_seq, run.last_seq + 1)):
            return RunOutcome(0, len(run.entries))
        return take(self, run, via)

    patch.setattr(Batch, "take", prejudiced)
