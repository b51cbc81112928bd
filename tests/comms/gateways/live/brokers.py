"""A real mosquitto for tests: started, killed, stalled and started again on the same port with what it had kept."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from tests.waiting import deadline

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")

needs_mosquitto = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed (Debian package mosquitto)")


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


class Mosquitto:
    """`lines`: more of its configuration."""

    def __init__(self, root: Path, lines: Sequence[str] = ("allow_anonymous true",)) -> None:
        self.root, self.port = root, free_port()
        root.mkdir(parents=True, exist_ok=True)
        user = ["user root"] if os.name == "posix" and os.geteuid() == 0 else []
        kept = [
            "persistence true",
            f"persistence_location {root}/",
            "autosave_interval 1",
            "autosave_on_changes true",
            "max_queued_messages 0",
        ]
        text = "\n".join([f"listener {self.port} 127.0.0.1", *user, *kept, *lines]) + "\n"
        (root / "mosquitto.conf").write_text(text, encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert MOSQUITTO is not None
        with (self.root / "log").open("ab") as log:
            self._process = subprocess.Popen([MOSQUITTO, "-c", str(self.root / "mosquitto.conf")], stdout=log, stderr=log)
        deadline(self._answers, "the broker listens", 10)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.root / "log").read_text()
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait(10)

    def end(self) -> None:
        """In an orderly way: what it keeps is on disk."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    def stall(self) -> None:
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def say(self, *messages: tuple[str, bytes | str], qos: int = 1, retain: bool = False, user: str = "", password: str = "") -> None:
        """Each (topic, payload), acknowledged by the broker on return."""
        client = paho.Client(CallbackAPIVersion.VERSION2)
        client.max_inflight_messages_set(1000)
        if user:
            client.username_pw_set(user, password)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        try:
            said = [client.publish(topic, payload, qos=qos, retain=retain) for topic, payload in messages]
            for one in said:
                one.wait_for_publish(30)
        finally:
            client.disconnect()
            client.loop_stop()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as held:
        yield held


def started(stack: ExitStack, root: Path, lines: Sequence[str] = ("allow_anonymous true",)) -> Mosquitto:
    broker = Mosquitto(root, lines)
    stack.callback(broker.kill)
    broker.start()
    return broker
