"""The place gone to stays what is asked about while lists behind it change."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.models.changes import Fix
from console.models.state import tables
from console.views.context import Spot, Thing
from console.views.incidents.panel import IncidentsPanel
from console.views.tables.panel import Panel
from console.views.units.panel import UnitsPanel
from tests.views.tables.sample import SLIDE
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

PLACE = Spot("托里镇", 82.7, 44.7)


@pytest.mark.parametrize(("make", "thing", "item"), [(UnitsPanel, Thing.UNIT, "u1"), (IncidentsPanel, Thing.INCIDENT, SLIDE)])
def test_news_of_the_selected_thing_do_not_take_the_place_away(
    qtbot: QtBot, tmp_path: Path, make: type[Panel], thing: Thing, item: str
) -> None:
    with shown(qtbot, tmp_path, make) as (desk, _):  # type: ignore[arg-type]
        selection = desk.context.selection
        selection.select(thing, item)
        selection.go_to(PLACE)
        desk.tell([Fix("u1", 82.5, 44.5, None, None, NOW_MS, 60.0, 1)], unit={"u1"}, incident={SLIDE})
        desk.put(tables.Incident, id="new", title="x", status="open")
        desk.tell(incident={"new"})
        desk.context.news.reset.emit()
        desk.pass_time(2)
        assert selection.place == PLACE
        selection.select(thing, item)
        assert selection.place is None, "choosing it once more is a choice"
