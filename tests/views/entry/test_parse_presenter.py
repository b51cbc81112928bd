"""What operators type, read or refused with the field and the remedy."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.views.entry.areas import area_about, area_to
from console.views.entry.outcome import EntryFault, Outcome, Stage
from console.views.entry.parse import COUNT_MAX, count_of, due_of, position_of, required, within
from tests.views.tables.state import NOW_MS

MINUTE_MS = 60_000


@pytest.mark.parametrize(("typed", "count"), [("", None), ("  ", None), ("0", 0), ("1,500", 1500), (" 1 500 ", 1500), ("1，500", 1500)])
def test_counts(typed: str, count: int | None) -> None:
    assert count_of(typed, "Sheep") == count


@pytest.mark.parametrize("typed", ["-1", "1.5", "many", str(COUNT_MAX + 1), "²"])
def test_what_is_no_count_is_refused_by_name(typed: str) -> None:
    with pytest.raises(EntryFault, match="Sheep"):
        count_of(typed, "Sheep")


@pytest.mark.parametrize("typed", ["82.89, 44.6", "82.89 44.6", "82.89，44.6", "E82.89 N44.6", "82.89E, 44.6N", "东82.89° 北44.6°"])
def test_positions_longitude_first(typed: str) -> None:
    assert position_of(typed) == (82.89, 44.6)


def test_west_and_south_are_negative() -> None:
    assert position_of("W70.5, S33.4") == (-70.5, -33.4)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_a_position_written_is_the_position_read(lon: float, lat: float) -> None:
    assert position_of(f"{lon:.6f}, {lat:.6f}") == (float(f"{lon:.6f}"), float(f"{lat:.6f}"))


@pytest.mark.parametrize("typed", ["here", "82.89", "44.6, 182", "200, 44", "82, 44, 3"])
def test_what_is_no_position_is_refused(typed: str) -> None:
    with pytest.raises(EntryFault, match="osition"):
        position_of(typed)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for read in (position_of, lambda typed: count_of(typed, "x"), lambda typed: due_of(typed, NOW_MS)):
        with contextlib.suppress(EntryFault):
            read(text)


@pytest.mark.parametrize(
    ("typed", "minutes"), [("", None), ("30", 30), ("18:30", 90), ("18：30", 90), ("16:59", 24 * 60 - 1), ("17:00", 24 * 60)]
)
def test_due_in_minutes_or_at_the_next_such_time(typed: str, minutes: int | None) -> None:
    """It is 17:00 in Beijing."""
    assert due_of(typed, NOW_MS) == (None if minutes is None else NOW_MS + minutes * MINUTE_MS)


@pytest.mark.parametrize("typed", ["25:00", "18:61", "soon", "123456"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(EntryFault, match="Due"):
        due_of(typed, NOW_MS)


def test_required_and_too_long() -> None:
    with pytest.raises(EntryFault, match="Title is empty"):
        required("  ", "Title")
    with pytest.raises(EntryFault, match="shorten it to 3"):
        within("abcd", "Title", 3)


@pytest.mark.parametrize(
    ("thing", "own", "about", "to"),
    [
        ("652722", "6527", "652722", "652722"),
        ("652722", "652722", "652722", ""),
        ("6527", "652722", "", ""),
        ("652701", "652722", "", "652701"),
        ("652722", "", "", "652722"),
    ],
)
def test_what_is_written_goes_where_it_is_heard(thing: str, own: str, about: str, to: str) -> None:
    """To an area beside ours an order is addressed all the same: it is refused with a reason, not lost in ours."""
    assert (area_about(thing, own), area_to(thing, own)) == (about, to)


def test_outcomes_in_words() -> None:
    assert Outcome().words() == ""
    assert Outcome(Stage.SENDING).words() == "Sending..."
    assert Outcome(Stage.SAVED, NOW_MS).words() == "Saved 17:00:00"
    assert Outcome(Stage.REFUSED, reason="disk full").words() == "Refused: disk full. What you typed is kept."
    assert Outcome(Stage.REFUSED, reason="No.", about="Fire").words() == "Fire: Refused: No. What you typed is kept."
