"""Undo and redo: what this operator did, taken back by events that compensate it. No Qt.

Nothing is ever removed from the journal. An act is taken back only while what it wrote still stands: where somebody has written there
since, that is said first, and only asking again, with nothing more changed meanwhile, overwrites it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from console.comms.local.messages import Draft
from console.views.i18n import mark, tr
from console.views.plot import drafts
from console.views.plot.drafts import Writer
from console.views.plot.presenter import PlotRow

MOST_ACTS = 200
DRAWN, CHANGED, TAKEN, BROUGHT = "drawn", "changed", "taken", "brought"
REVERSE = {DRAWN: TAKEN, TAKEN: BROUGHT, BROUGHT: TAKEN, CHANGED: CHANGED}
FIELDS = {
    "kind": mark("kind"), "points": mark("points"), "label": mark("label"), "radius_m": mark("radius"), "inner_m": mark("inner radius"),
    "from_deg": mark("bearing"), "to_deg": mark("bearing"), "at_ms": mark("begin"), "until_ms": mark("end"), "note": mark("note"),
}  # fmt: skip


@dataclass(frozen=True)
class Act:
    """One thing done. `before`, `after`: the fields it wrote, as they were and as it left them; of a plot drawn, `after` has all."""

    plot: str
    name: str
    verb: str
    before: dict[str, Any]
    after: dict[str, Any]

    def reverse(self) -> Act:
        """What takes it back. A plot that was drawn is taken away; doing that again brings it back."""
        return replace(self, verb=REVERSE[self.verb], before=self.after, after=self.before)


@dataclass(frozen=True)
class Step:
    """`act`: what is done; `drafts`: with which events; `clash`: what others changed since, "" for nothing."""

    act: Act
    drafts: list[Draft]
    clash: str


class Acts:
    """Both stacks. `undoing` and `redoing` look, `undone` and `redone` are told when the step has been written."""

    def __init__(self) -> None:
        self._done: list[Act] = []
        self._undone: list[Act] = []
        self._warned: tuple[Act, PlotRow | None] | None = None

    @property
    def to_undo(self) -> Act | None:
        return self._done[-1] if self._done else None

    @property
    def to_redo(self) -> Act | None:
        return self._undone[-1] if self._undone else None

    def did(self, act: Act) -> None:
        self._done = [*self._done[1 - MOST_ACTS :], act]
        self._undone = []

    def undoing(self, row: PlotRow | None, by: Writer) -> Step | None:
        """How the last act is taken back, from the row of its plot as it stands now; None when there is nothing to undo."""
        return None if self.to_undo is None else self._step(self.to_undo.reverse(), row, by)

    def redoing(self, row: PlotRow | None, by: Writer) -> Step | None:
        act = self.to_redo
        if act is None:
            return None
        return self._step(replace(act, verb=BROUGHT, before=act.after) if act.verb == DRAWN else act, row, by)

    def undone(self) -> None:
        self._undone.append(self._done.pop())

    def redone(self) -> None:
        self._done.append(self._undone.pop())

    def _step(self, act: Act, row: PlotRow | None, by: Writer) -> Step:
        """Asked again about the same act on the same row, the clash has been said and is passed over."""
        clash = "" if self._warned == (act, row) else _clash(act, row)
        self._warned = (act, row) if clash else None
        return Step(act, [] if clash or row is None else _drafts(act, row, by), clash)


def _drafts(act: Act, row: PlotRow, by: Writer) -> list[Draft]:
    why = tr("undone or done again by its author")
    if act.verb == CHANGED:
        return drafts.changing(row, act.after, by)
    if act.verb == TAKEN:
        return [] if row.withdrawn else drafts.taking_away(row, why, by)
    return drafts.bringing_back(row, why, by) if row.withdrawn else []


def _clash(act: Act, row: PlotRow | None) -> str:
    """What stands otherwise than it was left."""
    if row is None:
        return tr("{name} is not known here any more.", name=act.name)
    held = row.fields()
    changed = [FIELDS[name] for name, value in act.before.items() if name in FIELDS and held.get(name) != value]
    others = [tr(text) for text in dict.fromkeys(changed)]
    if row.withdrawn is not (act.verb == BROUGHT):
        others.append(tr("taken away") if row.withdrawn else tr("brought back"))
    if not others:
        return ""
    return tr(
        "{name}: changed since by {who} ({what}). Ask again to overwrite that.",
        name=act.name,
        who=row.author or "?",
        what=", ".join(others),
    )
