"""A gateway's source or a filling of tiles, started and stopped again and again, with what it reads from killed, stalled, spoiled and restarted
between. Each `ROUNDS` entry makes a `Round`: called with 0, 1, 2, ... it does one of them, and `check` holds that nothing was lost or doubled.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec
import psutil

from console.comms.gateways.live.settings import FolderSource, MqttSource, QuakeSource, Settings
from console.comms.tiles.filling import Filling
from console.comms.tiles.progress import STOPPED, Progress
from console.comms.tiles.store import add_area, add_source
from console.models.clock import wall_ms
from console.models.maps.tilestore import Area, Source, TileStore
from console.models.rules.tiles import TilesRule, tiles_rule
from tests.comms.gateways.live.brokers import started
from tests.comms.gateways.live.houses import Gateway
from tests.comms.tiles.server import Answer, MapServer, plain
from tests.waiting import deadline

QUICK = {"settle_s": 0.1, "unfinished_s": 0.2, "look_s": 0.1}
STALL_EVERY = 10
"""A broker that stalls is noticed after twice its keepalive, of seconds."""


AWAY_EVERY = 8
"""A folder that is not there is looked for again after 5 s."""


class Held(NamedTuple):
    """Of this process."""

    threads: int
    descriptors: int
    sockets: int
    children: int
    rss_mb: float


def held() -> Held:
    own = psutil.Process()
    return Held(own.num_threads(), own.num_fds(), len(own.net_connections("all")), len(own.children()), own.memory_info().rss / 1e6)


class Round(Protocol):
    def __call__(self, at: int) -> None: ...

    def check(self, times: int) -> None: ...


class Mqtt:
    """By turns: nothing in the way, killed and started again, another that speaks no MQTT on its port; every tenth is stalled."""

    def __init__(self, stack: ExitStack, root: Path) -> None:
        self._broker, self._gateway, self._root = started(stack, root / "broker"), Gateway(stack, root), root
        stack.callback(self._broker.go_on)
        fields = {"name": "hydro", "host": "127.0.0.1", "port": self._broker.port, "mapping": "mqtt_station", "keepalive_s": 1}
        self._settings = Settings(mqtt=[msgspec.convert(fields, MqttSource)])
        self._begun_ms = wall_ms()

    def __call__(self, at: int) -> None:
        broker, gateway = self._broker, self._gateway
        station = gateway.run(self._settings, self._root)
        gateway.until("hydro", "working")
        if at % STALL_EVERY == STALL_EVERY - 1:
            broker.stall()
            gateway.until("hydro", "faulty")
            broker.go_on()
        elif at % 3 == 1:
            broker.kill()
            gateway.until("hydro", "faulty")
            broker.start()
        elif at % 3 == 2:
            broker.end()
            gateway.until("hydro", "faulty")
            talk_nonsense(broker.port)
            broker.start()
        gateway.until("hydro", "working", 30)
        broker.say(("hydro/R1/data", json.dumps({"ts": self._begun_ms - 1000 * at, "level_m": at})), ("hydro/R1/data", b"\xff\0{"))
        gateway.until_taken("hydro", 1)
        station.stop()

    def check(self, times: int) -> None:
        assert [value for _, value, _ in self._gateway.readings("R1-level")] == [float(at) for at in reversed(range(times))]


def talk_nonsense(port: int) -> None:
    """Whoever comes first on this port is told what no broker says."""
    with socket.create_server(("127.0.0.1", port)) as door:
        door.settimeout(20)
        client, _ = door.accept()
        with client:
            client.sendall(os.urandom(4096))


class Folder:
    """By turns: a file, one that is written in two pieces, one that is no table, and a folder that is away for a while. `content(n)`: of a file
    with one row; `count()`: rows in the journal."""

    GOES_AWAY = True

    def __init__(self, stack: ExitStack, root: Path, settings: Settings, name: str) -> None:
        self._gateway, self._root, self._name, self._settings = Gateway(stack, root), root, name, settings
        self._folder = root / "in"
        self._folder.mkdir()

    def content(self, at: int) -> str:
        raise NotImplementedError

    def count(self) -> int:
        raise NotImplementedError

    def __call__(self, at: int) -> None:
        station = self._gateway.run(self._settings, self._root)
        path, text = self._folder / f"{at}.csv", self.content(at)
        if at % 4 == 1:
            path.write_text(text[:-5], encoding="utf-8")
            deadline(lambda: self._gateway.report(self._name).state == "working", "it has looked")
            with path.open("a", encoding="utf-8") as more:
                more.write(text[-5:])
        elif at % 4 == 2:
            bad = self._folder / f"bad {at}.csv"
            bad.write_bytes(bytes(range(1, 256)) * 20 + b"%d\n" % at)
            refused = self._folder / "refused" / bad.name
            deadline(refused.exists, "it is refused")
            assert "bad" in self._gateway.until(self._name, "faulty").fault
            refused.unlink()
            refused.with_name(refused.name + ".why.txt").unlink(missing_ok=True)
            path.write_text(text, encoding="utf-8")
        elif self.GOES_AWAY and at % AWAY_EVERY == 3:
            self._folder.rename(self._root / "away")
            assert "no such folder" in self._gateway.until(self._name, "faulty").fault
            (self._root / "away").rename(self._folder)
            path.write_text(text, encoding="utf-8")
        else:
            path.write_text(text, encoding="utf-8")
        deadline((self._folder / "done" / path.name).exists, f"{path.name} is taken", 20)
        station.stop()

    def check(self, times: int) -> None:
        assert self.count() == times
        assert len(list((self._folder / "done").iterdir())) == times


class Csv(Folder):
    def __init__(self, stack: ExitStack, root: Path) -> None:
        super().__init__(stack, root, Settings(csv=[msgspec.convert({"name": "county", "folder": "in"} | QUICK, FolderSource)]), "county")

    def content(self, at: int) -> str:
        return f"STCD,TM,Z\nR1,2026-07-{1 + at // 24:02} {at % 24:02}:00,{at}.25\n"

    def count(self) -> int:
        return len(self._gateway.readings("R1-level"))


class Quakes(Folder):
    """But for the folder: that is looked into as by the other."""

    GOES_AWAY = False

    def __init__(self, stack: ExitStack, root: Path) -> None:
        super().__init__(stack, root, Settings(quakes=[msgspec.convert({"name": "usgs", "folder": "in"} | QUICK, QuakeSource)]), "usgs")

    def content(self, at: int) -> str:
        head = "time,latitude,longitude,depth,mag,magType,id,updated,place,type,status\n"
        return head + f"2024-01-22T18:09:04.000Z,41.26,80.5,13,5.5,mww,us{at},2024-01-22T18:20:00Z,Wushi,earthquake,automatic\n"

    def count(self) -> int:
        return self._gateway.events("quake.reported")


class Tiles:
    """An area each time, removed at its end. By turns: a server that is well, one that is killed and started again, one that stalls, one that sends
    cut pictures; each is stopped in the middle and taken up again."""

    RULE = msgspec.convert(
        msgspec.to_builtins(tiles_rule())
        | {
            "fetch": {
                "per_s": 1e5,
                "most_per_s": 1e6,
                "timeout_s": 0.2,
                "tries": 4,
                "longest_wait_s": 0.02,
                "strange": 3,
                "absent_days": 30,
            }
        }
        | {"store": {"budget_gb": 1.0, "free_gb": 0.0, "most_tiles": 5000}},
        TilesRule,
    )

    def __init__(self, stack: ExitStack, root: Path) -> None:
        self._server, self._store = MapServer(), TileStore(root / "online.tiles")
        stack.callback(self._store.close)
        stack.callback(self._server.stop)
        address = f"{self._server.address}/{{z}}/{{x}}/{{y}}.png"
        self._source = add_source(self._store, Source("", "影像", address, "WGS-84", "", per_s=1e5), self.RULE)
        self._whole, self._down = 0, False

    def __call__(self, at: int) -> None:
        area = add_area(self._store, Area("", self._source.id, "精河", (82.0, 44.0, 83.0, 45.0), 0, 8), self.RULE)
        stop = threading.Event()
        assert Filling(self._store, area, self.RULE, lambda told: stop.set() if told.done == 4 else None, stop).run() == STOPPED
        self._trouble(at % 4)
        assert Filling(self._store, area, self.RULE, self._heal, threading.Event()).run() == ""
        assert self._store.fill(area).held == area.total
        self._whole += self._store.remove_area(area.id) == area.total

    def _trouble(self, kind: int) -> None:
        server = self._server
        answers: list[Callable[[str], Answer | None]] = [plain, plain, lambda _: None, cut]
        server.answer = answers[kind]
        self._down = kind == 1
        if self._down:
            server.stop()

    def _heal(self, told: Progress) -> None:
        """Once it was said that it is waited for."""
        if told.waiting:
            if self._down:
                self._server.start(self._server.port)
            self._down = False
            self._server.letting_go.set()
            self._server.answer = plain

    def check(self, times: int) -> None:
        assert self._whole == times
        assert self._store._one("SELECT count(*) FROM tile") == 0
        assert self._store._one("PRAGMA integrity_check") == "ok"


def cut(path: str) -> Answer:
    status, headers, body = plain(path)
    return status, headers, body[: len(body) // 2]


ROUNDS: dict[str, Callable[[ExitStack, Path], Round]] = {"mqtt": Mqtt, "csv": Csv, "quakes": Quakes, "tiles": Tiles}
