"""Writes what is plotted, one write at a time, and remembers it for undo. No Qt; GUI thread only."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from console.comms.local.messages import Draft
from console.views.context import Context
from console.views.entry.outcome import EntryFault, Outcome, Stage
from console.views.i18n import tr
from console.views.plot import drafts
from console.views.plot.acts import BROUGHT, CHANGED, DRAWN, TAKEN, Act, Acts, Step
from console.views.plot.drafts import Said, Writer
from console.views.plot.figure import Figure
from console.views.plot.presenter import PlotRow, kind_text, read_plots

MOST_WAITING = 20


class Scribe:
    """Attributes: `acts`, `own_area` (of this machine's peer), `busy`: one is under way.

    `say(Outcome)` tells what became of a write, `wrote(ids)` that it is saved.
    """

    def __init__(self, context: Context, say: Callable[[Outcome], None], wrote: Callable[[list[str]], None]) -> None:
        self._context, self._say, self._wrote = context, say, wrote
        self.acts = Acts()
        self.own_area = ""
        self.busy = False
        self._waiting: deque[Callable[[], None]] = deque()

    @property
    def by(self) -> Writer:
        return Writer(self._context.author(), self.own_area, self._context.time.now_ms())

    def draw(self, kind: str, figure: Figure, said: Said) -> bool:
        """Whether it could be sent."""
        after = {"kind": kind, "label": said.label.strip(), "note": said.note.strip(), "at_ms": said.at_ms, "until_ms": said.until_ms}
        after |= figure.fields()
        name = said.label.strip() or kind_text(kind)
        return self._send(lambda: drafts.drawing(kind, figure, said, self.by), lambda ids: Act(ids[0], name, DRAWN, {}, after))

    def change(self, row: PlotRow, fields: dict[str, Any]) -> bool:
        """Whether there was something to send: of `fields`, what differs from `row`."""
        held = row.fields()
        told = {name: value for name, value in fields.items() if held.get(name) != value}
        before = {name: held.get(name) for name in told}
        return self._send(
            lambda: _something(drafts.changing(row, told, self.by)), lambda _ids: Act(row.id, row.name, CHANGED, before, told)
        )

    def amend(self, plot: str, fields: Callable[[PlotRow], dict[str, Any]]) -> None:
        """Change a plot as it stands when it is this one's turn: `fields` is given the row, and may raise EntryFault."""

        def look(row: PlotRow | None) -> None:
            if row is None:
                self._say(Outcome(Stage.REFUSED, reason=tr("This plot is not there any more.")))
                return
            try:
                told = fields(row)
            except EntryFault as fault:
                self._say(Outcome(Stage.REFUSED, reason=str(fault)))
                return
            self.change(row, told)

        self._in_turn(lambda: self._look(plot, look))

    def take_away(self, row: PlotRow, why: str) -> bool:
        words = why.strip() or tr("taken away")
        return self._send(lambda: drafts.taking_away(row, words, self.by), lambda _ids: Act(row.id, row.name, TAKEN, {}, {}))

    def bring_back(self, row: PlotRow, why: str) -> bool:
        words = why.strip() or tr("brought back")
        return self._send(lambda: drafts.bringing_back(row, words, self.by), lambda _ids: Act(row.id, row.name, BROUGHT, {}, {}))

    def tell_routes(self, row: PlotRow) -> bool:
        """Close the road along it, or open it again."""
        make = drafts.opening_road if row.road == "closed" else drafts.closing_road
        return self._send(lambda: make(row, self.by), lambda _ids: None)

    def undo(self) -> None:
        self._step(self.acts.to_undo, self.acts.undoing, self.acts.undone, tr("Nothing of yours is left to undo."))

    def redo(self) -> None:
        self._step(self.acts.to_redo, self.acts.redoing, self.acts.redone, tr("Nothing is left to do again."))

    def _step(
        self, act: Act | None, plan: Callable[[PlotRow | None, Writer], Step | None], moved: Callable[[], None], nothing: str
    ) -> None:
        """Look how the plot stands now, then write."""
        if act is None:
            self._say(Outcome(Stage.REFUSED, reason=nothing))
            return
        if self.busy:
            return

        def look(row: PlotRow | None) -> None:
            try:
                step = plan(row, self.by)
            except EntryFault as fault:
                self._say(Outcome(Stage.REFUSED, reason=str(fault)))
                return
            if step is None or step.clash:
                self._say(Outcome(Stage.REFUSED, reason="" if step is None else step.clash))
            elif step.drafts:
                self._send(lambda: step.drafts, lambda _ids: moved())
            else:
                moved()
                self._say(Outcome(Stage.SAVED, self._context.time.now_ms(), about=act.name))

        self._look(act.plot, look)

    def _in_turn(self, do: Callable[[], None]) -> None:
        """Now, or when what is under way is done; more than MOST_WAITING are refused."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(do)
        self._next()

    def _next(self) -> None:
        if self._waiting and not self.busy:
            self._waiting.popleft()()

    def _look(self, plot: str, then: Callable[[PlotRow | None], None]) -> None:
        """The row as the journal has it now; nothing else is written until `then` has been called."""
        self.busy = True

        def take(rows: list[PlotRow]) -> None:
            self.busy = False
            then(rows[0] if rows else None)
            self._next()

        self._context.reading.run("plot.look", lambda database: read_plots(database, [plot]), take)

    def _send(self, make: Callable[[], list[Draft]], act: Callable[[list[str]], Act | None]) -> bool:
        if self.busy:
            return False
        try:
            made = make()
        except EntryFault as fault:
            self._say(Outcome(Stage.REFUSED, reason=str(fault)))
            return False
        self.busy = True
        self._say(Outcome(Stage.SENDING))

        def done(ids: list[str]) -> None:
            self.busy = False
            did = act(ids)
            if did is not None:
                self.acts.did(did)
            self._say(Outcome(Stage.SAVED, self._context.time.now_ms()))
            self._wrote(ids)
            self._next()

        def failed(reason: str) -> None:
            self.busy = False
            self._say(Outcome(Stage.REFUSED, reason=reason))
            self._next()

        self._context.writing.write(made, done, failed)
        return True


def _something(made: list[Draft]) -> list[Draft]:
    if not made:
        raise EntryFault(tr("Nothing differs from what stands: change something first."))
    return made
