"""What peers say in these stories: every lane, kinds that many may write about one thing, and equal values, so that fields are fought for."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from console.models import kinds
from console.models.event import Event
from console.models.journal import NewEvent
from console.models.journal.early import Early
from tests.sync.members import Member

AREAS = ("6527", "652701", "652722", "652701100")
WORDS = ("", "水位上涨", "road cut", "z")
_INCIDENTS, _STORES = ("flood", "slide"), ("tents", "sand")
_PLACES = (80.0, 81.5, 82.25, 83.0)

Saying = Callable[[Member, int], tuple[str, kinds.Body]]
"""(subject, body) by one author, in one of four ways."""


def _task(_who: Member, way: int) -> tuple[str, kinds.Body]:
    return f"task {way // 2}", kinds.TaskAssigned(unit=f"unit {way % 2}", text=WORDS[way], incident=_INCIDENTS[way % 2])


def _opened(_who: Member, way: int) -> tuple[str, kinds.Body]:
    return _INCIDENTS[way % 2], kinds.IncidentOpened(title=WORDS[way], level=way, hazard="flood")


def _opened_own(who: Member, way: int) -> tuple[str, kinds.Body]:
    return who.own("incident"), kinds.IncidentOpened(title=WORDS[way], level=way)


def _changed(_who: Member, way: int) -> tuple[str, kinds.Body]:
    return _INCIDENTS[way % 2], kinds.IncidentChanged(title=WORDS[way]) if way < 2 else kinds.IncidentChanged(level=way, place=WORDS[way])


def _closed(_who: Member, way: int) -> tuple[str, kinds.Body]:
    return _INCIDENTS[way % 2], kinds.IncidentClosed(summary=WORDS[way])


def _loss(_who: Member, way: int) -> tuple[str, kinds.Body]:
    return _INCIDENTS[way % 2], kinds.LossReported(sheep=way) if way < 2 else kinds.LossReported(missing=way, injured=way)


def _logged(_who: Member, way: int) -> tuple[str, kinds.Body]:
    return _INCIDENTS[way % 2], kinds.LogEntered(text=WORDS[way])


def _stocked(_who: Member, way: int) -> tuple[str, kinds.Body]:
    return _STORES[way % 2], kinds.ResourceRegistered(name=WORDS[way], quantity=way)


def _stock_changed(_who: Member, way: int) -> tuple[str, kinds.Body]:
    return _STORES[way % 2], kinds.ResourceChanged(quantity=way) if way < 2 else kinds.ResourceChanged(status=WORDS[way])


def _warned(_who: Member, way: int) -> tuple[str, kinds.Body]:
    body = kinds.WarningReceived(
        identifier=f"w{way % 2}",
        sender="s",
        sent_ms=0,
        headline=WORDS[way],
        msg_type="Alert" if way < 2 else "Update",
        references=[] if way < 2 else ["s,w0,t", "s,w1,t"],
    )
    return f"s,w{way % 2}", body


def _position(who: Member, way: int) -> tuple[str, kinds.Body]:
    return who.own("unit"), kinds.UnitPosition(lon=_PLACES[way], lat=44.0, heading_deg=None if way else 90.0)


def _reading(who: Member, way: int) -> tuple[str, kinds.Body]:
    return who.own("gauge"), kinds.SensorReading(value=_PLACES[way])


def _status(who: Member, way: int) -> tuple[str, kinds.Body]:
    return who.own("unit"), kinds.UnitStatus(status=kinds.UNIT_STATUSES[way], incident=_INCIDENTS[way % 2])


def _reported(who: Member, way: int) -> tuple[str, kinds.Body]:
    return who.own("unit"), kinds.UnitReport(text=WORDS[way], incident=_INCIDENTS[way % 2])


def _long(who: Member, way: int) -> tuple[str, kinds.Body]:
    """A frame of its own, or nearly: 8,000 characters of three bytes."""
    return _INCIDENTS[way % 2], kinds.LogEntered(text="长" * 8000)


def _answered(who: Member, way: int) -> tuple[str, kinds.Body]:
    return f"task {way // 2}", kinds.TaskAnswered(unit=who.own("unit"), state=kinds.TASK_STATES[1 + way])


def _help(who: Member, way: int) -> tuple[str, kinds.Body]:
    return who.own("unit"), kinds.HelpCalled(nature="injured", text=WORDS[way]) if way < 3 else kinds.HelpEnded()


def _road(_who: Member, way: int) -> tuple[str, kinds.Body]:
    return f"G{way // 2}", kinds.RoadClosed(name="G312", reason="flood", note=WORDS[way]) if way % 2 else kinds.RoadOpened(note=WORDS[way])


def _mode(who: Member, way: int) -> tuple[str, kinds.Body]:
    return who.area, kinds.ModeSwitched(mode=kinds.MODES[way % 2], why=WORDS[way])


def _withdrawn(_who: Member, way: int) -> tuple[str, kinds.Body]:
    table, subject = ("incident", _INCIDENTS[0]) if way < 2 else ("resource", _STORES[0])
    return subject, kinds.RecordWithdrawn(table=table) if way % 2 else kinds.RecordRestored(table=table)


def _acknowledged(who: Member, way: int) -> tuple[str, kinds.Body]:
    return f"s,w{way % 2}", kinds.WarningAcknowledged(unit=who.own("unit"), acted=way > 1)


def _power(who: Member, way: int) -> tuple[str, kinds.Body]:
    return who.own("station"), kinds.PowerChanged(saving=way > 1, percent=way)


_BY_ANYBODY = (_changed, _closed, _loss, _logged, _long, _power)
_BY_DESKS = (_task, _opened, _stocked, _stock_changed, _warned, _road, _mode, _withdrawn, *_BY_ANYBODY)
SAYINGS: dict[str, tuple[Saying, ...]] = {
    "unit": (_position, _reading, _status, _reported, _answered, _help, _acknowledged, _opened_own, *_BY_ANYBODY),
    "console": _BY_DESKS,
    "node": _BY_DESKS,
}
"""By role."""


def drafts(who: Member, choice: int, way: int, area: int, count: int) -> list[NewEvent]:
    """`count` events in one write, each of another way, by numbers that a story draws: `choice` and `area` are taken round."""
    sayings = SAYINGS[who.role]
    areas = [code for code in AREAS if code.startswith(who.area)]
    said = [sayings[choice % len(sayings)](who, (way + n) % 4) for n in range(count)]
    return [NewEvent(areas[area % len(areas)], kinds.kind_of(body), subject, kinds.encode_body(body)) for subject, body in said]


def shortened(event: Event, *, signed: bool) -> Early:
    """As a short message brings it: with its seal when there is room, else its numbers rounded and its words cut."""
    prev, signature, body = event.prev, event.signature, event.body
    if not signed:
        prev = signature = b""
        body = _rounded(event.kind, body)
    return Early(event.origin, event.topic, event.seq, event.hlc, event.kind, event.subject, body, 0, prev, signature, "beidou")


def _rounded(kind: str, raw: bytes) -> bytes:
    body = kinds.decode_body(kind, raw)
    assert body is not None
    given = {name: getattr(body, name, None) for name in _INEXACT}
    changes = {name: round(value, 1) if isinstance(value, float) else value[:2] for name, value in given.items() if value}
    return kinds.encode_body(msgspec.structs.replace(body, **changes))


_INEXACT = frozenset({"lon", "text", "note", "headline", "value"})
