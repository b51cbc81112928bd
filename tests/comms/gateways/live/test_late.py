"""A broker that answers pings late, or not at all."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import ExitStack
from pathlib import Path

from console.comms.gateways.live.settings import MqttSource, Settings
from console.models.clock import wall_ms
from tests.comms.gateways.live.brokers import stack
from tests.comms.gateways.live.houses import Gateway
from tests.waiting import deadline

__all__ = ["stack"]
EVERY_S = 0.1


class Busy(threading.Thread):
    """A broker (MQTT 3.1.1, one connection) that sends a message ten times a second and answers no ping. `silent`: it sends nothing more."""

    def __init__(self) -> None:
        super().__init__()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.pings = 0
        self.silent = threading.Event()

    def run(self) -> None:
        with self._listening, self._listening.accept()[0] as link:
            link.recv(4096)
            link.sendall(b"\x20\x02\x00\x00")
            asked = link.recv(4096)
            link.sendall(b"\x90\x03" + asked[2:4] + b"\x01")
            link.settimeout(EVERY_S)
            at_ms, told = wall_ms() - 3_600_000, 0
            while True:
                try:
                    heard = link.recv(4096)
                except TimeoutError:
                    if not self.silent.is_set():
                        told += 1
                        link.sendall(_message(at_ms + 1000 * told))
                    continue
                except OSError:
                    return
                if not heard:
                    return
                self.pings += heard.count(b"\xc0\x00")


def _message(at_ms: int) -> bytes:
    topic, payload = b"hydro/R001/data", json.dumps({"ts": at_ms, "level_m": 1.5}).encode()
    body = len(topic).to_bytes(2, "big") + topic + payload
    return bytes([0x30, len(body)]) + body


def test_whatever_arrives_is_a_sign_of_life_and_silence_is_none(stack: ExitStack, tmp_path: Path) -> None:
    broker, gateway = Busy(), Gateway(stack, tmp_path)
    broker.start()
    stack.callback(broker.join, 10)
    source = MqttSource(name="hydro", host="127.0.0.1", port=broker.port, mapping="mqtt_station", keepalive_s=1, version="3.1.1")
    gateway.run(Settings(mqtt=[source]), tmp_path)
    deadline(lambda: broker.pings >= 3, "it asks on, on the same connection")
    assert gateway.report("hydro").state == "working"
    broker.silent.set()
    gateway.until("hydro", "faulty")
    deadline(lambda: not broker.is_alive(), "the link is given up")
