"""What is said of a run that ended without a goodbye, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.models.journal.ending import Loss, Losses, Recovered
from console.views import i18n
from console.views.reasons import said
from console.views.time.zone import Zone
from console.views.window.recovered import recovered_text

AT_MS = 1_790_000_000_000
ZONE = Zone()


@pytest.fixture(params=["en", "zh_CN"])
def chosen(request: pytest.FixtureRequest) -> Iterator[str]:
    before = i18n.language()
    i18n.use_language(request.param)
    yield request.param
    i18n.use_language(before)


CASES = {
    "ended": (Recovered(AT_MS, 12345), "12,345"),
    "never heard": (Recovered(0, 7), "7"),
    "torn": (Recovered(AT_MS, 7, torn=3), "3"),
    "asked": (Recovered(AT_MS, 7, asked=2), "2"),
    "aside": (Recovered(AT_MS, 7, aside="journal.damaged-1.db", damage="it is empty"), "journal.damaged-1.db"),
    "mended": (Recovered(AT_MS, 7, mended=True, damage="an index"), "7"),
    "gone": (Recovered(AT_MS, 0, gone=True), ""),
}


@pytest.mark.parametrize("case", CASES)
def test_each_end_has_one_line(chosen: str, case: str) -> None:
    found, words = CASES[case]
    text = recovered_text(found, ZONE)
    assert words in text
    assert "\n" not in text
    assert "{" not in text
    assert text.isascii() is (chosen == "en")
    if case == "ended":
        assert ZONE.text(AT_MS) in text


def test_losses_are_said_in_the_language_of_the_window(chosen: str) -> None:
    origin = bytes(16)
    losses = Losses("journal.damaged-1.db", [Loss(origin, "6527/report", 10, 30)], unowned=2)
    text = said(losses.text({}))
    assert "20" in text
    assert "journal.damaged-1.db" in text
    assert text.isascii() is (chosen == "en")
