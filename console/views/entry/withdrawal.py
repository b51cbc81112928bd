"""What withdraws a record that was entered in error, or brings it back, as a draft of an event. No Qt."""

from __future__ import annotations

from console.comms.local.messages import Draft
from console.models.kinds import RecordRestored, RecordWithdrawn, encode_body, kind_of
from console.views.entry.parse import required, within
from console.views.i18n import tr

WHY_CHARS = 2000


def withdrawal(table: str, record: str, area: str, why: str, author: str, *, withdrawn: bool) -> Draft:
    """`table`: one of WITHDRAWN_TABLES; `withdrawn`: what it is to be. Raises EntryFault without a reason."""
    words = within(required(why, tr("The reason")), tr("The reason"), WHY_CHARS)
    body = (RecordWithdrawn if withdrawn else RecordRestored)(table=table, why=words, author=author)
    return Draft(kind=kind_of(body), body=encode_body(body), subject=record, area=area)
