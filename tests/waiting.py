"""Wait on a fact, with a deadline. No test sleeps: it says what must become true and for how long it may take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_POLL_S = 0.01


def deadline(fact: Callable[[], T], what: str, timeout_s: float = 10.0, pump: Callable[[], object] | None = None) -> T:
    """The first truthy answer of `fact()`. `what` names it in the failure; `pump` runs between looks (an event loop's turn).

    Raises AssertionError when `fact` is still falsy after `timeout_s`, with its last answer.
    """
    ends = time.monotonic() + timeout_s
    pause = threading.Event()
    while True:
        answer = fact()
        if answer:
            return answer
        if time.monotonic() >= ends:
            raise AssertionError(f"{what}: not within {timeout_s:g} s (last answer {answer!r})")
        if pump is not None:
            pump()
        pause.wait(_POLL_S)
