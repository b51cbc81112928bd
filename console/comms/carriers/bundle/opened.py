"""Reading one volume: authenticated before anything in it is believed, then event by event, never the whole file in memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self, TypeVar

from console.comms.carriers.bundle import layout, record
from console.comms.carriers.bundle.faults import DamagedFault, UnreadableFault
from console.comms.carriers.bundle.layout import About, Contents, Head, Segment
from console.comms.carriers.bundle.seal import Broken, Part, Seal, resume
from console.comms.security.keys import CurvePair
from console.errors import Fault
from console.models.event import SIGNATURE_BYTES, Origin
from console.models.identity import origin_of, signature_ok
from console.models.run import Entry
from console.models.trust import Grant, Trust

BEGINNING, CONTENTS, SIGNATURE, END = "its beginning", "its contents list", "its signature", "its end mark"
T = TypeVar("T")
_MIN_BYTES = layout.PREAMBLE_BYTES + 2 * layout.LENGTH_BYTES + layout.SIGNATURE_PART_BYTES + layout.END_BYTES


class Owner(NamedTuple):
    """Who reads: its origin, its CURVE pair, and whom it believes."""

    origin: Origin
    curve: CurvePair
    trust: Trust


class Volume:
    """An open volume whose maker is enrolled, not revoked, and signed it. A context manager.

    `about`, `contents`, `sender`; `size`: bytes of the file. Raises DamagedFault, UnreadableFault, and Fault when it cannot be read.
    """

    def __init__(self, path: Path, owner: Owner) -> None:
        self.path = path
        self._file = _open(path)
        try:
            self._meet(owner)
        except BaseException as error:
            self.close()
            if isinstance(error, OSError):
                raise _unread(path, error) from error
            raise

    def _meet(self, owner: Owner) -> None:
        self.size = os.fstat(self._file.fileno()).st_size
        bound, head = self._beginning()
        if head.receiver != owner.origin:
            raise UnreadableFault(self.path, f"it is for {_name(owner.trust, head.receiver)}. Only that peer can read it.")
        if head.key != owner.curve.public:
            raise UnreadableFault(self.path, "it was made for an earlier key of this peer, which is gone. Have it made anew.")
        about, contents, signature = self._parts(len(bound))
        self._seal = self._seal_of(head, bound, owner.curve)
        self.about = self._decoded(self._opened(Part.ABOUT, 0, about, BEGINNING), BEGINNING, About, layout.MAX_ABOUT_BYTES)
        self.sender = self._sender(owner.trust)
        listed = self._opened(Part.CONTENTS, 0, contents, CONTENTS)
        said = self._opened(Part.SIGNATURE, 0, signature, SIGNATURE)
        if not signature_ok(self.about.sign_key, layout.signed(bound, about, contents), said):
            raise DamagedFault(self.path, SIGNATURE)
        self.contents = self._decoded(listed, CONTENTS, Contents, layout.MAX_LISTED_BYTES)
        self._begins = len(bound) + layout.LENGTH_BYTES + len(about)
        self._check_segments()

    # -- its edges -----------------------------------------------------------------------------------------------------------

    def _beginning(self) -> tuple[bytes, Head]:
        bound = self._read(0, layout.PREAMBLE_BYTES)
        if len(bound) < layout.PREAMBLE_BYTES or bound[: len(layout.MAGIC)] != layout.MAGIC:
            raise DamagedFault(self.path, "it is no bundle, or " + BEGINNING)
        if bound[len(layout.MAGIC)] > layout.VERSION:
            version = bound[len(layout.MAGIC)]
            why = f"it was made by a newer version of this program (format {version}, this one reads {layout.VERSION}), or {BEGINNING} was"
            raise UnreadableFault(self.path, f"{why} altered. Install the newer version.")
        length = int.from_bytes(bound[-2:], "big")
        content = self._read(len(bound), length) if bound[len(layout.MAGIC)] and length <= layout.MAX_HEAD_BYTES else b""
        try:
            return bound + content, layout.decode(content, Head)
        except ValueError as error:
            raise DamagedFault(self.path, BEGINNING) from error

    def _parts(self, begins: int) -> tuple[bytes, bytes, bytes]:
        """The sealed about, contents and signature."""
        end = self._read(max(0, self.size - layout.END_BYTES), layout.END_BYTES)
        if self.size < _MIN_BYTES or end[8:] != layout.END_MAGIC:
            raise DamagedFault(self.path, "it is cut short, or " + END)
        about = self._part_at(begins, layout.MAX_ABOUT_BYTES, BEGINNING)
        signature_at = self.size - layout.END_BYTES - layout.SIGNATURE_PART_BYTES
        self._ends = int.from_bytes(end[:8], "big")
        least = begins + layout.LENGTH_BYTES + len(about)
        if not least <= self._ends <= signature_at - layout.LENGTH_BYTES:
            raise DamagedFault(self.path, END)
        contents = self._part_at(self._ends, layout.MAX_CONTENTS_BYTES, f"{END} or {CONTENTS}")
        if self._ends + layout.LENGTH_BYTES + len(contents) != signature_at:
            raise DamagedFault(self.path, f"{END} or {CONTENTS}")
        signature = self._part_at(signature_at, SIGNATURE_BYTES + layout.TAG_BYTES, SIGNATURE)
        return about, contents, signature

    def _seal_of(self, head: Head, bound: bytes, curve: CurvePair) -> Seal:
        try:
            return resume(head, bound, curve)
        except Broken as error:
            raise DamagedFault(self.path, BEGINNING) from error

    def _sender(self, trust: Trust) -> Grant:
        origin = origin_of(self.about.sign_key)
        grant = trust.grant(origin)
        if grant is None:
            why = f"peer {origin.hex()[:12]}, who made it, is not enrolled here. Have the node that enrolled it make a bundle first"
            raise UnreadableFault(self.path, f"{why}, or connect to it once.")
        if grant.revoked_hlc:
            raise UnreadableFault(self.path, f"{grant.label}, who made it, was revoked. What is true in it comes from others.")
        return grant

    def _check_segments(self) -> None:
        """The list must cover every byte between the about and itself, and nothing else: then every byte belongs to something."""
        segments = self.contents.segments
        if any(segment.size < segment.count * layout.MIN_RECORD_BYTES for segment in segments):
            raise DamagedFault(self.path, CONTENTS)
        if self._begins + sum(segment.size for segment in segments) != self._ends:
            raise DamagedFault(self.path, CONTENTS)

    # -- its events -----------------------------------------------------------------------------------------------------------

    @property
    def events(self) -> int:
        return sum(segment.count for segment in self.contents.segments)

    def name(self, origin: Origin) -> str:
        return self.contents.names.get(origin) or origin.hex()[:12]

    def segments(self) -> Iterator[tuple[Segment, Iterator[Entry]]]:
        """Each segment with its events, which are read when they are asked for: one that is not asked for costs nothing. Raises
        DamagedFault naming the event that is not as it was made."""
        at, number = self._begins, 0
        for segment in self.contents.segments:
            yield segment, self._entries(segment, at, number)
            at += segment.size
            number += segment.count

    def _entries(self, segment: Segment, at: int, number: int) -> Iterator[Entry]:
        links, ends = record.Links(segment.stream, segment.first_seq), at + segment.size
        for index in range(segment.count):
            place = f"event {segment.topic} {segment.first_seq + index} of {self.name(segment.origin)}"
            try:
                sealed = self._part_at(at, min(layout.MAX_RECORD_BYTES, ends - at - layout.LENGTH_BYTES), place)
            except OSError as error:
                raise _unread(self.path, error) from error
            yield links.entry(self._entry(number + index, sealed, place))
            at += layout.LENGTH_BYTES + len(sealed)
        if at != ends:
            raise DamagedFault(self.path, CONTENTS)

    def _entry(self, number: int, sealed: bytes, place: str) -> Entry:
        content = self._opened(Part.RECORD, number, sealed, place)
        try:
            return record.unpack(content)
        except ValueError as error:
            raise DamagedFault(self.path, place) from error

    # -- bytes -----------------------------------------------------------------------------------------------------------------

    def _part_at(self, at: int, most: int, place: str) -> bytes:
        length = int.from_bytes(self._read(at, layout.LENGTH_BYTES), "big")
        content = self._read(at + layout.LENGTH_BYTES, length) if length <= most else b""
        if length > most or len(content) != length:
            raise DamagedFault(self.path, place)
        return content

    def _opened(self, part: Part, number: int, sealed: bytes, place: str) -> bytes:
        try:
            return self._seal.open(part, number, sealed)
        except Broken as error:
            raise DamagedFault(self.path, place) from error

    def _decoded(self, content: bytes, place: str, of: type[T], most: int) -> T:
        try:
            return layout.decode(record.inflate(content, most), of)
        except ValueError as error:
            raise DamagedFault(self.path, place) from error

    def _read(self, at: int, length: int) -> bytes:
        self._file.seek(at)
        return self._file.read(length)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _open(path: Path) -> BinaryIO:
    """A pipe or a device would hold up who reads it."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Fault(f"{path} is not a file. Choose the bundle itself (its name ends in {layout.SUFFIX}).")
        return path.open("rb")
    except OSError as error:
        raise _unread(path, error) from error


def _unread(path: Path, error: OSError) -> Fault:
    return Fault(f"{path} cannot be read ({error.strerror or error}). Put the stick in again, or copy the bundle to this machine first.")


def _name(trust: Trust, origin: Origin) -> str:
    grant = trust.grant(origin)
    return grant.label if grant is not None else f"peer {origin.hex()[:12]}"
