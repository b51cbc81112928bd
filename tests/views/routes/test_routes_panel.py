"""Teams by arrival time, in a real window."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from console.models.changes import Fix
from console.models.state import tables
from console.views.context import Context, Spot, Thing
from console.views.routes.panel import RoutesPanel
from console.views.routes.presenter import Row
from tests.views.tables.desk import Desk
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

Shown = tuple[Desk, RoutesPanel]
PLACE = (82.92, 44.305)
CUT = [(82.912, 44.34), (82.916, 44.333), (82.9145, 44.326), (82.915, 44.32)]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    def make(context: Context) -> RoutesPanel:
        context.data = tmp_path / "data"
        return RoutesPanel(context)

    with shown(qtbot, tmp_path, make, empty=True) as (desk, panel):
        desk.put(tables.Incident, id="slide", title="牧区滑坡", lon=PLACE[0], lat=PLACE[1])
        for row_id, kind, status, lon, lat in (
            ("fire", "fire", "available", 82.8981, 44.6021),
            ("city", "rescue", "available", 82.0731, 44.8901),
            ("air", "aircraft", "available", 82.296, 44.895),
            ("busy", "medical", "onscene", 82.9, 44.35),
            ("lost", "medical", "available", None, None),
        ):
            heard = None if lon is None else NOW_MS
            desk.put(
                tables.Unit, id=row_id, name=row_id, kind=kind, status=status, people=4, lon=lon, lat=lat, fix_heard_ms=heard, valid_s=60
            )
        yield desk, panel


def order(panel: RoutesPanel) -> list[str]:
    return [panel.list.table.row_at(at).id for at in range(panel.list.table.rowCount())]


def row_of(panel: RoutesPanel, team: str) -> Row:
    row = panel.list.table.row(team)
    assert isinstance(row, Row)
    return row


def seconds_of(panel: RoutesPanel, team: str) -> float:
    seconds = row_of(panel, team).seconds
    assert seconds is not None
    return seconds


def settle(qtbot: QtBot, panel: RoutesPanel) -> None:
    qtbot.waitUntil(lambda: panel.desk.idle and bool(panel.list.table.rows()), timeout=20_000)


def arrived(desk: Desk, panel: RoutesPanel, qtbot: QtBot) -> None:
    desk.context.selection.teams_requested.emit(Thing.INCIDENT, "slide")
    settle(qtbot, panel)


def test_one_action_at_an_incident_lists_free_teams_best_first(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.INCIDENT, "slide")
    {action.text(): action for action in panel.actions_for_palette()}["Teams by arrival time at the selection"].trigger()
    settle(qtbot, panel)
    assert order(panel) == ["air", "fire", "city", "lost"]
    assert row_of(panel, "lost").seconds is None
    assert "3 free teams can come, 4 of 5" in panel.said.text()
    assert "made by hand for the example area" in panel.roads.text()
    panel.chips.choose("")
    assert order(panel)[0] == "busy"


def test_the_way_of_the_chosen_team_is_drawn_from_where_it_is(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    arrived(desk, panel, qtbot)
    panel.list.view.select_id("fire")
    panel._draw()
    figure = desk.context.sketch.figures["route"]
    assert figure.kind == "route"
    assert figure.lines[0][0] == (82.8981, 44.6021)
    assert figure.lines[0][-1] == PLACE
    assert ("fire" in figure.label and "min" in figure.label) or " h " in figure.label
    panel.empty()
    assert "route" not in desk.context.sketch.figures


def test_a_closure_sends_it_round_and_is_named(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    arrived(desk, panel, qtbot)
    before = seconds_of(panel, "fire")
    desk.put(tables.Road, id="cut", name="便道塌方", status="closed", lon=CUT[0][0], lat=CUT[0][1], line=msgspec.msgpack.encode(CUT))
    desk.put(tables.Road, id="far", name="X999", status="closed", lon=84.0, lat=44.0)
    desk.tell(road={"cut", "far"})
    qtbot.waitUntil(lambda: panel.desk.cut.blocked > 0 and panel.desk.idle, timeout=20_000)

    def round_about() -> bool:
        desk.pass_time(1)
        return row_of(panel, "fire").blocked != ""

    qtbot.waitUntil(round_about, timeout=20_000)
    row = row_of(panel, "fire")
    assert seconds_of(panel, "fire") > before + 1800
    assert "便道塌方" in row.blocked
    assert "longer" in row.blocked
    assert "大西沟" in row.via
    assert "Closures on none of these roads" in panel.roads.text()
    assert "X999" in panel.roads.text()


def test_a_team_that_drives_is_worked_out_anew(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    arrived(desk, panel, qtbot)
    before = seconds_of(panel, "fire")
    desk.tell([Fix("fire", 82.902, 44.402, None, None, NOW_MS, 60.0, 1)])

    def nearer() -> bool:
        desk.pass_time(1)
        return seconds_of(panel, "fire") < before - 600

    qtbot.waitUntil(nearer, timeout=20_000)


def test_roads_of_a_file_are_read_kept_and_refused(window: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    desk, panel = window
    line = {"type": "LineString", "coordinates": [[82.8981, 44.6021], [82.92, 44.305]]}
    file = tmp_path / "office.geojson"
    file.write_text(
        json.dumps({"type": "Feature", "properties": {"highway": "primary", "name": "新路"}, "geometry": line}), encoding="utf-8"
    )
    arrived(desk, panel, qtbot)
    panel.desk.read_file(file)
    qtbot.waitUntil(lambda: panel.desk.roads is not None and not panel.desk.roads.origin.example, timeout=40_000)
    assert "office.geojson" in panel.roads.text()
    assert panel.example.isVisible()

    def by_new_road() -> bool:
        desk.pass_time(1)
        return row_of(panel, "fire").via == "新路"

    qtbot.waitUntil(by_new_road, timeout=20_000)
    (tmp_path / "bad.geojson").write_text("nothing", encoding="utf-8")
    panel.desk.read_file(tmp_path / "bad.geojson")
    qtbot.waitUntil(lambda: "bad.geojson" in panel.roads.text(), timeout=40_000)
    assert panel.desk.roads is not None
    assert not panel.desk.roads.origin.example
    panel.desk.use_example()
    qtbot.waitUntil(lambda: panel.desk.roads is not None and panel.desk.roads.origin.example, timeout=20_000)


def test_a_place_that_is_clicked_or_typed_is_a_destination(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    panel.on_map.click()
    desk.context.picking.click(82.9012, 44.5402)
    settle(qtbot, panel)
    assert panel.target == (82.9012, 44.5402)
    assert not panel.on_map.isChecked()
    panel.place.setText("82.5, 44.2")
    panel._on_typed()
    qtbot.waitUntil(lambda: panel.desk.idle and row_of(panel, "fire").how == "off_road", timeout=20_000)
    panel.place.setText("nowhere")
    panel._on_typed()
    assert panel.target == (82.5, 44.2)


def test_a_place_gone_to_is_the_destination_until_a_thing_is_selected_again(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    selection = desk.context.selection
    ask = {action.text(): action for action in panel.actions_for_palette()}["Teams by arrival time at the selection"]
    selection.select(Thing.INCIDENT, "slide")
    selection.go_to(Spot("托里镇", 82.7, 44.7))
    ask.trigger()
    settle(qtbot, panel)
    assert panel.target == (82.7, 44.7)
    assert "托里镇" in panel.said.text()
    selection.select(Thing.INCIDENT, "slide")
    ask.trigger()
    qtbot.waitUntil(lambda: panel.target == PLACE, timeout=20_000)


def test_a_team_with_an_order_is_not_listed_as_free(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.put(tables.Task, id="order", unit="fire", text="到三号沟口", state="acknowledged")
    desk.put(tables.Unit, id="fire", name="fire", kind="fire", status="available", task="order", lon=82.8981, lat=44.6021, valid_s=60)
    arrived(desk, panel, qtbot)
    assert "fire" not in order(panel)
    panel.chips.choose("")
    assert "fire" in order(panel)


def test_nothing_selected_is_said(window: Shown) -> None:
    desk, panel = window
    panel.ask_about(desk.context.selection.thing, "")
    assert "Nothing with a position is selected" in panel.said.text()
