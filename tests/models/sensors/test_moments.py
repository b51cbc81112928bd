"""When a reading counts as read: of clocks that are ahead, and of clocks that were put right."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from console.models import kinds
from console.models.identity import Signer
from console.models.journal import Journal, NewEvent
from console.models.journal.reading import Reader
from console.models.sensors.series import series
from console.models.state.rules.sensors import DAY_MS, QUARTER_MS, SLACK_MS, by_said
from tests.models.voices import AREA, NOW_MS

HOUR_MS, MINUTE_MS = 3_600_000, 60_000


def every_ten(last_ms: int, count: int = 24) -> list[int]:
    return [last_ms - 10 * MINUTE_MS * back for back in reversed(range(count))]


def test_a_series_in_another_zone_keeps_its_spacing_and_is_the_same_however_late_it_is_said() -> None:
    read = every_ten(NOW_MS - 5 * MINUTE_MS)
    ahead = [at_ms + 8 * HOUR_MS for at_ms in read]
    assert by_said(ahead, NOW_MS) == read
    assert by_said(ahead, NOW_MS + 4 * MINUTE_MS) == read, "said again a little later: the same moments, counted once"
    assert by_said([at_ms + 5_000 for at_ms in ahead], NOW_MS)[-1] <= NOW_MS


def test_a_clock_a_little_ahead_moves_only_what_is_of_the_future() -> None:
    read = every_ten(NOW_MS + 2 * MINUTE_MS)
    assert by_said(read, NOW_MS) == [*read[:-1], NOW_MS]


def test_one_moment_in_the_far_future_does_not_send_the_others_into_the_past() -> None:
    read = every_ten(NOW_MS)
    assert by_said([*read, NOW_MS + 400 * DAY_MS], NOW_MS) == [*read, NOW_MS]


@given(st.lists(st.integers(-DAY_MS, 3 * DAY_MS), min_size=1, max_size=40, unique=True))
def test_times_are_never_later_than_said_and_keep_their_order(offsets: list[int]) -> None:
    times = sorted(NOW_MS + offset for offset in offsets)
    found = by_said(times, NOW_MS)
    assert all(one <= other for one, other in pairwise(found))
    assert max(found) <= NOW_MS
    ahead_ms = max((time_ms - NOW_MS for time_ms in times if time_ms <= NOW_MS + DAY_MS), default=0)
    moved = {time_ms - at_ms for time_ms, at_ms in zip(times, found, strict=True) if at_ms < NOW_MS}
    assert len(moved) <= 1, "all of them by the same"
    assert all((back_ms % QUARTER_MS == 0 and back_ms < ahead_ms - SLACK_MS + QUARTER_MS) or back_ms == 0 for back_ms in moved)


def test_readings_without_a_time_stay_apart_after_the_clock_was_put_back(tmp_path: Path) -> None:
    """An hour of rain told by one who set his clock right: every amount counts."""
    now = [NOW_MS]
    path = tmp_path / "journal.db"
    journal = Journal.open(path, Signer(bytes([7]) * 32), wall=lambda: now[0])
    journal.set_identity("unit", "node", AREA)

    def tell(mm: float) -> None:
        journal.author([NewEvent(AREA, "sensor.reading", "g", kinds.encode_body(kinds.SensorReading(value=mm)))])

    tell(1.0)
    now[0] -= HOUR_MS
    for mm in (2.0, 3.0, 4.0, 5.0):
        now[0] += 5 * MINUTE_MS
        tell(mm)
    now[0] = NOW_MS + MINUTE_MS
    tell(6.0)
    journal.close()
    reader = Reader(path)
    try:
        held = series(reader.database, "g", 0, NOW_MS + DAY_MS)
        newest = reader.connection.execute("SELECT value, at_ms FROM sensor WHERE id = 'g'").fetchone()
    finally:
        reader.close()
    assert held.values.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert all(one < other for one, other in pairwise(held.times_ms.tolist()))
    assert tuple(newest) == (6.0, NOW_MS + MINUTE_MS), "its own clock is believed again as soon as it has caught up"
