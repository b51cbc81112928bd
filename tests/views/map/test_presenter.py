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
from console.models.rules.staleness import freshness
from console.models.state.tables import Incident, Road, Unit
from console.models.state.tables import Warning as WarningTable
from console.views.map import reading, things
from console.views.map.fleet import Fleet, UnitRow, hidden_why
from console.views.map.live import HEADER, MAGIC, PLACED, code_bits
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
        magic, seq, prev, count, words, names, _ = HEADER.unpack_from(body)
        assert magic == MAGIC
        assert len(body) == HEADER.size + 16 * count + names + words
        if prev and prev != self.seen:
            self.seen = 0
            return False
        if not prev:
            self.units, self.names = {}, {}
        self.tail = msgspec.json.decode(body[len(body) - words :]) if words else {}
        columns = [struct.unpack_from(f"<{count}{code}", body, HEADER.size + 4 * count * at) for at, code in enumerate("IiiI")]
        for slot, lon, lat, state in zip(*columns, strict=True):
            self.units[slot] = (lon / 1e7, lat / 1e7, state)
        parts = iter(body[len(body) - words - names : len(body) - words].decode().split("\0")[:-1])
        self.names |= {int(slot): (unit, label) for slot, unit, label in zip(parts, parts, parts, strict=True)}
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
    presenter.replace(reading.Everything(Fleet.of(rows, NOW_MS), {}), NOW_MS)
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
    presenter.replace(reading.Everything(Fleet.of([row("a")], NOW_MS), {}), NOW_MS)
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


def test_going_back_in_time_moves_back() -> None:
    presenter = presenter_of([row("a")])
    presenter.move(Changes(1, {}, {"a": fix("a", 82.5, at_ms=NOW_MS + 100_000)}), NOW_MS + 100_000)
    presenter.put_units([row("a", 82.1, at_ms=NOW_MS + 20_000)], {"a"}, NOW_MS + 20_000, exact=True)
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
    page.take_from(presenter)
    assert page.shown["a"][2] >> 17 & 3 == 0
    presenter.tick(NOW_MS + 761_000)
    page.take_from(presenter)
    assert page.shown["a"][2] >> 17 & 3 == 1


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


class Plain:
    """What the fleet should know, one unit at a time."""

    def __init__(self, rows: list[UnitRow]) -> None:
        self.rows = {row.id: row for row in rows}
        self.removed: set[str] = set()

    def move(self, new: Fix) -> None:
        held = self.rows.setdefault(new.unit, UnitRow(new.unit, "", "other", "", None, None, None, None, None, 0))
        if new.hlc > held.fix_hlc:
            self._place(held, new.lon, new.lat, new.heading_deg, new.heard_ms, new.valid_s, new.hlc)

    def put(self, rows: list[UnitRow], asked: set[str], *, exact: bool) -> None:
        for new in rows:
            held = self.rows.get(new.id)
            self.rows[new.id] = new
            if held is not None and not exact and held.fix_hlc > new.fix_hlc:
                self._place(new, held.lon, held.lat, held.heading_deg, held.fix_heard_ms, held.valid_s, held.fix_hlc)
            self.removed.discard(new.id)
        self.removed |= asked & self.rows.keys() - {new.id for new in rows}

    def _place(self, row: UnitRow, *place: Any) -> None:
        self.rows[row.id] = UnitRow(row.id, row.name, row.kind, row.status, *place)

    def why(self, row: UnitRow) -> str:
        return hidden_why(row.lon, row.lat)

    def shown(self, now_ms: int) -> dict[str, tuple[float, float, int]]:
        order = ("fresh", "stale", "gone")
        told = {}
        for unit, held in self.rows.items():
            if unit in self.removed or self.why(held):
                continue
            fresh = order.index(freshness(held.fix_heard_ms or 0, held.valid_s or 60.0, now_ms).value)
            heading = 511 if held.heading_deg is None else round(held.heading_deg) % 360
            told[unit] = (held.lon or 0.0, held.lat or 0.0, heading | code_bits(held.kind, held.status) | fresh << 17 | PLACED)
        return told


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_happens_the_page_ends_with_what_is_known(seed: int) -> None:
    chance = random.Random(seed)
    presenter, plain, page, now = presenter_of([row("u0")]), Plain([row("u0")]), PlayedPage(), NOW_MS
    for step in range(40):
        units, now = {f"u{chance.randrange(6)}" for _ in range(3)}, now + chance.randrange(90_000)
        act = chance.randrange(6)
        if act < 3:
            fixes = {unit: fix(unit, round(chance.uniform(-180, 180), 5), at_ms=now - chance.randrange(2) * 100_000) for unit in units}
            presenter.move(Changes(step, {}, fixes), now)
            for new in fixes.values():
                plain.move(new)
        elif act == 3:
            rows = [
                row(unit, chance.choice([None, 82.0]), chance.choice([44.0, 89.0]), at_ms=now) for unit in units if chance.random() < 0.6
            ]
            exact = chance.random() < 0.5
            presenter.put_units(rows, units, now, exact=exact)
            plain.put(rows, units, exact=exact)
        elif act == 4:
            presenter.tick(now)
        elif chance.random() < 0.3:
            presenter.take(page.seen, 0.0)  # lost on the way
        page.take_from(presenter)
    presenter.tick(now)
    while presenter.waiting or page.seen != presenter.seq:
        page.take_from(presenter)
    assert page.shown == plain.shown(now)
    reasons = [plain.why(held) for unit, held in plain.rows.items() if unit not in plain.removed]
    assert presenter.fleet.hidden() == {reason: reasons.count(reason) for reason in ("no_position", "out_of_range")}


def test_fifty_thousand_units_move_at_once() -> None:
    presenter, page = presenter_of([row(f"u{number}") for number in range(50_000)]), PlayedPage()
    page.take_from(presenter)
    presenter.move(Changes(1, {}, {f"u{number}": fix(f"u{number}", 80 + number / 1e5) for number in range(50_000)}), NOW_MS + 1000)
    page.take_from(presenter)
    assert [page.shown[f"u{number}"][0] for number in (0, 49_999)] == [80.0, 80.49999]


# -- reading ------------------------------------------------------------------------------------------------------------


def test_reading_what_stands_in_the_tables(database: pw.SqliteDatabase) -> None:
    Unit.create(id="a", name="精河一队", kind="rescue", lon=82.9, lat=44.6, fix_heard_ms=NOW_MS, valid_s=30.0, fix_hlc=5)
    Incident.create(id="i", title="滑坡", level=3, lon=82.6, lat=44.3, status="closed")
    Incident.create(id="j", title="没有位置")
    held = reading.everything(database, NOW_MS)
    units, names = held.units.take(whole=True)
    assert names.decode() == "0\0a\0精河一队\0"
    assert [column.tolist() for column in units] == [[0], [82.9], [44.6], [511 | code_bits("rescue", "") | PLACED]]
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
