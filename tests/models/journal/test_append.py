"""What a journal takes in and what it refuses, each refusal with its own word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.errors import Fault
from console.models import kinds
from console.models.clock import hlc_from_ms, ms_of
from console.models.event import LANES_BY_URGENCY, Lane
from console.models.identity import Signer
from console.models.journal import Journal, NewEvent
from console.models.run import Entry, Run
from console.models.trust import load_roles
from tests.models.voices import AREA, NOW_MS, Voice, county, fixed_wall, join, open_journal, tables

LOG = kinds.LogEntered(text="三号沟有泥流")
POSITION = kinds.UnitPosition(lon=82.9, lat=44.6)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = open_journal(tmp_path / "journal.db")
    yield journal
    journal.close()


@pytest.fixture
def root() -> Voice:
    return county()


def enrolled(journal: Journal, root: Voice, seed: int, role: str, area: str = AREA) -> Voice:
    voice = Voice(seed, area=area)
    assert journal.append([root.enrol(voice, role)]).outcomes[0].accepted == 1
    return voice


def refusal(journal: Journal, run: Run, via: bytes | None = None) -> str:
    """The code a run is refused with; "" when it is taken."""
    outcome = journal.append([run], via).outcomes[0]
    return outcome.refusal.code if outcome.refusal else ""


# -- order --------------------------------------------------------------------------------------------------------------


def test_the_good_prefix_is_kept_and_what_follows_the_bad_event_is_refused(journal: Journal, root: Voice) -> None:
    desk = enrolled(journal, root, 1, "console")
    first, bad, last = desk.say("log.entered", "i", LOG), desk.say("log.entered", "i", b"\xc1"), desk.say("log.entered", "i", LOG)
    outcome = journal.append([join([first, bad, last])]).outcomes[0]
    assert (outcome.accepted, outcome.duplicates) == (1, 0)
    assert outcome.refusal is not None
    assert (outcome.refusal.code, outcome.refusal.seq) == ("body", 2)
    assert journal.vector()[first.stream] == 1


def test_duplicates_change_nothing(journal: Journal, root: Voice) -> None:
    desk = enrolled(journal, root, 1, "console")
    runs = [desk.say("log.entered", "i", LOG) for _ in range(3)]
    journal.append([join(runs[:2])])
    before = journal.digest(), journal.position
    again = journal.append([join(runs[:2])])
    assert again.outcomes[0] == (0, 2, None)
    assert not again.changes
    assert (journal.digest(), journal.position) == before
    assert journal.append([join(runs)]).outcomes[0] == (1, 2, None)


def test_the_same_run_twice_in_one_batch(journal: Journal, root: Voice) -> None:
    desk = enrolled(journal, root, 1, "console")
    run = desk.say("log.entered", "i", LOG)
    assert [outcome[:2] for outcome in journal.append([run, run]).outcomes] == [(1, 0), (0, 1)]


def test_a_gap_is_refused(journal: Journal, root: Voice) -> None:
    desk = enrolled(journal, root, 1, "console")
    desk.say("log.entered", "i", LOG)
    assert refusal(journal, desk.say("log.entered", "i", LOG)) == "gap"


def test_another_event_with_a_held_number_is_a_fork(journal: Journal, root: Voice) -> None:
    enrolled(journal, root, 1, "console")
    one, other = Voice(1), Voice(1)
    assert refusal(journal, one.say("log.entered", "i", LOG)) == ""
    assert refusal(journal, other.say("log.entered", "i", kinds.LogEntered(text="else"))) == "fork"


def test_a_fork_within_one_batch_is_seen(journal: Journal, root: Voice) -> None:
    enrolled(journal, root, 1, "console")
    runs = [Voice(1).say("log.entered", "i", kinds.LogEntered(text=text)) for text in ("one", "other")]
    taken, forked = journal.append(runs).outcomes
    assert taken.accepted == 1
    assert forked.refusal is not None
    assert forked.refusal.code == "fork"


def test_an_event_not_later_than_the_one_before_is_refused(journal: Journal, root: Voice) -> None:
    unit = enrolled(journal, root, 1, "unit")
    first, second = (unit.say("unit.position", unit.own("u"), POSITION) for _ in range(2))
    early = msgspec.structs.replace(second.entries[0], hlc=first.entries[0].hlc)
    assert refusal(journal, Run(first.origin, first.topic, 1, [first.entries[0], early])) == "clock"


def test_a_far_clock_does_not_drag_ours_along(journal: Journal, root: Voice) -> None:
    desk = enrolled(journal, root, 1, "console")
    tomorrow = hlc_from_ms(NOW_MS + 24 * 3600 * 1000)
    assert refusal(journal, desk.say("log.entered", "i", LOG, tomorrow)) == ""
    events, _ = journal.author([NewEvent("", "log.entered", "i", kinds.encode_body(LOG))])
    assert ms_of(events[0].hlc) == NOW_MS


def test_an_event_made_after_another_was_seen_is_ordered_after_it(journal: Journal, root: Voice) -> None:
    desk = enrolled(journal, root, 1, "console")
    ahead = hlc_from_ms(NOW_MS + 60_000)
    journal.append([desk.say("log.entered", "i", LOG, ahead)])
    events, _ = journal.author([NewEvent("", "log.entered", "i", kinds.encode_body(LOG))])
    assert events[0].hlc > ahead


# -- tampering ------------------------------------------------------------------------------------------------------------


def _flip(value: bytes | str | int, data: st.DataObject) -> bytes | str | int:
    """The value with one byte (or one bit of a number) changed."""
    if isinstance(value, int):
        return value ^ (1 << data.draw(st.integers(0, 40)))
    raw = bytearray(value if isinstance(value, bytes) else value.encode())
    if not raw:
        return b"\x01" if isinstance(value, bytes) else "x"
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 127))
    return bytes(raw) if isinstance(value, bytes) else raw.decode("latin-1")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_byte_of_any_field_altered_is_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / "tampered.db"
    path.unlink(missing_ok=True)
    journal = open_journal(path)
    try:
        root = county()
        desk = enrolled(journal, root, 1, "console")
        runs = [desk.say("log.entered", "incident", LOG) for _ in range(2)]
        journal.append(runs[:1])
        before = journal.digest(), tables(journal._connection)
        genuine = runs[1]
        field = data.draw(st.sampled_from(["origin", "topic", "first_seq", "hlc", "kind", "subject", "body", "prev", "signature"]))
        if field in ("origin", "topic", "first_seq"):
            forged = msgspec.structs.replace(genuine, **{field: _flip(getattr(genuine, field), data)})
        else:
            entry = genuine.entries[0]
            forged = Run(*genuine.stream, 2, [msgspec.structs.replace(entry, **{field: _flip(getattr(entry, field), data)})])
        outcome = journal.append([forged]).outcomes[0]
        assert outcome.refusal is not None or outcome.accepted == 0
        assert (journal.digest(), tables(journal._connection)) == before
        assert journal.append([genuine]).outcomes[0] == (1, 0, None)
    finally:
        journal.close()
        path.unlink()


def test_telemetry_with_a_seal_is_refused(journal: Journal, root: Voice) -> None:
    unit = enrolled(journal, root, 1, "unit")
    run = unit.say("unit.position", unit.own("u"), POSITION)
    sealed = msgspec.structs.replace(run.entries[0], signature=b"x" * 64)
    assert refusal(journal, Run(*run.stream, 1, [sealed])) == "chain"


# -- who may say what -----------------------------------------------------------------------------------------------------


def test_an_unknown_peer_is_refused(journal: Journal) -> None:
    assert refusal(journal, Voice(9).say("log.entered", "i", LOG)) == "unknown-origin"


def test_enrolment_and_what_it_vouches_for_may_come_together(journal: Journal, root: Voice) -> None:
    desk = Voice(1)
    outcomes = journal.append([root.enrol(desk, "console"), desk.say("log.entered", "i", LOG)]).outcomes
    assert [outcome.refusal for outcome in outcomes] == [None, None]


@pytest.mark.parametrize("role", ["unit", "gateway"])
def test_a_unit_speaks_for_its_own_things_alone(journal: Journal, root: Voice, role: str) -> None:
    unit = enrolled(journal, root, 1, role)
    assert refusal(journal, unit.say("unit.position", unit.own("u"), POSITION)) == ""
    assert refusal(journal, unit.say("unit.position", "another", POSITION)) == "subject"
    assert refusal(journal, unit.say("log.entered", "any incident", LOG)) == ""


def test_a_unit_answers_for_itself_alone(journal: Journal, root: Voice) -> None:
    unit = enrolled(journal, root, 1, "unit")
    assert refusal(journal, unit.say("task.answered", "t", kinds.TaskAnswered(unit=unit.own("u"), state="done"))) == ""
    assert refusal(journal, unit.say("task.answered", "t", kinds.TaskAnswered(unit="another", state="done"))) == "subject"


@pytest.mark.parametrize(
    ("role", "kind", "body", "code"),
    [
        ("unit", "task.assigned", kinds.TaskAssigned(unit="u", text="go"), "role"),
        ("unit", "incident.opened", kinds.IncidentOpened(title="x"), "subject"),
        ("console", "peer.revoked", kinds.PeerRevoked(), "role"),
        ("console", "task.assigned", kinds.TaskAssigned(unit="u", text="go"), ""),
        ("console", "incident.opened", kinds.IncidentOpened(title="x"), ""),
        ("stranger", "log.entered", LOG, "role"),
    ],
)
def test_roles(journal: Journal, root: Voice, role: str, kind: str, body: kinds.Body, code: str) -> None:
    assert refusal(journal, enrolled(journal, root, 1, role).say(kind, "s", body)) == code


@pytest.mark.parametrize(("area", "code"), [("652722", ""), ("652722100", ""), ("6527", "area"), ("652701", "area"), ("65272", "area")])
def test_a_grant_ends_at_its_area(journal: Journal, root: Voice, area: str, code: str) -> None:
    desk = enrolled(journal, root, 1, "console", "652722")
    assert refusal(journal, desk.say("log.entered", "i", LOG, area=area)) == code


@pytest.mark.parametrize(
    ("role", "area", "code"), [("node", AREA, ""), ("node", "652701", "area"), ("console", AREA, "role"), ("unit", AREA, "role")]
)
def test_only_a_node_enrols_and_only_within_its_area(journal: Journal, root: Voice, role: str, area: str, code: str) -> None:
    peer = enrolled(journal, root, 1, role)
    assert refusal(journal, peer.enrol(Voice(2), "unit", area)) == code


def test_an_enrolment_must_be_about_the_origin_of_its_key(journal: Journal, root: Voice) -> None:
    body = kinds.PeerEnrolled(name="x", role="unit", area=AREA, sign_key=Voice(2).signer.public_key, curve_key=bytes(32))
    assert refusal(journal, root.say("peer.enrolled", Voice(3).hex, body)) == "subject"


def test_what_a_revoked_peer_says_afterwards_is_refused(journal: Journal, root: Voice) -> None:
    desk = enrolled(journal, root, 1, "console")
    revoked = root.revoke(desk, hlc_from_ms(NOW_MS + 1000))
    before, after = (desk.say("log.entered", "i", LOG, hlc_from_ms(NOW_MS + ms)) for ms in (500, 1500))
    journal.append([revoked])
    assert refusal(journal, before) == ""
    assert refusal(journal, after) == "revoked"


def test_a_peer_may_be_enrolled_and_revoked_in_one_run(journal: Journal, root: Voice) -> None:
    peer = Voice(1)
    assert refusal(journal, join([root.enrol(peer, "console"), root.revoke(peer)])) == ""
    assert refusal(journal, peer.say("task.assigned", "t", kinds.TaskAssigned(unit="u", text="x"), hlc_from_ms(NOW_MS + 9000))) == "revoked"


def test_a_node_cannot_revoke_outside_its_area(journal: Journal, root: Voice) -> None:
    node, other = enrolled(journal, root, 1, "node", "652701"), enrolled(journal, root, 3, "node", "652701")
    desk = enrolled(journal, root, 2, "console", "652722")
    assert refusal(journal, node.revoke(desk)) == "area"
    assert refusal(journal, other.revoke(Voice(9))) == "subject"


def test_telemetry_comes_from_its_author_or_over_a_relay(journal: Journal, root: Voice) -> None:
    unit, other = enrolled(journal, root, 1, "unit"), enrolled(journal, root, 2, "unit")
    desk = enrolled(journal, root, 3, "console")
    runs = [unit.say("unit.position", unit.own("u"), POSITION) for _ in range(3)]
    assert refusal(journal, runs[0], via=unit.origin) == ""
    assert refusal(journal, runs[1], via=other.origin) == "relay"
    assert refusal(journal, runs[1], via=Voice(9).origin) == "relay"
    assert refusal(journal, runs[1], via=desk.origin) == ""
    assert refusal(journal, runs[2], via=root.origin) == ""


def test_a_kind_on_the_wrong_lane_is_refused(journal: Journal, root: Voice) -> None:
    desk = enrolled(journal, root, 1, "console")
    assert refusal(journal, desk.say("log.entered", "i", LOG, lane=Lane.COMMAND)) == "kind-lane"


def test_a_kind_of_a_later_version_is_kept_and_passed_on(journal: Journal, root: Voice) -> None:
    unit = enrolled(journal, root, 1, "unit")
    run = unit.say("drone.battery", "d", b"\x81\xa1v\x07", lane=Lane.TELEMETRY)
    assert refusal(journal, run) == ""
    assert journal.read({}, Lane.TELEMETRY, [AREA], max_bytes=1000)[0].entries[0].body == b"\x81\xa1v\x07"


def test_a_later_kind_of_a_family_the_role_does_not_have_is_refused(journal: Journal, root: Voice) -> None:
    unit = enrolled(journal, root, 1, "unit")
    assert refusal(journal, unit.say("peer.promoted", "x", b"\x80", lane=Lane.COMMAND)) == "role"


# -- our own ----------------------------------------------------------------------------------------------------------------


def test_what_others_would_refuse_is_not_written(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "unit.db", seed=1, role="unit", area=AREA)
    try:
        for draft in (
            NewEvent("", "unit.registered", "another", kinds.encode_body(kinds.UnitRegistered(name="x"))),
            NewEvent("", "task.assigned", "t", kinds.encode_body(kinds.TaskAssigned(unit="u", text="x"))),
            NewEvent("652701", "log.entered", "i", kinds.encode_body(LOG)),
            NewEvent("", "log.entered", "i", b"\xc1"),
            NewEvent("", "no.such", "i", b"\x80"),
        ):
            with pytest.raises(Fault):
                journal.author([NewEvent("", "log.entered", "i", kinds.encode_body(LOG)), draft])
        assert journal.position == 0
    finally:
        journal.close()


def test_a_blank_subject_gets_an_id_that_its_author_owns(tmp_path: Path) -> None:
    unit = Voice(1)
    journal = open_journal(tmp_path / "unit.db", seed=1, role="unit", area=AREA)
    try:
        events, changes = journal.author([NewEvent("", "incident.opened", "", kinds.encode_body(kinds.IncidentOpened(title="x")))] * 2)
    finally:
        journal.close()
    assert changes.ids["incident"] == {event.subject for event in events}
    assert all(event.subject.startswith(unit.own("")) for event in events)


def test_a_journal_without_identity_authors_nothing(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "new.db", Signer.generate())
    try:
        with pytest.raises(Fault, match="name, role and area"):
            journal.author([NewEvent("", "log.entered", "i", kinds.encode_body(LOG))])
    finally:
        journal.close()


def test_a_clock_that_was_set_back_never_reuses_or_reverses_a_stream(tmp_path: Path) -> None:
    late, early = NOW_MS + 86_400_000, NOW_MS
    hlcs = []
    for now in (late, early):
        journal = Journal.open(tmp_path / "journal.db", Signer(bytes([7]) * 32), wall=lambda now=now: now)  # type: ignore[misc]
        journal.set_identity("n", "node", "65")
        events, _ = journal.author([NewEvent("", "log.entered", "i", kinds.encode_body(LOG))])
        hlcs.append((events[0].seq, events[0].hlc))
        journal.close()
    assert hlcs[0][0] == 1
    assert hlcs[1][0] == 2
    assert hlcs[1][1] > hlcs[0][1]


# -- what another lacks -----------------------------------------------------------------------------------------------------


def test_two_journals_tell_each_other_everything(tmp_path: Path) -> None:
    node = open_journal(tmp_path / "node.db", seed=200, role="node", area="6527")
    unit = open_journal(tmp_path / "unit.db", seed=1, role="unit", area=AREA)
    try:
        voice = Voice(1)
        grant = kinds.PeerEnrolled(name="u", role="unit", area=AREA, sign_key=voice.signer.public_key, curve_key=bytes(32))
        node.author([NewEvent("", "peer.enrolled", voice.hex, kinds.encode_body(grant))])
        registered = kinds.encode_body(kinds.UnitRegistered(name="一号"))
        unit.author([NewEvent("", "unit.registered", voice.own("u"), registered)])
        unit.author([NewEvent("", "unit.position", voice.own("u"), kinds.encode_body(POSITION))] * 50)
        assert [unit.waiting(node.vector(), ["65"], lane) for lane in LANES_BY_URGENCY] == [0, 1, 50]
        for lane in LANES_BY_URGENCY:
            while runs := unit.read(node.vector(), lane, ["65"], max_bytes=500):
                node.append(runs, via=unit.signer.origin)
            unit.append(node.read(unit.vector(), lane, ["65"], max_bytes=10_000), via=node.signer.origin)
        assert node.digest() == unit.digest()
        assert node.digest(origin=voice.origin) != node.digest(origin=node.signer.origin)
        assert not any(unit.waiting(node.vector(), ["65"], lane) for lane in LANES_BY_URGENCY)
    finally:
        node.close()
        unit.close()


def test_read_keeps_to_areas_lanes_and_bytes(journal: Journal, root: Voice) -> None:
    desk = enrolled(journal, root, 1, "console")
    journal.append([join([desk.say("log.entered", "i", LOG) for _ in range(10)])])
    assert journal.read({}, Lane.REPORT, ["652701"], max_bytes=10_000) == []
    assert journal.read({}, Lane.REPORT, [], max_bytes=10_000) == []
    assert journal.read({}, Lane.REPORT, ["6527/"], max_bytes=10_000) == []
    assert journal.waiting({}, [f"{AREA}/"], Lane.REPORT) == 10
    (one,) = journal.read({}, Lane.REPORT, ["6527"], max_bytes=1)
    assert one.last_seq == 1
    (rest,) = journal.read({one.stream: 1}, Lane.REPORT, ["6527"], max_bytes=10_000)
    assert (rest.first_seq, rest.last_seq) == (2, 10)


def test_who_vouches_comes_before_what_is_vouched_for(journal: Journal, root: Voice, tmp_path: Path) -> None:
    """Through a chain of nodes: each stream is taken by an empty journal in the order it is read."""
    node = enrolled(journal, root, 1, "node", "652722")
    child = Voice(2, area="652722100")
    journal.append([node.enrol(child, "node")])
    leaf = Voice(3, area="652722100")
    journal.append([child.enrol(leaf, "console")])
    journal.append([leaf.say("task.assigned", "t", kinds.TaskAssigned(unit="u", text="x"))])
    other = open_journal(tmp_path / "other.db", seed=101)
    try:
        while runs := journal.read(other.vector(), Lane.COMMAND, ["65"], max_bytes=300):
            assert [outcome.refusal for outcome in other.append(runs).outcomes] == [None] * len(runs)
        assert other.digest("", leaf.origin) == journal.digest("", leaf.origin)
    finally:
        other.close()


def test_age_grows_while_an_event_waits(tmp_path: Path, root: Voice) -> None:
    now = NOW_MS
    journal = Journal.open(tmp_path / "journal.db", Signer.generate(), wall=lambda: now)
    try:
        journal.add_root(root.origin, root.signer.public_key, "county", "node", "6527", bytes(32))
        journal.append([root.say("log.entered", "i", LOG, age_ms=2_000)])
        now += 5_000
        (run,) = journal.read({}, Lane.REPORT, ["65"], max_bytes=1000)
    finally:
        journal.close()
    assert run.entries[0].age_ms == 7_000


def test_reopening_finds_everything_again(tmp_path: Path, root: Voice) -> None:
    journal = open_journal(tmp_path / "journal.db")
    desk = enrolled(journal, root, 1, "console")
    journal.append([desk.say("log.entered", "i", LOG)])
    before = journal.digest(), journal.position, journal.identity, journal.trust.grants, journal.clock.last
    journal.close()
    journal = Journal.open(tmp_path / "journal.db", Signer(bytes([100]) * 32), wall=fixed_wall)
    after = journal.digest(), journal.position, journal.identity, journal.trust.grants, journal.clock.last
    journal.close()
    assert after == before


def test_entries_of_the_greatest_size_and_number(journal: Journal, root: Voice) -> None:
    unit = enrolled(journal, root, 1, "unit")
    entry = Entry((1 << 63) - 1, "unknown.kind", "s", bytes(64 * 1024), (1 << 48) - 1)
    assert refusal(journal, Run(unit.origin, f"{AREA}/telemetry", 1, [entry])) == ""


def test_a_unit_begins_no_more_streams_than_its_role_may(journal: Journal, root: Voice) -> None:
    unit = enrolled(journal, root, 9, "unit")
    limit = load_roles()["unit"].streams
    runs = [unit.say("log.entered", "i1", kinds.LogEntered(text="x"), area=f"{AREA}{number:03}") for number in range(limit + 1)]
    outcomes = journal.append(runs).outcomes
    assert [outcome.accepted for outcome in outcomes] == [1] * limit + [0]
    assert outcomes[-1].refusal is not None
    assert outcomes[-1].refusal.code == "streams"
    more = unit.say("log.entered", "i1", kinds.LogEntered(text="y"), area=f"{AREA}000")
    assert journal.append([more]).outcomes[0].accepted == 1
