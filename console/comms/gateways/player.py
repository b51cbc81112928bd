"""Plays a recording through live peers: at its own pace times a speed, in batches, never more ahead of a peer than it takes.

When the machine or a peer cannot keep the pace, nothing is left out: the clock of the play is held back by what was lost, so that it
never runs further behind than `pace.MAX_BEHIND_S`, and that is said.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Protocol

import msgspec

from console.comms.gateways.pace import TICK_S, Clock, Pace, Window, windowed
from console.comms.gateways.present import Present
from console.comms.gateways.recording import Cut, Moment, Recording
from console.comms.local.messages import Draft, Link, Me
from console.errors import Fault, RefusedFault
from console.models.identity import owned_subject

BATCH = 500
MAX_IN_FLIGHT = 4
WRITE_TIMEOUT_S = 60.0
PROGRESS_S = 3.0
LULL_S = 0.5
SETTLE_S = 0.2


class Speaker(Protocol):
    """What the player needs of a peer (`console.comms.peer.Peer`)."""

    def me(self) -> Me: ...

    def write(self, drafts: Sequence[Draft]) -> Future[list[str]]: ...

    def links(self) -> list[Link]: ...

    def cut(self, seconds: float) -> Future[None]: ...


class Summary(msgspec.Struct, kw_only=True):
    """What was played. `kinds`: event kind -> count; `held_back_s`: how long the play's clock was held back in all."""

    title: str
    format: str
    units: int = 0
    events: int = 0
    kinds: dict[str, int] = {}
    laps: int = 0
    played_s: float = 0.0
    recorded_s: float = 0.0
    held_back_s: float = 0.0
    silences_cut: int = 0
    unused: int = 0
    reasons: dict[str, int] = {}
    listed: list[str] = []
    remarks: list[str] = []


class Player:
    """One play of one file. Not thread-safe; `run` blocks in the caller's thread."""

    def __init__(
        self,
        open_recording: Callable[[], Recording],
        speakers: Sequence[Speaker],
        *,
        speed: float,
        clock: Clock,
        area: str = "",
        window: Window | None = None,
        progress: Callable[[str], None] = lambda text: None,
    ) -> None:
        """`speakers`: one for each peer of a scenario's cast, in order; of fewer the last serves the rest. The last is
        also whose links are not cut when it serves several."""
        self._open = open_recording
        self._speakers = list(speakers)
        self._speed = speed
        self._clock = clock
        self._area = area
        self._window = window or Window()
        self._progress = progress
        self._in_flight: list[deque[Future[list[str]]]] = [deque() for _ in speakers]
        self._units: set[str] = set()
        self._kinds: Counter[str] = Counter()
        self._said_s = -PROGRESS_S
        self._status: Callable[[], str] = lambda: "begins"
        self._pace = Pace(clock, speed)

    # -- laps -----------------------------------------------------------------------------------------------------------------

    def run(self, *, laps: int | None = 1) -> Summary:
        """Play `laps` times (None: until interrupted), then wait until every peer's node holds everything.

        Raises Fault when the file holds nothing to play or a peer cannot write, RefusedFault when a node says no.
        """
        begun_s = self._clock.now_s()
        recording = self._open()
        done, recorded_s = 0, 0.0
        while True:
            recorded_s += self._lap(recording, done + 1)
            done += 1
            if not self._kinds:
                raise Fault(f"{recording.title}: nothing in it to play; {_unused_text(recording)}")
            if laps is not None and done >= laps:
                break
            recording = self._open()
        self._settle()
        ledger = recording.ledger
        return Summary(
            title=recording.title,
            format=recording.format,
            units=len(self._units),
            events=self._kinds.total(),
            kinds=dict(sorted(self._kinds.items())),
            laps=done,
            played_s=self._clock.now_s() - begun_s,
            recorded_s=recorded_s,
            held_back_s=self._pace.held_back_s,
            silences_cut=self._pace.silences_cut,
            unused=ledger.total,
            reasons=dict(ledger.reasons.most_common()),
            listed=[str(unused) for unused in ledger.listed],
            remarks=ledger.remarks,
        )

    def _lap(self, recording: Recording, lap: int) -> float:
        """Play once through; answers how many seconds of the recording were played."""
        speaker_of = {cast.id: min(index, len(self._speakers) - 1) for index, cast in enumerate(recording.cast)} or {"": 0}
        own = {peer: partial(owned_subject, bytes.fromhex(self._speakers[index].me().origin)) for peer, index in speaker_of.items()}
        present = Present(recording, own, speed=self._speed, area=self._area, lap=lap)
        cuts = deque(sorted(recording.cuts))
        first_ms = last_ms = None
        for batch in self._batches(recording.moments):
            first_ms = batch[0].at_ms if first_ms is None else first_ms
            last_ms = batch[-1].at_ms
            while cuts and cuts[0].at_ms <= last_ms:
                self._cut(cuts.popleft(), speaker_of)
            self._say(batch, present, speaker_of)
            self._status = partial(self._status_text, recording, last_ms - first_ms)
            self._report()
        return (last_ms - first_ms) / 1000 if first_ms is not None and last_ms is not None else 0.0

    def _batches(self, moments: Iterable[Moment]) -> Iterator[list[Moment]]:
        """Moments that are due, at most `BATCH` at once, after waiting for them."""
        batch: list[Moment] = []
        self._pace.restart()
        for moment in windowed(moments, self._window):
            if batch and (len(batch) >= BATCH or not self._pace.due(moment.at_ms)):
                yield batch
                batch = []
                self._clock.wait(0 if self._pace.late() else TICK_S)
            if not batch:
                self._wait(self._pace.ahead_s(moment.at_ms))
            batch.append(moment)
        if batch:
            yield batch

    def _wait(self, ahead_s: float) -> None:
        """Until a moment is due. A long wait is the time to learn what became of what was said before it."""
        if ahead_s > LULL_S:
            for index in range(len(self._speakers)):
                self._room(index, 0)
        while ahead_s > 0:
            step_s = min(ahead_s, PROGRESS_S)
            self._clock.wait(step_s)
            ahead_s -= step_s
            self._report()

    # -- saying -----------------------------------------------------------------------------------------------------------------

    def _say(self, batch: list[Moment], present: Present, speaker_of: dict[str, int]) -> None:
        drafts: list[list[Draft]] = [[] for _ in self._speakers]
        now_ms = self._clock.wall_ms()
        for moment in batch:
            drafts[speaker_of[moment.peer]].append(present.draft(moment, now_ms))
            self._kinds[moment.kind] += 1
            if moment.kind == "unit.registered":
                self._units.add(moment.subject)
        for index, mine in enumerate(drafts):
            if mine:
                self._room(index, MAX_IN_FLIGHT - 1)
                self._in_flight[index].append(self._speakers[index].write(mine))

    def _room(self, index: int, most: int) -> None:
        """Wait until no more than `most` batches of a peer are on their way to its disk."""
        waiting = self._in_flight[index]
        while len(waiting) > most or (waiting and waiting[0].done()):
            try:
                waiting.popleft().result(WRITE_TIMEOUT_S)
            except TimeoutError:
                raise Fault(
                    f"this peer wrote nothing for {WRITE_TIMEOUT_S:.0f} s; is its disk full or another program holding its journal?"
                ) from None

    def _cut(self, cut: Cut, speaker_of: dict[str, int]) -> None:
        index = speaker_of[cut.peer]
        if list(speaker_of.values()).count(index) > 1:
            self._progress(
                f"the cut of {cut.peer} is left out, because it shares its link with others; give every peer a --join of its own"
            )
            return
        self._progress(f"cutting the link of {cut.peer} for {cut.for_s / self._speed:.0f} s")
        self._speakers[index].cut(cut.for_s / self._speed).result(WRITE_TIMEOUT_S)

    def _report(self) -> None:
        """Say how far it is, every few seconds. Raises RefusedFault when a node has said no meanwhile."""
        if self._clock.now_s() - self._said_s < PROGRESS_S:
            return
        self._said_s = self._clock.now_s()
        self._progress(self._status())

    def _status_text(self, recording: Recording, gone_ms: int) -> str:
        links = [link for speaker in self._speakers for link in speaker.links()]
        _unacknowledged(links)
        pace = f", held back {self._pace.held_back_s:.0f} s: slower than asked" if self._pace.held_back_s else ""
        waiting = sum(sum(link.waiting.values()) for link in links)
        return (
            f"{recording.title}: {clock_text(gone_ms // 1000)} at x{self._speed:g}{pace}; {len(self._units)} units, "
            f"{self._kinds.total()} events, {waiting} waiting to be acknowledged, {recording.ledger.total} not used"
        )

    # -- the end ------------------------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Wait until everything is durable here and acknowledged by every node. Raises RefusedFault when one says no."""
        for index in range(len(self._speakers)):
            self._room(index, 0)
        for speaker in self._speakers:
            while waiting := _unacknowledged(speaker.links()):
                if self._clock.now_s() - self._said_s >= PROGRESS_S:
                    self._said_s = self._clock.now_s()
                    self._progress(f"waiting for the node to acknowledge {waiting}")
                self._clock.wait(SETTLE_S)


def _unacknowledged(links: list[Link]) -> str:
    """What is still on its way, in words; "" when every link's node holds all. Raises RefusedFault."""
    for link in links:
        if link.state == "refused":
            raise RefusedFault(f"{link.name or link.endpoint} refuses: {link.reason}")
        waiting = sum(link.waiting.values())
        if waiting or link.state not in ("online", "slow"):
            return f"{waiting} events (link {link.state})"
    return "" if links else "everything (no link)"


def _unused_text(recording: Recording) -> str:
    ledger = recording.ledger
    if not ledger.total:
        return "the file is empty of it"
    return "not used: " + ", ".join(f"{count} {reason}" for reason, count in ledger.reasons.most_common(5)) + f"; first {ledger.listed[0]}"


def clock_text(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
