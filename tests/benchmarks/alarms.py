"""A prefecture's basins and gauges in a real peer, then readings that raise alarms, one after another.

`measure` gives of each the milliseconds from a reading's being handed to the peer until its risk stands, durable, in the table that windows read.
`on_screen` follows each further: from a gateway of its own, over CURVE, to the paint of the strip in the real window and the tone.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from console.comms.local.client import ask
from console.comms.local.messages import Draft, Invite, Stop, Write
from console.comms.peer import Peer
from console.models import kinds
from console.models.kinds import CriticalRain, GaugeWeight
from console.models.paths import DataDir
from tests.benchmarks.harness import Child, child, pace
from tests.e2e.processes import free_port

GAUGES, BASINS, TRIALS = 1200, 326, 40
SCREEN_TRIALS = 60
FLOOD = 2000
READY_S = 120.0
STEP_MS = 300_000
SEED_READINGS = 36
SETTLE_S, PAUSE_S, LOOK_S, PATIENCE_S = 12.0, 0.3, 0.002, 30.0
BATCH = 200


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def draft(subject: str, body: kinds.Body) -> Draft:
    return Draft(kind=kinds.kind_of(body), subject=subject, body=kinds.encode_body(body))


def gauges(prefix: str = "") -> list[Draft]:
    """Registered, and three hours without rain."""
    found = []
    for at in range(GAUGES):
        lon, lat = 80.0 + at % 40 * 0.09, 44.0 + at // 40 * 0.045
        body = kinds.SensorRegistered(name=f"g{at}", quantity="rain", unit="mm", interval_s=300.0, lon=lon, lat=lat)
        found.append(draft(f"{prefix}g{at}", body))
    end = now_ms()
    times = [end - STEP_MS * step for step in reversed(range(SEED_READINGS))]
    return found + [draft(f"{prefix}g{at}", kinds.SensorSeries(times_ms=times, values=[0.0] * SEED_READINGS)) for at in range(GAUGES)]


def basins(prefix: str = "") -> list[Draft]:
    found = []
    for at in range(BASINS):
        own = [GaugeWeight(f"{prefix}g{at * 3 + more}") for more in range(3)]
        body = kinds.BasinRegistered(name=f"b{at}", hazards=["flash_flood"], gauges=own, critical=[CriticalRain(1.0, 10.0, 18.0)])
        found.append(draft(f"b{at}", body))
    return found


def measure(root: Path) -> list[float]:
    data = DataDir(root)
    node = Peer(data, listen=["tcp://127.0.0.1:0"], name="prefecture", area="6527", local=False)
    node.start()
    try:
        drafts = gauges() + basins()
        for start in range(0, len(drafts), BATCH):
            node.write(drafts[start : start + BATCH])
        pace(SETTLE_S)
        connection = sqlite3.connect(data.journal, isolation_level=None)
        taken = [_trial(node, connection, trial * 7 % BASINS) for trial in range(TRIALS)]
        connection.close()
        return taken
    finally:
        node.stop()


def _trial(node: Peer, connection: sqlite3.Connection, basin: int) -> float:
    """Two neighbours read at once: the one confirms the other."""
    pace(PAUSE_S)
    began = time.perf_counter()
    node.write([draft(f"g{basin * 3 + more}", kinds.SensorReading(value=19.0)) for more in range(2)])
    query = "SELECT 1 FROM risk WHERE place = ? AND level = 1"
    while connection.execute(query, (f"b{basin}",)).fetchone() is None:
        if time.perf_counter() - began > PATIENCE_S:
            raise RuntimeError(f"no alarm for basin {basin} within {PATIENCE_S:g} s")
        pace(LOOK_S)
    return (time.perf_counter() - began) * 1000


class Seen(NamedTuple):
    """One alarm: milliseconds from the reading's being handed over in the field until each stage was over. `tone`: asked for; `held`: CPU time
    that the window's GUI thread worked at a stretch."""

    node: float
    judged: float
    told: float
    read: float
    painted: float
    tone: float
    held: float


class Flood(NamedTuple):
    """FLOOD grave risks at once in the window: seconds until all are in the list, the most that its GUI thread worked at a stretch (ms of its
    own CPU time), tones asked for."""

    seconds: float
    held_ms: float
    tones: int


def on_screen(root: Path, trials: int = SCREEN_TRIALS) -> tuple[list[Seen], Flood]:
    data = DataDir(root / "node")
    endpoint = f"tcp://127.0.0.1:{free_port()}"
    with child("console", "node", "--data", str(data.root), "--listen", endpoint, "--area", "6527", "--no-discovery") as node:
        node.line(READY_S)
        token = ask(data, lambda number: Invite(id=number, role="gateway", area="6527", valid_s=3600)).token
        with child("tests.benchmarks.alarm_field", str(root / "field"), token) as field:
            prefix = field.answer(READY_S)["prefix"]
            _write(data, basins(prefix))
            pace(SETTLE_S)
            with child("tests.benchmarks.alarm_window", str(data.root)) as window:
                window.answer(READY_S)
                pace(SETTLE_S)
                seen = [_seen(data, field, window, trial * 7 % BASINS) for trial in range(trials)]
                flood = _flood(data, window)
        ask(data, lambda number: Stop(id=number))
    return seen, flood


def _flood(data: DataDir, window: Child) -> Flood:
    window.tell("flood")
    began_s = time.monotonic()
    bodies = [kinds.RiskAssessed(hazard="landslide", place=f"b{at % BASINS}.{at}", level=1 + at % 4) for at in range(FLOOD)]
    _write(data, [draft(f"landslide:{body.place}", body) for body in bodies])
    held_ms, rows, tones = 0.0, 0, 0
    while rows < FLOOD:
        if time.monotonic() - began_s > PATIENCE_S:
            raise RuntimeError(f"{rows} of {FLOOD} risks are in the list after {PATIENCE_S:g} s")
        pace(LOOK_S * 50)
        window.tell("tell")
        told = window.answer(PATIENCE_S)
        held_ms, rows, tones = max(held_ms, told["held_ms"]), told["rows"], told["tones"]
    return Flood(time.monotonic() - began_s, held_ms, tones)


def _write(data: DataDir, drafts: list[Draft]) -> None:
    for start in range(0, len(drafts), BATCH):
        ask(data, lambda number, start=start: Write(id=number, drafts=drafts[start : start + BATCH]))  # type: ignore[misc]


def _seen(data: DataDir, field: Child, window: Child, basin: int) -> Seen:
    pace(PAUSE_S)
    field.tell(str(basin))
    began_ms = field.answer(PATIENCE_S)["at_ns"] / 1e6
    told = window.answer(PATIENCE_S)
    while not told["risk"].startswith(f"flash_flood:b{basin}@"):
        told = window.answer(PATIENCE_S)
    with closing(sqlite3.connect(f"file:{data.journal}?mode=ro", uri=True)) as connection:
        (node_ms,) = connection.execute("SELECT max(taken_ms) FROM event WHERE kind = 'sensor.reading'").fetchone()
        query = "SELECT taken_ms FROM event WHERE kind = 'risk.assessed' AND subject = ? ORDER BY position LIMIT 1"
        (judged_ms,) = connection.execute(query, (f"flash_flood:b{basin}",)).fetchone()
    told_ms, read_ms, painted_ms, tone_ms = (told[name] / 1e6 - began_ms for name in ("told_ns", "read_ns", "painted_ns", "tone_ns"))
    return Seen(node_ms - began_ms, judged_ms - began_ms, told_ms, read_ms, painted_ms, tone_ms, told["held_ms"])
