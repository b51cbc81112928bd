"""The types that fields of bodies have: what they may hold, with units in the names."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Lon = Annotated[float, Meta(ge=-180, le=180)]
Lat = Annotated[float, Meta(ge=-90, le=90)]
Finite = Annotated[float, Meta(ge=-1e15, le=1e15)]
Amount = Annotated[float, Meta(ge=0, le=1e15)]
Name = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=8000)]
Code = Annotated[str, Meta(max_length=64)]
Ref = Annotated[str, Meta(max_length=128)]
Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Level = Annotated[int, Meta(ge=0, le=4)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Millis = Annotated[int, Meta(ge=-(1 << 53), le=1 << 53)]
"""UTC milliseconds, within what every database and JSON reader keeps exactly."""
OriginBytes = Annotated[bytes, Meta(min_length=16, max_length=16)]
Hlc = Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]


class Body(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True):
    """Base of every body."""
