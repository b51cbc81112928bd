"""Making a bundle: volumes of at most the size asked for, written to the stick as the journal is read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from console.comms.carriers.bundle import layout
from console.comms.carriers.bundle.choice import Choice
from console.comms.carriers.bundle.layout import About
from console.comms.carriers.bundle.orders import Made
from console.comms.carriers.bundle.progress import Progress
from console.comms.carriers.bundle.seal import begin
from console.comms.carriers.bundle.volume import VolumeWriter
from console.errors import Fault
from console.models.clock import ms_of
from console.models.identity import Signer
from console.models.run import Run
from console.models.trust import Grant

MIN_VOLUME_BYTES = 1_000_000
MAX_VOLUME_BYTES = 1 << 40
"""Where one file is asked for."""
MAX_VOLUMES = 10_000


class Maker:
    """`make` once. `hlc`: our clock; `out`: of the first volume, the others have their number before the suffix. Raises Fault: no file is
    left then."""

    def __init__(self, choice: Choice, receiver: Grant, signer: Signer, out: Path, *, volume_bytes: int, replace: bool, hlc: int) -> None:
        if volume_bytes and volume_bytes < MIN_VOLUME_BYTES:
            raise Fault(f"volumes of {volume_bytes} bytes are too small: 1 MB at least.")
        self._choice, self._receiver, self._signer = choice, receiver, signer
        self._out, self._replace = out, replace
        self._most = volume_bytes or MAX_VOLUME_BYTES
        self._bundle, self._hlc = os.urandom(16), hlc
        self._written: list[tuple[Path, int]] = []
        self._events: dict[str, int] = {}
        self._writer: VolumeWriter | None = None

    def make(self, progress: Progress, incident: str = "") -> Made:
        """A bundle without events is one too: it tells the receiver what is held here, so that it need not send it."""
        if not layout.room(self._choice.holds, self._most):
            raise Fault("volumes of this size would hold nothing but their contents lists: choose larger ones.")
        progress.begin("writing", sum(self._choice.counts().values()))
        if incident and not progress.whole:
            raise Fault(f"there is nothing of this incident that {self._receiver.label} may have and lacks.")
        try:
            self._open(incident)
            for run, early in self._all():
                self._put(run, early, incident)
                progress.step(len(run.entries))
            self._finish(last=True)
        except BaseException:
            self._drop()
            raise
        return Made(self._receiver.label, self._events, [(str(path), size) for path, size in self._written])

    def _drop(self) -> None:
        if self._writer is not None:
            self._writer.drop()
        for path, _ in self._written:
            path.unlink(missing_ok=True)

    def _all(self) -> Iterator[tuple[Run, bool]]:
        for run in self._choice.runs():
            yield run, False
        for run in self._choice.early():
            yield run, True

    def _put(self, run: Run, early: bool, incident: str) -> None:
        lane = run.topic.rpartition("/")[2]
        self._events[lane] = self._events.get(lane, 0) + len(run.entries)
        taken = self._add(run, early)
        while taken < len(run.entries):
            self._finish(last=False)
            self._open(incident)
            taken += self._add(Run(run.origin, run.topic, run.first_seq + taken, run.entries[taken:]), early)

    def _add(self, run: Run, early: bool) -> int:
        assert self._writer is not None  # opened by whoever calls
        return self._writer.add(run, early=early)

    def _open(self, incident: str) -> None:
        number = len(self._written) + 1
        if number > MAX_VOLUMES:
            raise Fault(f"this would be more than {MAX_VOLUMES} volumes: choose larger ones.")
        path = self._out if number == 1 else self._out.with_name(f"{self._out.stem}.{number}{self._out.suffix}")
        if path.exists() and not self._replace:
            raise Fault(f"{path} exists already. Choose another name, or remove it first.")
        try:
            begun = begin(self._receiver.origin, self._receiver.curve_key)
        except ValueError as error:
            raise Fault(f"the key of {self._receiver.label} cannot be used ({error}). Enrol it anew.") from error
        about = About(self._signer.public_key, self._bundle, number, ms_of(self._hlc), self._hlc, incident, self._choice.title[:200])
        self._writer = VolumeWriter(path, begun, about, self._most, self._choice.holds)

    def _finish(self, *, last: bool) -> None:
        assert self._writer is not None  # opened by whoever calls
        size = self._writer.finish(self._choice.names, self._signer, last=last)
        self._written.append((self._writer.path, size))
        self._writer = None
