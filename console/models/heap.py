"""What a burst needed and is free again goes back to the system. The C library of Linux keeps it otherwise, scattered between what is in use."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any

EVERY_S = 60
"""A burst is over by then, and giving back takes the peer some milliseconds."""


def give_back() -> None:
    """Any thread; others wait for memory meanwhile. Where the C library has no such call (macOS, Windows, musl), it gives back by itself."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
