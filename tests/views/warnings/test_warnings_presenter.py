"""What the warnings workspace reads and words, over a real SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.models.kinds import WarningArea
from console.models.state import tables
from console.views.warnings import presenter
from console.views.warnings.presenter import Standing
from tests.views.tables import sample
from tests.views.tables.state import NOW_MS, State

MINUTE_MS = 60_000


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = State(tmp_path)
    sample.fill(made)
    yield made
    made.close()


def row(state: State, name: str) -> presenter.WarningRow:
    return next(found for found in presenter.read_warnings(state.database) if found.id == f"bwj.gov.cn,{name}")


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("rain", Standing.IN_FORCE),
        ("geo", Standing.IN_EXERCISE),
        ("old", Standing.SUPERSEDED),
        ("gale", Standing.EXPIRED),
        ("test", Standing.NOT_REAL),
    ],
)
def test_where_each_stands_now(state: State, name: str, standing: Standing) -> None:
    assert row(state, name).standing(NOW_MS) is standing


def test_it_is_to_come_then_in_force_then_expired(state: State) -> None:
    state.change(tables.Warning, "bwj.gov.cn,rain", effective_ms=NOW_MS + MINUTE_MS, expires_ms=NOW_MS + 2 * MINUTE_MS)
    found = row(state, "rain")
    at = [found.standing(NOW_MS + minutes * MINUTE_MS) for minutes in (0, 1, 2)]
    assert at == [Standing.TO_COME, Standing.IN_FORCE, Standing.EXPIRED]


def test_a_cancelled_alert_is_told_from_a_replaced_one(state: State) -> None:
    state.change(tables.Warning, "bwj.gov.cn,rain", superseded_by="bwj.gov.cn,end")
    assert row(state, "rain").standing(NOW_MS) is Standing.SUPERSEDED
    state.put(tables.Warning, id="bwj.gov.cn,end", identifier="end", msg_type="Cancel", cap_status="Actual")
    assert row(state, "rain").standing(NOW_MS) is Standing.CANCELLED
    assert row(state, "end").standing(NOW_MS) is Standing.CANCELLED


def test_what_a_later_alert_replaces_is_read_with_it(state: State) -> None:
    found = presenter.read_warnings(state.database, ["bwj.gov.cn,rain"])
    assert {each.id for each in found} == {"bwj.gov.cn,rain", "bwj.gov.cn,old"}


def test_exercise_and_test_are_said_in_the_headline_itself(state: State) -> None:
    assert presenter.headline_text(row(state, "geo")) == "[Exercise] 博州气象台发布地质灾害气象风险橙色预警"
    state.change(tables.Warning, "bwj.gov.cn,geo", headline="【演练】地质灾害")
    assert presenter.headline_text(row(state, "geo")) == "【演练】地质灾害"
    assert presenter.headline_text(row(state, "test")).startswith("[Test]")
    assert presenter.headline_text(row(state, "rain")) == "博州气象台发布暴雨黄色预警"


@pytest.mark.parametrize(
    ("colour", "severity", "shown"),
    [
        ("yellow", "Moderate", "Yellow"),
        ("Red", "Unknown", "Red"),
        ("", "Severe", "Orange"),
        ("", "Unknown", "Unknown"),
        ("mauve", "Minor", "Minor"),
    ],
)
def test_the_colour_is_a_word_and_comes_from_severity_where_none_was_sent(state: State, colour: str, severity: str, shown: str) -> None:
    state.change(tables.Warning, "bwj.gov.cn,rain", colour=colour, severity=severity)
    assert presenter.colour_text(row(state, "rain")) == shown


def test_the_gravest_come_first(state: State) -> None:
    found = sorted(presenter.read_warnings(state.database), key=lambda each: presenter.colour_order(each) or 0)
    assert [each.colour for each in found] == ["red", "orange", "yellow", "blue", "blue"]


def test_the_senders_words_are_unaltered_and_times_carry_ages(state: State) -> None:
    (headline, words), (_, advice), (_, card) = presenter.detail(row(state, "rain"), NOW_MS)
    assert headline == "博州气象台发布暴雨黄色预警"
    assert words[0][1].startswith("预计未来 6 小时")
    assert advice[0][1].startswith("转移山洪沟口人员")
    assert dict(card)["Expires"] == "2014-07-04 22:20:00 (in 5 h 20 min)"
    assert dict(card)["Sender"] == "博州气象台 (bwj.gov.cn)"


def test_areas_without_a_description_are_given_by_code_and_broken_ones_say_so() -> None:
    coded = sample.encode_areas([WarningArea(geocodes=[("GB/T 2260", "652722"), ("GB/T 2260", "652701")]), WarningArea(description="山区")])
    assert presenter.area_text(coded) == "652722, 652701; 山区"
    assert presenter.area_text(b"\xff\x00") == "area not readable"
    assert presenter.area_text(None) == ""


def test_groups_hold_every_standing_once() -> None:
    assert sorted(standing for group, held in presenter.GROUPS.items() if group for standing in held) == sorted(Standing)


def test_an_alert_known_by_reference_alone_is_not_listed(state: State) -> None:
    before = len(presenter.read_warnings(state.database))
    state.put(tables.Warning, id="bwj.gov.cn,never-received", superseded_by="bwj.gov.cn,rain")
    assert len(presenter.read_warnings(state.database)) == before
