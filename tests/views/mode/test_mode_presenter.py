"""Modes of areas: which holds here, and every switch there was, over a real journal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.models import kinds
from console.models.clock import hlc_from_ms
from console.models.event import Lane
from console.models.journal import Journal
from console.models.journal.reading import Reader
from console.models.kinds import ModeSwitched
from console.models.state.instant import Instant
from console.views.entry.outcome import EntryFault
from console.views.i18n import use_language
from console.views.mode import drafts, presenter
from console.views.mode.presenter import ModeRow
from tests.models.voices import NOW_MS, Voice, county, join, open_journal

HOUR_MS = 3_600_000


def mode(area: str, name: str = "emergency", level: int = 0, since_ms: int = NOW_MS) -> ModeRow:
    return ModeRow(area, "", f"Bortala place{area[-2:]} {area}", name, "山洪", level, "李娜", since_ms)


def held(*rows: ModeRow, own: str = "652722") -> presenter.Standing:
    return presenter.standing(rows, own)


def test_what_was_never_switched_is_routine() -> None:
    assert presenter.badge_text(held(), NOW_MS) == "○ Routine mode"
    assert presenter.badge_tone(held()) == ""
    assert presenter.badge_tip(held()) == "No area was ever switched."


def test_emergency_is_said_with_area_time_and_response_in_both_languages() -> None:
    standing = held(mode("652722", level=3))
    assert presenter.badge_text(standing, NOW_MS + 2 * HOUR_MS) == "▲ EMERGENCY MODE: place22 · Level III, for 2 h 00 min"
    assert presenter.badge_tone(standing) == "bad"
    use_language("zh_CN")
    assert presenter.badge_text(standing, NOW_MS) == "▲ 应急状态：place22 · 三级响应，已 0 秒"
    use_language("en")


def test_ones_own_area_goes_before_those_above_and_others_are_counted() -> None:
    standing = held(mode("6527"), mode("652722", "routine"), mode("652701"))
    assert standing.row is not None
    assert (standing.row.id, [row.id for row in standing.elsewhere]) == ("652722", ["6527", "652701"])
    assert presenter.badge_text(standing, NOW_MS) == "● Routine mode for 0 s · ▲ emergency mode in place27 and 1 more"
    below = held(mode("652701"), own="6527")
    assert presenter.badge_text(below, NOW_MS) == "○ Routine mode · ▲ emergency mode in place01"
    assert presenter.badge_tone(standing) == "caution"
    inherited = held(mode("6527"), own="652722101")
    assert inherited.row is not None
    assert inherited.row.id == "6527"


def test_a_mode_of_a_newer_version_is_shown_as_it_is() -> None:
    assert presenter.badge_text(held(mode("652722", "war")), NOW_MS) == "● war mode for 0 s"


areas = st.sampled_from(["65", "6527", "652701", "652722", "652722101"])


@given(st.dictionaries(areas, st.sampled_from(["routine", "emergency"])), areas | st.just(""))
def test_no_emergency_is_ever_left_unsaid(modes: dict[str, str], own: str) -> None:
    standing = presenter.standing([mode(area, name) for area, name in modes.items()], own)
    shown = {row.id for row in standing.elsewhere} | ({standing.row.id} if standing.row else set())
    assert {area for area, name in modes.items() if name == "emergency"} <= shown


# -- the history ------------------------------------------------------------------------------------------------------------------


def at(second: int) -> int:
    return hlc_from_ms(NOW_MS + 1000 * second)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = open_journal(tmp_path / "journal.db")
    root, desk = county(), Voice(1, "值班台", "6527")
    made.append([join([root.enrol(desk, "console", "6527")])])
    said = ((1, "652722", "emergency", 3), (10, "652701", "emergency", 0), (20, "652722", "routine", 0))
    for second, area, name, level in said:
        body = ModeSwitched(mode=name, why=f"第 {second} 秒", response_level=level, author="李娜")
        made.append([desk.say("mode.switched", area, body, at(second), area=area)])
    yield made
    made.close()


def test_every_switch_is_told_latest_first_and_the_state_holds_the_last(journal: Journal) -> None:
    reader = Reader(journal.path)
    switches = presenter.read_switches(reader.database, NOW_MS + HOUR_MS)
    assert [(row.mode, row.response_level, row.why) for row in switches] == [
        ("routine", 0, "第 20 秒"),
        ("emergency", 0, "第 10 秒"),
        ("emergency", 3, "第 1 秒"),
    ]
    assert {row.who for row in switches} == {"李娜 (值班台)"}
    assert {row.id: row.mode for row in presenter.read_modes(reader.database)} == {"652701": "emergency", "652722": "routine"}
    assert [row.id for row in presenter.read_modes(reader.database, ["652701"])] == ["652701"]
    reader.close()


def test_a_past_instant_tells_only_the_switches_up_to_it(journal: Journal) -> None:
    instant = Instant(journal.path)
    instant.seek(at(10))
    assert [row.mode for row in presenter.read_switches(instant.database, NOW_MS + 10_000)] == ["emergency", "emergency"]
    assert {row.id: row.mode for row in presenter.read_modes(instant.database)} == {"652701": "emergency", "652722": "emergency"}
    instant.close()


def test_a_body_that_cannot_be_read_is_left_out(journal: Journal) -> None:
    journal._connection.execute("UPDATE event SET body = x'ff' WHERE kind = 'mode.switched' AND hlc = ?", (at(1),))
    reader = Reader(journal.path)
    assert [row.at_ms for row in presenter.read_switches(reader.database, NOW_MS + HOUR_MS)] == [NOW_MS + 20_000, NOW_MS + 10_000]
    reader.close()


def test_areas_to_choose_are_ones_own_and_those_below() -> None:
    found = presenter.choices("6527", [mode("652722101"), mode("6540")])
    assert found[0][0] == "6527"
    codes = {code for code, _ in found}
    assert {"6527", "652722", "652722101"} <= codes
    assert all(code.startswith("6527") for code in codes)
    assert presenter.choices("", []) == []


# -- what is written --------------------------------------------------------------------------------------------------------------


def test_a_switch_carries_mode_reason_response_and_name() -> None:
    draft = drafts.switch("652722", "emergency", 3, " 山洪 ", "李娜", None)
    assert (draft.kind, draft.subject, draft.area) == ("mode.switched", "652722", "652722")
    assert msgspec.msgpack.decode(draft.body, type=ModeSwitched) == ModeSwitched(
        mode="emergency", why="山洪", response_level=3, author="李娜"
    )
    assert kinds.lane_of(draft.kind) is Lane.COMMAND


@pytest.mark.parametrize(
    ("area", "name", "level", "why", "author", "now"),
    [
        ("", "emergency", 0, "w", "a", None),
        ("652722", "emergency", 0, " ", "a", None),
        ("652722", "emergency", 0, "w", "", None),
        ("652722", "routine", 2, "w", "a", mode("652722")),
        ("652722", "routine", 0, "w", "a", None),
        ("652722", "emergency", 3, "w", "a", mode("652722", level=3)),
    ],
)
def test_a_switch_that_cannot_be_is_refused(area: str, name: str, level: int, why: str, author: str, now: ModeRow | None) -> None:
    with pytest.raises(EntryFault):
        drafts.switch(area, name, level, why, author, now)


def test_another_response_in_the_same_mode_is_a_switch() -> None:
    assert drafts.switch("652722", "emergency", 2, "升级", "李娜", mode("652722", level=3)).kind == "mode.switched"
