"""What stands is not searched for garbage, and is not lost by it."""

from __future__ import annotations

import gc
import weakref

from console.views.window.pauses import clear_away, keep_short


class Ring:
    def __init__(self) -> None:
        self.own = self


def test_what_stands_is_left_out_of_the_search_until_it_is_cleared_away() -> None:
    held = Ring()
    seen = weakref.ref(held)
    keep_short()
    try:
        assert gc.get_freeze_count() > 1000
        del held
        gc.collect()
        assert seen() is not None
        later = weakref.ref(Ring())
        gc.collect()
        assert later() is None
    finally:
        clear_away()
    assert seen() is None
    assert gc.get_freeze_count() == 0
