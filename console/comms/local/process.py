"""The peer of a data directory as a process of its own: reached when it runs, started when none does."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from console.comms.local.client import LocalClient
from console.comms.local.running import alive, running
from console.errors import Fault
from console.models.paths import DataDir

LOG_BYTES = 1 << 20
_LOG_LINES_SHOWN = 5
STARTING_S = 20.0


class PeerProcess:
    """`reach()` until it gives a client; then `alive()` from time to time, and `reach()` again when that is False.

    Never blocks, so that a window can call it from a timer. The process outlives whoever started it; it ends by `Stop`.
    """

    def __init__(self, data_dir: DataDir, words: Sequence[str] = ()) -> None:
        """`words`: more of the command line of `fengsui node`, such as `--name N --area 6527`."""
        self._data_dir = data_dir
        self._words = tuple(words)
        self._child: subprocess.Popen[bytes] | None = None  # on its way up
        self._grown: subprocess.Popen[bytes] | None = None  # came up
        self._started_s = 0.0
        self._client: LocalClient | None = None

    def reach(self) -> LocalClient | None:
        """A new client to the running peer, which the caller closes; None: it is not there yet, ask again soon.

        Raises Fault when the peer could not be started; asking again starts it again.
        """
        self._reap()
        if running(self._data_dir.running) is not None:
            self._client = LocalClient(self._data_dir)
            self._grown, self._child = self._child or self._grown, None
            return self._client
        if self._child is None:
            self._start()
        elif (code := self._child.poll()) is not None:
            self._child = None
            if code:
                raise Fault(f"this machine's own peer could not start: {self._last_words() or f'it ended with {code}'}")
        elif time.monotonic() - self._started_s > STARTING_S:
            raise Fault(f"this machine's own peer has not come up within {STARTING_S:g} s. Its log is {self._data_dir.log}.")
        return None

    def alive(self) -> bool:
        """Whether the peer last reached still lives and, as long as its client is open, answers."""
        self._reap()
        client = self._client
        if client is None:
            return False
        return alive(client.running) if client.closed else not client.lost

    def _reap(self) -> None:
        """A child that came up is no one's concern here but for this: that it does not stay a zombie when it ends."""
        if self._grown is not None and self._grown.poll() is not None:
            self._grown = None

    def _start(self) -> None:
        log = self._data_dir.log
        try:
            self._data_dir.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            _bound(log)
            with log.open("ab") as file:
                command = [sys.executable, "-m", "console", "node", "--data", str(self._data_dir.root.resolve()), "--local", *self._words]
                self._child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, **_apart())
        except OSError as error:
            raise Fault(f"this machine's own peer could not be started: {error}. Check {self._data_dir.root}.") from error
        self._started_s = time.monotonic()

    def _last_words(self) -> str:
        try:
            lines = self._data_dir.log.read_text("utf-8", "replace").splitlines()
        except OSError:
            return ""
        return "\n".join(line for line in lines[-_LOG_LINES_SHOWN:] if line.startswith("fengsui:"))


def ensure_peer(data_dir: DataDir, *, name: str = "", area: str = "", listen: Sequence[str] = (), upstream: str = "") -> PeerProcess:
    """The peer of `data_dir`, to be reached; `name`, `area` and `upstream` (a token) are used when it is started for the first time."""
    words: list[str] = []
    for option, values in (("--name", [name]), ("--area", [area]), ("--listen", listen), ("--upstream", [upstream])):
        words += [word for value in values if value for word in (option, value)]
    return PeerProcess(data_dir, words)


def _apart() -> dict[str, Any]:
    """So that Ctrl-C at, or the end of, the starter's terminal does not end the peer; and it runs the same code from anywhere."""
    options: dict[str, Any] = {"cwd": Path(__file__).resolve().parents[3]}
    if sys.platform == "win32":
        options["creationflags"] = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    else:
        options["start_new_session"] = True
    return options


def _bound(log: Path) -> None:
    """Keep one older log at most."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_name(log.name + ".1"))
