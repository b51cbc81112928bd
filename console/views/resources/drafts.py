"""What an operator writes about a stock, store or shelter, as drafts of events. No Qt. Raises `EntryFault` for what cannot be sent."""

from __future__ import annotations

from typing import Any

from console.comms.local.messages import Draft
from console.models.kinds import ResourceChanged, encode_body, kind_of
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import within
from console.views.i18n import tr
from console.views.resources.presenter import ResourceRow

QUANTITY_MAX = 1e15
TEXT_CHARS = 8000


def changes(row: ResourceRow, quantity: str, status: str, note: str, bases: dict[str, int | None], area: str, author: str) -> list[Draft]:
    """Only what differs, and each field with what was known of it (`bases`): fields known as of different times go in an event each."""
    told: dict[str, Any] = {}
    figure = quantity_of(quantity)
    if figure is not None and figure != row.quantity:
        told["quantity"] = figure
    if status != row.status:
        told["status"] = status
    if not told:
        raise EntryFault(tr("Neither the quantity nor the status differs from what stands: change one first."))
    words = within(note, tr("Note"), TEXT_CHARS)
    found = []
    for base in dict.fromkeys(bases.get(field) for field in told):
        fields = {field: value for field, value in told.items() if bases.get(field) == base}
        found.append(_draft(ResourceChanged(**fields, note=words, author=author, base=base), row.id, area))
    return found


def choosing(resource: str, field: str, value: Any, base: int, area: str, author: str) -> Draft:
    """After a review: another of the values that were written apart."""
    chosen: dict[str, Any] = {field: value}
    return _draft(ResourceChanged(**chosen, author=author, note=tr("Chosen after review of a conflict"), base=base), resource, area)


def quantity_of(text: str) -> float | None:
    """A number of 0 or more, thousands set off by commas or spaces; None for nothing typed."""
    typed = "".join(text.split()).replace(",", "").replace("，", "")
    if not typed:
        return None
    try:
        figure = float(typed)
    except ValueError:
        figure = -1.0
    if not 0 <= figure <= QUANTITY_MAX:
        raise EntryFault(tr("The quantity {typed} is not a number of 0 or more.", typed=text.strip()))
    return figure


def _draft(body: ResourceChanged, resource: str, area: str) -> Draft:
    return Draft(kind=kind_of(body), body=encode_body(body), subject=resource, area=area)
