"""Old telemetry goes and vectors stay true; the words of a closed incident go and the chain can still be checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.errors import Fault
from console.models import kinds
from console.models.clock import hlc_from_ms
from console.models.event import Lane, Stream
from console.models.journal import Journal, NewEvent
from console.models.journal.refresh import refresh
from console.models.journal.search import find
from console.models.journal.verify import verify
from console.models.rules.retention import default_rule
from console.models.run import Run
from tests.models.voices import AREA, NOW_MS, Voice, county, join, open_journal

DAY_MS = 86_400_000
ALL = [AREA[:2]]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = open_journal(tmp_path / "journal.db")
    yield journal
    journal.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Journal]:
    journal = open_journal(tmp_path / "other.db", seed=101)
    yield journal
    journal.close()


def enrol(*journals: Journal, seed: int, role: str, root: Voice | None = None) -> Voice:
    voice, root = Voice(seed), root or county()
    run = root.enrol(voice, role)
    for journal in journals:
        journal.append([run])
    return voice


def rows(journal: Journal, sql: str) -> list[tuple[object, ...]]:
    return journal._connection.execute(sql).fetchall()


def sound(journal: Journal) -> None:
    assert verify(journal._connection).damage == []


def walk(unit: Voice, count: int) -> list[Run]:
    """A position a minute, from three days ago on."""
    start = NOW_MS - 3 * DAY_MS
    unit._ends.setdefault(f"{AREA}/telemetry", (0, bytes(32), 0))
    return [
        unit.say("unit.position", unit.own("u"), kinds.UnitPosition(lon=82 + n / 1000, lat=44), hlc_from_ms(start + n * 60_000))
        for n in range(count)
    ]


def read(journal: Journal, after: dict[Stream, int], lane: Lane = Lane.TELEMETRY) -> list[Run]:
    return journal.read(after, lane, ALL, max_bytes=1 << 20)


# -- telemetry ---------------------------------------------------------------------------------------------------------------------


def dropped(journal: Journal, before_ms: int) -> None:
    while journal.drop_telemetry(hlc_from_ms(before_ms)):
        pass


def test_old_positions_go_their_track_and_the_digest_stay(journal: Journal) -> None:
    unit = enrol(journal, seed=1, role="unit")
    journal.append([join(walk(unit, 100))])
    digest, track = journal.digest(), rows(journal, "SELECT * FROM track")
    dropped(journal, NOW_MS - 3 * DAY_MS + 40 * 60_000)
    assert rows(journal, "SELECT count(*) FROM event WHERE kind = 'unit.position'") == [(60,)]
    assert journal.digest() == digest
    assert rows(journal, "SELECT * FROM track") == track
    sound(journal)
    journal._connection.execute("BEGIN")
    refresh(journal._connection)
    journal._connection.execute("COMMIT")
    assert rows(journal, "SELECT * FROM track") == track
    sound(journal)


def test_the_newest_place_of_a_silent_unit_is_kept_though_all_its_telemetry_went(journal: Journal, tmp_path: Path) -> None:
    unit = enrol(journal, seed=1, role="unit")
    journal.append([join(walk(unit, 10))])
    dropped(journal, NOW_MS)
    assert rows(journal, "SELECT count(*) FROM event WHERE kind = 'unit.position'") == [(0,)]
    sound(journal)
    journal._connection.execute("BEGIN")
    refresh(journal._connection)
    journal._connection.execute("COMMIT")
    assert rows(journal, "SELECT lon FROM unit") == [(82.009,)]
    assert journal.waiting({}, ALL, Lane.TELEMETRY) == 0
    assert read(journal, {}) == []
    journal.append([unit.say("unit.position", unit.own("u"), kinds.UnitPosition(lon=83, lat=44))])
    assert [(run.first_seq, bool(run.base)) for run in read(journal, {})] == [(11, True)]
    sound(journal)


def test_a_peer_that_lacks_what_is_gone_is_told_so_and_goes_on_behind_it(journal: Journal, other: Journal) -> None:
    unit = enrol(journal, other, seed=1, role="unit")
    moves = walk(unit, 20)
    journal.append([join(moves)])
    other.append([join(moves[:3])])
    dropped(journal, NOW_MS - 3 * DAY_MS + 10 * 60_000)
    [run] = read(journal, other.vector())
    assert (run.first_seq, run.last_seq) == (11, 20)
    outcome = other.append([run], via=county().origin).outcomes[0]
    assert (outcome.accepted, outcome.refusal) == (10, None)
    assert other.digest() == journal.digest()
    assert other.vector() == journal.vector()
    sound(other)
    assert [again.first_seq for again in read(other, {})] == [11]


def test_only_its_author_or_a_node_may_say_that_telemetry_is_gone(journal: Journal, other: Journal) -> None:
    root = county()
    unit = enrol(journal, other, seed=1, role="unit", root=root)
    console = enrol(journal, other, seed=2, role="console", root=root)
    journal.append([join(walk(unit, 20))])
    dropped(journal, NOW_MS - 3 * DAY_MS + 10 * 60_000)
    [run] = read(journal, {})
    refused = other.append([run], via=console.origin).outcomes[0].refusal
    assert refused is not None
    assert refused.code == "dropped"
    assert other.append([run], via=unit.origin).outcomes[0].accepted == 10


def test_reports_are_never_dropped(journal: Journal) -> None:
    unit = enrol(journal, seed=1, role="unit")
    journal.append([unit.say("unit.status", unit.own("u"), kinds.UnitStatus(status="onscene"))])
    before = rows(journal, "SELECT count(*) FROM event")
    dropped(journal, NOW_MS + DAY_MS)
    assert rows(journal, "SELECT count(*) FROM event") == before


# -- personal data -------------------------------------------------------------------------------------------------------------------------


def incident(journal: Journal, closed: bool = True) -> str:
    """An incident with words, of our own desk."""
    drafts = [
        ("incident.opened", kinds.IncidentOpened(title="三号沟泥流", level=3)),
        ("log.entered", kinds.LogEntered(text="王秀英 七十二岁 转移至学校", author="李强")),
        ("loss.reported", kinds.LossReported(injured=2, text="伤者王秀英", author="李强")),
    ]
    if closed:
        drafts.append(("incident.closed", kinds.IncidentClosed(summary="结束", author="李强")))
    journal.author([NewEvent("", kind, "i", kinds.encode_body(body)) for kind, body in drafts])
    return "i"


def everywhere(journal: Journal, text: str) -> bool:
    """Whether the file, its write-ahead log, or what can be read through them still has the text."""
    files = (path for path in journal.path.parent.iterdir() if path.name.startswith(journal.path.name))
    raw = any(text.encode() in path.read_bytes() for path in files)
    return raw or any(text in line for line in journal._connection.iterdump())


def carry(source: Journal, target: Journal) -> None:
    """Everything that the target lacks, commands first, as over a link."""
    for lane in Lane:
        for run in source.read(target.vector(), lane, [""], max_bytes=1 << 20):
            outcome = target.append([run]).outcomes[0]
            assert outcome.refusal is None, outcome


def know(source: Journal, target: Journal) -> None:
    identity = source.identity
    assert identity is not None
    target.add_root(identity.origin, source.signer.public_key, identity.name, identity.role, identity.area, bytes(32))


def test_a_purge_destroys_the_words_and_leaves_the_figures_and_the_chain(journal: Journal) -> None:
    case = incident(journal)
    digest = journal.digest(origin=journal.signer.origin)
    _, changes = journal.purge(case, "响应结束", "张伟")
    assert changes.ids["incident"] == {case}
    assert not everywhere(journal, "王秀英")
    assert rows(journal, "SELECT title, injured, level FROM incident") == [("三号沟泥流", 2, 3)]
    erased = rows(journal, "SELECT kind FROM timeline WHERE mark = 'erased' ORDER BY hlc")
    assert erased == [("log.entered",), ("loss.reported",), ("incident.closed",)]
    assert find(journal._database, "王秀英") == []
    assert journal.digest(origin=journal.signer.origin) != digest, "the purge is an event too"
    sound(journal)
    journal._connection.execute("BEGIN")
    refresh(journal._connection)
    journal._connection.execute("COMMIT")
    sound(journal)
    with pytest.raises(Fault, match="nothing of it"):
        journal.purge(case, "again")


@pytest.mark.parametrize("before", [True, False], ids=["it was there", "it comes without its words"])
def test_a_purge_reaches_who_was_away(journal: Journal, other: Journal, before: bool) -> None:
    know(journal, other)
    case = incident(journal)
    if before:
        carry(journal, other)
        assert everywhere(other, "王秀英")
    journal.purge(case, "响应结束")
    carry(journal, other)
    assert not everywhere(other, "王秀英")
    assert other.digest(origin=journal.signer.origin) == journal.digest(origin=journal.signer.origin)
    assert rows(other, "SELECT injured FROM incident") == [(2,)]
    sound(other)


def test_what_was_to_be_erased_and_comes_with_its_words_later_loses_them(journal: Journal, other: Journal, tmp_path: Path) -> None:
    third = open_journal(tmp_path / "third.db", seed=102)
    try:
        for each in (other, third):
            know(journal, each)
        case = incident(journal)
        carry(journal, third)
        journal.purge(case, "响应结束")
        commands = journal.read(other.vector(), Lane.COMMAND, [""], max_bytes=1 << 20)
        other.append(commands)
        carry(third, other)  # who does not know of the purge yet
        assert not everywhere(other, "王秀英")
        sound(other)
        carry(journal, third)
        assert third.digest() == other.digest()
    finally:
        third.close()


def test_without_an_order_nothing_is_taken_without_its_words(journal: Journal, other: Journal) -> None:
    know(journal, other)
    incident(journal)
    journal.purge("i", "响应结束")
    [reports] = journal.read({}, Lane.REPORT, [""], max_bytes=1 << 20)
    refusal = other.append([reports]).outcomes[0].refusal
    assert refusal is not None
    assert refusal.code == "erasure"


def test_a_hold_keeps_everything_until_it_is_lifted(journal: Journal, other: Journal) -> None:
    know(journal, other)
    know(other, journal)
    case = incident(journal)
    carry(journal, other)
    other.author([NewEvent("", "hold.placed", case, kinds.encode_body(kinds.HoldPlaced(why="事故调查")))])
    with pytest.raises(Fault, match="事故调查"):
        other.purge(case, "x")
    journal.purge(case, "响应结束")  # it did not know of the hold
    carry(journal, other)
    assert everywhere(other, "王秀英")
    sound(other)
    other.author([NewEvent("", "hold.lifted", case, kinds.encode_body(kinds.HoldLifted()))])
    assert not everywhere(other, "王秀英")
    sound(other)


def test_an_open_incident_is_not_purged(journal: Journal) -> None:
    incident(journal, closed=False)
    with pytest.raises(Fault, match="open"):
        journal.purge("i", "x")
    with pytest.raises(Fault, match="no incident"):
        journal.purge("nowhere", "x")


def test_a_unit_orders_nothing_to_be_erased(journal: Journal) -> None:
    unit = enrol(journal, seed=1, role="unit")
    refusal = journal.append([unit.say("incident.purged", "i", kinds.IncidentPurged(erased=[]))]).outcomes[0].refusal
    assert refusal is not None
    assert refusal.code == "role"


def test_a_purge_takes_only_what_is_its_incident_s_and_its_area_s(journal: Journal) -> None:
    root = county()
    desk = enrol(journal, seed=3, role="console", root=root)
    other = Voice(4, area="6540")
    incident(journal)
    journal.author([NewEvent("", "log.entered", "j", kinds.encode_body(kinds.LogEntered(text="另一起,张三")))])
    [reports] = journal.read({}, Lane.REPORT, [""], max_bytes=1 << 20, origin=journal.signer.origin)
    head = reports.entries[-1].prev
    listed = [
        kinds.Erasure(journal.signer.origin, "65/report", len(reports.entries), journal.heads()[reports.stream][1]),
        kinds.Erasure(other.origin, "6540/report", 1, head),
    ]
    order = desk.say("incident.purged", "i", kinds.IncidentPurged(erased=listed, why="x"))
    assert journal.append([order]).outcomes[0].accepted == 1
    assert everywhere(journal, "张三"), "it belongs to another incident, and to an area above"
    assert rows(journal, "SELECT count(*) FROM erasure") == [(0,)]
    sound(journal)


def test_the_rule_of_the_installation_is_sound() -> None:
    rule = default_rule()
    assert rule.keep_ms == 90 * DAY_MS
    assert rule.personal.kinds <= set(kinds.KINDS)
