"""Readings end to end: from a dropped table and from a broker to this peer's journal, synced to disk, and a registry imported."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import msgspec

from console.comms.gateways.live.settings import FolderSource, MqttSource, Settings
from console.comms.gateways.registering import news_of
from console.comms.gateways.registry import read_registry
from console.models.clock import wall_ms
from console.models.paths import DataDir
from tests.benchmarks.report import Figure, Goal
from tests.comms.gateways.live.brokers import MOSQUITTO, Mosquitto
from tests.comms.gateways.live.houses import Gateway

SENSORS, STEPS = 100, 500
MESSAGES = 3000
REGISTRY = 1200
_LONG_S = 300.0


def folder_rate(root: Path, stack: ExitStack) -> float:
    """Readings/s from the moment a table of SENSORS sensors at STEPS times lies in the folder, its settling left out."""
    (root / "in").mkdir()
    first_ms = 1_782_864_000_000
    with (root / "table").open("w", encoding="utf-8") as file:
        file.write("STCD,TM,Z\n")
        for step in range(STEPS):
            at = time.strftime("%Y-%m-%d %H:%M", time.gmtime((first_ms + step * 300_000) / 1000))
            file.writelines(f"R{sensor},{at},{(step * 7 + sensor) % 100 / 10}\n" for sensor in range(SENSORS))
    gateway = Gateway(stack, root)
    settle_s = 0.1
    settings = {"name": "county", "folder": "in", "settle_s": settle_s, "look_s": 0.1}
    gateway.run(Settings(csv=[msgspec.convert(settings, FolderSource)]), root)
    gateway.until("county", "working")
    shutil.move(root / "table", root / "in" / "table.csv")
    began_s = time.monotonic()
    gateway.until_taken("county", SENSORS * STEPS, _LONG_S)
    return SENSORS * STEPS / (time.monotonic() - began_s - settle_s)


def broker_rate(root: Path, stack: ExitStack) -> float:
    """Messages/s of a backlog of MESSAGES that a broker kept, each acknowledged after its commit."""
    broker = Mosquitto(root / "broker")
    stack.callback(broker.kill)
    broker.start()
    gateway = Gateway(stack, root)
    source = {"name": "hydro", "host": "127.0.0.1", "port": broker.port, "mapping": "mqtt_station", "keepalive_s": 60}
    settings = Settings(mqtt=[msgspec.convert(source, MqttSource)])
    station = gateway.run(settings, root)
    gateway.until("hydro", "working")
    station.stop()
    now_ms = wall_ms()
    broker.say(*((f"hydro/S{each % 500}/data", json.dumps({"ts": now_ms - each, "level_m": each % 90 / 10})) for each in range(MESSAGES)))
    gateway.run(settings, root)
    gateway.until("hydro", "working", 60)
    began_s, before = time.monotonic(), gateway.report("hydro").taken
    gateway.until_taken("hydro", MESSAGES, _LONG_S)
    return (MESSAGES - before) / (time.monotonic() - began_s)


def import_s(root: Path, stack: ExitStack) -> float:
    """Seconds from a registry of REGISTRY sensors on disk to its last event durable."""
    gateway = Gateway(stack, root)
    path = root / "registry.csv"
    rows = [f"R{number},雨量站{number},雨量,82.9,44.3,县水利局,4G,5" for number in range(REGISTRY)]
    path.write_text("code,name,quantity,lon,lat,owner,link,interval_min\n" + "\n".join(rows) + "\n", encoding="utf-8")
    began_s = time.monotonic()
    drafts, _ = news_of(read_registry(path), gateway.peer.origin, "652722", DataDir(gateway.root).journal)
    gateway.peer.write(drafts).result(_LONG_S)
    return time.monotonic() - began_s


def measure() -> list[Figure]:
    figures = []
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch, ExitStack() as stack:
        took_s = SENSORS * STEPS / folder_rate(Path(scratch), stack)
        parts: dict[str, float] = {"readings": SENSORS * STEPS, "readings_a_second": SENSORS * STEPS / took_s}
        figures.append(Figure(name="table", value=took_s, unit="s", goal=Goal.VALUE_AT_MOST, bound=20.0, parts=parts))
    if MOSQUITTO is not None:
        with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch, ExitStack() as stack:
            rate = broker_rate(Path(scratch), stack)
            parts = {"messages": MESSAGES, "messages_a_second": rate}
            figures.append(Figure(name="broker", value=MESSAGES / rate, unit="s", goal=Goal.VALUE_AT_MOST, bound=10.0, parts=parts))
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch, ExitStack() as stack:
        seconds = import_s(Path(scratch), stack)
        figures.append(Figure(name="registry", value=seconds, unit="s", goal=Goal.VALUE_AT_MOST, bound=5.0, parts={"sensors": REGISTRY}))
    return figures
