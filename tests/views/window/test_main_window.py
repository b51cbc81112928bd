"""The window as a whole: palette, time, status, shortcuts."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from console.comms.local.messages import Link, Me
from console.models.changes import Changes
from console.views import i18n
from console.views.context import Thing
from console.views.window.status import links_text, peer_text, waiting_text
from tests.views.window.conftest import KEYS, Desk
from tests.views.window.sample_journal import MINUTE_MS, START_MS

CONTROL = Qt.KeyboardModifier.ControlModifier


def opened(desk: Desk, qtbot: QtBot) -> Desk:
    desk.window.open((1366, 768))
    qtbot.waitExposed(desk.window)
    desk.window.activateWindow()
    desk.history.measure()
    qtbot.waitUntil(lambda: desk.time.span is not None and desk.reading.idle)
    return desk


# -- palette --------------------------------------------------------------------------------------------------------------


def test_the_palette_opens_by_keyboard_runs_a_panels_action_and_closes(desk: Desk, qtbot: QtBot) -> None:
    opened(desk, qtbot)
    qtbot.keyClick(desk.window, Qt.Key.Key_K, CONTROL)
    palette = desk.window.palette_
    qtbot.waitUntil(lambda: palette.isVisible() and palette.query.hasFocus())
    qtbot.keyClicks(palette.query, "act in units")
    assert palette.titles()[0] == "Act in units"
    qtbot.keyClick(palette.query, Qt.Key.Key_Return)
    assert (desk.ran, palette.isVisible()) == (["units"], False)


def test_escape_gives_the_keyboard_back_to_where_it_was(desk: Desk, qtbot: QtBot) -> None:
    opened(desk, qtbot)
    desk.window.bar.rate.setFocus()
    qtbot.waitUntil(desk.window.bar.rate.hasFocus)
    qtbot.keyClick(desk.window, Qt.Key.Key_K, CONTROL)
    palette = desk.window.palette_
    qtbot.waitUntil(palette.query.hasFocus)
    qtbot.keyClick(palette.query, Qt.Key.Key_Escape)
    qtbot.waitUntil(desk.window.bar.rate.hasFocus)
    assert not palette.isVisible()


def test_the_palette_finds_incidents_and_units_by_name_in_either_script(desk: Desk, qtbot: QtBot) -> None:
    opened(desk, qtbot)
    flown: list[tuple[Thing, str]] = []
    desk.context.selection.fly_requested.connect(lambda thing, item: flown.append((thing, item)))
    palette = desk.window.palette_
    for words, thing in (("滑坡", Thing.INCIDENT), ("消防", Thing.UNIT), ("jinghe med", Thing.UNIT)):
        palette.open()
        qtbot.waitUntil(lambda: desk.reading.idle)
        palette.query.setText(words)
        palette.query.textEdited.emit(words)
        palette.run_current()
        assert flown[-1][0] == thing, words


def test_in_chinese_the_palette_also_answers_to_english(desk: Desk, qtbot: QtBot) -> None:
    i18n.use_language("zh_CN")
    opened(desk, qtbot)
    palette = desk.window.palette_
    palette.open()
    palette.query.textEdited.emit("reset layout")
    desk.window.all_actions()
    assert palette.titles()


def test_escape_closes_the_palette_and_nothing_runs(desk: Desk, qtbot: QtBot) -> None:
    opened(desk, qtbot)
    palette = desk.window.palette_
    palette.open()
    qtbot.keyClick(palette.query, Qt.Key.Key_Escape)
    assert (palette.isVisible(), desk.ran) == (False, [])


def test_every_action_is_in_the_palette_and_none_twice(desk: Desk, qtbot: QtBot) -> None:
    opened(desk, qtbot)
    texts = [action.text() for action in desk.window.all_actions()]
    assert {f"Act in {key}" for key in KEYS} <= set(texts)
    assert sorted(text for text in set(texts) if texts.count(text) > 1) == []


def test_no_two_actions_have_the_same_keys(desk: Desk) -> None:
    keys = [keys.toString() for action in desk.window.all_actions() for keys in action.shortcuts()]
    assert sorted(each for each in set(keys) if keys.count(each) > 1) == []


def test_f1_lists_every_shortcut(desk: Desk, qtbot: QtBot) -> None:
    opened(desk, qtbot)
    qtbot.keyClick(desk.window, Qt.Key.Key_F1)
    table = desk.window.shortcuts.table
    qtbot.waitUntil(desk.window.shortcuts.isVisible)
    listed = {table.item(row, 0).text() for row in range(table.rowCount())}
    assert {"Command palette", "Return to live", "Show Map"} <= listed
    desk.window.shortcuts.close()


# -- time -----------------------------------------------------------------------------------------------------------------


def incident_level(desk: Desk, qtbot: QtBot) -> int:
    levels: list[int] = []
    desk.context.reading.run("level", lambda database: database.execute_sql("SELECT level FROM incident").fetchone()[0], levels.append)
    qtbot.waitUntil(lambda: bool(levels))
    return levels[0]


def test_a_fixed_instant_is_read_by_everyone_and_no_one_can_miss_it(desk: Desk, qtbot: QtBot) -> None:
    opened(desk, qtbot)
    assert incident_level(desk, qtbot) == 3
    with qtbot.waitSignal(desk.context.news.reset):
        desk.time.fix(START_MS + 20 * MINUTE_MS)
    assert incident_level(desk, qtbot) == 4
    assert "2014-07-04 16:20:00" in desk.window.banner.replay.text
    assert desk.window.banner.replay.isVisible()
    assert "NOT LIVE" in desk.window.windowTitle()
    with qtbot.waitSignal(desk.context.news.reset):
        qtbot.keyClick(desk.window, Qt.Key.Key_L, CONTROL)
    assert incident_level(desk, qtbot) == 3
    assert not desk.window.banner.replay.isVisible()
    assert "NOT LIVE" not in desk.window.windowTitle()


def test_steps_go_from_event_to_event(desk: Desk, qtbot: QtBot) -> None:
    opened(desk, qtbot)
    desk.time.fix(START_MS + 20 * MINUTE_MS)
    qtbot.keyClick(desk.window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: desk.time.now_ms() == START_MS + 30 * MINUTE_MS)
    qtbot.keyClick(desk.window, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: desk.time.now_ms() == START_MS)


def test_playing_moves_units_without_reading_everything_anew(desk: Desk, qtbot: QtBot) -> None:
    opened(desk, qtbot)
    desk.time.fix(START_MS + 20 * MINUTE_MS + 30_000)
    qtbot.waitUntil(lambda: desk.reading.idle)
    resets: list[int] = []
    desk.context.news.reset.connect(lambda: resets.append(1))
    desk.time.set_rate(60)

    def moved(changes: Changes) -> bool:
        return len(changes.fixes) == 2

    with qtbot.waitSignal(desk.context.news.changed, check_params_cb=moved):
        qtbot.keyClick(desk.window, Qt.Key.Key_F8)
    desk.time.pause()
    assert resets == []


def test_the_bar_jumps_to_a_typed_time_and_follows_the_scrubber(desk: Desk, qtbot: QtBot) -> None:
    opened(desk, qtbot)
    bar = desk.window.bar
    qtbot.keyClick(desk.window, Qt.Key.Key_J, CONTROL)
    qtbot.waitUntil(bar.instant.hasFocus)
    bar.instant.setDateTime(bar.instant.dateTime().fromString("2014-07-04T16:05:00", "yyyy-MM-ddTHH:mm:ss"))
    assert desk.time.now_ms() == START_MS + 5 * MINUTE_MS
    first, last = desk.time.span
    qtbot.mouseClick(bar.scrubber, Qt.MouseButton.LeftButton, pos=bar.scrubber.rect().center())
    assert abs(desk.time.now_ms() - (first + last) / 2) < MINUTE_MS


@pytest.mark.parametrize("typed", ["16:07:09", "160709"])
def test_a_time_typed_with_or_without_colons_is_the_time_shown(desk: Desk, qtbot: QtBot, typed: str) -> None:
    opened(desk, qtbot)
    desk.time.fix(START_MS + 20 * MINUTE_MS)
    bar = desk.window.bar
    qtbot.keyClick(desk.window, Qt.Key.Key_J, CONTROL)
    qtbot.waitUntil(bar.instant.hasFocus)
    qtbot.keyClicks(bar.instant, typed)
    qtbot.keyClick(bar.instant, Qt.Key.Key_Return)
    assert desk.time.now_ms() == START_MS + 7 * MINUTE_MS + 9_000
    typed_year = bar.instant.date().year()
    qtbot.keyClick(desk.window, Qt.Key.Key_L, CONTROL)
    qtbot.waitUntil(lambda: desk.time.live)
    assert bar.instant.date().year() > typed_year


def test_in_the_time_bar_single_keys_work_and_elsewhere_they_are_text(desk: Desk, qtbot: QtBot) -> None:
    opened(desk, qtbot)
    desk.time.fix(START_MS + 20 * MINUTE_MS)
    desk.window.bar.scrubber.setFocus()
    qtbot.waitUntil(desk.window.bar.scrubber.hasFocus)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: desk.time.now_ms() == START_MS + 30 * MINUTE_MS)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_End)
    assert desk.time.live


# -- status ---------------------------------------------------------------------------------------------------------------


def test_the_status_bar_says_that_the_peer_is_away_and_why(desk: Desk) -> None:
    desk.window.show_peer(None, [], "disk full")
    assert desk.window.status.peer.text() == "✕ Own peer away: disk full"
    assert not desk.window.status.links.isVisibleTo(desk.window.status)
    live = desk.window.findChild(QToolButton, "live_button")
    assert live.text() == "✕ NO NEWS"
    desk.window.show_peer(Me(origin="ab", name="Jinghe", role="node", area="652722", version="1", pid=1), [])
    assert live.text() == "● LIVE"
    desk.time.fix(START_MS)
    assert live.text() == "○ NOT LIVE"


def test_waiting_events_are_told_by_their_most_urgent_lane() -> None:
    links = [Link(id="1", state="online", waiting={"telemetry": 30, "command": 2}), Link(id="2", state="silent", waiting={"report": 4})]
    assert waiting_text(links) == ("Waiting to be sent: 36 (command 2)", "caution")
    assert links_text(links) == ("Links 1/2 online", "caution")
    assert waiting_text([]) == ("Nothing waiting to be sent", "")


def test_a_peer_with_a_standing_fault_is_not_shown_as_well() -> None:
    me = Me(origin="ab", name="Jinghe", role="node", area="652722", version="1", pid=1)
    assert peer_text(me, "") == ("● Own peer up: Jinghe, node 652722", "good")
    me.faults["disk"] = "disk full"
    assert peer_text(me, "")[1] == "caution"


def test_panels_are_told_the_theme(desk: Desk) -> None:
    assert {tuple(panel.themes) for panel in desk.panels.values()} == {("day",)}


def test_the_exercise_is_marked_in_banner_and_title(desk: Desk, qtbot: QtBot) -> None:
    desk.window.set_exercise("EXERCISE of the day")
    opened(desk, qtbot)
    assert desk.window.banner.exercise.isVisible()
    assert "EXERCISE" in desk.window.windowTitle()
