"""A journal verified while its peer works: by a process of its own at the lowest priority, so that nothing waits for it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil

from console.models.form import ready

_END_S = 5.0
if sys.platform == "win32":
    _LEAST = psutil.IDLE_PRIORITY_CLASS
else:
    _LEAST = 19


class _Damage(msgspec.Struct):
    origin: str
    topic: str
    seq: int
    what: str


class _Verdict(msgspec.Struct):
    events: int
    damage: list[_Damage]


class Inspection:
    """Begins when it is made. `over` from time to time; then `damage`: what is wrong, "" when nothing is, None when it could not be told."""

    def __init__(self, data_dir: Path) -> None:
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        command = [sys.executable, "-m", "console", "journal", "verify", "--json", "--data", str(data_dir.resolve())]
        self._child = subprocess.Popen(
            command, cwd=Path(__file__).resolve().parents[3], stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.DEVNULL
        )
        with suppress(psutil.Error, OSError):
            psutil.Process(self._child.pid).nice(_LEAST)
        self.damage: str | None = None

    def over(self) -> bool:
        if self._child.poll() is None:
            return False
        self._output.seek(0)
        with suppress(msgspec.DecodeError):
            verdict = msgspec.json.decode(self._output.read(), type=ready(_Verdict))
            self.damage = "; ".join(_text(each) for each in verdict.damage[:1])
        return True

    def close(self) -> None:
        """End it, done or not. Idempotent."""
        if self._child.poll() is None:
            self._child.kill()
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(_END_S)
        self._output.close()


def _text(damage: _Damage) -> str:
    return f"{damage.topic} {damage.seq}: {damage.what}" if damage.topic else damage.what
