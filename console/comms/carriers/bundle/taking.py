"""Taking volumes: every byte of every file is checked before the first event is taken, then they are stored a few at a time.

What is held already is passed over, so that a taking that was broken off goes on where it was when it is begun again. A segment that
does not follow what is held (an earlier volume is not here yet) waits for another time, unless it may go ahead of its stream.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Protocol

import msgspec

from console.comms.carriers.bundle import layout, showing
from console.comms.carriers.bundle.faults import DamagedFault, UnreadableFault
from console.comms.carriers.bundle.layout import Segment
from console.comms.carriers.bundle.opened import Owner, Volume
from console.comms.carriers.bundle.orders import NotTaken, Shown, Taken
from console.comms.carriers.bundle.progress import Progress
from console.errors import Fault
from console.models.event import Origin, Stream, Vector
from console.models.journal.early import Early
from console.models.journal.outcome import RunOutcome
from console.models.run import MAX_AGE_MS, Entry, Run
from console.models.trust import Refused, Trust

SLICE_EVENTS = 100
"""Stored in one turn of the peer's loop: 10 to 30 ms, nearly all of it for checking signatures."""
SLICE_BYTES = 256 * 1024
MAX_FILES = 200
MAX_REFUSED = 50


class Desk(Protocol):
    """The journal's writer, from the thread that reads the stick. Each call may wait for the peer's loop, and raises Fault."""

    def owner(self) -> Owner:
        """Who we are, and whom we believe by now."""
        ...

    def vector(self) -> Vector: ...

    def wall_ms(self) -> int: ...

    def skew_ms(self, peer: Origin) -> int:
        """That peer's clock less ours, as last measured; 0 when it never was."""
        ...

    def store(self, runs: Sequence[Run], via: Origin) -> Sequence[RunOutcome]: ...

    def store_early(self, events: Sequence[Early], via: Origin) -> Sequence[Refused]: ...

    def learn(self, peer: Origin, holds: Vector, said_hlc: int) -> None:
        """What `peer` has for good, by its own word."""
        ...


def opened(files: Sequence[str], desk: Desk, stack: ExitStack) -> list[Volume]:
    """All of them, authenticated, in the order in which they are to be taken; closed with `stack`."""
    if not files or len(files) > MAX_FILES:
        raise Fault(f"choose 1 to {MAX_FILES} files.")
    owner = desk.owner()
    volumes = [stack.enter_context(Volume(Path(file), owner)) for file in dict.fromkeys(files)]
    return sorted(volumes, key=lambda volume: (volume.about.hlc, volume.about.bundle, volume.about.volume))


def show(files: Sequence[str], desk: Desk) -> Shown:
    with ExitStack() as stack:
        held, insides = desk.vector(), []
        for volume in (volumes := opened(files, desk, stack)):
            insides.append(showing.inside(volume, held, desk.wall_ms()))
            held = showing.after(volume, held)
        return Shown(insides, _missing(volumes))


def take(files: Sequence[str], desk: Desk, progress: Progress) -> Taken:
    """Raises DamagedFault, UnreadableFault, Fault, Cancelled. When a file is not as it was made, nothing of any is taken."""
    with ExitStack() as stack:
        volumes = opened(files, desk, stack)
        _check(volumes, progress)
        taking = _Taking(desk, progress)
        progress.begin("taking", sum(volume.events for volume in volumes))
        for volume in volumes:
            try:
                taking.take(volume)
            except DamagedFault as fault:  # since it was checked: the stick fails, or was changed under our hands
                raise DamagedFault(fault.path, fault.place, begun=True) from fault
        return taking.result(len(volumes), _missing(volumes))


def _check(volumes: Sequence[Volume], progress: Progress) -> None:
    progress.begin("checking", sum(volume.events for volume in volumes))
    for volume in volumes:
        for segment, entries in volume.segments():
            for _ in entries:
                progress.check()
            progress.step(segment.count)


def _missing(volumes: Iterable[Volume]) -> list[int]:
    return showing.missing((volume.about.bundle.hex(), volume.about.volume, volume.contents.last) for volume in volumes)


class _Taking:
    """Events of several segments are stored together, SLICE_EVENTS at most."""

    def __init__(self, desk: Desk, progress: Progress) -> None:
        self._desk, self._progress = desk, progress
        self._held = desk.vector()
        self._events: Counter[str] = Counter()
        self._duplicates = self._early = self._waiting = self._refusals = 0
        self._refused: list[NotTaken] = []
        self._shut: set[Stream] = set()
        self._runs: list[Run] = []
        self._size = 0

    def take(self, volume: Volume) -> None:
        carried_ms = self._carried_ms(volume)
        for segment, entries in volume.segments():
            self._segment(volume, segment, (_older(entry, carried_ms) for entry in entries))
        self._flush(volume)
        self._desk.learn(volume.sender.origin, layout.to_vector(volume.contents.holds), volume.about.hlc)

    def _carried_ms(self, volume: Volume) -> int:
        """How long it was on its way: what it holds is so much older than when it was made. By two clocks, set right by what is known of
        their difference; never less than nothing."""
        made_ms = volume.about.made_ms - self._desk.skew_ms(volume.sender.origin)
        return max(0, self._desk.wall_ms() - made_ms)

    def _segment(self, volume: Volume, segment: Segment, entries: Iterator[Entry]) -> None:
        held = self._held.get(segment.stream, 0)
        if segment.last_seq <= held:
            self._duplicates += segment.count
        elif segment.stream in self._shut:
            self._waiting += segment.count
        elif showing.follows(segment, self._held):
            self._append(volume, segment, entries)
            return
        elif segment.early:
            self._show(volume, segment, entries)
            return
        else:
            self._waiting += segment.count
        self._progress.step(segment.count)

    def _append(self, volume: Volume, segment: Segment, entries: Iterator[Entry]) -> None:
        seq = segment.first_seq
        while part := _slice(entries, SLICE_EVENTS - sum(len(run.entries) for run in self._runs)):
            self._runs.append(Run(segment.origin, segment.topic, seq, part, segment.base if seq == segment.first_seq else b""))
            self._size += sum(len(entry.body) for entry in part)
            seq += len(part)
            self._held[segment.stream] = seq - 1
            if sum(len(run.entries) for run in self._runs) >= SLICE_EVENTS or self._size >= SLICE_BYTES:
                self._flush(volume)

    def _flush(self, volume: Volume) -> None:
        """Store what was gathered. Of a stream that was refused nothing more is taken."""
        runs = [run for run in self._runs if run.stream not in self._shut]
        count = sum(len(run.entries) for run in self._runs)
        self._runs, self._size = [], 0
        if runs:
            _check_sender(volume, self._desk.owner().trust)
            for run, outcome in zip(runs, self._desk.store(runs, volume.sender.origin), strict=True):
                self._settle(volume, run, outcome)
        self._progress.step(count)

    def _settle(self, volume: Volume, run: Run, outcome: RunOutcome) -> None:
        if run.stream in self._shut:  # what it follows was refused in the same breath
            self._waiting += len(run.entries)
            return
        if outcome.accepted:
            self._events[run.topic.rpartition("/")[2]] += outcome.accepted
        self._duplicates += outcome.duplicates
        if outcome.refusal is not None:
            self._refuse(volume, run, *outcome.refusal)
            self._shut.add(run.stream)
            self._held[run.stream] = run.first_seq - 1 + outcome.accepted + outcome.duplicates

    def _show(self, volume: Volume, segment: Segment, entries: Iterator[Entry]) -> None:
        seq = segment.first_seq
        while part := _slice(entries, SLICE_EVENTS):
            self._flush(volume)
            run = Run(segment.origin, segment.topic, seq, part)
            refused = self._desk.store_early([_early(run, index) for index in range(len(part))], volume.sender.origin)
            self._early += len(part) - len(refused)
            for no in refused:
                self._refuse(volume, run, no.code, no.text, seq)
            seq += len(part)
            self._progress.step(len(part))

    def _refuse(self, volume: Volume, run: Run, code: str, text: str, seq: int) -> None:
        self._refusals += 1
        if len(self._refused) < MAX_REFUSED:
            self._refused.append(NotTaken(f"{run.topic} {seq} of {volume.name(run.origin)}", code, text[:1000]))

    def result(self, files: int, missing: list[int]) -> Taken:
        counts = (self._duplicates, self._early, self._waiting, self._refusals)
        return Taken(files, dict(self._events), *counts, self._refused, missing)


def _check_sender(volume: Volume, trust: Trust) -> None:
    """What was just taken may have been its end."""
    grant = trust.grant(volume.sender.origin)
    if grant is None or grant.revoked_hlc:
        raise UnreadableFault(volume.path, f"{volume.sender.label}, who made it, was revoked meanwhile. The rest of it was not taken.")


def _slice(entries: Iterator[Entry], most: int) -> list[Entry]:
    part: list[Entry] = []
    size = 0
    for entry in islice(entries, most):
        part.append(entry)
        size += len(entry.body)
        if size >= SLICE_BYTES:
            break
    return part


def _older(entry: Entry, by_ms: int) -> Entry:
    return msgspec.structs.replace(entry, age_ms=min(entry.age_ms + by_ms, MAX_AGE_MS))


def _early(run: Run, index: int) -> Early:
    entry = run.entries[index]
    said = (entry.hlc, entry.kind, entry.subject, entry.body, entry.age_ms, entry.prev, entry.signature)
    return Early(run.origin, run.topic, run.first_seq + index, *said, carrier="bundle")
