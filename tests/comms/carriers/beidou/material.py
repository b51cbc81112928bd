"""What the tests of short messages are made of: three peers, one event of each kind, and any event at all."""

from __future__ import annotations

from hypothesis import strategies as st

from console.comms.carriers.beidou.codebook import Between
from console.comms.carriers.beidou.table import examples
from console.models import kinds
from console.models.clock import hlc_from_ms
from console.models.event import Event, Topic
from console.models.identity import origin_of, owned_subject

AT_MS = 1_790_000_000_000
UNIT, NODE, DESK = (origin_of(bytes([seed]) * 32) for seed in (1, 2, 3))
UP, DOWN = Between(UNIT, NODE), Between(NODE, UNIT)
NAMED = {origin[:6]: origin for origin in (UNIT, NODE, DESK)}


def event(body: kinds.Body, subject: str = "", *, seq: int = 7, origin: bytes = UNIT, area: str = "652722", hlc: int = 0) -> Event:
    kind = kinds.kind_of(body)
    subject = subject or owned_subject(UNIT, "unit")
    return Event(origin, str(Topic(area, kinds.lane_of(kind))), seq, hlc or hlc_from_ms(AT_MS), kind, subject, kinds.encode_body(body))


def help_call(seq: int = 7, text: str = "三人被困") -> Event:
    return event(kinds.HelpCalled(nature="trapped", text=text, people=3, lon=82.64713, lat=44.60042), seq=seq)


def position(seq: int = 7, lon: float = 82.6) -> Event:
    return event(kinds.UnitPosition(lon=lon, lat=44.6), seq=seq, hlc=hlc_from_ms(AT_MS + seq))


def example_events() -> list[tuple[Event, Between]]:
    return [
        (event(example.body, example.subject, origin=NODE if example.down else UNIT), DOWN if example.down else UP)
        for example in examples()
    ]


ulids = st.binary(min_size=16, max_size=16).filter(lambda data: data[0] < 0x80)
texts = st.text(max_size=40) | st.text(alphabet="三号沟泥石流被困牧民0123456789-", max_size=60)
hex_prefixes = st.binary(min_size=6, max_size=6).map(bytes.hex) | st.sampled_from([origin.hex()[:12] for origin in NAMED.values()])
