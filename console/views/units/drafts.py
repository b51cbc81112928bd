"""Orders to units, as drafts of events. No Qt. Raises `EntryFault` for what cannot be sent."""

from __future__ import annotations

from collections.abc import Sequence

from console.comms.local.messages import Draft
from console.models.kinds import TaskAssigned, encode_body, kind_of
from console.views.entry.areas import area_to
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import due_of, required, within
from console.views.i18n import tr
from console.views.units.presenter import UnitRow

TEXT_CHARS = 8000


def tasks(units: Sequence[UnitRow], text: str, due: str, incident: str, author: str, own_area: str, now_ms: int) -> list[Draft]:
    """One task a unit, each in the area of its unit, so that it goes the way the unit is reached."""
    if not units:
        raise EntryFault(tr("No unit is selected: choose one or more in the table."))
    words = within(required(text, tr("The task")), tr("The task"), TEXT_CHARS)
    due_ms = due_of(due, now_ms)
    orders = [
        (area_to(unit.area, own_area), TaskAssigned(unit=unit.id, text=words, incident=incident, due_ms=due_ms, author=author))
        for unit in units
    ]
    return [Draft(kind=kind_of(order), body=encode_body(order), area=area) for area, order in orders]
