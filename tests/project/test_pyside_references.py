"""PySide6 keeps count of None.

6.12.0 under Python 3.10 and 3.11 loses a reference to None on every call that returns nothing and aborts after a few thousand:
this guards an upgrade.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject

CALLS = 5_000
NOISE = 200


def test_void_calls_lose_no_reference_to_none() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("beacon")
    assert abs(sys.getrefcount(None) - before) < NOISE
