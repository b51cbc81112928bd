"""The code book: every event of every kind comes back as the same event, and fits as the table says."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.carriers.beidou.book import BOOK
from console.comms.carriers.beidou.codebook import ELLIPSIS, Between, read_event, write_event
from console.comms.carriers.beidou.message import messages_for
from console.comms.carriers.beidou.packing import CodeError
from console.comms.carriers.beidou.rules import load_rules
from console.comms.carriers.beidou.seal import OVERHEAD_BYTES
from console.comms.carriers.beidou.table import markdown, table
from console.models import kinds
from console.models.event import Event
from console.models.journal.early import UNSEALED, Early
from tests.comms.carriers.beidou.material import AT_MS, DESK, DOWN, NAMED, NODE, UNIT, UP, event, example_events, help_call, texts

ROOM = load_rules().content_bytes(3) - OVERHEAD_BYTES
PARTS = load_rules().sending.parts


def fits(size: int) -> int:
    return messages_for(size, ROOM)


def told(said: Event, between: Between = UP) -> Early:
    return read_event(write_event(said, between, fits, PARTS), between, NAMED.get)


def body_of(early: Early) -> Any:
    return kinds.decode_body(early.kind, early.body)


def same_event(early: Early, said: Event) -> None:
    assert (early.origin, early.topic, early.seq, early.hlc, early.kind, early.subject) == (
        said.origin, said.topic, said.seq, said.hlc, said.kind, said.subject,
    )  # fmt: skip


@pytest.mark.parametrize(("said", "between"), example_events(), ids=lambda each: getattr(each, "kind", ""))
def test_an_example_of_each_kind_comes_back_as_the_event_it_was(said: Event, between: Between) -> None:
    early = told(said, between)
    same_event(early, said)
    before, after = kinds.decode_body(said.kind, said.body), body_of(early)
    for name in before.__struct_fields__:  # type: ignore[union-attr]
        assert alike(getattr(before, name), getattr(after, name), name), name


def alike(before: Any, after: Any, name: str) -> bool:
    """Exact, but for what the book rounds and may spare."""
    if name in ("author", "incident", "event"):
        return after in (before, type(before)())
    if name.endswith("_ms") and before is not None:
        return bool(before - 60_000 < after <= before)
    if isinstance(before, float):
        return bool(after == pytest.approx(before, abs=1))
    return bool(after in (before, before + ELLIPSIS) if name == "headline" else after == before)


def test_each_kind_is_one_that_is_believed_without_a_signature() -> None:
    assert {entry.kind for entry in BOOK} <= UNSEALED
    assert len({entry.code for entry in BOOK}) == len(BOOK)
    assert {entry.kind for entry in BOOK} == set(load_rules().by_kind)


def test_what_matters_most_fits_one_message_of_a_civil_card() -> None:
    """Level 3: 628 bits, 78 bytes with the A4."""
    sizes = {(row.kind, row.what): row for row in table()}
    assert all(row.size <= 78 for row in sizes.values() if row.messages == 1)
    assert {row.kind for row in sizes.values() if row.messages == 1} >= {entry.kind for entry in BOOK} - {"unit.report"}
    assert sizes["unit.help", "with a place, in few words"].messages == 1


def test_the_table_in_the_architecture_is_what_is_measured() -> None:
    page = (Path(__file__).parents[4] / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert "\n".join(markdown(table())) in page, "put the output of `fengsui beidou table` into ARCHITECTURE.md"


@given(texts, st.integers(1, (1 << 62) - 1), st.integers(1, (1 << 62) - 1), st.sampled_from(["65", "6527", "652722", "652722001"]))
def test_number_and_time_are_exact_whatever_they_are(text: str, seq: int, hlc: int, area: str) -> None:
    said = event(kinds.HelpCalled(text=text, lon=82.6, lat=44.6), seq=seq, hlc=hlc, area=area)
    same_event(told(said), said)


def test_an_order_of_a_desk_is_passed_on_by_its_node_under_the_desks_name() -> None:
    said = event(kinds.TaskAssigned(unit=f"{UNIT.hex()[:12]}:unit", text="返回"), f"{DESK.hex()[:12]}:t1", origin=DESK)
    same_event(told(said, DOWN), said)
    with pytest.raises(CodeError, match="not enrolled"):
        read_event(write_event(said, DOWN, fits, PARTS), DOWN, {}.get)


def test_a_text_that_would_need_too_many_messages_is_cut_and_says_so() -> None:
    said = event(kinds.UnitReport(text="水位上涨" * 400))
    code = write_event(said, UP, fits, PARTS)
    assert fits(len(code)) == PARTS
    text = body_of(told(said)).text
    assert text.endswith(ELLIPSIS)
    assert ("水位上涨" * 400).startswith(text[:-1])
    assert fits(len(code) + 5) > PARTS  # no more would have fitted


def test_the_authors_name_is_left_out_where_that_saves_a_message() -> None:
    body = kinds.TaskAssigned(unit=f"{UNIT.hex()[:12]}:unit", text="去三号沟东岸接六名被困牧民后返回", author="王值班长")
    said = event(body, f"{NODE.hex()[:12]}:01M2YE0700F5J3Q9VXK2W8R4TA", origin=NODE)
    early = told(said, DOWN)
    assert fits(len(write_event(said, DOWN, fits, PARTS))) == 1
    assert (body_of(early).text, body_of(early).author) == (body.text, "")


def test_a_long_warning_says_that_it_is_shortened() -> None:
    body = kinds.WarningReceived(
        identifier="w1", sender="cma", sent_ms=AT_MS, headline="山区暴雨红色预警：立即转移", colour="Red", severity="Extreme",
        sender_name="博尔塔拉蒙古自治州气象台", event="暴雨", areas=[kinds.WarningArea(description="精河县、博乐市、温泉县山区")],
    )  # fmt: skip
    early = told(event(body, "cma,w1", origin=NODE), DOWN)
    after = body_of(early)
    assert after.headline == body.headline + ELLIPSIS
    assert (after.colour, after.identifier, after.sender) == ("Red", "w1", "cma")


def test_a_kind_that_is_not_in_the_book_is_left_to_the_wide_link() -> None:
    with pytest.raises(CodeError, match="not in the code book"):
        write_event(event(kinds.IncidentClosed()), UP, fits, PARTS)


@given(st.binary(max_size=120))
def test_any_bytes_are_an_event_or_refused(code: bytes) -> None:
    with contextlib.suppress(CodeError):
        early = read_event(code, UP, NAMED.get)
        assert kinds.decode_body(early.kind, early.body) is not None


@given(st.data())
def test_a_changed_byte_breaks_nothing(data: st.DataObject) -> None:
    code = bytearray(write_event(help_call(), UP, fits, PARTS))
    code[data.draw(st.integers(0, len(code) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(CodeError):
        msgspec.msgpack.encode(read_event(bytes(code), UP, NAMED.get))
