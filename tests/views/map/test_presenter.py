"""What the page is told, without a window: a small reader of the buffers plays the page."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterable
from typing import Any

import msgspec
import peewee as pw
from hypothesis import given, settings
from hypothesis import strategies as st

from console.models.changes import Changes, Fix
from console.models.clock import hlc_from_ms
from console.models.kinds import WarningArea
from console.models.rules.staleness import Freshness
from console.models.state.tables import Incident, Road, Track, Unit
from console.models.state.tables import Warning as WarningTable
from console.views.map import reading, things
from console.views.map.fleet import UnitRow
from console.views.map.live import HEADER, MAGIC
from console.views.map.presenter import MapPresenter

NOW_MS = 1_404_460_800_000


class PlayedPage:
    """Applies buffers as `resources/map/units.js` does. `told`: id -> (lon, lat, state)."""

    def __init__(self) -> None:
        self.seen = 0
        self.units: dict[int, tuple[float, float, int]] = {}
        self.names: dict[int, tuple[str, str]] = {}
        self.tail: dict[str, Any] = {}
        self.verbs: list[list[Any]] = []

    def apply(self, body: bytes) -> bool:
        """False when the buffer does not follow what was seen."""
        magic, seq, prev, count, words, _, _ = HEADER.unpack_from(body)
        assert magic == MAGIC
        assert len(body) == HEADER.size + 16 * count + words
        if prev and prev != self.seen:
            self.seen = 0
            return False
        if not prev:
            self.units, self.names = {}, {}
        self.tail = msgspec.json.decode(body[len(body) - words :]) if words else {}
        columns = [struct.unpack_from(f"<{count}{code}", body, HEADER.size + 4 * count * at) for at, code in enumerate("IiiI")]
        for slot, lon, lat, state in zip(*columns, strict=True):
            self.units[slot] = (lon / 1e7, lat / 1e7, state)
        self.names |= {int(slot): tuple(name) for slot, name in self.tail.get("names", {}).items()}
        self.verbs += self.tail.get("do", [])
        self.seen = seq
        return True

    def take_from(self, presenter: MapPresenter) -> bool:
        body = presenter.take(self.seen, 0.0)
        return body is not None and self.apply(body)

    @property
    def shown(self) -> dict[str, tuple[float, float, int]]:
        return {self.names[slot][0]: told for slot, told in self.units.items() if told[2] >> 19 & 3 == 1}


def row(
    unit: str, lon: float | None = 82.0, lat: float | None = 44.0, *, at_ms: int = NOW_MS, name: str = "", status: str = "enroute"
) -> UnitRow:
    return UnitRow(unit, name or unit, "fire", status, lon, lat, 90.0, at_ms, 60.0, hlc_from_ms(at_ms))


def fix(unit: str, lon: float, lat: float = 44.0, at_ms: int = NOW_MS + 1000) -> Fix:
    return Fix(unit, lon, lat, 45.0, 5.0, at_ms, 60.0, hlc_from_ms(at_ms))


def presenter_of(rows: Iterable[UnitRow] = ()) -> MapPresenter:
    presenter = MapPresenter()
    presenter.replace(reading.Everything(list(rows), {}), NOW_MS)
    return presenter


def test_a_snapshot_then_only_what_changed() -> None:
    presenter, page = presenter_of([row("a"), row("b", 83.0)]), PlayedPage()
    assert page.take_from(presenter)
    assert page.shown.keys() == {"a", "b"}
    assert presenter.take(page.seen, 0.0) is None
    presenter.move(Changes(1, {}, {"b": fix("b", 83.5)}), NOW_MS + 1000)
    body = presenter.take(page.seen, 0.0)
    assert body is not None
    assert HEADER.unpack_from(body)[3] == 1
    page.apply(body)
    assert page.shown["b"][0] == 83.5
    assert page.shown["b"][2] & 511 == 45


def test_a_gap_is_repaired_by_a_snapshot_and_nothing_asked_for_is_lost() -> None:
    presenter, page = presenter_of([row("a")]), PlayedPage()
    page.take_from(presenter)
    presenter.do("fit")
    presenter.move(Changes(1, {}, {"a": fix("a", 82.5)}), NOW_MS)
    presenter.take(page.seen, 0.0)  # never arrives
    presenter.move(Changes(2, {}, {"a": fix("a", 82.6, at_ms=NOW_MS + 2000)}), NOW_MS)
    assert page.take_from(presenter)
    assert page.shown["a"][0] == 82.6
    assert page.verbs == [["fit"]]


def test_fixes_that_come_while_everything_is_read_are_kept() -> None:
    presenter, page = presenter_of([row("a")]), PlayedPage()
    presenter.reset()
    presenter.move(Changes(1, {}, {"a": fix("a", 82.9)}), NOW_MS)
    presenter.replace(reading.Everything([row("a")], {}), NOW_MS)
    page.take_from(presenter)
    assert page.shown["a"][0] == 82.9


def test_a_fix_of_an_unknown_unit_is_shown_and_its_row_asked_for() -> None:
    presenter, page = presenter_of(), PlayedPage()
    assert presenter.move(Changes(1, {}, {"x": fix("x", 82.0)}), NOW_MS) == {"x"}
    page.take_from(presenter)
    assert "x" in page.shown
    presenter.put_units([row("x", 81.0, name="精河一队")], {"x"}, NOW_MS, exact=False)
    page.take_from(presenter)
    assert page.shown["x"][0] == 82.0  # the row was read before the newer fix
    assert ("x", "精河一队") in page.names.values()


def test_going_back_in_time_moves_back_and_shortens_the_trail() -> None:
    presenter = presenter_of([row("a")])
    for step in range(1, 6):
        presenter.move(Changes(step, {}, {"a": fix("a", 82 + step / 10, at_ms=NOW_MS + step * 20_000)}), NOW_MS + step * 20_000)
    assert len(presenter.fleet.trails[0]) == 6
    presenter.put_units([row("a", 82.1, at_ms=NOW_MS + 20_000)], {"a"}, NOW_MS + 20_000, exact=True)
    assert [point[0] for point in presenter.fleet.trails[0]] == [NOW_MS, NOW_MS + 20_000]
    page = PlayedPage()
    page.take_from(presenter)
    assert page.shown["a"][0] == 82.1


def test_a_unit_without_a_row_is_removed() -> None:
    presenter, page = presenter_of([row("a"), row("b")]), PlayedPage()
    page.take_from(presenter)
    presenter.put_units([], {"a"}, NOW_MS, exact=True)
    page.take_from(presenter)
    assert page.shown.keys() == {"b"}
    presenter.put_units([row("a")], {"a"}, NOW_MS, exact=True)
    page.take_from(presenter)
    assert page.shown.keys() == {"a", "b"}


def test_what_cannot_be_shown_is_counted() -> None:
    presenter, page = presenter_of([row("a", None), row("b", 10.0, 89.0), row("c")]), PlayedPage()
    page.take_from(presenter)
    assert page.tail["hidden"]["unit"] == {"no_position": 1, "out_of_range": 1}
    assert page.shown.keys() == {"c"}


def test_units_turn_stale_and_gone_as_time_goes_by_and_back_again() -> None:
    presenter, page = presenter_of([row("a")]), PlayedPage()
    page.take_from(presenter)
    states = []
    for age_s in (30, 61, 500, 601, 30):
        presenter.tick(NOW_MS + age_s * 1000)
        page.take_from(presenter)
        states.append(page.shown["a"][2] >> 17 & 3)
    assert states == [0, 1, 1, 2, 0]
    presenter.tick(NOW_MS + 700_000)
    presenter.move(Changes(1, {}, {"a": fix("a", 82.0, at_ms=NOW_MS + 700_000)}), NOW_MS + 700_000)
    assert [mark.fresh for mark in presenter.fleet.marks] == [Freshness.FRESH]
    presenter.tick(NOW_MS + 761_000)
    assert [mark.fresh for mark in presenter.fleet.marks] == [Freshness.STALE]


def test_one_entry_a_unit_waits_for_its_age_however_many_fixes_come() -> None:
    presenter = presenter_of([row("a")])
    for step in range(500):
        presenter.move(Changes(step, {}, {"a": fix("a", 82.0, at_ms=NOW_MS + step * 1000)}), NOW_MS + step * 1000)
    assert len(presenter.fleet._due) == 1


def test_the_view_is_told_once_and_again_after_a_gap() -> None:
    presenter, page = presenter_of(), PlayedPage()
    presenter.look(theme="day", follow=False)
    page.take_from(presenter)
    presenter.look(theme="day")
    assert not presenter.waiting
    presenter.look(theme="night")
    page.take_from(presenter)
    assert page.tail["view"]["theme"] == "night"
    again = PlayedPage()
    again.take_from(presenter)
    assert again.tail["view"] == {"theme": "night", "follow": False}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_happens_the_page_ends_with_what_is_known(seed: int) -> None:
    chance = random.Random(seed)
    presenter, page, now = presenter_of([row("u0")]), PlayedPage(), NOW_MS
    for step in range(40):
        unit, now = f"u{chance.randrange(6)}", now + chance.randrange(90_000)
        act = chance.randrange(6)
        if act < 3:
            presenter.move(Changes(step, {}, {unit: fix(unit, chance.uniform(-180, 180), at_ms=now)}), now)
        elif act == 3:
            rows = [row(unit, chance.choice([None, 82.0]), chance.choice([44.0, 89.0]), at_ms=now)] if chance.random() < 0.6 else []
            presenter.put_units(rows, {unit}, now, exact=chance.random() < 0.5)
        elif act == 4:
            presenter.tick(now)
        elif chance.random() < 0.3:
            presenter.take(page.seen, 0.0)  # lost on the way
        page.take_from(presenter)
    while presenter.waiting or page.seen != presenter.seq:
        page.take_from(presenter)
    fleet = presenter.fleet
    reasons = [mark.hidden for mark in fleet.marks if not mark.removed]
    assert fleet.hidden() == {reason: reasons.count(reason) for reason in ("no_position", "out_of_range")}
    wanted = {mark.row.id: fleet.row(mark.slot) for mark in fleet.marks if not mark.removed and not mark.hidden}
    assert page.shown == {unit: (lon / 1e7, lat / 1e7, state) for unit, (_, lon, lat, state) in wanted.items()}


# -- reading ------------------------------------------------------------------------------------------------------------


def test_reading_what_stands_in_the_tables(database: pw.SqliteDatabase) -> None:
    Unit.create(id="a", name="精河一队", kind="rescue", lon=82.9, lat=44.6, fix_heard_ms=NOW_MS, valid_s=30.0, fix_hlc=5)
    Incident.create(id="i", title="滑坡", level=3, lon=82.6, lat=44.3, status="closed")
    Incident.create(id="j", title="没有位置")
    held = reading.everything(database, NOW_MS)
    assert held.units == [UnitRow("a", "精河一队", "rescue", "", 82.9, 44.6, None, NOW_MS, 30.0, 5)]
    assert held.things["incident"].items == [{"id": "i", "label": "滑坡", "level": 3, "closed": True, "at": [82.6, 44.3]}]
    assert held.things["incident"].hidden["no_position"] == 1
    assert [unit.id for unit in reading.units(database, {"a", "nobody"})] == ["a"]


def test_warnings_in_force_only(database: pw.SqliteDatabase) -> None:
    ring = [(82.0, 44.0), (83.0, 44.0), (83.0, 45.0)]
    areas = msgspec.msgpack.encode([WarningArea(polygons=[ring], circles=[(82.0, 44.0, 5000.0)])])
    force = {"event": "暴雨", "colour": "Orange", "cap_status": "Actual", "msg_type": "Alert", "areas": areas}
    force["identifier"] = "known"
    WarningTable.create(id="w", **force)
    WarningTable.create(id="only referred to", **force | {"identifier": ""})
    WarningTable.create(id="old", **force | {"superseded_by": "w"})
    WarningTable.create(id="over", **force | {"expires_ms": NOW_MS})
    WarningTable.create(id="cancel", **force | {"msg_type": "Cancel"})
    WarningTable.create(id="nowhere", **force | {"areas": None})
    WarningTable.create(id="broken", **force | {"areas": b"\xc1"})
    shown = things.read(database, ["warning"], NOW_MS)["warning"]
    assert [(item["id"], item["level"], item["at"], len(item["areas"])) for item in shown.items] == [("w", 2, [82.5, 44.5], 2)]
    assert shown.hidden["no_position"] == 2


def test_trails_of_the_last_half_hour_in_one_query(database: pw.SqliteDatabase) -> None:
    for unit in ("a", "b", "no longer known"):
        for minutes in (90, 25, 10):
            at_ms = NOW_MS - minutes * 60_000
            Track.create(unit=unit, bucket=at_ms // 10_000, hlc=hlc_from_ms(at_ms), lon=82.0, lat=44.0)
    for unit in ("a", "b"):
        Unit.create(id=unit)
    asked: list[str] = []
    assert database.connection().set_trace_callback(asked.append) is None
    trails = reading.trails(database, NOW_MS)
    assert len(asked) == 1
    assert trails.keys() == {"a", "b"}
    assert [point[0] for point in trails["b"]] == [NOW_MS - 25 * 60_000, NOW_MS - 10 * 60_000]


def test_roads_cut_and_calls_for_help_are_read_for_the_map(database: pw.SqliteDatabase) -> None:
    line = msgspec.msgpack.encode([(82.0, 44.0), (82.1, 44.1), (82.2, 44.2)])
    Road.create(id="line", name="S205", reason="snow", line=line, lon=82.0, lat=44.0)
    Road.create(id="point", name="X782", reason="flood", lon=82.5, lat=44.5)
    Road.create(id="open", status="open", lon=82.5, lat=44.5)
    Road.create(id="error", withdrawn=True, lon=82.5, lat=44.5)
    Road.create(id="nowhere", name="乡道")
    held = {"help": "medical", "help_ms": NOW_MS, "lon": 82.0, "lat": 44.0}
    Unit.create(id="moves", name="一队", fix_heard_ms=NOW_MS + 1, help_lon=81.0, help_lat=44.0, **held)
    Unit.create(id="old", name="二队", fix_heard_ms=NOW_MS - 3_600_000, help_lon=81.0, help_lat=44.0, **held)
    Unit.create(id="only", name="三队", help="fire", help_ms=NOW_MS, help_lon=80.0, help_lat=43.0)
    Unit.create(id="unplaced", help="other", help_ms=NOW_MS)
    Unit.create(id="well", lon=82.0, lat=44.0)
    Incident.create(id="error", withdrawn=True, lon=82.0, lat=44.0)
    shown = things.read(database, things.READERS, NOW_MS)
    roads = {item["id"]: item for item in shown["road"].items}
    assert roads["line"] == {"id": "line", "label": "S205 · Snow", "line": [(82.0, 44.0), (82.1, 44.1), (82.2, 44.2)], "at": [82.1, 44.1]}
    assert (roads["point"]["line"], roads["point"]["at"]) == ([], [82.5, 44.5])
    assert roads.keys() == {"line", "point"}
    assert shown["road"].hidden["no_position"] == 1
    helps = {item["id"]: (item["at"], item["follow"]) for item in shown["help"].items}
    assert helps == {"moves": ([82.0, 44.0], True), "old": ([81.0, 44.0], False), "only": ([80.0, 43.0], False)}
    assert shown["help"].hidden["no_position"] == 1
    assert shown["help"].items[0]["label"].startswith("HELP ")
    assert shown["incident"].items == []


def test_a_changed_unit_may_change_who_calls_for_help() -> None:
    assert things.kinds_of({"unit", "road", "task"}) == {"help", "road"}
