"""The order and the filter of a live list."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from console.views.tables.columns import Column, folded, natural
from console.views.tables.listing import Listing


@dataclass(frozen=True)
class Thing:
    id: str
    size: int | None
    name: str = ""

    @property
    def search(self) -> str:
        return folded(self.id, self.name)


SIZE: Column[Thing] = Column("size", lambda: "Size", lambda row, _now: str(row.size), lambda row: row.size)


def listing(*rows: Thing, descending: bool = False) -> Listing[Thing]:
    made: Listing[Thing] = Listing()
    made.sort(SIZE, descending)
    take(made, list(rows))
    return made


def take(into: Listing[Thing], rows: list[Thing], removed: list[str] | None = None) -> None:
    """What the model does with a change."""
    change = into.upsert(rows, removed or [])
    apply(into, change.leaving, change.entering, removed or [])


def apply(into: Listing[Thing], leaving: list[str], entering: list[str], removed: list[str]) -> None:
    for row_id in leaving:
        into.hide(into.shown.index(row_id))
    into.forget(removed)
    for row_id in entering:
        into.show(row_id, into.place_of(row_id))


def test_a_changed_row_keeps_its_place_until_sorted_again() -> None:
    rows = listing(Thing("a", 1), Thing("b", 2), Thing("c", 3))
    take(rows, [Thing("a", 9)])
    assert rows.shown == ["a", "b", "c"]
    assert rows.drifted
    rows.sort_again()
    assert rows.shown == ["b", "c", "a"]
    assert not rows.drifted


def test_a_new_row_goes_among_the_values_of_the_last_sorting() -> None:
    rows = listing(Thing("a", 1), Thing("b", 2), Thing("c", 3))
    take(rows, [Thing("a", 9)])
    take(rows, [Thing("d", 2)])
    assert rows.shown == ["a", "b", "d", "c"]


def test_rows_without_a_value_come_last_in_both_directions() -> None:
    things = (Thing("a", 1), Thing("none", None), Thing("b", 2))
    assert listing(*things).shown == ["a", "b", "none"]
    assert listing(*things, descending=True).shown == ["b", "a", "none"]


def test_every_word_of_the_filter_must_occur_whatever_its_case_chinese_too() -> None:
    rows = listing(Thing("a", 1, "精河县矿山救护队 Rescue"), Thing("b", 2, "博乐消防"))
    assert rows.set_words("救护 rescue")
    change = rows.refilter()
    assert change.leaving == ["b"]
    apply(rows, change.leaving, change.entering, [])
    assert rows.shown == ["a"]
    assert not rows.set_words("  RESCUE 救护 ") or rows.refilter().entering == []


def test_a_row_leaves_and_enters_the_filter_with_its_values() -> None:
    rows = listing(Thing("a", 1), Thing("b", 2))
    rows.set_accepts(lambda row: (row.size or 0) > 1)
    rows.rebuild()
    assert rows.shown == ["b"]
    take(rows, [Thing("a", 5), Thing("b", 0)])
    assert rows.shown == ["a"]


def test_a_row_that_did_not_change_is_no_change() -> None:
    rows = listing(Thing("a", 1))
    assert rows.upsert([Thing("a", 1)]) == (set(), [], [])


things = st.builds(Thing, st.sampled_from("abcdefgh"), st.one_of(st.none(), st.integers(0, 4)), st.sampled_from(["x", "y"]))


@given(st.lists(st.tuples(st.lists(things, max_size=4), st.lists(st.sampled_from("abcdefgh"), max_size=2))), st.booleans())
def test_step_by_step_is_the_same_rows_as_anew(steps: list[tuple[list[Thing], list[str]]], descending: bool) -> None:
    rows = listing(descending=descending)
    rows.set_words("x")
    held: dict[str, Thing] = {}
    for upserts, removed in steps:
        latest = {thing.id: thing for thing in upserts if thing.id not in removed}
        held.update(latest)
        for row_id in removed:
            held.pop(row_id, None)
        take(rows, list(latest.values()), removed)
        assert rows.rows == held
        assert sorted(rows.shown) == sorted(row_id for row_id, thing in held.items() if thing.name == "x")
    rows.sort_again()
    sizes = [rows.rows[row_id].size for row_id in rows.shown]
    known = [size for size in sizes if size is not None]
    assert known == sorted(known, reverse=descending)
    assert sizes == known + [None] * (len(sizes) - len(known))


def test_numbers_in_names_sort_as_people_count() -> None:
    names = ["队伍 10", "队伍 9", "9", "Unit 2", "unit 10", "", "unit"]
    assert sorted(names, key=natural) == ["", "9", "unit", "Unit 2", "unit 10", "队伍 9", "队伍 10"]


@given(st.lists(st.text(alphabet="aB 0123456789²队", max_size=12)))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    assert len(sorted(names, key=natural)) == len(names)


def test_an_unchanged_key_is_no_drift() -> None:
    rows = listing(Thing("a", 1))
    take(rows, [replace(Thing("a", 1), name="other")])
    assert not rows.drifted
