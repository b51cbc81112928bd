"""Who took note of a warning, and who of those it concerns did not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from console.models.clock import hlc_from_ms
from console.models.identity import owned_subject
from console.models.journal.reading import Reader
from console.models.kinds import WarningAcknowledged, WarningArea
from console.models.state import tables
from console.views.entry.outcome import EntryFault
from console.views.warnings.drafts import ticks
from console.views.warnings.receipts import Taken, area_code, concerns, pairs, read_receipts
from tests.models.voices import NOW_MS as VOICES_MS
from tests.models.voices import Voice, county, join, open_journal
from tests.views.tables import sample
from tests.views.tables.state import NOW_MS, State

RAIN = "bwj.gov.cn,rain"
SQUARE = [(82.0, 44.0), (83.0, 44.0), (83.0, 45.0), (82.0, 45.0), (82.0, 44.0)]


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = State(tmp_path)
    sample.fill(made)
    yield made
    made.close()


def receipt(state: State, unit: str, minutes: int, *, acted: bool = False, note: str = "") -> None:
    heard_ms = NOW_MS - minutes * 60_000
    state.put(tables.Receipt, id=f"{RAIN} {unit}", warning=RAIN, unit=unit, acted=acted, note=note, heard_ms=heard_ms)


def test_those_who_took_note_come_first_and_those_who_did_not_are_named_with_their_age(state: State) -> None:
    receipt(state, "u0", 10)
    receipt(state, "u5", 3, acted=True, note="已转移 12 户")
    columns = pairs(read_receipts(state.database, RAIN), NOW_MS)
    (took, took_rows), (missing, missing_rows) = columns
    assert took == "Took note: 2 of 7"
    assert took_rows == [("托里镇信息员 阿依古丽", "acts · 3 min ago · 已转移 12 户"), ("精河县矿山救护队", "read · 10 min ago")]
    assert missing == "Not yet: 5"
    assert missing_rows[0] == ("州应急指挥车", "no answer · never heard")
    assert dict(missing_rows)["精河县公路养护挖机组"] == "no answer · last heard 95 s ago"


def test_a_receipt_of_a_unit_not_known_here_counts(state: State) -> None:
    receipt(state, "elsewhere:unit", 1)
    assert [each.name for each in read_receipts(state.database, RAIN) if each.heard_ms] == ["elsewhere:unit"]


@pytest.mark.parametrize(
    ("areas", "unit_area", "at", "expected"),
    [
        ([WarningArea(polygons=[SQUARE])], "652701", (82.5, 44.5), True),
        ([WarningArea(polygons=[SQUARE])], "652722", (83.5, 44.5), False),
        ([WarningArea(circles=[(82.5, 44.2, 5000.0)])], "", (82.51, 44.21), True),
        ([WarningArea(circles=[(82.5, 44.2, 5000.0)])], "", (82.6, 44.2), False),
        ([WarningArea(geocodes=[("GB/T 2260", "652722000000")])], "652722101", None, True),
        ([WarningArea(geocodes=[("GB/T 2260", "652700")])], "652701", None, True),
        ([WarningArea(geocodes=[("SAME", "006109")])], "652701", None, False),
        ([], "652722", None, True),
        ([], "6540", None, False),
        ([WarningArea(polygons=[SQUARE])], "652722", None, False),
    ],
)
def test_whom_a_warning_concerns(areas: list[WarningArea], unit_area: str, at: tuple[float, float] | None, expected: bool) -> None:
    lon, lat = at or (None, None)
    assert concerns(areas, "6527", unit_area, lon, lat) is expected


def test_codes_of_areas_lose_the_zeros_that_fill_them_up() -> None:
    codes = ["652722", "652700", "650000", "652722101", "652722101000", "652722000000", "12A", "1"]
    assert [area_code(code) for code in codes] == ["652722", "6527", "65", "652722101", "652722101", "652722", "", ""]


# -- ticked by hand -----------------------------------------------------------------------------------------------------------------


def test_a_desk_that_ticks_for_a_unit_is_named_and_makes_the_unit_look_no_fresher(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    reader = Reader(tmp_path / "journal.db")
    try:
        root, desk, officer = county(), Voice(1, "县值班台"), Voice(2, "信息员终端")
        journal.append([join([root.enrol(desk, "console"), root.enrol(officer, "unit")])])
        mine, village = owned_subject(officer.origin, "officer"), "village"
        for unit in (mine, village):
            (tick,) = ticks(RAIN, [Taken(unit, unit, None, False, "", None)], "652722", "大喇叭", "李娜", acted=True)
            body = msgspec.msgpack.decode(tick.body, type=WarningAcknowledged)
            speaker = officer if unit == mine else desk
            journal.append([speaker.say("warning.acknowledged", RAIN, body, hlc_from_ms(VOICES_MS + 1000))])
        found = {each.unit: each for each in read_receipts(reader.database, RAIN)}
        assert (found[mine].by, found[village].by, found[village].note) == ("", "县值班台", "李娜: 大喇叭")
        assert dict(reader.connection.execute("SELECT id, heard_ms IS NOT NULL FROM unit")) == {mine: 1}
    finally:
        reader.close()
        journal.close()


def test_a_tick_says_who_and_how_and_needs_a_unit() -> None:
    unit = Taken("u", "u", None, False, "", None, "652722101")
    (draft,) = ticks(RAIN, [unit], "652722", "", "李娜", acted=False)
    body = msgspec.msgpack.decode(draft.body, type=WarningAcknowledged)
    assert (draft.area, body.note, body.acted) == ("652722101", "李娜", False)
    (draft,) = ticks(RAIN, [Taken("u", "u", None, False, "", None, "6540")], "652722", "电话", "", acted=False)
    assert (draft.area, msgspec.msgpack.decode(draft.body, type=WarningAcknowledged).note) == ("", "电话")
    with pytest.raises(EntryFault, match="ticked"):
        ticks(RAIN, [], "652722", "", "李娜", acted=False)
