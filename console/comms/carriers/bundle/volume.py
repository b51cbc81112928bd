"""Writing one volume. The file appears under its name whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from console.comms.carriers.bundle import layout, record
from console.comms.carriers.bundle.layout import About, Contents, Segment
from console.comms.carriers.bundle.seal import Begun, Part
from console.errors import Fault
from console.models.clock import ms_of
from console.models.event import Origin, Vector, chain
from console.models.identity import Signer
from console.models.run import Entry, Run

_SEGMENT_BYTES = 400  # as listed: its streams, counts and times, and the name of its author


class VolumeWriter:
    """`add` runs until one is not taken whole, then `finish`; `drop` instead leaves nothing. `size`: bytes written. Raises Fault when
    the file cannot be written."""

    def __init__(self, path: Path, begun: Begun, about: About, max_bytes: int, holds: Vector) -> None:
        """`max_bytes`: what the whole file may have; `holds`: see `layout.Contents`."""
        self.path = path
        self._part = path.with_name(path.name + ".part")
        self._seal, self._beginning = begun.seal, begun.beginning
        self._holds = layout.to_holds(holds)
        self._segments: list[Segment] = []
        self._events = 0
        self.size = 0
        self._most = layout.room(holds, max_bytes)
        self._file = _new_file(self._part)
        try:
            self._write(begun.beginning)
            self._about = self._put(Part.ABOUT, 0, record.deflate(layout.encode(about)))
        except Fault:
            self.drop()
            raise

    def add(self, run: Run, *, early: bool = False) -> int:
        """Write the run's events until the volume is full. How many were taken; of an empty volume at least one."""
        taken = 0
        while taken < len(run.entries) and len(self._segments) < layout.MAX_SEGMENTS:
            entries = run.entries[taken : taken + layout.MAX_SEGMENT_EVENTS]
            base = b"" if taken else run.base
            count = self._add_segment(Run(run.origin, run.topic, run.first_seq + taken, entries, base), early)
            taken += count
            if count < len(entries):
                break
        return taken

    def _add_segment(self, run: Run, early: bool) -> int:
        began, count = self.size, 0
        kinds: dict[str, int] = {}
        head = b""
        for entry in run.entries:
            sealed = self._sealed(entry, head)
            if not self._has_room(len(sealed) + layout.LENGTH_BYTES, kinds, entry.kind):
                break
            self._write(len(sealed).to_bytes(layout.LENGTH_BYTES, "big") + sealed)
            self._events += 1
            kinds[entry.kind] = kinds.get(entry.kind, 0) + 1
            head = _head_after(run, count, entry)
            count += 1
        if count:
            times = [ms_of(entry.hlc) for entry in run.entries[:count]]
            self._segments.append(
                Segment(run.origin, run.topic, run.first_seq, count, self.size - began, kinds, min(times), max(times), early, run.base)
            )
        return count

    def _sealed(self, entry: Entry, head: bytes) -> bytes:
        content = record.pack(entry, linked=bool(head) and entry.prev == head)
        return self._seal.close(Part.RECORD, self._events, content)

    def _has_room(self, more: int, kinds: Mapping[str, int], kind: str) -> bool:
        if len(kinds) >= layout.MAX_KINDS and kind not in kinds:
            return False
        listed = (len(self._segments) + 1) * _SEGMENT_BYTES + sum(len(each) + 8 for each in (*kinds, kind))
        return not self._events or self.size + more + listed <= self._most

    def finish(self, names: Callable[[set[Origin]], Mapping[Origin, str]], signer: Signer, *, last: bool) -> int:
        """Close it with its contents and signature, durable on return. How many bytes it has."""
        begins = self.size
        known = list(names({segment.origin for segment in self._segments}).items())[: layout.MAX_NAMES]
        contents = Contents(self._segments, self._holds, {origin: name[:200] for origin, name in known}, last)
        sealed = self._put(Part.CONTENTS, 0, record.deflate(layout.encode(contents)))
        self._put(Part.SIGNATURE, 0, signer.sign(layout.signed(self._beginning, self._about, sealed)))
        self._write(begins.to_bytes(8, "big") + layout.END_MAGIC)
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.replace(self.path)
            _sync_folder(self.path.parent)
        except OSError as error:
            raise self._fault(error) from error
        return self.size

    def drop(self) -> None:
        """Leave nothing of it. Never raises."""
        with suppress(OSError):  # what is still to be flushed finds no room either
            self._file.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)

    def _put(self, part: Part, number: int, content: bytes) -> bytes:
        sealed = self._seal.close(part, number, content)
        self._write(len(sealed).to_bytes(layout.LENGTH_BYTES, "big") + sealed)
        return sealed

    def _write(self, content: bytes) -> None:
        try:
            self._file.write(content)
        except OSError as error:
            raise self._fault(error) from error
        self.size += len(content)

    def _fault(self, error: OSError) -> Fault:
        return Fault(f"{self.path} cannot be written ({error.strerror or error}). Make room on it, or choose another place.")


def _head_after(run: Run, index: int, entry: Entry) -> bytes:
    """The stream's head after a signed event, which the next one's `prev` is; b"" on telemetry."""
    if not entry.signature:
        return b""
    return entry.erased or chain(entry.prev, run.origin, run.topic, run.first_seq + index, entry.hlc, entry.kind, entry.subject, entry.body)


def _sync_folder(folder: Path) -> None:
    """The stick may be pulled out as soon as it is said to be done. Not every system or file system can do this."""
    with suppress(OSError):
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def _new_file(part: Path) -> BinaryIO:
    """Never through a link that somebody left on the stick. Whoever carries it may read its bytes: they are sealed, and on the receiver's
    machine the file belongs to nobody who is known there."""
    try:
        part.unlink(missing_ok=True)
        fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
        return os.fdopen(fd, "wb")
    except OSError as error:
        raise Fault(f"{part} cannot be written ({error.strerror or error}). Choose another place, or mount it for writing.") from error
