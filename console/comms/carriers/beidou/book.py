"""The book itself: the kinds that can be told, each with its number and its fields.

A kind's number and its list of fields are for ever: fields are added at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from console.comms.carriers.beidou.fields import Field, area, count, flag, milli, minutes, place, ref, text, tight, word
from console.models import kinds


class Entry(NamedTuple):
    """One kind. `cut`: the field whose text may be shortened; `spare`: fields left out before that, in this order."""

    code: int
    kind: str
    fields: Sequence[Field]
    cut: str = ""
    spare: Sequence[str] = ()


def _entry(code: int, kind: str, *fields: Field, cut: str = "", spare: Sequence[str] = ()) -> Entry:
    return Entry(code, kind, fields, cut, spare)


BOOK: tuple[Entry, ...] = (
    _entry(
        1,
        "unit.position",
        place(),
        tight("heading_deg", 2),
        tight("speed_mps", 0.1),
        milli("alt_m", 1),
        tight("accuracy_m", 1),
        tight("valid_s", 1, 60.0),
    ),
    _entry(2, "unit.status", word("status", kinds.UNIT_STATUSES), ref("incident"), text("note"), cut="note"),
    _entry(
        3, "unit.help", word("nature", kinds.HELP_NATURES, "other"), place(), count("people"), text("text"), ref("incident"), cut="text"
    ),
    _entry(4, "unit.helped", text("note"), text("author"), cut="note", spare=("author",)),
    _entry(
        5,
        "task.assigned",
        ref("unit"),
        text("text"),
        ref("incident"),
        minutes("due_ms"),
        text("author"),
        cut="text",
        spare=("author", "incident"),
    ),
    _entry(6, "task.answered", ref("unit"), word("state", kinds.TASK_STATES), ref("incident"), text("note"), cut="note"),
    _entry(
        7,
        "loss.reported",
        *(
            count(name)
            for name in ("deaths", "missing", "injured", "moved_total", "moved_now", "sheep", "large_livestock", "houses", "loss_yuan")
        ),
        text("text"),
        text("author"),
        cut="text",
        spare=("author",),
    ),
    _entry(
        8,
        "road.closed",
        text("name"),
        word("reason", kinds.ROAD_REASONS, "other"),
        place(),
        minutes("since_ms"),
        text("source"),
        text("note"),
        ref("incident"),
        text("author"),
        cut="note",
        spare=("author", "source"),
    ),
    _entry(9, "road.opened", text("source"), text("note"), ref("incident"), text("author"), cut="note", spare=("author", "source")),
    _entry(10, "sensor.reading", milli("value", 0.001), minutes("at_ms"), word("quality", kinds.QUALITIES[1:])),
    _entry(
        11,
        "warning.received",
        word("msg_type", ("Alert", "Update", "Cancel"), "Alert"),
        word("colour", ("Red", "Orange", "Yellow", "Blue")),
        word("severity", ("Extreme", "Severe", "Moderate", "Minor"), "Unknown"),
        minutes("sent_ms"),
        text("event"),
        text("headline"),
        minutes("effective_ms"),
        minutes("expires_ms"),
        area(),
        text("sender_name"),
        word("cap_status", ("Actual", "Exercise", "Test"), "Actual"),
        cut="headline",
        spare=("sender_name", "effective_ms", "event", "areas"),
    ),
    _entry(12, "warning.acknowledged", ref("unit"), flag("acted"), text("note"), cut="note"),
    _entry(13, "unit.report", text("text"), ref("incident"), place(), cut="text"),
)
