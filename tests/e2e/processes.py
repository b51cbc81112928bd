"""Real `fengsui` processes for tests: started, read line by line, killed for real, and always gone at the end."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

CHECKOUT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One running `python -m console WORDS...`; its standard output is collected as lines as they come."""

    def __init__(self, *words: str, env: dict[str, str] | None = None, typed: bool = False, before: Sequence[str] = ()) -> None:
        """`typed`: standard input is open for `type`. `before`: what the command line begins with, such as a wrapper."""
        self.words = words
        self.lines: list[str] = []
        self._more = threading.Condition()
        self.popen = subprocess.Popen(
            [*before, sys.executable, "-m", "console", *words],
            stdin=subprocess.PIPE if typed else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
        )
        self._reader = threading.Thread(target=self._read, name=f"read {words[0]}", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            with self._more:
                self.lines.append(line.rstrip("\n"))
                self._more.notify_all()
        with self._more:
            self._more.notify_all()

    def type(self, *lines: str) -> None:
        assert self.popen.stdin is not None
        self.popen.stdin.write("".join(f"{line}\n" for line in lines))
        self.popen.stdin.flush()

    def end_input(self) -> None:
        assert self.popen.stdin is not None
        self.popen.stdin.close()

    def wait_lines(self, count: int, marker: str = "", deadline_s: float = 30.0) -> list[str]:
        """The lines that hold `marker`, once there are `count` of them. Fails with the whole output when the deadline passes."""

        def found() -> list[str]:
            return [line for line in self.lines if marker in line]

        with self._more:
            if not self._more.wait_for(lambda: len(found()) >= count, timeout=deadline_s):
                raise AssertionError(f"{self.words}: {len(found())} of {count} lines with {marker!r}:\n" + "\n".join(self.lines[-40:]))
            return found()

    def kill(self) -> None:
        """kill -9: nothing is flushed, nobody is told."""
        self.popen.kill()
        self.popen.wait(10)
        self._reader.join(10)

    def finish(self, deadline_s: float = 60.0) -> int:
        code = self.popen.wait(deadline_s)
        self._reader.join(10)
        return code

    def __enter__(self) -> Process:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(10)
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait(10)
        self._reader.join(10)
        for stream in (self.popen.stdin, self.popen.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def fengsui(*words: str, deadline_s: float = 60.0, code: int = 0) -> str:
    """Run a command to its end; its standard output. Fails on another exit code."""
    done = subprocess.run(
        [sys.executable, "-m", "console", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=CHECKOUT,
        timeout=deadline_s,
        check=False,
    )
    assert done.returncode == code, f"{words} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def fengsui_json(*words: str, code: int = 0) -> object:
    return json.loads(fengsui(*words, "--json", code=code))


@contextlib.contextmanager
def node(data: Path, *words: str, port: int | None = None) -> Iterator[Process]:
    """A listening node of area 6527 that has said where it listens."""
    with start_node(data, port or free_port(), *words) as process:
        yield process


def start_node(data: Path, port: int, *words: str) -> Process:
    process = Process("node", "--data", str(data), "--listen", f"tcp://127.0.0.1:{port}", "--area", "6527", *words)
    process.wait_lines(1, "127.0.0.1")
    return process
