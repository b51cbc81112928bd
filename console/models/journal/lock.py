"""One writer per journal: a lock file beside it, held by the operating system for as long as the process lives."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from console.errors import Fault

_HOLDER_BYTES = 64
_OPENED = b"opened\n"


class WriterLock:
    """Taken on construction, released by `release()` or the process's end, whatever ends it. `opened_before`: a journal of ours was opened
    here once; `alive_ms`: the last sign of life of who held it before (UTC ms), None when nobody did.

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
            raise Fault(
                f"{journal} is in use by process {holder.decode('ascii', 'replace').partition(chr(10))[0] or 'unknown'}. Stop it first."
            )
        before = os.read(self._fd, _HOLDER_BYTES)
        self.opened_before = before.endswith(_OPENED)
        self.alive_ms = os.fstat(self._fd).st_mtime_ns // 1_000_000 if before else None
        self._write(_OPENED if self.opened_before else b"")

    def opened(self) -> None:
        """The journal beside it was opened: from now on a file there that is none was damaged, and is no other program's."""
        if not self.opened_before:
            self.opened_before = True
            self._write(_OPENED)
            with suppress(OSError):
                os.fsync(self._fd)

    def _write(self, state: bytes) -> None:
        """A full disk does not keep anybody out: the lock is the file's, not its content's."""
        with suppress(OSError):
            content = f"{os.getpid()}\n".encode("ascii") + state
            os.lseek(self._fd, 0, os.SEEK_SET)
            os.write(self._fd, content)
            os.ftruncate(self._fd, len(content))

    def beat(self) -> None:
        """A sign of life, so that the next start can say until when this run lived."""
        with suppress(OSError):
            os.utime(self.path)

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
