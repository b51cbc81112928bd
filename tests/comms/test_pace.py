"""What may be under way on one link, against a simulated one: commands on time on the narrowest, everything used on a wide one."""

from __future__ import annotations

import heapq
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.session.pace import CEILING, FLOOR, Pace

REPORT_BYTES = 160
COMMAND_BYTES = 400
ANSWER_BYTES = 60


class Wire:
    """One direction of a link: `rate` bytes/s, `latency_ms` on the way, a queue without end. Times in ms."""

    def __init__(self, rate: float, latency_ms: float, loss: float = 0.0, seed: int = 1) -> None:
        self.rate, self.latency_ms, self.loss = rate, latency_ms, loss
        self._free_ms = 0.0
        self._random = random.Random(seed)

    def arrives_ms(self, now_ms: float, size: int) -> float:
        """When what is sent now is there; what is lost is sent again after a while, as TCP does, and what is behind it waits."""
        self._free_ms = max(self._free_ms, now_ms) + 1000 * size / self.rate
        while self._random.random() < self.loss:
            self._free_ms += 200 + 2 * self.latency_ms
        return self._free_ms + self.latency_ms


class Sender:
    """Sends as much telemetry as its pace allows, and a command whenever one is due, ahead of what is not under way yet."""

    def __init__(self, there: Wire, back: Wire) -> None:
        self.pace = Pace()
        self.there, self.back = there, back
        self.delays_ms: list[float] = []
        self.carried = 0
        self._now_ms = 0
        self._settles: list[tuple[float, int]] = []

    def run(self, seconds: int, reports_s: float, command_every_ms: int = 0) -> None:
        """`reports_s`: how many reports a second there are to send; a ping measures the way first, as a session does."""
        self.pace.answered(self.there.arrives_ms(self._now_ms, ANSWER_BYTES) - self._now_ms + self.back.latency_ms)
        made = 0.0
        begin_ms, self._now_ms = self._now_ms, self._now_ms + seconds * 1000
        for now_ms in range(begin_ms, self._now_ms, 10):
            while self._settles and self._settles[0][0] <= now_ms:
                self.pace.settled(heapq.heappop(self._settles)[1], now_ms)
            made += reports_s / 100
            if command_every_ms and now_ms % command_every_ms == 0:
                self.delays_ms.append(self._send(COMMAND_BYTES, now_ms) - now_ms)
            while made >= 1 and self.pace.free:
                batch = max(1, min(int(made), self.pace.frame // REPORT_BYTES))
                made -= batch
                self._send(batch * REPORT_BYTES, now_ms)

    def _send(self, size: int, now_ms: int) -> float:
        there_ms = self.there.arrives_ms(now_ms, size)
        heapq.heappush(self._settles, (self.back.arrives_ms(there_ms, ANSWER_BYTES), size))
        self.pace.sent(size, now_ms)
        self.carried += size
        return there_ms


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]


def test_a_command_is_on_time_on_9600_bit_a_second_while_telemetry_queues() -> None:
    """Fifty units, a report of each every second: six times what the link carries."""
    sender = Sender(Wire(1200, 50), Wire(1200, 50))
    sender.run(600, reports_s=50, command_every_ms=7000)
    assert p95(sender.delays_ms[2:]) < 2000
    assert sender.pace.narrow
    assert sender.carried > 0.7 * 1200 * 600, "and the link is used"


@pytest.mark.parametrize("latency_ms", [1, 50, 600, 2000])
def test_a_wide_link_is_filled_whatever_its_latency(latency_ms: int) -> None:
    rate = 2_000_000
    sender = Sender(Wire(rate, latency_ms), Wire(rate, latency_ms))
    sender.run(300, reports_s=20_000)
    assert sender.pace.window > min(CEILING, rate * latency_ms / 500) / 2
    assert sender.carried > 0.5 * min(rate, CEILING * 1000 / (2 * latency_ms)) * 300
    assert not sender.pace.narrow


def test_a_link_that_gets_wide_again_is_no_longer_narrow() -> None:
    there, back = Wire(1200, 50), Wire(1200, 50)
    sender = Sender(there, back)
    sender.run(60, reports_s=50)
    assert sender.pace.narrow
    there.rate = back.rate = 1_000_000
    sender.run(60, reports_s=5000)
    assert not sender.pace.narrow


def test_what_is_under_way_is_counted_exactly() -> None:
    pace = Pace()
    pace.sent(700, 0)
    pace.sent(300, 10)
    assert pace.under_way == 1000
    assert pace.waits_ms(510) == 510
    pace.settled(700, 600)
    assert (pace.under_way, pace.waits_ms(610)) == (300, 600)
    pace.settled(300, 700)
    assert (pace.under_way, pace.waits_ms(5000)) == (0, 0)
    assert pace.window >= FLOOR


def test_what_is_settled_out_of_turn_is_not_forgotten() -> None:
    pace = Pace()
    pace.sent(500, 0)
    pace.sent(300, 10)
    pace.settled(300, 20)
    assert pace.under_way == 800
    pace.settled(500, 30)
    assert (pace.under_way, pace.free) == (0, True)
    pace.settled(77, 40)  # of nothing that is under way
    pace.sent(100, 50)
    pace.settled(50, 60)
    assert pace.under_way == 100


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_whatever_the_order_all_that_was_sent_is_settled(sizes: list[int], random_: random.Random) -> None:
    pace = Pace()
    waiting: list[int] = []
    for size in sizes:
        pace.sent(size, 0)
        waiting.append(size)
        while waiting and random_.random() < 0.5:
            pace.settled(waiting.pop(random_.randrange(len(waiting))), 1)
    random_.shuffle(waiting)
    for size in waiting:
        pace.settled(size, 2)
    assert pace.under_way == 0
    assert pace.free


def test_small_frames_open_a_window_that_a_stall_has_shut() -> None:
    """Frames that are smaller than the smallest allowed: one at a time is all that the window lets through, and so it is full."""
    pace = Pace()
    pace.answered(1)
    pace.sent(400, 0)
    pace.settled(400, 9000)
    assert pace.window == FLOOR
    for now_ms in range(9000, 9100, 2):
        while pace.free:
            pace.sent(400, now_ms)
        pace.settled(pace.under_way, now_ms + 1)
    assert pace.window > 100 * FLOOR


@pytest.mark.parametrize("reports_s", [50, 5000])
def test_a_link_that_has_just_become_narrow_is_not_filled_further(reports_s: int) -> None:
    there, back = Wire(1_000_000, 5), Wire(1_000_000, 5)
    sender = Sender(there, back)
    sender.run(60, reports_s=reports_s)
    there.rate = back.rate = 1200
    sender.run(5, reports_s=50)
    sender.delays_ms.clear()
    sender.run(60, reports_s=50, command_every_ms=7000)
    assert max(sender.delays_ms) < 2000


def test_what_is_late_shuts_the_window_before_anything_is_settled() -> None:
    pace = Pace()
    pace.window = 1 << 20
    pace.answered(2)
    for now_ms in range(0, 3000, 20):
        if pace.free:
            pace.sent(150, now_ms)
    assert pace.window == FLOOR
    assert pace.under_way <= 150 * 22, "what was sent in the first 0.4 s"
