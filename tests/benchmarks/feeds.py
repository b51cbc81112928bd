"""The registry of 50,000 video feeds: a table taken in through a real peer, the view opened, searched as one types.

Limits, in the same run: of the import, the bare reading of the same file by `csv` and 50,000 rows inserted into SQLite in one transaction; of
the search, a scan of the same texts in memory for the same words.
"""

from __future__ import annotations

import csv
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from console.comms.feeds.importing import planned
from console.comms.gateways.feeds_table import read_feeds
from console.comms.local.client import ask, look
from console.comms.local.messages import Write
from console.comms.local.process import ensure_peer
from console.models.paths import DataDir
from tests.benchmarks.harness import child, percentile
from tests.benchmarks.report import Figure, Goal

FEEDS = 50_000
HEADING = ["名称", "国标编码", "地址", "单位", "目录", "道路", "流域", "经度", "纬度", "方位角", "视场角", "可视距离"]
REACH_S = 20.0


def rows() -> Iterator[list[object]]:
    chance = random.Random(1)
    for at in range(FEEDS):
        code = f"652722{at % 100:02d}00132{at:07d}"
        address = f"rtsp://192.0.2.{at % 254 + 1}:554/ch/{at}"
        place = (f"{82 + chance.random():.5f}", f"{44 + chance.random():.5f}")
        yield [
            f"监控点{at:05d}",
            code,
            address,
            f"单位{at % 300}",
            f"精河县/乡{at % 40}/村{at % 400}",
            f"G{at % 90}",
            f"b{at % 326}",
            *place,
            at % 360,
            60,
            300,
        ]


def write_table(path: Path) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADING, *rows()])
    return path


def bare(path: Path, database: Path) -> float:
    """Seconds for the least that must be done."""
    began_s = time.perf_counter()
    connection = sqlite3.connect(database)
    connection.execute(f"CREATE TABLE feed ({', '.join(f'c{at}' for at in range(len(HEADING)))})")
    with path.open(encoding="utf-8-sig", newline="") as file, connection:
        connection.executemany(f"INSERT INTO feed VALUES ({', '.join('?' * len(HEADING))})", csv.reader(file))
    connection.close()
    return time.perf_counter() - began_s


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
        data = DataDir(Path(scratch) / "data")
        table = write_table(Path(scratch) / "feeds.csv")
        limit_s = bare(table, Path(scratch) / "bare.db")
        figures = [_import(data, table, limit_s)]
        with child("tests.benchmarks.feeds_window", str(data.root)) as window:
            told = window.answer(180)
    figures.append(_figure("feeds-open", 1000 * told["open_s"], 200, {"read-registry-ms": 1000 * told["read_s"]}))
    search_ms, scan_ms = [1000 * each for each in told["search_s"]], [1000 * each for each in told["scan_s"]]
    parts = {"p50": statistics.median(search_ms), "max": max(search_ms), "longest-gui-ms": 1000 * told["gui_s"], "ready-s": told["ready_s"]}
    figures.append(_figure("feeds-search-p95", percentile(search_ms, 0.95), 50, parts, percentile(scan_ms, 0.95)))
    return figures


def _import(data: DataDir, table: Path, limit_s: float) -> Figure:
    process = ensure_peer(data, name="bench", area="65")
    ends_s = time.monotonic() + REACH_S
    while (client := process.reach()) is None and time.monotonic() < ends_s:
        pass
    assert client is not None
    client.close()
    peer = psutil.Process(look(data).me.pid)
    began_s, cpu_s, peer_s = time.perf_counter(), time.process_time(), sum(peer.cpu_times()[:2])
    feeds = read_feeds(table).feeds
    read_s, read_cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_s
    plan = planned({}, feeds, "bench", "65")
    for batch in plan.batches():
        ask(data, lambda number, batch=batch: Write(id=number, drafts=batch.drafts))  # type: ignore[misc]
    total_s = time.perf_counter() - began_s
    cpu = {"cpu-read": read_cpu_s, "cpu-peer": sum(peer.cpu_times()[:2]) - peer_s}
    parts = {"read": read_s, "write": total_s - read_s} | cpu
    return Figure(name="feeds-import", value=total_s, unit="s", limit=limit_s, goal=Goal.VALUE_AT_MOST, bound=10, parts=parts)


def _figure(name: str, value: float, bound: float, parts: dict[str, float], limit: float | None = None) -> Figure:
    return Figure(name=name, value=value, unit="ms", limit=limit, goal=Goal.VALUE_AT_MOST, bound=bound, parts=parts)
