"""Changing what there is of a stock, in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.models.kinds import ResourceChanged
from console.models.state import tables
from console.views.context import Thing
from console.views.entry.outcome import EntryFault
from console.views.resources.drafts import quantity_of
from console.views.resources.panel import ResourcesPanel
from tests.views.tables.desk import Desk
from tests.views.tables.sample import ME, NODE, UNIT_PEER
from tests.views.tables.showing import shown

Shown = tuple[Desk, ResourcesPanel]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, ResourcesPanel) as made:
        made[0].context.news.links.emit(ME, [])
        stamp(made[0], quantity=7, status=7)
        made[0].tell(resource={"r0"})
        made[0].context.selection.select(Thing.RESOURCE, "r0")
        yield made


def stamp(desk: Desk, **fields: int) -> None:
    desk.change(tables.Resource, "r0", stamps=msgspec.msgpack.encode({name: (at, b"o" * 16) for name, at in fields.items()}))


def bodies(desk: Desk) -> list[ResourceChanged]:
    return [msgspec.msgpack.decode(draft.body, type=ResourceChanged) for draft in desk.writing.drafts]


def test_what_differs_is_written_with_what_was_known(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    assert panel.change.quantity.placeholderText() == "186 顶"
    panel.change.quantity.setText("1,60")
    panel.change.note.setText("清点")
    qtbot.keyClick(panel.change.note, Qt.Key.Key_Return)
    assert bodies(desk) == [ResourceChanged(quantity=160, note="清点", author="王建国", base=7)]
    assert desk.writing.drafts[0].area == "652722"
    desk.writing.save("r0")
    assert panel.change.quantity.text() == ""


def test_a_count_begun_before_the_news_is_as_of_before(window: Shown) -> None:
    desk, panel = window
    panel.change.quantity.setText("160")
    stamp(desk, quantity=99, status=7)
    desk.change(tables.Resource, "r0", quantity=120)
    desk.tell(resource={"r0"})
    panel.change.status.setCurrentIndex(panel.change.status.findData("low"))
    panel.change.submit()
    assert bodies(desk) == [ResourceChanged(quantity=160, status="low", author="王建国", base=7)]


def test_fields_known_as_of_different_times_are_said_apart(window: Shown) -> None:
    desk, panel = window
    stamp(desk, quantity=9, status=7)
    desk.tell(resource={"r0"})
    panel.change.quantity.setText("1")
    panel.change.status.setCurrentIndex(panel.change.status.findData("low"))
    panel.change.submit()
    assert [(body.quantity, body.status, body.base) for body in bodies(desk)] == [(1, msgspec.UNSET, 9), (msgspec.UNSET, "low", 7)]


def test_what_changes_nothing_is_refused(window: Shown) -> None:
    _, panel = window
    panel.change.quantity.setText("186")
    panel.change.submit()
    assert "Neither the quantity nor the status differs" in panel.change.outcome.text()
    for bad in ("-1", "many", "nan", "inf", "1e99"):
        with pytest.raises(EntryFault):
            quantity_of(bad)
    assert [quantity_of(text) for text in ("", "0", " 1 200,5 ")] == [None, 0, 12005]


def test_a_conflict_is_shown_and_reviewed_here_too(window: Shown) -> None:
    desk, panel = window
    for hlc, origin, value in ((10, NODE, 100.0), (20, UNIT_PEER, 186.0)):
        packed = msgspec.msgpack.encode(value)
        desk.put(tables.Written, subject="r0", field="quantity", hlc=hlc, origin=origin, base=5, value=packed)
    desk.tell(resource={"r0"})
    assert panel.review.isVisible()
    assert "⚑ 1 conflict to review" in panel.resources.table.index(panel.resources.table.place_of("r0"), 0).data()
    panel.review.choice.setCurrentIndex(1)
    panel.review.submit()
    assert [draft.kind for draft in desk.writing.drafts] == ["resource.changed", "conflict.reviewed"]
    assert msgspec.msgpack.decode(desk.writing.drafts[0].body, type=ResourceChanged).quantity == 100


def test_withdrawn_stocks_are_listed_when_asked_for(window: Shown) -> None:
    desk, panel = window
    desk.change(tables.Resource, "r1", withdrawn=True)
    desk.tell(resource={"r1"})
    assert panel.resources.table.place_of("r1") < 0
    panel.show_withdrawn.click()
    assert panel.resources.table.rowCount() == 1
    desk.context.selection.select(Thing.RESOURCE, "r1")
    assert panel.withdraw.send.text() == "Restore"
    assert "withdrawn" in panel.change.why.text()


def test_gauges_have_no_such_forms(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.SENSOR, "s0")
    assert panel._forms.isHidden()
