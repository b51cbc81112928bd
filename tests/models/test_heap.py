"""Memory that a burst needed goes back to the system."""

from __future__ import annotations

import sys

import psutil
import pytest

from console.models import heap

BLOCKS, BYTES, EACH = 20_000, 4000, 400


@pytest.mark.skipif(sys.platform != "linux", reason="the C library of Linux keeps what is free")
def test_what_is_free_between_what_is_in_use_goes_back() -> None:
    burst = [bytes(BYTES) for _ in range(BLOCKS)]
    kept = burst[::EACH]
    before = psutil.Process().memory_info().rss
    del burst
    heap.give_back()
    assert before - psutil.Process().memory_info().rss > 0.7 * BLOCKS * BYTES
    assert len(kept) == BLOCKS // EACH
