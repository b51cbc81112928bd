"""A closure goes to every unit: over real peers, on the command lane."""

from __future__ import annotations

from console.models.journal.reading import Reader
from console.models.paths import DataDir
from console.views.roads import drafts
from console.views.roads.way import read_closures
from tests.comms.peers import House, house
from tests.views.tables.state import NOW_MS
from tests.waiting import deadline

__all__ = ["house"]


def closed(house: House, name: str) -> list[str]:
    reader = Reader(DataDir(house.root / name).journal)
    try:
        return [closure.name for closure in read_closures(reader.database)]
    finally:
        reader.close()


def test_a_unit_is_told_what_its_county_and_its_prefecture_close_and_open_again(house: House) -> None:
    node = house.node()
    unit = house.joined(node, "unit", area="652701")
    desks = {area: house.joined(node, f"desk {area}", role="console", area=area) for area in ("6527", "652701")}
    typed = {"reason": "debris", "place": "82.1, 44.9", "since": "", "source": "公安", "note": "", "incident": "", "author": "李娜"}
    ids = {}
    for area, desk in desks.items():
        draft = drafts.closing(name=f"road of {area}", **typed, area="", now_ms=NOW_MS)
        (ids[area],) = desk.write([draft]).result(5)
    deadline(lambda: closed(house, "unit") == ["road of 6527", "road of 652701"], "both closures at the unit", 15)
    assert unit.me().role == "unit"
    opened = drafts.opening(road=ids["6527"], source="养护站", note="", incident="", area="", author="李娜")
    desks["6527"].write([opened]).result(5)
    deadline(lambda: closed(house, "unit") == ["road of 652701"], "the opening at the unit", 15)
