"""The buffers that carry what is live to the page. Qt-free. `resources/map/buffer.js` reads them.

All little-endian. A header of 32 bytes::

    0  u32  magic 0x32534D46 ("FMS2")      16  u32  bytes of the JSON tail
    4  u32  seq, one more each buffer       20  u32  bytes of names
    8  u32  prev: the seq this follows;     24  f64  wall clock of sending, UTC ms
            0 = a snapshot, forget all
    12 u32  n, units in this buffer

then four columns of n: slot u32, longitude i32 and latitude i32 in 1e-7 degrees (WGS 84), state u32; then names, UTF-8: of each unit that
is new or has another name `slot`, `id`, `label`, a zero byte after each; then the tail, UTF-8. State bits::

    0-8    heading in whole degrees, 511 none     17-18  0 fresh, 1 stale, 2 gone
    9-12   kind, index into UNIT_KINDS            19     has a position the map can show
    13-16  status, index into UNIT_STATUSES,      20     removed
           8 any other word

The tail is an object; every key may be absent: `epoch` (another number: slots were given anew), `things` {kind: the whole list of
`console.views.map.things`}, `hidden` {thing: {reason: count}}, `view` (how it is looked at), `do` [[verb, argument, ...], ...].

A page that receives a buffer whose `prev` is not the last `seq` it applied asks again with `seen=0` and gets a snapshot.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from console.models.kinds import UNIT_KINDS, UNIT_STATUSES

MAGIC = 0x32534D46
HEADER = struct.Struct("<6Id")
E7 = 10_000_000
NO_HEADING = 511
UNKNOWN_STATUS = len(UNIT_STATUSES)
KIND_SHIFT, STATUS_SHIFT, FRESH_SHIFT = 9, 13, 17
PLACED, REMOVED = 1 << 19, 1 << 20
_KIND = {code: index for index, code in enumerate(UNIT_KINDS)}
_STATUS = {code: index for index, code in enumerate(UNIT_STATUSES)}
_encode = msgspec.json.Encoder().encode


class Columns(NamedTuple):
    """Of the same length: slots, longitudes and latitudes in degrees (0 where not placed), state bits."""

    slot: npt.NDArray[np.uint32]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    state: npt.NDArray[np.uint32]


def code_bits(kind: str, status: str) -> int:
    """Of the state, what does not change as a unit moves."""
    return _KIND.get(kind, _KIND["other"]) << KIND_SHIFT | _STATUS.get(status, UNKNOWN_STATUS) << STATUS_SHIFT


def pack(seq: int, prev: int, sent_ms: float, units: Columns, names: bytes, tail: dict[str, Any]) -> bytes:
    words = _encode(tail) if tail else b""
    columns = (
        units.slot.astype("<u4"),
        np.rint(units.lon * E7).astype("<i4"),
        np.rint(units.lat * E7).astype("<i4"),
        units.state.astype("<u4"),
    )
    head = HEADER.pack(MAGIC, seq, prev, len(units.slot), len(words), len(names), sent_ms)
    return b"".join((head, *(column.tobytes() for column in columns), names, words))
