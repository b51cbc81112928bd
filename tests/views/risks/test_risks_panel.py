"""The risk workspace in a real window: alarm, why, acknowledge, incident, place, cameras; sound and mute; basins from a file."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QLayout, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from console.models.kinds import BasinRegistered, Because, RiskAcknowledged
from console.models.state import tables
from console.views.context import Thing
from console.views.risks.panel import RisksPanel
from console.views.window import theme
from tests.views.risks.world import basin, fill, risk
from tests.views.tables.desk import Desk
from tests.views.tables.sample import ME
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

Shown = tuple[Desk, RisksPanel]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, RisksPanel, empty=True) as made:
        desk, panel = made
        qtbot.addWidget(panel.attention)
        qtbot.addWidget(panel.badge)
        fill(desk)
        desk.tell(basin={"g3"}, quake={"cea:1"})
        desk.context.news.links.emit(ME, [])
        yield made


def listed(panel: RisksPanel) -> list[str]:
    return [panel.list.table.row_at(at).id for at in range(panel.list.table.rowCount())]


def test_the_list_is_by_urgency_and_the_strip_shows_what_nobody_has_seen(window: Shown) -> None:
    _, panel = window
    assert listed(panel) == ["flash_flood:g3@652722", "flash_flood:g1@652722", "rainstorm:g9@652722"]
    assert [row.id for row in panel.attention.rows] == ["flash_flood:g3@652722", "flash_flood:g1@652722"]
    panel.chips.choose("over")
    assert listed(panel) == ["gale:rain@652722"]


def test_a_new_alarm_sounds_until_it_is_acknowledged(window: Shown) -> None:
    desk, panel = window
    assert panel.alarm.played == [1], "the gravest of what came"
    desk.pass_time(11)
    assert panel.alarm.played == [1, 1], "again, as nobody has acknowledged it"
    panel.badge.click()
    assert "muted until" in panel.badge.text()
    desk.pass_time(60)
    assert panel.alarm.played == [1, 1]
    risk(desk, "debris_flow", "g1", 1)
    desk.tell(risk={"debris_flow:g1@652722"})
    assert panel.alarm.played == [1, 1, 1], "a new one of the gravest level is heard all the same"
    desk.pass_time(601)
    assert "muted" not in panel.badge.text(), "it ends by itself"
    for row_id in ("flash_flood:g3@652722", "flash_flood:g1@652722", "debris_flow:g1@652722"):
        desk.change(tables.Risk, row_id, seen_level=1, seen_by="王建国", seen_ms=NOW_MS)
    desk.tell(risk={"flash_flood:g3@652722", "flash_flood:g1@652722", "debris_flow:g1@652722"})
    count = len(panel.alarm.played)
    desk.pass_time(3600)
    assert len(panel.alarm.played) == count
    assert panel.attention.rows == []


def test_a_past_instant_does_not_sound(window: Shown) -> None:
    desk, panel = window
    desk.time.live = False
    desk.context.news.reset.emit()
    count = len(panel.alarm.played)
    desk.pass_time(600)
    assert len(panel.alarm.played) == count
    assert not panel.form.send.isEnabled()


def test_acknowledging_by_its_key(window: Shown) -> None:
    desk, panel = window
    actions = {action.text(): action for action in panel.actions_for_palette()}
    actions["Risks: the most urgent not acknowledged"].trigger()
    assert panel.list.view.current_id() == "flash_flood:g3@652722"
    assert desk.context.selection.thing is Thing.RISK
    assert actions["Risks: acknowledge"].shortcut().toString() == "Alt+Q"
    actions["Risks: acknowledge"].trigger()
    (draft,) = desk.writing.drafts
    assert (draft.kind, draft.subject, draft.area) == ("risk.acknowledged", "flash_flood:g3", "652722")
    body = msgspec.msgpack.decode(draft.body, type=RiskAcknowledged)
    assert (body.level, body.author) == (1, "王建国")
    desk.change(tables.Risk, "flash_flood:g3@652722", seen_level=1, seen_by="王建国", seen_ms=NOW_MS)
    desk.writing.save()
    assert [row.id for row in panel.attention.rows] == ["flash_flood:g1@652722"]
    assert "王建国" in panel.card.pairs()["Acknowledged"]


def test_the_strip_acknowledges_and_shows(window: Shown) -> None:
    desk, panel = window
    shown_, acknowledged = panel.attention.findChildren(QPushButton)[:2]
    flown: list[tuple[object, str]] = []
    desk.context.selection.fly_requested.connect(lambda thing, thing_id: flown.append((thing, thing_id)))
    shown_.click()
    assert flown == [(Thing.BASIN, "g3")]
    acknowledged.click()
    assert desk.writing.drafts[0].subject == "flash_flood:g3"


def test_one_action_opens_an_incident(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.RISK, "flash_flood:g3@652722")
    panel.form.note.setText("已叫应")
    panel.form.incident.click()
    assert [draft.kind for draft in desk.writing.drafts] == ["incident.opened", "log.entered", "risk.acknowledged"]
    incident = desk.writing.drafts[0].subject
    desk.writing.save()
    assert (desk.context.selection.thing, desk.context.selection.id) == (Thing.INCIDENT, incident)


def test_place_gauges_and_cameras_are_one_step_away(window: Shown) -> None:
    desk, panel = window
    selection = desk.context.selection
    selection.select(Thing.RISK, "flash_flood:g3@652722")
    asked: list[tuple[object, str]] = []
    selection.fly_requested.connect(lambda thing, thing_id: asked.append((thing, thing_id)))
    selection.cameras_requested.connect(lambda thing, thing_id: asked.append((thing, thing_id)))
    panel.show_place()
    panel.show_cameras()
    panel.show_gauges()
    assert asked == [(Thing.BASIN, "g3"), (Thing.BASIN, "g3"), (Thing.SENSOR, "rain")]


def test_an_earthquake_shows_what_lies_within_its_rings(window: Shown) -> None:
    desk, panel = window
    panel.tabs.setCurrentIndex(1)
    desk.context.selection.select(Thing.QUAKE, "cea:1")
    assert "Intensity 9" in panel.quakes.card.pairs()


def test_basins_are_taken_from_a_file_whole_or_not_at_all(window: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    desk, panel = window
    ring = [[82.9, 44.3], [82.95, 44.3], [82.95, 44.35], [82.9, 44.3]]
    good = {"type": "Feature", "properties": {"id": "n1", "name": "新沟"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    bad = {"type": "Feature", "properties": {"id": "n2"}, "geometry": good["geometry"]}
    path = tmp_path / "basins.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [good, bad]}), encoding="utf-8")
    told: list[tuple[str, bool]] = []
    panel.taking.finished.connect(lambda text, well: told.append((text, well)))
    panel.taking.take(path)
    qtbot.waitUntil(lambda: bool(told))
    assert "feature 2" in told[0][0]
    assert desk.writing.drafts == []
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [good]}), encoding="utf-8")
    panel.taking.take(path)
    qtbot.waitUntil(lambda: bool(desk.writing.drafts))
    body = msgspec.msgpack.decode(desk.writing.drafts[0].body, type=BasinRegistered)
    assert (desk.writing.drafts[0].subject, body.name) == ("n1", "新沟")
    desk.writing.save()
    assert told[-1] == ("1 basin or township taken from basins.geojson", True)
    for box in panel.findChildren(QMessageBox):
        box.close()


def test_all_of_a_level_are_acknowledged_by_two_keys_each_as_its_own_event(window: Shown) -> None:
    desk, panel = window
    for at in range(150):
        risk(desk, "landslide", f"x{at}", 2, lead_s=100.0 + at)
    desk.context.news.reset.emit()
    actions = {action.text(): action for action in panel.actions_for_palette()}
    panel.list.view.select_id("landslide:x3@652722")
    actions["Risks: select all of a level to acknowledge them"].trigger()
    assert panel.form.send.text() == "Acknowledge 151"
    assert panel.form.send.toolTip() == "151 × Orange II"
    assert not panel.form.incident.isEnabled(), "an incident is opened from one"
    panel.form.note.setText("全部叫应")
    actions["Risks: acknowledge"].trigger()
    first = list(desk.writing.drafts)
    assert len(first) == 100, "no more than that in one piece, so that a call for help goes between them"
    desk.writing.save()
    subjects = [draft.subject for draft in (*first, *desk.writing.drafts)]
    assert len(set(subjects)) == 151
    assert "flash_flood:g3" not in subjects, "the red one is none of that level"
    bodies = [msgspec.msgpack.decode(draft.body, type=RiskAcknowledged) for draft in first]
    assert {(body.level, body.note, body.author) for body in bodies} == {(2, "全部叫应", "王建国")}
    desk.writing.refuse("disk full")
    assert "100 of 151" in panel.form.outcome.text(), "what was written is told"


def test_a_risk_that_rose_since_it_was_chosen_is_not_acknowledged_with_the_others(window: Shown) -> None:
    desk, panel = window
    for at in range(3):
        risk(desk, "landslide", f"x{at}", 3)
    desk.context.news.reset.emit()
    panel.list.view.select_ids({f"landslide:x{at}@652722" for at in range(3)})
    assert len(panel.form.rows) == 3
    desk.change(tables.Risk, "landslide:x1@652722", level=1)
    desk.tell(risk={"landslide:x1@652722"})
    panel.form.submit()
    assert sorted(draft.subject for draft in desk.writing.drafts) == ["landslide:x0", "landslide:x2"]


def test_a_flood_of_risks_takes_no_more_room_than_two(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    strip = panel.attention
    strip.resize(700, strip.sizeHint().height())
    height = strip.sizeHint().height()
    assert not strip.more.isVisible()
    for at in range(300):
        basin(desk, f"x{at}", "很长的流域名称" * 6)
        risk(desk, "landslide", f"x{at}", 1, unsure=["gauge_silent:rain"] * 3)
    desk.context.news.reset.emit()
    assert strip.sizeHint().height() <= height + 8
    assert [line.row.level for line in strip.lines if line.row is not None] == [1, 1]
    assert strip.more.text() == "+300 more"
    assert all("\n" not in line.words.text() for line in strip.lines)
    panel.list.filter.setText("nothing like it")
    strip.more.click()
    assert panel.list.view.current_id() == strip.rows[0].id, "it leads to the list, whatever that was filtered by"


def test_a_risk_whose_place_was_withdrawn_stays_until_somebody_has_seen_that(window: Shown) -> None:
    desk, panel = window
    played = len(panel.alarm.played)
    ground = [Because("place.withdrawn", "g3", 0.0, 0.0, source="李: 重复登记")]
    desk.change(tables.Basin, "g3", withdrawn=True)
    desk.change(tables.Risk, "flash_flood:g3@652722", level=0, stage="withdrawn", lead_s=None, why=msgspec.msgpack.encode(ground))
    desk.tell(risk={"flash_flood:g3@652722"})
    assert "flash_flood:g3@652722" in listed(panel)
    assert [row.id for row in panel.attention.rows] == ["flash_flood:g1@652722", "flash_flood:g3@652722"]
    assert panel.attention.lines[1].words.whole.startswith("withdrawn · 三号沟 Flash flood")
    desk.context.selection.select(Thing.RISK, "flash_flood:g3@652722")
    assert panel.card.pairs()["Why"].startswith("1. 三号沟 was withdrawn by 李: 重复登记")
    panel.form.submit()
    (draft,) = desk.writing.drafts
    assert (draft.kind, draft.subject) == ("risk.acknowledged", "flash_flood:g3")
    desk.change(tables.Risk, "flash_flood:g3@652722", seen_ms=NOW_MS, seen_by="王建国")
    desk.writing.save()
    assert "flash_flood:g3@652722" not in listed(panel)
    assert panel.alarm.played[played:] in ([], [2]), "that a place is withdrawn is no alarm"


def test_what_is_to_be_done_stays_in_sight_in_a_low_panel(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    panel.resize(990, 170)
    panel.show()
    desk.context.selection.select(Thing.RISK, "flash_flood:g3@652722")
    for button in (panel.form.send, panel.form.incident, panel.form.note):
        assert panel.rect().contains(button.mapTo(panel, button.rect().bottomRight())), button


@pytest.mark.parametrize("size", [(560, 190), (990, 170), (420, 700)])
def test_nothing_is_squashed_where_there_is_little_room(window: Shown, qtbot: QtBot, size: tuple[int, int]) -> None:
    desk, panel = window
    font = panel.font()
    font.setPointSize(theme.TEXT_SIZES_PT["huge"])
    panel.setFont(font)
    layout = panel.layout()
    assert layout is not None
    layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # as in a dock of a window that is too low
    panel.setMinimumSize(1, 1)
    panel.resize(*size)
    panel.show()
    desk.context.selection.select(Thing.RISK, "flash_flood:g3@652722")
    qtbot.waitUntil(lambda: panel.form.width() < panel.width())
    QApplication.processEvents()
    assert panel.height() == size[1]
    buttons = [panel.form.send, panel.form.incident, *panel.findChildren(QPushButton, "compact")]
    parts = [*buttons, panel.form.note]
    for part in parts:
        assert part.height() >= part.sizeHint().height(), part
    for button in buttons:
        assert button.width() >= button.sizeHint().width(), button.text()
    places = [QRect(part.mapTo(panel, QPoint(0, 0)), part.size()) for part in parts if part.isVisibleTo(panel.tabs)]
    assert not [(one, other) for one, other in itertools.combinations(places, 2) if one.intersects(other)]


def test_a_flood_is_taken_in_pieces_the_most_urgent_at_once(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    for at in range(900):
        risk(desk, "landslide", f"x{at:03}", 1 + at % 4, lead_s=10.0 + at)
    desk.context.selection.select(Thing.RISK, "flash_flood:g1@652722")
    desk.context.news.reset.emit()
    assert [row.level for row in panel.attention.rows] == [1, 1], "what is urgent does not wait for the list"
    assert len(panel.list.table.rows()) < 904
    qtbot.waitUntil(lambda: len(panel.list.table.rows()) == 904)
    assert panel.list.view.current_id() == "flash_flood:g1@652722"
    assert listed(panel)[0] == "flash_flood:g3@652722"
    levels = [panel.list.table.row_at(at).level for at in range(902)]
    assert levels == sorted(levels)
    for at in range(0, 900, 2):
        desk.change(tables.Risk, f"landslide:x{at:03}@652722", level=0)
    desk.context.news.reset.emit()
    desk.context.news.reset.emit()
    qtbot.waitUntil(lambda: len(listed(panel)) == 453)
    assert len(panel.alarm.played) <= 2, "it does not rattle"
