"""Files that strangers leave or people name: what is no file is not opened."""

from __future__ import annotations

import errno
import stat
from pathlib import Path


def size_of(path: Path) -> int:
    """Bytes. Raises OSError also for what would never begin or end: a pipe, a device; and for a folder."""
    try:
        told = path.stat()
    except ValueError as error:
        raise FileNotFoundError(errno.ENOENT, "no file can have this name", str(path)) from error
    if not stat.S_ISREG(told.st_mode):
        raise OSError(errno.EINVAL, "not a file, but a folder, a pipe or a device", str(path))
    return told.st_size
