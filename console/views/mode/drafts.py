"""Switching an area's mode, as a draft of an event. No Qt. Raises `EntryFault` for what cannot be sent."""

from __future__ import annotations

from console.comms.local.messages import Draft
from console.models.kinds import ModeSwitched, encode_body, kind_of
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import required, within
from console.views.i18n import tr, word
from console.views.mode.presenter import EMERGENCY, ModeRow, area_text

WHY_CHARS = 8000


def switch(area: str, mode: str, response_level: int, why: str, author: str, now: ModeRow | None) -> Draft:
    """`now`: how the area stands. An office answers for a switch: a reason and a name are asked for."""
    if not area:
        raise EntryFault(tr("Choose an area first."))
    if not author.strip():
        raise EntryFault(tr("Say first who you are (File, Operator's name): a switch carries the name of who made it."))
    if response_level and mode != EMERGENCY:
        raise EntryFault(tr("A response is started in emergency mode: choose that mode, or no response."))
    stands = (now.mode, now.response_level) if now is not None else ("routine", 0)
    if stands == (mode, response_level):
        raise EntryFault(tr("{area} is in {mode} mode already, with the same response.", area=area_text(area), mode=word("mode", mode)))
    words = within(required(why, tr("The reason")), tr("The reason"), WHY_CHARS)
    body = ModeSwitched(mode=mode, why=words, response_level=response_level, author=author)
    return Draft(kind=kind_of(body), body=encode_body(body), subject=area, area=area)
