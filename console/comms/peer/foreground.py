"""A peer in the foreground of a command: it runs until a signal, or a window, tells it to end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from console.comms.peer.peer import Peer

_POLL_S = 0.5


class _Told(Exception):
    """SIGTERM came."""


@contextmanager
def running_peer(peer: Peer) -> Iterator[Peer]:
    """Start `peer`; whatever ends the block, it says goodbye. SIGTERM ends the block quietly, Ctrl-C as KeyboardInterrupt."""
    before = _listen(_tell)
    try:
        peer.start()
        yield peer
    except _Told:
        pass
    finally:
        _listen(signal.SIG_IGN)
        peer.stop()
        _listen(before)


def until_told(peer: Peer) -> None:
    """Block until the peer ends or a signal comes (which is raised; see `running_peer`)."""
    while not peer.wait(_POLL_S):
        pass


def _tell(_number: int, _frame: FrameType | None) -> None:
    raise _Told


def _listen(handler: signal._HANDLER) -> signal._HANDLER:
    """Only the main thread can; elsewhere (tests) there is nothing to listen to."""
    if threading.current_thread() is not threading.main_thread():
        return signal.SIG_DFL
    return signal.signal(signal.SIGTERM, handler)
