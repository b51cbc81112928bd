"""AIS logs: NMEA 0183 VDM/VDO sentences (ITU-R M.1371-5 Annex 8), one unit an MMSI.

Position, speed and course are used when available: longitude 181, latitude 91, speed 1023, course 3600 and heading 511 mean that
they are not (messages 1 to 3, 9, 18, 19, 27). Names and ship types come from messages 5, 19, 21 and 24. A sentence whose checksum does not
add up is not used. Time: `$PGHP` line before a sentence, tag block `c`, else the sentences are spread evenly at a stated rate.
The receiver's own position (RMC; GGA and GLL until the first RMC) is a unit of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from pyais.exceptions import AISBaseException
from pyais.messages import AISSentence, NMEASentenceFactory

from console.comms.gateways.nmea import (
    KNOT_MPS,
    MAX_LINE_BYTES,
    checksum_ok,
    gatehouse_ms,
    own_position,
    received_ms,
    split_tag_block,
)
from console.comms.gateways.recording import Ledger, Moment, Recording
from console.models.kinds import UnitPosition, UnitRegistered

DEFAULT_RATE_PER_S = 10.0
MAX_LEAP_MS = 10 * 60 * 1000
MAX_PENDING = 64
MAX_UNITS = 100_000
OWN_UNIT = "own-receiver"

VALID_MOVING_S = 60.0
VALID_SLOW_S = 600.0
"""Class A reports every 2-10 s under way and every 3 min at anchor, class B every 30 s and 3 min (M.1371-5 Annex 1, tables 1 and 2)."""

_AIRCRAFT = 9
_BASE_STATION = (4, 11)
_AID_TO_NAVIGATION = 21
_SPECIAL_CRAFT = {51: "rescue", 55: "police", 58: "medical"}
"""Ship types with a place of their own among ours (M.1371-5 Annex 8, message 5): search and rescue, law enforcement, medical transport."""


def read_ais(path: Path, *, rate_per_s: float = DEFAULT_RATE_PER_S) -> Recording:
    """`rate_per_s`: sentences a second where the file does not say when they were received."""
    ledger = Ledger()
    return Recording(format="ais", title=path.name, moments=_Log(path, ledger, rate_per_s).moments(), ledger=ledger)


class _Timeline:
    """Times that never go back and never leap: each sentence at its own time, or one step after the one before it.

    A leap (another recording in the same file, a broken clock) moves all that follows to one step after what came before.
    """

    def __init__(self, rate_per_s: float, ledger: Ledger) -> None:
        self._step_ms = 1000 / rate_per_s
        self._ledger = ledger
        self._last_ms: float | None = None
        self._offset_ms = 0.0
        self.untimed = 0

    def at(self, stated_ms: int | None, line: int) -> int:
        if self._last_ms is None:
            self._last_ms = float(stated_ms or 0)
            self._offset_ms = self._last_ms - stated_ms if stated_ms else 0.0
            return int(self._last_ms)
        if stated_ms is None:
            self.untimed += 1
            self._last_ms += self._step_ms
            return int(self._last_ms)
        moved = stated_ms + self._offset_ms
        if abs(moved - self._last_ms) > MAX_LEAP_MS:
            self._ledger.remark(f"line {line}: the file's clock leaps by {(moved - self._last_ms) / 1000:+.0f} s; played as if it did not")
            moved = self._last_ms + self._step_ms
            self._offset_ms = moved - stated_ms
        self._last_ms = max(self._last_ms, moved)
        return int(self._last_ms)


class _Log:
    """One pass over one file."""

    def __init__(self, path: Path, ledger: Ledger, rate_per_s: float) -> None:
        self._path = path
        self._ledger = ledger
        self._timeline = _Timeline(rate_per_s, ledger)
        self._stated_ms: int | None = None
        self._parts: dict[tuple[Any, ...], list[AISSentence]] = {}
        self._known: dict[str, UnitRegistered] = {}
        self._own_full = False

    def moments(self) -> Iterator[Moment]:
        with self._path.open("rb") as file:
            for number, line in _lines(file, self._ledger):
                yield from self._line(number, line)
        for _ in self._parts:
            self._ledger.note(0, "part of a message without the rest")
        if self._timeline.untimed:
            self._ledger.remark(f"{self._timeline.untimed} sentences without a time are spread evenly")

    def _line(self, number: int, line: bytes) -> Iterator[Moment]:
        block, sentence = split_tag_block(line)
        if not sentence or sentence.startswith(b"#"):
            return
        if sentence[:1] not in (b"!", b"$"):
            self._ledger.note(number, "not an NMEA sentence", _shown(sentence))
        elif checksum_ok(sentence) is not True:
            self._ledger.note(number, "checksum missing or wrong", _shown(sentence))
        elif sentence.startswith(b"$PGHP"):
            self._stated_ms = gatehouse_ms(sentence)
            if self._stated_ms is None:
                self._ledger.note(number, "receiver's time that cannot be", _shown(sentence))
        elif sentence[3:6] in (b"VDM", b"VDO"):
            yield from self._ais(number, block, sentence)
        else:
            yield from self._own(number, block, sentence)

    def _at(self, number: int, block: bytes) -> int:
        stated, self._stated_ms = received_ms(block) or self._stated_ms, None
        return self._timeline.at(stated, number)

    # -- the receiver itself ------------------------------------------------------------------------------------------------

    def _own(self, number: int, block: bytes, sentence: bytes) -> Iterator[Moment]:
        own = own_position(sentence, VALID_MOVING_S)
        if own is None:
            self._ledger.note(number, f"sentence {sentence[1:6].decode('ascii', 'replace')} without a position")
        elif self._own_full and not own.full:
            self._ledger.note(number, "own position said twice", _shown(sentence))
        else:
            self._own_full = own.full
            at_ms = self._at(number, block)
            yield from self._register(at_ms, OWN_UNIT, UnitRegistered(name="own receiver", kind="vessel"))
            yield Moment(at_ms, OWN_UNIT, "unit.position", own.body)

    # -- AIS ------------------------------------------------------------------------------------------------------------------

    def _ais(self, number: int, block: bytes, sentence: bytes) -> Iterator[Moment]:
        try:
            part = NMEASentenceFactory.produce(sentence)
            whole = self._assemble(number, part) if isinstance(part, AISSentence) else None
            if whole is None:
                return
            message = whole.decode()
        except AISBaseException as error:
            self._ledger.note(number, "AIS message that cannot be decoded", str(error) or type(error).__name__)
            return
        except (ValueError, IndexError, KeyError, TypeError, OverflowError, ArithmeticError) as error:
            self._ledger.note(number, "AIS message that cannot be decoded", repr(error))
            return
        if message.mmsi is None:
            self._ledger.note(number, "AIS message without an MMSI")
            return
        yield from self._told(number, self._at(number, block), message)

    def _assemble(self, number: int, part: AISSentence) -> AISSentence | None:
        """The whole message when `part` completes it. Parts come in order, on one channel, under one number."""
        if part.frag_cnt == 1:
            return part
        key = (part.seq_id, part.channel, part.talker, part.frag_cnt)
        held = self._parts.pop(key, [])
        if part.frag_num != len(held) + 1:
            self._ledger.note(number, "part of a message without the rest")
            held = []
            if part.frag_num != 1:
                return None
        held.append(part)
        if len(held) == part.frag_cnt:
            return AISSentence.assemble_from_iterable(held)
        self._parts[key] = held
        if len(self._parts) > MAX_PENDING:
            self._parts.pop(next(iter(self._parts)))
            self._ledger.note(number, "part of a message without the rest")
        return None

    def _told(self, number: int, at_ms: int, message: Any) -> Iterator[Moment]:
        mmsi = int(message.mmsi)
        subject = f"mmsi-{mmsi:09d}"
        if subject not in self._known and len(self._known) >= MAX_UNITS:
            self._ledger.note(number, f"more than {MAX_UNITS} vessels")
            return
        yield from self._register(at_ms, subject, _registration(message, mmsi, self._known.get(subject)))
        position = _position(message)
        if position is not None:
            yield Moment(at_ms, subject, "unit.position", position)
        elif hasattr(message, "lat"):
            self._ledger.note(number, "position not available", f"MMSI {mmsi}")

    def _register(self, at_ms: int, subject: str, body: UnitRegistered) -> Iterator[Moment]:
        """Said on first sight, and again when something about the unit became known."""
        if self._known.get(subject) != body:
            self._known[subject] = body
            yield Moment(at_ms, subject, "unit.registered", body)


def _lines(file: BinaryIO, ledger: Ledger) -> Iterator[tuple[int, bytes]]:
    """(line number from 1, stripped line); a line too long to be a sentence is noted and skipped."""
    number = 0
    while line := file.readline(MAX_LINE_BYTES):
        number += 1
        if len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
            ledger.note(number, "line too long")
            while (rest := file.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
            continue
        yield number, line.removeprefix(b"\xef\xbb\xbf").strip()


def _shown(sentence: bytes) -> str:
    return sentence[:60].decode("ascii", "backslashreplace")


def _text(message: Any, name: str) -> str:
    value = getattr(message, name, None)
    return " ".join(str(value).replace("@", " ").split()) if value else ""


def _registration(message: Any, mmsi: int, known: UnitRegistered | None) -> UnitRegistered:
    name = _text(message, "shipname") or _text(message, "name") or (known.name if known else f"MMSI {mmsi:09d}")
    kind = _unit_kind(message) or (known.kind if known else "vessel")
    callsign = _text(message, "callsign") or (known.callsign if known else "")
    return UnitRegistered(name=name[:200], kind=kind, callsign=callsign[:64])


def _unit_kind(message: Any) -> str:
    """One of UNIT_KINDS, "" when this message does not say."""
    if message.msg_type == _AIRCRAFT:
        return "aircraft"
    if message.msg_type in _BASE_STATION or message.msg_type == _AID_TO_NAVIGATION:
        return "other"
    ship_type = getattr(message, "ship_type", None)
    return _SPECIAL_CRAFT.get(int(ship_type), "vessel") if ship_type else ""


def _position(message: Any) -> UnitPosition | None:
    lon, lat = getattr(message, "lon", None), getattr(message, "lat", None)
    if message.msg_type == 17 or lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    speed = _speed_mps(message)
    return UnitPosition(
        lon=float(lon),
        lat=float(lat),
        heading_deg=_heading_deg(message),
        speed_mps=speed,
        alt_m=_altitude_m(message),
        valid_s=VALID_SLOW_S if speed is None or speed <= 2 * KNOT_MPS else VALID_MOVING_S,
    )


def _speed_mps(message: Any) -> float | None:
    """Message 9 counts whole knots to 1022, message 27 to 62, the others tenths to 102.2."""
    speed = getattr(message, "speed", None)
    limit = {9: 1022, 27: 62}.get(message.msg_type, 102.2)
    return float(speed) * KNOT_MPS if speed is not None and 0 <= speed <= limit else None


def _heading_deg(message: Any) -> float | None:
    """True heading, else course over ground, each when available."""
    for name in ("heading", "course"):
        value = getattr(message, name, None)
        if value is not None and 0 <= value < 360:
            return float(value)
    return None


def _altitude_m(message: Any) -> float | None:
    alt = getattr(message, "alt", None)
    return float(alt) if message.msg_type == _AIRCRAFT and alt is not None and alt < 4095 else None
