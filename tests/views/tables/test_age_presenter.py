"""Ages and times as worded on screen."""

from __future__ import annotations

import pytest

from console.views.age import age_text, clock_text, local, moment_text, until_text, use_zone
from console.views.i18n import use_language
from console.views.time.zone import Zone
from tests.views.tables.state import NOW_MS


@pytest.mark.parametrize(
    ("age_s", "words"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (119, "119 s"),
        (120, "2 min"),
        (3599, "59 min"),
        (3600, "1 h 00 min"),
        (7500, "2 h 05 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_an_age_in_words(age_s: int, words: str) -> None:
    assert age_text(NOW_MS - age_s * 1000, NOW_MS) == words


def test_no_time_is_a_dash() -> None:
    assert age_text(None, NOW_MS) == clock_text(None, NOW_MS) == moment_text(None) == until_text(None, NOW_MS) == "–"


def test_what_is_to_come_and_what_is_past() -> None:
    assert until_text(NOW_MS + 180_000, NOW_MS) == "in 3 min"
    assert until_text(NOW_MS - 180_000, NOW_MS) == "3 min ago"


def test_a_clock_time_carries_its_date_only_when_it_is_another_day() -> None:
    assert clock_text(NOW_MS - 1000, NOW_MS) == "16:59:59"
    assert clock_text(NOW_MS - 86_400_000, NOW_MS) == "07-03 17:00:00"
    assert clock_text(NOW_MS - 365 * 86_400_000, NOW_MS) == "2013-07-04 17:00:00"


def test_times_are_of_the_zone_in_use() -> None:
    use_zone(Zone("UTC"))
    try:
        assert moment_text(NOW_MS) == "2014-07-04 09:00:00"
    finally:
        use_zone(Zone())
    assert moment_text(NOW_MS) == "2014-07-04 17:00:00"


@pytest.mark.parametrize("at_ms", [-(1 << 62), 1 << 62])
def test_a_time_no_calendar_holds_is_shown_all_the_same(at_ms: int) -> None:
    assert local(at_ms).year in (1, 9999)


def test_ages_in_chinese() -> None:
    use_language("zh_CN")
    assert age_text(NOW_MS - 7_500_000, NOW_MS) == "2 时 05 分"
