"""A real broker, well and unwell: what it says is stored once, told apart from junk, and never acknowledged before it is durable."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import msgspec
import psutil
import pytest

from console.comms.gateways.live.mqtt import MOST_MESSAGES
from console.comms.gateways.live.settings import MqttSource, Settings
from console.models.clock import wall_ms
from tests.comms.gateways.live.brokers import Mosquitto, needs_mosquitto, stack, started
from tests.comms.gateways.live.houses import Gateway
from tests.waiting import deadline

__all__ = ["stack"]
pytestmark = needs_mosquitto
NOW_MS = wall_ms()


def of(broker: Mosquitto, **more: object) -> Settings:
    fields: dict[str, object] = {"name": "hydro", "host": "127.0.0.1", "port": broker.port, "mapping": "mqtt_station", "keepalive_s": 1}
    return Settings(mqtt=[msgspec.convert(fields | more, MqttSource)])


def message(at_ms: int, **values: float | str) -> str:
    return json.dumps({"ts": at_ms, **values})


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_readings_come_in_and_make_their_sensor_known(stack: ExitStack, tmp_path: Path, version: str) -> None:
    broker = started(stack, tmp_path / "broker")
    gateway = Gateway(stack, tmp_path)
    gateway.run(of(broker, version=version), tmp_path)
    gateway.until("hydro", "working")
    broker.say(
        ("hydro/R001/data", message(NOW_MS - 300_000, rain_mm=0.4, level_m=1.27)),
        ("hydro/R001/data", message(NOW_MS, rain_mm=0.2, q="suspect")),
    )
    report = gateway.until_taken("hydro", 3)
    assert gateway.readings("R001-rain") == [(NOW_MS - 300_000, 0.4, ""), (NOW_MS, 0.2, "suspect")]
    assert gateway.readings("R001-level") == [(NOW_MS - 300_000, 1.27, "")]
    (row,) = gateway.rows("SELECT name, quantity, unit, interval_s, link FROM sensor WHERE id = ?", gateway.own("R001-rain"))
    assert row == ("R001-rain", "rain", "mm", 300.0, "mqtt")
    assert report.refused == {}
    told = deadline(lambda: gateway.rows("SELECT name, state, place FROM gateway WHERE newest_ms IS NOT NULL"), "everybody is told")
    assert told == [("hydro", "working", f"127.0.0.1:{broker.port}")]


JUNK = [
    ("hydro/R001/data", b"\xff\xfe not json", "json"),
    ("hydro/R001/data", b"", "json"),
    ("hydro/R001/data", b"[" * 100_000, "json"),
    ("hydro/R001/data", b'{"ts": 1790000000000, "level_m": NaN}', "json"),
    ("hydro/R001/data", b'{"ts": 1790000000000, "level_m": "much"}', "value"),
    ("hydro/R001/data", b'{"ts": 1790000000000, "level_m": 1e300}', "value"),
    ("hydro/R001/data", b'{"ts": "yesterday", "level_m": 1}', "time"),
    ("hydro/R001/data", b'{"ts": 12, "level_m": 1}', "time"),
    ("hydro/R001/data", b'{"ts": 4000000000000, "level_m": 1}', "ahead"),
    ("hydro/R001/data", b'{"level_m": 1}', "time"),
    ("hydro/R001/data", b'{"ts": 1790000000000, "nonsense": 1}', "empty"),
    ("hydro/R001/data", b'"x"', "time"),
    ("hydro/R001/data", b'{"ts": 1790000000000, "level_m": 1, "x": "' + b"y" * 10_000_000 + b'"}', "large"),
]


def test_junk_is_told_by_reason_and_stops_nothing(stack: ExitStack, tmp_path: Path) -> None:
    broker = started(stack, tmp_path / "broker")
    gateway = Gateway(stack, tmp_path)
    gateway.run(of(broker, keepalive_s=10), tmp_path)
    gateway.until("hydro", "working")
    broker.say(("hydro/R009/data", "retained junk"), retain=True)
    broker.say(*((topic, payload) for topic, payload, _ in JUNK))
    broker.say(("hydro/R001/data", message(NOW_MS, level_m=1.5)))
    report = gateway.until_taken("hydro", 1)
    wanted: dict[str, int] = {"json": 1}
    for _, _, reason in JUNK:
        wanted[reason] = wanted.get(reason, 0) + 1
    assert report.refused == wanted
    assert report.state == "working"
    assert gateway.readings("R001-level") == [(NOW_MS, 1.5, "")]


def test_nothing_is_acknowledged_before_it_is_stored_and_nothing_is_stored_twice(stack: ExitStack, tmp_path: Path) -> None:
    broker = started(stack, tmp_path / "broker")
    gateway = Gateway(stack, tmp_path)
    gateway.run(of(broker), tmp_path)
    gateway.until("hydro", "working")
    gateway.fail = True
    broker.say(*(("hydro/R001/data", message(NOW_MS - place * 1000, level_m=place)) for place in range(30)))
    report = gateway.until("hydro", "faulty")
    assert "disk is full" in report.fault
    assert gateway.readings("R001-level") == []
    gateway.fail, gateway.fail_after = False, True
    deadline(lambda: gateway.writes, "it was stored, and not acknowledged")
    gateway.fail_after = False
    deadline(lambda: len(gateway.readings("R001-level")) == 30, "the rest is there")
    assert [value for _, value, _ in gateway.readings("R001-level")] == [float(29 - place) for place in range(30)]
    gateway.until("hydro", "working")
    assert gateway.rows("SELECT count(*) FROM reading") == [(30,)], "nothing was said twice"


def test_a_broker_that_is_killed_and_started_again_is_found_again_with_what_it_kept(stack: ExitStack, tmp_path: Path) -> None:
    broker = started(stack, tmp_path / "broker")
    gateway = Gateway(stack, tmp_path)
    station = gateway.run(of(broker), tmp_path)
    gateway.until("hydro", "working")
    broker.kill()
    report = gateway.until("hydro", "faulty")
    assert f"127.0.0.1:{broker.port}" in report.fault
    broker.start()
    gateway.until("hydro", "working")
    broker.say(("hydro/R001/data", message(NOW_MS - 2000, level_m=1.0)))
    gateway.until_taken("hydro", 1)
    station.stop()  # what is said while the gateway is away waits for it, also over the broker's restart
    broker.say(*(("hydro/R001/data", message(NOW_MS - 1000 + place, level_m=2.0 + place)) for place in range(3)))
    broker.end()
    broker.start()
    gateway.run(of(broker), tmp_path)
    gateway.until_taken("hydro", 3)
    assert [value for _, value, _ in gateway.readings("R001-level")] == [1.0, 2.0, 3.0, 4.0]


def test_a_broker_that_stalls_is_noticed_and_taken_up_again(stack: ExitStack, tmp_path: Path) -> None:
    broker = started(stack, tmp_path / "broker")
    gateway = Gateway(stack, tmp_path)
    gateway.run(of(broker), tmp_path)
    gateway.until("hydro", "working")
    stack.callback(broker.go_on)
    broker.stall()
    gateway.until("hydro", "faulty")
    broker.go_on()
    gateway.until("hydro", "working", 30)
    broker.say(("hydro/R001/data", message(NOW_MS, level_m=1.0)))
    gateway.until_taken("hydro", 1)


def test_a_flood_is_taken_in_batches_and_loses_nothing(stack: ExitStack, tmp_path: Path) -> None:
    broker = started(stack, tmp_path / "broker")
    gateway = Gateway(stack, tmp_path)
    gateway.run(of(broker, keepalive_s=30), tmp_path)
    gateway.until("hydro", "working")
    count = 1500
    broker.say(*((f"hydro/S{place % 100}/data", message(NOW_MS - place * 100, level_m=place)) for place in range(count)))
    report = gateway.until_taken("hydro", count, 60)
    assert report.taken == count
    assert gateway.rows("SELECT count(*) FROM reading") == [(count,)]
    assert gateway.writes >= count / MOST_MESSAGES


def test_retained_and_redelivered_messages_without_a_time_are_no_new_rain(stack: ExitStack, tmp_path: Path) -> None:
    mapping = tmp_path / "bare.toml"
    mapping.write_text(
        'title = "bare"\ntopics = ["rain/+"]\n[code]\ntopic = "rain/(?P<code>.+)"\n[[value]]\nfield = "$"\nquantity = "rain"\nunit = "mm"\n',
        encoding="utf-8",
    )
    broker = started(stack, tmp_path / "broker")
    broker.say(("rain/old", "7.0"), retain=True)
    gateway = Gateway(stack, tmp_path)
    gateway.run(of(broker, mapping="bare.toml"), tmp_path)
    gateway.until("hydro", "working")
    broker.say(("rain/a", "0.2"), ("rain/a", "0.2"))
    gateway.until_taken("hydro", 2)
    assert [value for _, value, _ in gateway.readings("a")] == [0.2, 0.2], "two tips are two"
    assert gateway.report("hydro").refused == {"retained": 1}
    gateway.fail_after = True
    broker.say(("rain/a", "0.4"))
    deadline(lambda: gateway.writes == 2, "stored, and not acknowledged")
    gateway.fail_after = False
    gateway.until("hydro", "working")
    broker.say(("rain/a", "0.6"))
    deadline(lambda: gateway.readings("a")[-1][1] == 0.6, "the next is there")
    assert [value for _, value, _ in gateway.readings("a")] == [0.2, 0.2, 0.4, 0.6]


def test_no_more_sensors_than_allowed_make_themselves_known(stack: ExitStack, tmp_path: Path) -> None:
    broker = started(stack, tmp_path / "broker")
    gateway = Gateway(stack, tmp_path)
    gateway.run(of(broker, most_sensors=5), tmp_path)
    gateway.until("hydro", "working")
    broker.say(*((f"hydro/X{place}/data", message(NOW_MS, level_m=1.0)) for place in range(20)))
    gateway.until_taken("hydro", 5)
    deadline(lambda: gateway.report("hydro").refused == {"unknown": 15}, "the others are refused")
    assert "fengsui sensors import" in gateway.report("hydro").example


def test_nothing_is_left_open_by_many_connections_lost_and_made(stack: ExitStack, tmp_path: Path) -> None:
    broker = started(stack, tmp_path / "broker")
    gateway = Gateway(stack, tmp_path)
    process = psutil.Process()

    def cycle(times: int) -> int:
        for _ in range(times):
            station = gateway.run(of(broker), tmp_path)
            gateway.until("hydro", "working")
            station.stop()
        return process.num_fds() + len(process.threads())

    before = cycle(2)
    assert cycle(10) <= before
