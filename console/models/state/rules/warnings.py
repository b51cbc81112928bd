"""Warnings, and who took note of them."""

from __future__ import annotations

from console.models import kinds
from console.models.identity import owned_subject
from console.models.state.rows import Rows
from console.models.state.rules.happening import Happening, encode, given, write
from console.models.state.rules.units import heard_from

_WARNING_FIELDS = (
    "identifier",
    "sender",
    "sender_name",
    "sent_ms",
    "cap_status",
    "msg_type",
    "event",
    "headline",
    "description",
    "instruction",
    "severity",
    "urgency",
    "certainty",
    "colour",
    "effective_ms",
    "onset_ms",
    "expires_ms",
)


def warning_received(rows: Rows, at: Happening, body: kinds.WarningReceived) -> None:
    write(rows, "warning", at.subject, at, areas=encode(body.areas), **given(body, *_WARNING_FIELDS))
    if body.msg_type in ("Update", "Cancel"):
        for reference in body.references:
            sender, _, rest = reference.partition(",")
            earlier = f"{sender},{rest.partition(',')[0]}"
            if earlier != at.subject:
                write(rows, "warning", earlier, at, superseded_by=at.subject)


def warning_acknowledged(rows: Rows, at: Happening, body: kinds.WarningAcknowledged) -> None:
    fields = {"warning": at.subject, "unit": body.unit, "acted": body.acted, "note": body.note}
    write(rows, "receipt", f"{at.subject} {body.unit}", at, **fields).raise_to("heard_ms", at.heard_ms)
    if body.unit.startswith(owned_subject(at.origin, "")):  # else a desk ticked it by hand: nothing was heard from the unit itself
        heard_from(rows, at, body.unit)
