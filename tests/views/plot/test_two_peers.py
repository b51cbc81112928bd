"""Two consoles that plot, change and undo at once over real links: both see the same in the end, and nobody takes back what is not his."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from console.comms.local.messages import Draft
from console.comms.peer import Peer
from console.models.identity import owned_subject
from console.models.journal.reading import Reader
from console.models.paths import DataDir
from console.views.plot.presenter import PlotRow, read_plots
from tests.comms.peers import House, house
from tests.views.plot.test_acts import Operator
from tests.waiting import deadline

__all__ = ["house"]


class LinkedDesk:
    """As `journal.Desk`, over a peer that others hear."""

    def __init__(self, house: House, peer: Peer, name: str, stack: ExitStack) -> None:
        self.peer, self._count = peer, 0
        self._reader = Reader(DataDir(house.root / name).journal)
        stack.callback(self._reader.close)

    def write(self, drafts: list[Draft]) -> list[str]:
        named = [draft if draft.subject else self._named(draft) for draft in drafts]
        if named:
            self.peer.write(named).result(10)
        return [draft.subject for draft in named]

    def _named(self, draft: Draft) -> Draft:
        self._count += 1
        subject = owned_subject(bytes.fromhex(self.peer.origin), f"p{self._count}")
        return Draft(kind=draft.kind, subject=subject, area=draft.area, body=draft.body)

    def rows(self) -> dict[str, PlotRow]:
        return {row.id: row for row in read_plots(self._reader.database)}

    def row(self, plot: str) -> PlotRow:
        return self.rows()[plot]

    def all(self) -> dict[str, object]:
        """What is the same for everybody once all is told."""
        return {row.id: (row.fields(), row.withdrawn, row.author) for row in self.rows().values()}


@pytest.fixture
def desks(house: House) -> Iterator[tuple[LinkedDesk, LinkedDesk]]:
    node = house.node(area="652722")
    with ExitStack() as stack:
        one, other = (LinkedDesk(house, house.joined(node, name, role="console", area="652722"), name, stack) for name in ("one", "other"))
        yield one, other


def settled(*desks: LinkedDesk) -> None:
    deadline(lambda: all(desk.all() == desks[0].all() for desk in desks[1:]), "both show the same", 20)


def until(desk: LinkedDesk, plot: str, holds: Callable[[PlotRow], bool]) -> None:
    deadline(lambda: plot in desk.rows() and holds(desk.row(plot)), "the other has heard of it", 20)


def test_an_undo_takes_back_what_is_mine_and_says_what_is_not(desks: tuple[LinkedDesk, LinkedDesk]) -> None:
    mine, theirs = (Operator(desk) for desk in desks)  # type: ignore[arg-type]
    mine.draw()
    until(desks[1], mine.plot, lambda row: True)
    theirs.plot = mine.plot
    mine.change(label="甲")
    until(desks[1], mine.plot, lambda row: row.label == "甲")
    theirs.change(note="路面塌陷")
    theirs.change(label="乙")
    until(desks[0], mine.plot, lambda row: row.label == "乙")
    assert "label" in mine.undo(), "what the other wrote since is said first"
    assert desks[0].row(mine.plot).label == "乙"
    assert theirs.undo() == ""
    until(desks[0], mine.plot, lambda row: row.label == "甲")
    assert mine.undo() == "", "now it is mine again"
    until(desks[1], mine.plot, lambda row: row.label == "一")
    assert desks[1].row(mine.plot).note == "路面塌陷", "theirs stays"
    assert "note" in mine.undo(), "what I drew they have written about"
    assert mine.undo() == "", "asked again, it goes"
    settled(*desks)
    assert desks[1].row(mine.plot).withdrawn
    assert theirs.acts.to_undo is not None, "nobody's undo reaches the acts of another"


def act(operator: Operator, chance: random.Random, step: int) -> None:
    """One of what an operator may do with the plot before him."""
    undo, redo, row = operator.acts.to_undo, operator.acts.to_redo, operator.row
    what = chance.choice(("label", "move", "take", "undo", "redo"))
    if what == "undo" and undo is not None:
        operator.undo()
    elif what == "redo" and redo is not None:
        operator.redo()
    elif what == "label" and not row.withdrawn:
        operator.change(label=f"{step}")
    elif what == "move" and not row.withdrawn:
        operator.change(points=[(82.5, 44.5), (82.6, 44.5 + step / 1000)])
    elif what == "take":
        operator.take()


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_both_do_at_once_they_see_the_same_in_the_end(desks: tuple[LinkedDesk, LinkedDesk], seed: int) -> None:
    chance = random.Random(seed)
    operators = [Operator(desk) for desk in desks]  # type: ignore[arg-type]
    operators[0].draw()
    until(desks[1], operators[0].plot, lambda row: True)
    operators[1].plot = operators[0].plot
    for step in range(80):
        act(chance.choice(operators), chance, step)
    for operator in operators:
        settled(*desks)
        while operator.acts.to_undo is not None:
            if operator.undo():
                assert operator.undo() == "", "asked again, it overwrites"
    settled(*desks)
