"""Readings from before their time: none lost when this machine's clock was behind, none risen from the dead when theirs was ahead."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.gateways.live import early, scribe
from console.comms.gateways.live.early import Early
from console.comms.gateways.live.scribe import AHEAD_MS
from console.comms.gateways.readings.facts import Fact
from console.errors import Fault
from console.models.clock import wall_ms
from tests.comms.gateways.live.brokers import needs_mosquitto, stack, started
from tests.comms.gateways.live.houses import Gateway
from tests.comms.gateways.live.test_mqtt import of
from tests.waiting import deadline

__all__ = ["stack"]
HOUR_MS = 3_600_000
NOON_MS = 1_800_000_000_000


class Clocks:
    """The true time, what this machine's clock is behind it, and a clock that nobody sets."""

    def __init__(self) -> None:
        self.true_ms, self.behind_ms = NOON_MS, 0

    @property
    def wall_ms(self) -> int:
        return self.true_ms - self.behind_ms

    def steady_ms(self) -> int:
        return self.true_ms - NOON_MS


def fact(at_ms: int, code: str = "R1", quality: str = "") -> Fact:
    return Fact(code, "level", "m", at_ms, 1.5, quality)


def held(tmp_path: Path, clocks: Clocks, boot: str = "one") -> Early:
    return Early(tmp_path / "gateway.db", "hydro", AHEAD_MS, clocks.steady_ms, boot)


def test_what_a_slow_clock_kept_is_due_once_the_clock_is_set(tmp_path: Path) -> None:
    clocks = Clocks()
    clocks.behind_ms = HOUR_MS
    kept = held(tmp_path, clocks)
    kept.keep([fact(clocks.true_ms)])
    assert kept.due(clocks.wall_ms).facts == []
    clocks.true_ms += 2 * HOUR_MS
    assert held(tmp_path, clocks).due(clocks.wall_ms).facts == [], "its time went by, but no clock was set"
    clocks.behind_ms = 0
    due = held(tmp_path, clocks).due(clocks.wall_ms)
    assert due.facts == [fact(NOON_MS)], "after a restart of the gateway too"
    kept.forget(due.places)
    assert kept.due(clocks.wall_ms).facts == []


def test_what_a_fast_clock_sent_never_comes(tmp_path: Path) -> None:
    clocks = Clocks()
    kept = held(tmp_path, clocks)
    kept.keep([fact(NOON_MS + HOUR_MS)])
    clocks.true_ms += HOUR_MS // 2
    kept.keep([fact(NOON_MS + HOUR_MS)])
    for _ in range(48):
        clocks.true_ms += HOUR_MS
        assert kept.due(clocks.wall_ms).facts == []


@given(behind_ms=st.integers(0, 400 * 24 * HOUR_MS), fast_ms=st.integers(-HOUR_MS, 24 * HOUR_MS), later_ms=st.integers(0, 48 * HOUR_MS))
def test_only_the_clock_that_was_wrong_decides(
    tmp_path_factory: pytest.TempPathFactory, behind_ms: int, fast_ms: int, later_ms: int
) -> None:
    clocks = Clocks()
    clocks.behind_ms = behind_ms
    kept = held(tmp_path_factory.mktemp("early"), clocks)
    kept.keep([fact(NOON_MS + fast_ms)])
    clocks.behind_ms, clocks.true_ms = 0, NOON_MS + later_ms
    assert bool(kept.due(clocks.wall_ms).facts) == (fast_ms <= AHEAD_MS)


def test_after_the_machine_began_again_it_is_suspect(tmp_path: Path) -> None:
    clocks = Clocks()
    held(tmp_path, clocks).keep(
        [fact(NOON_MS + HOUR_MS), fact(NOON_MS + HOUR_MS, "R2", "missing"), fact(NOON_MS + HOUR_MS, "R3", "estimated")]
    )
    other = held(tmp_path, clocks, "two")
    assert other.due(NOON_MS).facts == []
    assert [each.quality for each in other.due(NOON_MS + HOUR_MS).facts] == ["suspect", "missing", "suspect"]


def test_the_oldest_go_when_there_are_too_many_and_they_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early, "MOST_KEPT", 10)
    clocks = Clocks()
    clocks.behind_ms = HOUR_MS
    kept = held(tmp_path, clocks)
    assert kept.keep([fact(NOON_MS + at) for at in range(8)]) == 0
    assert kept.keep([fact(NOON_MS + at) for at in range(8)]) == 0, "they are the same"
    assert kept.keep([fact(NOON_MS + at) for at in range(8, 15)]) == 5
    clocks.behind_ms = 0
    assert [each.at_ms - NOON_MS for each in kept.due(clocks.wall_ms).facts] == list(range(5, 15))


def test_what_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "gateway.db").mkdir()
    with pytest.raises(Fault, match="Make room on the disk"):
        held(tmp_path, Clocks()).keep([fact(NOON_MS)])


@needs_mosquitto
def test_a_broker_is_told_that_it_is_kept_and_it_comes_when_the_clock_is_set(
    stack: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scribe, "EARLY_S", 0.1)
    broker = started(stack, tmp_path / "broker")
    gateway = Gateway(stack, tmp_path)
    behind_ms = [HOUR_MS]
    gateway.author = gateway.author._replace(wall=lambda: wall_ms() - behind_ms[0])
    station = gateway.run(of(broker), tmp_path)
    gateway.until("hydro", "working")
    now_ms = wall_ms()
    broker.say(*((f"hydro/R{at:03}/data", json.dumps({"ts": now_ms - at, "level_m": 1 + at})) for at in range(5)))
    broker.say(("hydro/R009/data", json.dumps({"ts": now_ms + HOUR_MS, "level_m": 99})))
    deadline(lambda: gateway.report("hydro").refused.get("ahead") == 6, "all are ahead")
    assert "nothing is taken" in gateway.report("hydro").fault
    station.stop()
    gateway.run(of(broker), tmp_path)
    gateway.until("hydro", "working")
    assert gateway.report("hydro").taken == 0
    behind_ms[0] = 0
    gateway.until_taken("hydro", 5)
    assert [gateway.readings(f"R{at:03}-level") for at in range(5)] == [[(now_ms - at, 1.0 + at, "")] for at in range(5)]
    assert gateway.readings("R009-level") == [], "its own clock is ahead"
    assert gateway.report("hydro").fault == ""
