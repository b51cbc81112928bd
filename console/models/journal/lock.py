"""One writer per journal: a lock file beside it, held by the operating system for as long as the process lives."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from console.errors import Fault

_HOLDER_BYTES = 64


class WriterLock:
    """Taken on construction, released by `release()` or the process's end, whatever ends it.

    Raises Fault naming the holding process when another has it. The file stays (removing it would race with the next holder).
    """

    def __init__(self, journal: Path) -> None:
        self.path = journal.with_name(journal.name + ".lock")
        try:
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            raise Fault(f"{self.path} cannot be written ({error.strerror}). Check the rights of its directory and the disk.") from error
        if not _try_lock(self._fd):
            holder = os.pread(self._fd, _HOLDER_BYTES, 0) if hasattr(os, "pread") else os.read(self._fd, _HOLDER_BYTES)
            os.close(self._fd)
            raise Fault(f"{journal} is in use by process {holder.decode('ascii', 'replace').strip() or 'unknown'}. Stop it first.")
        os.ftruncate(self._fd, 0)
        os.write(self._fd, f"{os.getpid()}\n".encode("ascii"))

    def release(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


if sys.platform == "win32":
    import msvcrt

    _LOCKED_BYTE = 1 << 20  # a byte past the holder's name: locked bytes cannot be read by others on Windows

    def _try_lock(fd: int) -> bool:
        os.lseek(fd, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(fd, 0, os.SEEK_SET)
        return True
else:
    import fcntl

    def _try_lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
