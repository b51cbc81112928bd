"""What holds for every test: nothing is left running, warnings are errors, and random tests are the same ones in every run."""

from __future__ import annotations

import os
import signal
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest
import zmq
from hypothesis import HealthCheck, settings

from tests.waiting import deadline

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

if sys.platform == "linux" and os.geteuid() == 0:
    # Chromium refuses its sandbox to root; a person's own account keeps it.
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")

T = TypeVar("T")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell's background job inherits a deaf ear, and so would every process that a test interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)

_LEAVE_S = 5.0
_contexts: weakref.WeakSet[zmq.Context[zmq.Socket[bytes]]] = weakref.WeakSet()
_context_init = zmq.Context.__init__


def _noted_init(self: zmq.Context[zmq.Socket[bytes]], *args: Any, **kwargs: Any) -> None:
    _context_init(self, *args, **kwargs)
    _contexts.add(self)


zmq.Context.__init__ = _noted_init  # type: ignore[method-assign]


def _children() -> set[int]:
    """Direct children of this process but Qt WebEngine's, which live as long as the application that showed a page."""
    if sys.platform == "linux":
        pids = {int(pid) for task in Path("/proc/self/task").iterdir() for pid in _read(task / "children").split()}
    else:
        pids = {child.pid for child in psutil.Process().children()}
    return {pid for pid in pids if not _spared(pid)}


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _spared(pid: int) -> bool:
    try:
        return psutil.Process(pid).name().startswith("QtWebEngine")
    except psutil.NoSuchProcess:
        return True


def _open_contexts() -> set[zmq.Context[zmq.Socket[bytes]]]:
    return {context for context in _contexts if not context.closed}


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fails a test that leaves a thread, a child process or an open ZeroMQ context behind."""
    threads, children, contexts = set(threading.enumerate()), _children(), _open_contexts()
    yield
    _must_end("threads", lambda: _new_threads(threads))
    _must_end("child processes", lambda: [_named(pid) for pid in _children() - children])
    left = _open_contexts() - contexts
    assert not left, f"ZeroMQ contexts left open: {left}"


def _must_end(what: str, left: Callable[[], list[T]]) -> None:
    try:
        deadline(lambda: not left(), f"{what} end with the test", _LEAVE_S)
    except AssertionError:
        pytest.fail(f"the test left {what} running: {left()}")


def _named(pid: int) -> str:
    return f"{pid} {_read(Path(f'/proc/{pid}/cmdline')).replace(chr(0), ' ')[:120]}"


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    """Threads of Python's own making: Qt's, seen when one calls into Python, are `_DummyThread`."""
    return [thread for thread in threading.enumerate() if thread not in before and not isinstance(thread, threading._DummyThread)]
