"""How long Python stops to look for garbage.

A full search goes through everything there is: with a whole console and its map that held the window for 90 ms, in the midst of a movement.
What stands once the window is made stays for as long as it does, so that it is taken out of the search; what comes later is little.
"""

from __future__ import annotations

import gc

SETTLED_MS = 10_000
"""So long after its beginning a window has all that it starts with."""


def keep_short() -> None:
    """What there is now is not searched any more. Call when the window is made."""
    gc.freeze()


def clear_away() -> None:
    """Search everything once, for a tenth of a second or two: when a whole window has gone."""
    gc.unfreeze()
    gc.collect()
