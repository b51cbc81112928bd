"""Two people wrote one field apart: found alike whatever arrived first, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.models import kinds
from console.models.clock import hlc_from_ms
from console.models.journal import Journal
from console.models.run import Run
from console.models.state.conflicts import LOOKED_BACK, Conflict, Review, Write, conflict_of, read_conflicts, sights
from tests.models.voices import NOW_MS, Voice, county, deliver, join, open_journal


def at(second: int) -> int:
    return hlc_from_ms(NOW_MS + 1000 * second)


def pack(value: object) -> bytes:
    return msgspec.msgpack.encode(value)


def write(second: int, origin: str, base: int | None, value: object) -> Write:
    return Write(at(second), origin, at(second) if base is None else at(base), pack(value))


def said(conflict: Conflict | None) -> list[object]:
    return [] if conflict is None else [each.said for each in conflict.writes]


def test_two_who_did_not_know_of_each_other_conflict_and_the_later_stands() -> None:
    conflict = conflict_of("i", "level", [write(20, "b", 5, 2), write(10, "a", 5, 3)])
    assert conflict is not None
    assert (said(conflict), conflict.stands.said, conflict.settled, conflict.upto_hlc) == ([3, 2], 2, False, at(20))


@pytest.mark.parametrize(
    "writes",
    [
        [write(10, "a", 5, 3), write(20, "b", 10, 2)],  # b had seen a's
        [write(10, "a", 5, 3), write(20, "a", 5, 2)],  # one person changed their mind
        [write(10, "a", 5, 3), write(20, "b", None, 2)],  # not told as of what
        [write(10, "a", 5, 3), write(20, "b", 5, 3)],  # both said the same
        [write(10, "a", 5, 3)],
    ],
)
def test_what_is_no_conflict(writes: list[Write]) -> None:
    assert conflict_of("i", "level", writes) is None


def test_of_equal_times_the_greater_origin_stands_and_it_is_a_conflict() -> None:
    conflict = conflict_of("i", "level", [write(10, "b", 5, 2), write(10, "a", 5, 3)])
    assert conflict is not None
    assert conflict.stands.said == 2


TWO = [write(10, "a", 5, 3), write(20, "b", 5, 2)]


def seeing(*writes: Write) -> Review:
    return Review(max(each.hlc for each in writes), frozenset((each.hlc, each.origin) for each in writes))


def settled(writes: list[Write], *reviews: Review) -> bool:
    conflict = conflict_of("i", "level", writes, reviews)
    assert conflict is not None
    return conflict.settled


def test_a_review_settles_what_it_saw_and_a_later_write_opens_it_again() -> None:
    assert not settled(TWO)
    assert settled(TWO, seeing(*TWO))
    assert not settled([*TWO, write(30, "a", 10, 1)], seeing(*TWO))


def test_an_older_write_that_comes_after_the_review_is_to_be_reviewed() -> None:
    older = write(8, "c", 5, 1)
    assert not settled([older, *TWO], seeing(*TWO))
    assert settled([older, *TWO], seeing(*TWO), seeing(older, *TWO))


def test_two_writes_that_different_people_saw_were_not_seen_together() -> None:
    other = [write(12, "c", 5, 1), write(22, "d", 5, 4)]
    assert not settled([*TWO, *other], seeing(*TWO), seeing(*other))


def test_writes_of_one_time_are_told_apart() -> None:
    assert not settled([*TWO, write(20, "c", 5, 1)], seeing(*TWO))


def test_a_review_of_an_earlier_version_settles_up_to_its_time() -> None:
    assert settled([write(8, "c", 5, 1), *TWO], Review(at(20)))
    assert not settled(TWO, Review(at(19)))


stamps = st.lists(st.tuples(st.integers(1, 10**12), st.sampled_from(["aa" * 16, "bb" * 16])), min_size=1, max_size=60)


@given(stamps, st.integers(1, 40))
def test_any_two_that_can_be_in_conflict_are_in_one_sight(found: list[tuple[int, str]], times: int) -> None:
    many = sorted({(hlc + 10**13 * turn, origin) for turn in range(times) for hlc, origin in found})
    parts = [{(each.hlc, each.origin.hex()) for each in part} for part in sights(many)]
    assert all(len(part) <= kinds.MAX_SEEN for part in parts)
    for one in range(len(many)):
        last = min(len(many) - 1, one + LOOKED_BACK)
        assert any({many[one], many[last]} <= part for part in parts)


def test_a_flood_of_hostile_writes_is_compared_with_a_bounded_number() -> None:
    flood = [write(second, "ab"[second % 2], 0, second) for second in range(1, 5000)]
    conflict = conflict_of("i", "level", flood)
    assert conflict is not None
    assert len(conflict.writes) == len(flood)
    far = [write(1, "a", 0, 1), *(write(second, "b", 0, 2) for second in range(2, LOOKED_BACK + 3))]
    assert len(conflict_of("i", "level", far).writes) < len(far)  # type: ignore[union-attr]


# -- through the journal ------------------------------------------------------------------------------------------------------


@pytest.fixture
def desks() -> tuple[Voice, Voice, Voice]:
    return county(), Voice(1, "prefecture"), Voice(2, "county desk")


@pytest.fixture
def journal(tmp_path: Path, desks: tuple[Voice, Voice, Voice]) -> Iterator[Journal]:
    made = open_journal(tmp_path / "journal.db")
    root, *others = desks
    made.append([join([root.enrol(voice, "console") for voice in others])])
    yield made
    made.close()


def outage(one: Voice, other: Voice) -> list[Run]:
    """Both see the incident opened, then each grades it without knowing of the other."""
    return [
        one.say("incident.opened", "i", kinds.IncidentOpened(title="滑坡", level=4), at(1)),
        one.say("incident.changed", "i", kinds.IncidentChanged(level=3, base=at(1)), at(10)),
        other.say("incident.changed", "i", kinds.IncidentChanged(level=2, base=at(1)), at(20)),
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 0, 1)])
def test_the_later_write_stands_and_both_are_found_in_any_order(
    journal: Journal, desks: tuple[Voice, Voice, Voice], order: tuple[int, ...]
) -> None:
    _, one, other = desks
    runs = outage(one, other)
    for which in order:
        changes = journal.append([runs[which]]).changes
    assert "i" in changes.ids["incident"]  # views are told even when the last to come has lost
    (conflict,) = read_conflicts(journal._connection)
    assert (conflict.subject, conflict.field, said(conflict), conflict.stands.said) == ("i", "level", [3, 2], 2)
    assert read_conflicts(journal._connection, ["i"]) == [conflict]
    assert read_conflicts(journal._connection, ["another"]) == []


def reviewed(conflict: Conflict) -> kinds.ConflictReviewed:
    (seen,) = sights((each.hlc, each.origin) for each in conflict.writes)
    return kinds.ConflictReviewed(field=conflict.field, upto_hlc=conflict.upto_hlc, seen=seen)


def test_a_review_is_an_event_and_settles_it_everywhere(journal: Journal, desks: tuple[Voice, Voice, Voice]) -> None:
    _, one, other = desks
    journal.append(outage(one, other))
    (conflict,) = read_conflicts(journal._connection)
    changes = journal.append([one.say("conflict.reviewed", "i", reviewed(conflict), at(60))]).changes
    assert changes.ids["review"] == {"i level"}
    (conflict,) = read_conflicts(journal._connection)
    assert conflict.settled


def test_a_review_of_an_earlier_version_is_still_read(journal: Journal, desks: tuple[Voice, Voice, Voice]) -> None:
    _, one, other = desks
    journal.append(outage(one, other))
    body = kinds.ConflictReviewed(field="level", upto_hlc=at(20))
    assert b"seen" not in kinds.encode_body(body)
    journal.append([one.say("conflict.reviewed", "i", body, at(60))])
    assert [conflict.settled for conflict in read_conflicts(journal._connection)] == [True]


def test_a_review_from_the_future_settles_nothing_until_its_time(journal: Journal, desks: tuple[Voice, Voice, Voice]) -> None:
    _, one, other = desks
    journal.append(outage(one, other))
    (conflict,) = read_conflicts(journal._connection)
    journal.append([one.say("conflict.reviewed", "i", reviewed(conflict), at(86_400))])
    assert [conflict.settled for conflict in read_conflicts(journal._connection)] == [False]


def test_many_subjects_are_narrowed_without_a_statement_too_long(journal: Journal, desks: tuple[Voice, Voice, Voice]) -> None:
    _, one, other = desks
    journal.append(outage(one, other))
    assert [found.subject for found in read_conflicts(journal._connection, [*map(str, range(3000)), "i"])] == ["i"]


seconds = st.integers(1, 40)
changes = st.tuples(st.integers(0, 1), seconds, st.none() | seconds, st.integers(0, 4))


@settings(max_examples=40, deadline=None)
@given(st.lists(changes, min_size=2, max_size=8), st.data())
def test_the_order_of_arrival_never_changes_the_conflicts_found(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, int, int | None, int]], data: st.DataObject
) -> None:
    """Streams are contiguous, so each peer's own runs keep their order; how those of two peers mix is anyone's."""
    root, desks = county(), [Voice(1), Voice(2)]
    grants = join([root.enrol(desk, "console") for desk in desks])
    runs = []
    for who, second, base, level in sorted(said, key=lambda each: each[1]):
        body = kinds.IncidentChanged(level=level, base=None if base is None else at(base))
        runs.append(desks[who].say("incident.changed", "i", body, at(second)))
    found = []
    for order in (runs, data.draw(st.permutations(runs))):
        journal = open_journal(tmp_path_factory.mktemp("order") / "journal.db")
        journal.append([grants])
        deliver(journal, [[run] for run in order])
        found.append(read_conflicts(journal._connection))
        journal.close()
    assert found[0] == found[1]


late = st.tuples(seconds, st.integers(0, 4))


@settings(max_examples=40, deadline=None)
@given(late, late, late, st.permutations(range(4)))
def test_a_review_settles_the_pairs_its_author_saw_whatever_arrived_first(
    tmp_path_factory: pytest.TempPathFactory, first: tuple[int, int], second: tuple[int, int], third: tuple[int, int], order: list[int]
) -> None:
    """Three desks write a level each as of the opening; whoever reviews has seen the first two. What is settled depends on that alone."""
    root, desks = county(), [Voice(number) for number in range(1, 5)]
    opener = desks[3]
    said = (first, second, third)
    runs = [opener.say("incident.opened", "i", kinds.IncidentOpened(title="滑坡", level=4), at(0))]
    for desk, (moment, level) in zip(desks, said, strict=False):
        runs.append(desk.say("incident.changed", "i", kinds.IncidentChanged(level=level, base=at(0)), at(moment)))
    seen = [kinds.SeenWrite(at(moment), desk.origin) for desk, (moment, _) in zip(desks, said[:2], strict=False)]
    body = kinds.ConflictReviewed(field="level", upto_hlc=max(each.hlc for each in seen), seen=sorted(seen, key=lambda each: each.hlc))
    review = opener.say("conflict.reviewed", "i", body, at(60))
    journal = open_journal(tmp_path_factory.mktemp("order") / "journal.db")
    journal.append([join([root.enrol(desk, "console") for desk in desks])])
    deliver(journal, [[each] for each in (*runs[:1], *([*runs[1:], review][which] for which in order))])
    found = read_conflicts(journal._connection)
    journal.close()
    levels = [level for _, level in said]
    assert bool(found) == (len(set(levels)) > 1)
    unseen = any(level != levels[2] for level in levels[:2])
    assert [conflict.settled for conflict in found] == ([] if not found else [not unseen])
