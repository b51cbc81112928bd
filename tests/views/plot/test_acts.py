"""Undo and redo against a real journal: whatever was done, undone and done again, and by whomever else in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.views.plot.acts import BROUGHT, CHANGED, DRAWN, TAKEN, Act, Acts
from console.views.plot.drafts import Said, Writer, bringing_back, changing, drawing, taking_away
from console.views.plot.figure import Figure
from console.views.plot.presenter import PlotRow
from tests.views.plot.journal import Desk

BY, OTHER = Writer("王建国", "652722", 1_404_464_400_000), Writer("李娜", "652722", 1_404_464_400_000)
FIGURE = Figure("line", ((82.5, 44.5), (82.6, 44.5)))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


class Operator:
    """Does things as `Scribe` does, at once."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.acts = desk, Acts()
        self.plot = ""

    @property
    def row(self) -> PlotRow:
        return self.desk.row(self.plot)

    def draw(self, kind: str = "cordon", said: Said | None = None) -> None:
        said = said or Said(label="一")
        (self.plot, *_) = self.desk.write(drawing(kind, FIGURE, said, BY))
        after = {"kind": kind, "label": said.label, "note": said.note, "at_ms": said.at_ms, "until_ms": said.until_ms} | FIGURE.fields()
        self.acts.did(Act(self.plot, said.label, DRAWN, {}, after))

    def change(self, **fields: Any) -> None:
        row = self.row
        told = {name: value for name, value in fields.items() if row.fields()[name] != value}
        made = changing(row, told, BY)
        if made:
            self.desk.write(made)
            self.acts.did(Act(row.id, row.name, CHANGED, {name: row.fields()[name] for name in told}, told))

    def take(self) -> None:
        row = self.row
        self.desk.write((bringing_back if row.withdrawn else taking_away)(row, "why", BY))
        self.acts.did(Act(row.id, row.name, BROUGHT if row.withdrawn else TAKEN, {}, {}))

    def undo(self) -> str:
        """What clashes, "" when it was done."""
        return self._step(self.acts.undoing(self.row, BY), self.acts.undone)

    def redo(self) -> str:
        return self._step(self.acts.redoing(self.row, BY), self.acts.redone)

    def _step(self, step: Any, moved: Any) -> str:
        assert step is not None
        if step.clash:
            return str(step.clash)
        self.desk.write(step.drafts)
        moved()
        return ""

    def state(self) -> Any:
        row = self.row
        return row.fields(), row.withdrawn, row.road


labels = st.sampled_from(["甲", "乙", "丙"])
steps = st.lists(
    st.one_of(st.tuples(st.just("label"), labels), st.tuples(st.just("move"), st.integers(1, 9)), st.tuples(st.just("take"), st.none())),
    max_size=6,
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps)
def test_undoing_all_and_doing_all_again_goes_through_the_same_states(desk: Desk, done: list[tuple[str, Any]]) -> None:
    operator = Operator(desk)
    operator.draw()
    states = [operator.state()]
    for what, value in done:
        before = operator.acts.to_undo
        if what == "take":
            operator.take()
        elif operator.row.withdrawn:
            continue
        elif what == "label":
            operator.change(label=value)
        else:
            operator.change(points=[(82.5, 44.5), (82.6, 44.5 + value / 100)])
        if operator.acts.to_undo is not before:
            states.append(operator.state())
    for state in reversed(states[:-1]):
        assert operator.undo() == ""
        assert operator.state() == state
    assert operator.undo() == ""
    assert operator.row.withdrawn, "what was drawn is taken away, never removed"
    for state in states:
        assert operator.redo() == ""
        assert operator.state() == state
    assert operator.acts.to_redo is None


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(["label", "note", "points", "taken"]))
def test_what_somebody_else_changed_since_is_never_overwritten_unsaid(desk: Desk, field: str) -> None:
    operator = Operator(desk)
    operator.draw()
    operator.change(label="甲", note="旧", points=[(82.5, 44.5), (82.7, 44.5)])
    if field == "taken":
        desk.write(taking_away(operator.row, "误绘", OTHER))
    else:
        desk.write(changing(operator.row, {field: [(82.5, 44.5), (82.9, 44.9)] if field == "points" else "别人"}, OTHER))
    theirs = operator.state()
    clash = operator.undo()
    assert clash
    assert operator.state() == theirs, "nothing was written"
    if field != "taken":
        assert "李娜" in clash
    assert operator.undo() == "", "asked again, having been told"
    assert operator.row.label == "一"


def test_told_once_but_changed_again_it_is_said_again(desk: Desk) -> None:
    operator = Operator(desk)
    operator.draw()
    operator.change(label="甲")
    desk.write(changing(operator.row, {"label": "别人"}, OTHER))
    assert operator.undo()
    desk.write(changing(operator.row, {"label": "又是别人"}, OTHER))
    assert operator.undo(), "this was not what was said"
    assert operator.row.label == "又是别人"


def test_others_fields_stay_when_mine_are_undone(desk: Desk) -> None:
    operator = Operator(desk)
    operator.draw()
    operator.change(label="甲")
    desk.write(changing(operator.row, {"note": "别人的备注"}, OTHER))
    assert operator.undo() == ""
    assert (operator.row.label, operator.row.note) == ("一", "别人的备注")


def test_a_closed_road_goes_and_comes_back_with_its_closure(desk: Desk) -> None:
    operator = Operator(desk)
    operator.draw("closed_road", Said(label="S205", close_road=True))
    assert operator.row.road == "closed"
    operator.change(points=[(82.5, 44.5), (82.8, 44.6)])
    assert desk.line(operator.plot) == [(82.5, 44.5), (82.8, 44.6)], "the closure follows the line"
    assert operator.undo() == ""
    assert operator.undo() == ""
    assert operator.row.road == "withdrawn"
    assert operator.redo() == ""
    assert operator.row.road == "closed"


def test_a_new_act_forgets_what_could_be_done_again(desk: Desk) -> None:
    operator = Operator(desk)
    operator.draw()
    operator.change(label="甲")
    operator.undo()
    operator.change(label="乙")
    assert operator.acts.to_redo is None
