"""Who was enrolled before its node joined one further up believes that one too, three levels down."""

from __future__ import annotations

from console.comms.local.messages import Draft
from console.comms.peer import Peer
from console.models import kinds
from tests.comms.peers import BELOW, House, house, link, own, report
from tests.waiting import deadline

__all__ = ["house"]


def order(to: Peer) -> Draft:
    body = kinds.TaskAssigned(unit=own(to), text="撤离")
    return Draft(kind="task.assigned", subject="order-from-above", body=kinds.encode_body(body), area=BELOW)


def test_a_node_joined_late_is_believed_by_those_below(house: House) -> None:
    prefecture, county = house.node("prefecture", area="65"), house.node("county", area="6527")
    township = house.joined(county, "township", role="node", area=BELOW)
    unit = house.joined(county, "unit")
    unit.write([report(unit)]).result(10)
    link(unit, "county", state="online")
    county.join(prefecture.invite("node", "6527").result(5), "county").result(20)
    prefecture.write([order(unit)]).result(10)
    for name in ("county", "unit", "township"):
        deadline(lambda name=name: house.held(name, prefecture.origin).get(f"{BELOW}/command") == 1, f"{name} has the order", 20)
    assert not link(unit, "county", state="online").refused.get("unknown-origin")
    assert township.origin


def test_a_unit_tells_nobody_whom_to_believe(house: House) -> None:
    """Only a node that one was enrolled by is heard about nodes above, and only about those that its own area is part of."""
    elsewhere, county = house.node("elsewhere", area="61"), house.node("county", area="6527")
    unit = house.joined(county, "unit")
    county.write([Draft(kind="log.entered", subject="i", body=kinds.encode_body(kinds.LogEntered(text="t")))]).result(10)
    assert elsewhere.origin not in {each.peer for each in unit.links()}
    assert elsewhere.write([order(unit)]).exception(10) is not None
