"""One network namespace, held by a file descriptor. A thread steps in, and what it starts meanwhile lives there."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import struct
import subprocess
import threading
from collections.abc import Iterator

_CLONE_NEWNET = 0x40000000
_TUNSETIFF = 0x400454CA
_IFF_TAP, _IFF_NO_PI = 0x0002, 0x1000
_HERE = "/proc/thread-self/ns/net"
_libc = ctypes.CDLL(None, use_errno=True)


class Namespace:
    """Raises OSError where one cannot be made. Its loopback is up and it has no other interface."""

    def __init__(self) -> None:
        self._fd = -1
        self._error: OSError | None = None
        maker = threading.Thread(target=self._make, name="namespace")
        maker.start()
        maker.join()
        if self._error is not None:
            raise self._error
        self.ip("link set lo up")

    def _make(self) -> None:
        """In a thread of its own, which leaves the machine's namespace and never returns to it."""
        try:
            _checked(_libc.unshare(_CLONE_NEWNET))
            self._fd = os.open(_HERE, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            self._error = error

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """The calling thread is in the namespace; sockets, threads and processes that it makes stay there for good."""
        before = os.open(_HERE, os.O_RDONLY | os.O_CLOEXEC)
        try:
            _checked(_libc.setns(self._fd, _CLONE_NEWNET))
            try:
                yield
            finally:
                _checked(_libc.setns(before, _CLONE_NEWNET))
        finally:
            os.close(before)

    def tap(self, name: str) -> int:
        """A new Ethernet interface, not yet up; the descriptor gives and takes its frames and, closed, ends it."""
        with self.inside():
            fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                fcntl.ioctl(fd, _TUNSETIFF, struct.pack("16sH14x", name.encode(), _IFF_TAP | _IFF_NO_PI))
            except OSError:
                os.close(fd)
                raise
        return fd

    def ip(self, *lines: str) -> str:
        """Run lines of ip(8) in the namespace. Raises AssertionError with its complaint."""
        with self.inside():
            done = subprocess.run(["ip", "-batch", "-"], input="\n".join(lines), text=True, capture_output=True, check=False)
        assert done.returncode == 0, f"ip {lines}: {done.stderr}"
        return done.stdout

    def close(self) -> None:
        """Idempotent. The kernel ends it with the last process in it."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _checked(result: int) -> None:
    if result:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
