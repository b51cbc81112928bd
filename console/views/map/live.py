"""The buffers that carry what is live to the page. Qt-free. `resources/map/buffer.js` reads them.

All little-endian. A header of 32 bytes::

    0  u32  magic 0x31534D46 ("FMS1")      16  u32  bytes of the JSON tail
    4  u32  seq, one more each buffer       20  u32  0
    8  u32  prev: the seq this follows;     24  f64  wall clock of sending, UTC ms
            0 = a snapshot, forget all
    12 u32  n, units in this buffer

then four columns of n: slot u32, longitude i32 and latitude i32 in 1e-7 degrees (WGS 84), state u32; then the tail, UTF-8. State bits::

    0-8    heading in whole degrees, 511 none     17-18  0 fresh, 1 stale, 2 gone
    9-12   kind, index into UNIT_KINDS            19     has a position the map can show
    13-16  status, index into UNIT_STATUSES,      20     removed
           8 any other word

The tail is an object; every key may be absent: `names` {slot: [id, label]}, `trails` {slot: [lon, lat, lon, lat, ...]},
`points` [[slot, lon, lat], ...] to add to trails, `things` {kind: the whole list of `console.views.map.things`},
`hidden` {thing: {reason: count}}, `view` (how it is looked at), `do` [[verb, argument, ...], ...].

A page that receives a buffer whose `prev` is not the last `seq` it applied asks again with `seen=0` and gets a snapshot.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable
from typing import Any

import msgspec

from console.models.kinds import UNIT_KINDS, UNIT_STATUSES
from console.models.rules.staleness import Freshness

MAGIC = 0x31534D46
HEADER = struct.Struct("<6Id")
E7 = 10_000_000
NO_HEADING = 511
UNKNOWN_STATUS = len(UNIT_STATUSES)
PLACED, REMOVED = 1 << 19, 1 << 20
_KIND = {code: index for index, code in enumerate(UNIT_KINDS)}
_STATUS = {code: index for index, code in enumerate(UNIT_STATUSES)}
_FRESHNESS = {Freshness.FRESH: 0, Freshness.STALE: 1, Freshness.GONE: 2}
_encode = msgspec.json.Encoder().encode

Row = tuple[int, int, int, int]
"""slot, longitude and latitude in 1e-7 degrees, state."""


def state_bits(kind: str, status: str, heading_deg: float | None, fresh: Freshness, *, placed: bool) -> int:
    heading = NO_HEADING if heading_deg is None else round(heading_deg) % 360
    bits = heading | _KIND.get(kind, _KIND["other"]) << 9 | _STATUS.get(status, UNKNOWN_STATUS) << 13 | _FRESHNESS[fresh] << 17
    return bits | (PLACED if placed else 0)


def pack(seq: int, prev: int, sent_ms: float, rows: Iterable[Row], tail: dict[str, Any]) -> bytes:
    columns = [array(code, column) for code, column in zip("IiiI", zip(*rows, strict=True), strict=False)]
    if sys.byteorder == "big":
        for column in columns:
            column.byteswap()
    words = _encode(tail) if tail else b""
    count = len(columns[0]) if columns else 0
    return b"".join((HEADER.pack(MAGIC, seq, prev, count, len(words), 0, sent_ms), *(column.tobytes() for column in columns), words))
