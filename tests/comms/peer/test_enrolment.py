"""Who gets in, who does not, and what both ends are told."""

from __future__ import annotations

import pytest

from console.comms.local.messages import MAX_VALID_S, Draft
from console.comms.peer import Peer
from console.comms.peer.memory import Memory, Upstream
from console.comms.security.keys import open_keys
from console.errors import Fault, RefusedFault, UsageFault
from console.models import kinds
from console.models.clock import wall_ms
from console.models.journal import Journal
from console.models.paths import DataDir
from tests.comms.peers import House, house, link, position, report
from tests.waiting import deadline

__all__ = ["house"]


def test_a_token_enrols_once(house: House) -> None:
    node = house.node()
    token = node.invite("unit", "652701").result(5)
    first, second = house.bare("first"), house.bare("second")
    assert first.join(token, "first").result(20) == ["node"]
    assert (first.me().role, first.me().area, first.me().name) == ("unit", "652701", "first")
    with pytest.raises(RefusedFault, match=r"token used by first at \d{4}-"):
        second.join(token, "second").result(20)
    refused = next(each for each in node.links() if each.refused)
    assert refused.state == "refused"
    assert "token used by first" in refused.reason
    assert refused.refused == {"used": 1}
    assert house.held("node", second.origin) == {}


def test_the_same_command_line_may_be_used_again(house: House) -> None:
    node = house.node()
    token = node.invite("unit", "652701").result(5)
    unit = house.bare("unit")
    unit.join(token, "unit").result(20)
    unit.stop()
    assert house.bare("unit").join(token, "unit").result(20) == ["node"]


def test_an_answer_that_was_lost_can_be_asked_for_again(house: House) -> None:
    node = house.node()
    token = node.invite("unit", "652701").result(5)
    unit = house.bare("unit")
    unit.join(token, "unit").result(20)
    unit.stop()
    for left in ("journal.db", "journal.db-wal", "journal.db-shm", "peer.json"):  # as if it had died before it wrote the answer down
        (house.root / "unit" / left).unlink(missing_ok=True)
    again = house.bare("unit")
    again.join(token, "unit").result(20)
    again.deliver([report(again)]).result(10)


def test_an_expired_token_is_refused(house: House) -> None:
    later = {"ms": 0}
    node = house.node(wall=lambda: wall_ms() + later["ms"])
    token = node.invite("unit", "652701", valid_s=60).result(5)
    later["ms"] = 61_000
    unit = house.bare("unit")
    with pytest.raises(RefusedFault, match="expired"):
        unit.join(token, "unit").result(20)
    assert any(each.refused == {"expired": 1} for each in node.links())
    assert not unit.me().role


def test_a_token_of_another_node_is_not_known(house: House) -> None:
    node, other = house.node(), house.node("other")
    token = other.invite("unit", "652701").result(5)
    _point(house, token, node)


def _point(house: House, token: str, node: Peer) -> None:
    """Use `token` with the address and key of another node: what a copied or forged token would be."""
    from console.comms.security.token import Token, decode_token, encode_token

    held = decode_token(token)
    keys = open_keys(DataDir(house.root / "node").keys)
    forged = Token(node.me().listen, keys.curve.public, keys.signer.public_key, "node", held.role, held.area, held.expires_ms, held.secret)
    with pytest.raises(RefusedFault, match="does not know this token"):
        house.bare("unit").join(encode_token(forged), "unit").result(20)
    strangers = link(node, state="refused")
    assert strangers.refused == {"unenrolled key": 1}
    assert "not enrolled here" in strangers.reason
    assert node.me().refused == {"unenrolled key": 1}


@pytest.mark.parametrize(
    ("role", "area", "why"), [("unit", "652301", "not within"), ("king", "652701", "not a role"), ("unit", "x", "not within")]
)
def test_a_node_issues_only_what_it_may(house: House, role: str, area: str, why: str) -> None:
    with pytest.raises(UsageFault, match=why):
        house.node().invite(role, area).result(5)


def test_a_unit_vouches_for_nobody(house: House) -> None:
    unit = house.joined(house.node())
    with pytest.raises(Fault, match="only a node"):
        unit.invite("unit", "652701").result(5)


def test_an_unreachable_node_is_named_and_the_token_stays_good(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.comms.peer.enrolment.JOIN_MS", 700)
    node = house.node()
    token = node.invite("unit", "652701").result(5)
    endpoint = node.me().listen[0]
    node.stop()
    unit = house.bare("unit")
    with pytest.raises(Fault, match="cannot be reached") as caught:
        unit.join(token, "unit").result(20)
    assert endpoint in str(caught.value)
    house.node(listen=endpoint)
    unit.join(token, "unit").result(20)


def test_writing_outside_its_area_is_refused_at_home_and_not_asked_for_by_the_node(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    good = report(unit)
    elsewhere = Draft(kind=good.kind, subject=good.subject, body=good.body, area="652722")
    with pytest.raises(Fault, match="652722"):
        unit.write([elsewhere]).result(5)
    unit.stop()
    _grow(house, area="65")  # a unit that believes it has a larger area
    unit = house.bare("unit")
    unit.write([elsewhere]).result(5)
    unit.deliver([Draft(kind=good.kind, subject=good.subject, body=good.body, area="652701")]).result(10)
    assert house.held("node", unit.origin) == {"652701/report": 1}


def _grow(house: House, area: str) -> None:
    data_dir = DataDir(house.root / "unit")
    journal = Journal.open(data_dir.journal, open_keys(data_dir.keys).signer)
    journal.set_identity("unit", "unit", area)
    journal.close()


def test_an_unenrolled_key_is_refused_and_told_why(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    unit.stop()
    data_dir = DataDir(house.root / "unit")
    (data_dir.keys / "curve.key").unlink()  # a new one is made: nobody knows it
    unit = house.bare("unit")
    told = link(unit, state="refused")
    assert told.reason == f"this key is not enrolled with node at {node.me().listen[0]}; ask for a token"
    assert link(node, "", id="unenrolled").refused["unenrolled key"] >= 1
    unit.write([report(unit)]).result(5)
    assert house.held("node", unit.origin) == {}


def test_a_revoked_peer_is_told_why_and_nothing_of_it_is_read(house: House) -> None:
    node = house.node()
    unit, good = house.joined(node), house.joined(node, "good")
    unit.deliver([report(unit)]).result(10)
    node.revoke("unit", "lost on the road").result(5)
    assert "lost on the road" in link(unit, state="refused").reason
    unit.write([report(unit), position(unit)]).result(5)
    unit.stop()
    again = house.bare("unit")
    assert "was revoked on" in link(again, state="refused").reason
    refused = link(node, "unit", state="refused")
    assert "lost on the road" in refused.reason
    assert refused.refused["revoked"] >= 2
    good.deliver([report(good)]).result(10)
    assert house.held("node", unit.origin) == {"652701/report": 1}


def test_a_revoked_peer_can_be_enrolled_anew(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    node.revoke("unit", "found again").result(5)
    link(unit, state="refused")
    unit.join(node.invite("unit", "6527").result(5), "unit").result(20)
    unit.deliver([report(unit)]).result(10)


def test_whoever_answers_with_another_key_is_not_believed(house: House) -> None:
    node, other = house.node(), house.node("other")
    unit = house.joined(node)
    unit.stop()
    memory = Memory(house.root / "unit")
    held = memory.upstreams[0]
    memory.add_upstream(Upstream(other.me().listen, held.key, held.origin, held.name))
    unit = house.bare("unit")
    unit.write([report(unit)]).result(5)
    deadline(lambda: link(unit).reason, "the link says why")
    assert link(unit).state != "online"
    assert house.held("other", unit.origin) == {}


def test_a_peer_does_not_become_what_its_events_would_not_allow(house: House) -> None:
    node = house.node()
    office = house.node("office", area="652301")
    office.write([report(office)]).result(5)
    with pytest.raises(RefusedFault, match="outside the token's area"):
        office.join(node.invite("console", "652701").result(5), "office").result(20)
    assert office.me().area == "652301"


def test_a_node_below_passes_on_what_its_units_say(house: House) -> None:
    region = house.node("region", area="65")
    county = house.node("county", area="6527")
    county.join(region.invite("node", "6527").result(5), "county").result(20)
    unit = house.joined(county)
    unit.deliver([report(unit), position(unit)]).result(10)
    deadline(lambda: house.held("region", unit.origin) == {"652701/report": 1, "652701/telemetry": 1}, "at the region")
    region.write([Draft(kind="task.assigned", body=kinds.encode_body(kinds.TaskAssigned(unit="u", text="all")))]).result(5)
    deadline(lambda: house.held("unit", region.origin).get("65/command"), "an order from the top at the unit")


@pytest.mark.parametrize("valid_s", [-1, 0, MAX_VALID_S + 1, 1 << 62])
def test_a_token_is_not_for_ever(house: House, valid_s: int) -> None:
    with pytest.raises(UsageFault, match="at most 168 hours"):
        house.node().invite("unit", "6527", valid_s).result(5)
