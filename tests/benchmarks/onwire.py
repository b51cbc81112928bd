"""Bytes on the wire: per position, per acknowledged task, and per hour of a quiet unit; beside the same facts over MQTT QoS 1 and as CoT XML.

Ours: two real peers, CURVE and all, through a relay that counts. MQTT: mosquitto and paho, no TLS, JSON bodies with the same fields, the unit's own
connection alone. CoT: recorded messages, one way, with nothing that acknowledges them.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from console.comms.local.messages import Draft
from console.comms.peer import Peer
from console.models import kinds
from console.models.identity import owned_subject
from console.models.journal.reading import Reader
from console.models.paths import DataDir
from tests.benchmarks.harness import pace
from tests.benchmarks.relay import Relay
from tests.benchmarks.report import Figure, Goal
from tests.e2e.processes import free_port
from tests.waiting import deadline

POSITIONS, TASKS = 60, 20
QUIET_S = 60.0
HOUR_S = 3600.0
SETTLE_S = 3.0
COT = Path(__file__).resolve().parents[3] / "shared" / "data" / "real" / "cot"


class Cost(NamedTuple):
    """Bytes, both ways."""

    position: float
    task: float
    quiet_hour: float


# -- ours --------------------------------------------------------------------------------------------------------------------------


class Pair:
    """A node, and a unit that reaches it through the relay."""

    def __init__(self, root: Path) -> None:
        port = free_port()
        self.relay = Relay(port)
        through = f"tcp://127.0.0.1:{self.relay.port}"
        self.node = Peer(
            DataDir(root / "node"), listen=[f"tcp://127.0.0.1:{port}"], announce=[through], name="node", area="6527", local=False
        )
        self.node.start()
        self.unit = Peer(DataDir(root / "unit"), local=False)
        self.unit.start()
        self.unit.join(self.node.invite("unit", "652701").result(10), "unit").result(20)
        self.me = owned_subject(bytes.fromhex(self.unit.origin), "u")
        self._readers = [Reader(DataDir(root / name).journal) for name in ("node", "unit")]

    def positions(self) -> None:
        for n in range(POSITIONS):
            body = kinds.UnitPosition(lon=82.06 + n * 1e-4, lat=44.9, heading_deg=float(n), speed_mps=12.5, accuracy_m=5.0)
            self.unit.deliver([_draft(body, self.me)]).result(10)

    def tasks(self) -> None:
        """Assigned by the node, acknowledged by the unit."""
        for n in range(TASKS):
            order = kinds.TaskAssigned(unit=self.me, text="前往三号沟口警戒", author="值班员")
            [task] = self.node.write([_draft(order, f"task-{n}", "652701")]).result(10)
            deadline(partial(self._has, 1, task), "the unit has the task")
            self.unit.write([_draft(kinds.TaskAnswered(unit=self.me, state="acknowledged"), task)]).result(10)
            deadline(partial(self._acknowledged, task), "the node has the answer")

    def _has(self, whose: int, task: str) -> bool:
        return bool(self._readers[whose].connection.execute("SELECT 1 FROM task WHERE id = ?", (task,)).fetchone())

    def _acknowledged(self, task: str) -> bool:
        row = self._readers[0].connection.execute("SELECT state FROM task WHERE id = ?", (task,)).fetchone()
        return bool(row == ("acknowledged",))

    def close(self) -> None:
        for reader in self._readers:
            reader.close()
        self.unit.stop()
        self.node.stop()
        self.relay.close()


def _draft(body: kinds.Body, subject: str, area: str = "") -> Draft:
    return Draft(kind=kinds.kind_of(body), body=kinds.encode_body(body), subject=subject, area=area)


def ours() -> Cost:
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
        pair = Pair(Path(scratch))
        try:
            pace(SETTLE_S)
            quiet = _counted(pair.relay, lambda: pace(QUIET_S))
            return Cost(
                _counted(pair.relay, pair.positions) / POSITIONS, _counted(pair.relay, pair.tasks) / TASKS, quiet * HOUR_S / QUIET_S
            )
        finally:
            pair.close()


def _counted(relay: Relay, work: Callable[[], None]) -> int:
    before = relay.total
    work()
    return relay.total - before


# -- MQTT ----------------------------------------------------------------------------------------------------------------------------


@contextmanager
def _broker(root: Path) -> Iterator[int]:
    port = free_port()
    conf = root / "mosquitto.conf"
    conf.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {root}/\nuser root\n")
    process = subprocess.Popen([_mosquitto() or "", "-c", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def _mosquitto() -> str | None:
    return shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


class Mqtt:
    """A client of paho at QoS 1, its own keepalive of 60 s."""

    def __init__(self, port: int, name: str) -> None:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion

        self.heard: list[bytes] = []
        self._subscribed = threading.Event()
        self.client = Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=False)
        self.client.on_message = lambda _client, _data, message: self.heard.append(bytes(message.payload))
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        deadline(lambda: self._connected(port), "the broker answers")
        self.client.loop_start()

    def _connected(self, port: int) -> bool:
        try:
            self.client.connect("127.0.0.1", port, keepalive=60)
        except OSError:
            return False
        return True

    def subscribe(self, topic: str) -> None:
        self.client.subscribe(topic, qos=1)
        assert self._subscribed.wait(10)

    def say(self, topic: str, **fields: object) -> None:
        self.client.publish(topic, json.dumps(fields, ensure_ascii=False), qos=1).wait_for_publish(10)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def mqtt() -> Cost | None:
    """None where there is no mosquitto."""
    if _mosquitto() is None:
        return None
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch, _broker(Path(scratch)) as port:
        desk = Mqtt(port, "desk")
        desk.subscribe("answers/#")
        relay = Relay(port)
        unit = Mqtt(relay.port, "unit-1")
        try:
            unit.subscribe("orders/unit-1")
            pace(SETTLE_S)
            quiet = _counted(relay, lambda: pace(QUIET_S + 5))  # one keepalive of 60 s at least
            return Cost(
                _counted(relay, lambda: _mqtt_positions(unit)) / POSITIONS,
                _counted(relay, lambda: _mqtt_tasks(desk, unit)) / TASKS,
                quiet * HOUR_S / (QUIET_S + 5),
            )
        finally:
            unit.close()
            desk.close()
            relay.close()


def _mqtt_positions(unit: Mqtt) -> None:
    for n in range(POSITIONS):
        unit.say(
            "positions/unit-1",
            t=1_790_000_000_000 + n,
            lon=round(82.06 + n * 1e-4, 6),
            lat=44.9,
            heading=n,
            speed=12.5,
            accuracy=5.0,
            valid=60,
        )


def _more(client: Mqtt, than: int) -> bool:
    return len(client.heard) > than


def _mqtt_tasks(desk: Mqtt, unit: Mqtt) -> None:
    for n in range(TASKS):
        heard, answered = len(unit.heard), len(desk.heard)
        desk.say("orders/unit-1", t=1_790_000_000_000, id=f"task-{n}", text="前往三号沟口警戒", author="值班员")
        deadline(partial(_more, unit, heard), "the unit has the task")
        unit.say("answers/unit-1", t=1_790_000_000_000, id=f"task-{n}", state="acknowledged")
        deadline(partial(_more, desk, answered), "the desk has the answer")
    pace(0.2)


# -- figures ----------------------------------------------------------------------------------------------------------------------------


def cot_bytes() -> float | None:
    """Of a recorded position of a friendly unit, the median; None without recordings."""
    sizes = [path.stat().st_size for path in COT.glob("*_a-f-*.xml")] if COT.is_dir() else []
    return statistics.median(sizes) if sizes else None


def measure() -> list[Figure]:
    """Ours against MQTT's, where there is a broker: they sign, chain and encrypt what MQTT here sends plainly."""
    mine, theirs, cot = ours(), mqtt(), cot_bytes()
    parts = {} if cot is None else {"cot_xml": cot}
    limits = theirs or Cost(0, 0, 0)
    return [
        Figure(
            name="bytes-position",
            value=mine.position,
            unit="B",
            limit=limits.position or None,
            goal=Goal.VALUE_AT_MOST,
            bound=350,
            parts=parts,
        ),
        Figure(name="bytes-task", value=mine.task, unit="B", limit=limits.task or None, goal=Goal.VALUE_AT_MOST, bound=850),
        Figure(
            name="bytes-quiet-hour",
            value=mine.quiet_hour,
            unit="B",
            limit=limits.quiet_hour or None,
            goal=Goal.VALUE_AT_MOST,
            bound=250_000,
        ),
    ]
