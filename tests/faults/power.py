"""Power cuts made for real: a peer's process under a shim that knows what of its journal was synced, and what a cut leaves of it."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).with_name("power.c")
SECTOR_BYTES = 512


class NoShim(Exception):
    """Why there is none on this machine."""


def shim(directory: Path) -> Path:
    """The compiled shim. Raises NoShim."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        raise NoShim("the shim is written for Linux on x86-64")
    if compiler is None:
        raise NoShim("there is no C compiler")
    library = directory / f"power-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]}.so"
    if not library.exists():
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(library), str(SOURCE), "-ldl"], check=True)
    return library


class Power:
    """The power supply of the peer whose journal is `journal`. `environment`: what its process has to be started with."""

    def __init__(self, journal: Path, shadow: Path, library: Path) -> None:
        self._journal, self._shadow = journal, shadow
        shadow.mkdir(exist_ok=True)
        self.full, self.broken = shadow / "full", shadow / "broken"
        self.environment = {
            "LD_PRELOAD": str(library),
            "POWER_FILE": str(journal),
            "POWER_SHADOW": str(shadow),
            "POWER_FULL": str(self.full),
            "POWER_BROKEN": str(self.broken),
        }

    def settle(self) -> None:
        """Time has passed since something wrote without the shim: all that is there is on the disk."""
        for suffix in ("", "-wal"):
            live, synced = self._journal.with_name(self._journal.name + suffix), self._shadow / (self._journal.name + suffix)
            synced.unlink(missing_ok=True)
            if live.exists():
                shutil.copyfile(live, synced)

    def cut(self, rng: random.Random | None) -> int:
        """What a cut at this instant leaves, once the process is dead; how many bytes of it are gone. `rng`: of what was not synced each
        sector may have reached the disk or not; None: nothing of it has."""
        lost = sum(self._cut(suffix, rng) for suffix in ("", "-wal"))
        self._journal.with_name(self._journal.name + "-shm").unlink(missing_ok=True)
        return lost

    def _cut(self, suffix: str, rng: random.Random | None) -> int:
        live, synced = self._journal.with_name(self._journal.name + suffix), self._shadow / (self._journal.name + suffix)
        if not live.exists():
            return 0
        before, written = synced.read_bytes() if synced.exists() else b"", live.read_bytes()
        left = before if rng is None else _torn(before, written, rng)
        live.write_bytes(left)
        synced.write_bytes(left)
        return sum(_differ(left, written, at) for at in range(0, max(len(left), len(written)), SECTOR_BYTES)) * SECTOR_BYTES


def _differ(left: bytes, written: bytes, at: int) -> bool:
    return left[at : at + SECTOR_BYTES] != written[at : at + SECTOR_BYTES]


def _torn(before: bytes, written: bytes, rng: random.Random) -> bytes:
    """The length of the one or the other; sector by sector the one or the other, zeros where neither has any."""
    size = rng.choice((len(before), len(written)))
    sectors = (rng.choice((before, written))[at : at + SECTOR_BYTES].ljust(SECTOR_BYTES, b"\0") for at in range(0, size, SECTOR_BYTES))
    return b"".join(sectors)[:size]
