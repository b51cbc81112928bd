"""NMEA 0183 lines that are not AIS: checksum, the receiver's own position (RMC, GGA, GLL) and the clocks around AIS sentences."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from console.comms.gateways.instants import plausible
from console.models.kinds import UnitPosition

KNOT_MPS = 1852 / 3600
MAX_LINE_BYTES = 1024
"""NMEA 0183 allows 82 characters and a tag block before them; more than this is no sentence."""

_SECONDS_LIMIT = 100_000_000_000
"""Tag block `c` is in seconds by the standard; receivers that write milliseconds exceed this (the year 5138)."""

_RECEIVED = re.compile(rb"(?:^|,)c:(\d{1,15})(?:,|$)")


class Own(NamedTuple):
    """The receiver's own position; `full` when the sentence also states speed and course."""

    body: UnitPosition
    full: bool


def checksum_ok(sentence: bytes) -> bool | None:
    """Whether `$...*hh` or `!...*hh` adds up (exclusive or of what lies between); None when it carries no checksum."""
    payload, star, stated = sentence[1:].rpartition(b"*")
    if not star:
        return None
    reckoned = 0
    for byte in payload:
        reckoned ^= byte
    try:
        return int(stated[:2], 16) == reckoned
    except ValueError:
        return False


def split_tag_block(line: bytes) -> tuple[bytes, bytes]:
    r"""(tag block, sentence) of `\...\$...` (NMEA 0183 from 4.00 on); the tag block is empty when there is none."""
    if not line.startswith(b"\\"):
        return b"", line
    block, slash, sentence = line[1:].partition(b"\\")
    return (block, sentence) if slash else (b"", line)


def received_ms(block: bytes) -> int | None:
    """Receiver's time `c:` of a tag block in UTC milliseconds, None when there is none that can be."""
    found = _RECEIVED.search(block.partition(b"*")[0])
    if found is None:
        return None
    value = int(found.group(1))
    at_ms = value * 1000 if value < _SECONDS_LIMIT else value
    return at_ms if plausible(at_ms) else None


def gatehouse_ms(sentence: bytes) -> int | None:
    """Time of a `$PGHP,1,year,month,day,hour,minute,second,ms,...` line in UTC milliseconds, None when there is none that can be."""
    try:
        year, month, day, hour, minute, second, millis = (int(field) for field in sentence.split(b",")[2:9])
        at_ms = int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()) * 1000 + millis
    except (ValueError, OverflowError):
        return None
    return at_ms if plausible(at_ms) else None


def own_position(sentence: bytes, valid_s: float) -> Own | None:
    """Position in an RMC, GGA or GLL sentence, None when it states none that is valid."""
    fields = sentence.partition(b"*")[0].decode("ascii", "replace").split(",")
    kind = fields[0][3:]
    try:
        if kind == "RMC" and fields[2] == "A":
            return _own(fields[3:7], valid_s, speed=fields[7], course=fields[8], full=True)
        if kind == "GGA" and fields[6] not in ("", "0"):
            return _own(fields[2:6], valid_s, alt=fields[9])
        if kind == "GLL" and (len(fields) < 7 or fields[6] in ("", "A")):
            return _own(fields[1:5], valid_s)
    except (IndexError, ValueError):
        pass
    return None


def _own(place: list[str], valid_s: float, *, speed: str = "", course: str = "", alt: str = "", full: bool = False) -> Own | None:
    lat, lon = _degrees(place[0], place[1], "NS", 90), _degrees(place[2], place[3], "EW", 180)
    heading = float(course) if course else None
    knots = float(speed) if speed else None
    body = UnitPosition(
        lon=lon,
        lat=lat,
        heading_deg=heading if heading is not None and 0 <= heading < 360 else None,
        speed_mps=knots * KNOT_MPS if knots is not None and 0 <= knots <= 200 else None,
        alt_m=_height(alt),
        valid_s=valid_s,
    )
    return Own(body, full)


def _height(text: str) -> float | None:
    height_m = float(text) if text else 0.0
    return height_m if text and -1000 <= height_m <= 100_000 else None


def _degrees(text: str, side: str, sides: str, limit: float) -> float:
    """Degrees of `[d]ddmm.mmm` and its side. Raises ValueError when it is not within +-limit."""
    if side not in sides or len(side) != 1:
        raise ValueError(f"no side: {side!r}")
    value = float(text)
    minutes = value % 100
    degrees = value // 100 + minutes / 60
    if not (minutes < 60 and 0 <= degrees <= limit):
        raise ValueError(f"not a position: {text!r}")
    return -degrees if side in "SW" else degrees


def is_nmea(head: bytes) -> bool:
    """Whether among the first lines there is an NMEA sentence with a checksum that adds up."""
    for line in head.splitlines()[:200]:
        sentence = split_tag_block(line.strip())[1]
        if sentence[:1] in (b"!", b"$") and checksum_ok(sentence):
            return True
    return False
