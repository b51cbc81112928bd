"""Receipts ticked by hand, of units without a return path or that were reached otherwise: by phone, horn, at the door. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from console.comms.local.messages import Draft
from console.models.kinds import WarningAcknowledged, encode_body, kind_of
from console.views.entry.areas import area_about
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import within
from console.views.i18n import tr
from console.views.warnings.receipts import Taken

NOTE_CHARS = 2000


def ticks(warning: str, units: Sequence[Taken], own_area: str, note: str, author: str, *, acted: bool) -> list[Draft]:
    """A receipt for each of the units, on the topic of its area, where those who work with it hear it; who ticked it stands in its note.
    Raises EntryFault when there is none."""
    if not units:
        raise EntryFault(tr("No unit is ticked: tick those that took note."))
    words = within(note, tr("Note"), NOTE_CHARS)
    said = tr("{label}: {value}", label=author, value=words) if author and words else author or words
    bodies = [(each, WarningAcknowledged(unit=each.unit, acted=acted, note=said)) for each in units]
    return [
        Draft(kind=kind_of(body), body=encode_body(body), subject=warning, area=area_about(each.area, own_area)) for each, body in bodies
    ]
