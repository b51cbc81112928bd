"""The table of the code book: what each kind takes, measured on examples. `fengsui beidou table` prints it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from console.comms.carriers.beidou.codebook import Between, write_event
from console.comms.carriers.beidou.message import Part, Told, code_room, messages_for, part_room, write_item
from console.comms.carriers.beidou.rules import MARK_BYTES, load_rules
from console.comms.carriers.beidou.seal import OVERHEAD_BYTES
from console.models import kinds
from console.models.clock import hlc_from_ms
from console.models.event import Event, Topic
from console.models.identity import origin_of, owned_subject

LEVEL = 3
_AT_MS = 1_790_000_000_000
_UNIT, _NODE, _DESK = (origin_of(bytes([seed]) * 32) for seed in (1, 2, 3))
_ULIDS = {"now": "01M2YE0700F5J3Q9VXK2W8R4TA", "hour": "01M2YAJAE0H6K4R0WYM3X9S5VB", "day": "01M2VVJQ00J7M5S1XZN4Y0T6WC"}
"""Made with the event, an hour and a day before it."""


class Row(NamedTuple):
    """`size`: bytes of its messages on the air together, with the `A4`; `messages`: how many, on a civil card of LEVEL."""

    kind: str
    what: str
    size: int
    messages: int


class Example(NamedTuple):
    what: str
    subject: str
    body: kinds.Body
    down: bool = False


def examples() -> Iterator[Example]:
    """Of each kind what a unit says to its node, or (`down`) the node to a unit."""
    unit, task, incident = owned_subject(_UNIT, "unit"), owned_subject(_NODE, _ULIDS["hour"]), owned_subject(_DESK, _ULIDS["day"])
    warning = "65270041600001,65270041600001_20260921141320"
    lon, lat = 82.64713, 44.60042
    yield Example(
        "with a place, in few words", unit, kinds.HelpCalled(nature="trapped", text="三人被困三号沟东岸", people=3, lon=lon, lat=lat)
    )
    yield Example("with a place and the incident", unit, kinds.HelpCalled(nature="medical", people=1, lon=lon, lat=lat, incident=incident))
    yield Example("place alone", unit, kinds.HelpCalled(lon=lon, lat=lat))
    yield Example(
        "with course and speed", unit, kinds.UnitPosition(lon=lon, lat=lat, heading_deg=135, speed_mps=8.3, alt_m=1240, accuracy_m=5)
    )
    yield Example("with the incident", unit, kinds.UnitStatus(status="onscene", incident=incident))
    order = kinds.TaskAssigned(unit=unit, text="去三号沟接六名被困牧民", incident=incident, author="王值班")
    yield Example(
        "in 11 characters; its author and incident follow with the original", owned_subject(_NODE, _ULIDS["now"]), order, down=True
    )
    long = "去三号沟东岸接六名被困牧民，携带担架和保暖物资，走北线，南线桥已断，到达后报告人数和伤情，天黑前返回集结点"
    yield Example("in 53 characters", owned_subject(_NODE, _ULIDS["now"]), kinds.TaskAssigned(unit=unit, text=long), down=True)
    yield Example("with the incident", task, kinds.TaskAnswered(unit=unit, state="acknowledged", incident=incident))
    yield Example("with the incident and a note", task, kinds.TaskAnswered(unit=unit, state="refused", incident=incident, note="桥断"))
    yield Example("with a note", unit, kinds.HelpEnded(note="直升机已到", author="王值班"), down=True)
    loss = kinds.LossReported(deaths=1, missing=6, injured=3, moved_total=120, moved_now=85, sheep=1500, houses=12)
    yield Example("seven figures", incident, loss)
    yield Example(
        "name, place, reason, since when",
        owned_subject(_UNIT, _ULIDS["now"]),
        kinds.RoadClosed(name="G312线4125公里", reason="debris", lon=lon, lat=lat, since_ms=_AT_MS),
    )
    yield Example("with a note", owned_subject(_UNIT, _ULIDS["hour"]), kinds.RoadOpened(note="单向通行"))
    yield Example("a water level", owned_subject(_UNIT, "level"), kinds.SensorReading(value=1203.47))
    issued = kinds.WarningReceived(
        identifier="65270041600001_20260921141320",
        sender="65270041600001",
        sent_ms=_AT_MS,
        event="暴雨",
        headline="博州暴雨红色预警",
        severity="Extreme",
        colour="Red",
        expires_ms=_AT_MS + 6 * 3_600_000,
        areas=[kinds.WarningArea(description="精河县")],
    )
    yield Example("short form", warning, issued, down=True)
    yield Example("and acted on", warning, kinds.WarningAcknowledged(unit=unit, acted=True))
    yield Example(
        "in 16 characters, with the incident", unit, kinds.UnitReport(text="河水漫过西岸便道，仍在上涨，已撤离", incident=incident)
    )


def markdown(rows: Sequence[Row]) -> Iterator[str]:
    yield f"| Kind | What | Bytes on the air | Messages (civil card, level {LEVEL}) |"
    yield "|---|---|---|---|"
    for row in rows:
        yield f"| `{row.kind}` | {row.what} | {row.size} | {row.messages} |"


def table(level: int = LEVEL) -> list[Row]:
    room = load_rules().content_bytes(level) - OVERHEAD_BYTES
    return [_row(example, room) for example in examples()]


def _row(example: Example, room: int) -> Row:
    kind = kinds.kind_of(example.body)
    sender, receiver = (_NODE, _UNIT) if example.down else (_UNIT, _NODE)
    topic = str(Topic("652722", kinds.lane_of(kind)))
    event = Event(sender, topic, 1234, hlc_from_ms(_AT_MS), kind, example.subject, kinds.encode_body(example.body))
    code = write_event(event, Between(sender, receiver), lambda size: messages_for(size, room), load_rules().sending.parts)
    items = [write_item(Told(code, 30))]
    if len(code) > code_room(room):
        items = [write_item(Part(1, 0, 2, 30, code[at : at + part_room(room)])) for at in range(0, len(code), part_room(room))]
    return Row(kind, example.what, sum(MARK_BYTES + OVERHEAD_BYTES + len(item) for item in items), len(items))
