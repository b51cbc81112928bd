"""A peer in the foreground of a command: it runs until the command is done, a signal comes, or a window tells it to end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from console.comms.peer.peer import Peer

INTERRUPTED = 130
_POLL_S = 0.5


class Told(SystemExit):
    """SIGTERM came: the command ends as if interrupted, unless ending is all that it waits for."""


@contextmanager
def running_peer(peer: Peer, *, endless: bool = False) -> Iterator[Peer]:
    """Start `peer`; whatever ends the block (Ctrl-C as KeyboardInterrupt, SIGTERM as Told), it says goodbye and is closed.

    `endless`: the block has no end of its own, so that SIGTERM is how it is meant to end, and is not raised further.
    """
    before = _listen(_tell)
    try:
        peer.start()
        yield peer
    except Told:
        if not endless:
            raise
    finally:
        _listen(signal.SIG_IGN)
        peer.stop()
        _listen(before)


@contextmanager
def endless() -> Iterator[None]:
    """Of a command without a peer of its own: SIGTERM ends the block in an orderly way, and is not raised further."""
    before = _listen(_tell)
    try:
        yield
    except Told:
        pass
    finally:
        _listen(before)


def until_told(peer: Peer) -> None:
    """Block until the peer ends (a window may ask it to), or a signal is raised."""
    while not peer.wait(_POLL_S):
        pass


def _tell(_number: int, _frame: FrameType | None) -> None:
    raise Told(INTERRUPTED)


def _listen(handler: signal._HANDLER) -> signal._HANDLER:
    """Only the main thread can; elsewhere (tests) there is nothing to listen to."""
    if threading.current_thread() is not threading.main_thread():
        return signal.SIG_DFL
    return signal.signal(signal.SIGTERM, handler)
