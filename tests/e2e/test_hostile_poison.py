"""What an enrolled peer can say that is well formed and means harm: the node goes on, and nobody else's events are lost."""

from __future__ import annotations

import pytest

from console.comms import wire
from console.comms.wire import Ack, Events, Hello, Refused, Wants
from console.models.run import Entry, Run
from tests.comms.hostile import Rogue, signed
from tests.comms.peers import House, house, report
from tests.waiting import deadline

__all__ = ["house"]
ANSWER_S = 10.0


@pytest.mark.parametrize("code", ["gap", "other"])
def test_a_stream_that_is_none_does_not_end_the_node(house: House, code: str) -> None:
    node = house.node()
    good = house.joined(node, "good")
    with Rogue(node.invite("unit", "652701").result(5)) as rogue:
        mine = rogue.signer.origin
        vector = [(mine, "bogus", 5)]
        rogue.socket.send(wire.encode(Hello(mine, "unit", "rogue", "652701", Wants(), vector, 1 << 20, 1)))
        assert isinstance(wire.decode(rogue.socket.recv()), (Hello, Refused))
        rogue.socket.send(wire.encode(Refused(code, "x", mine, "bogus", 1)))
        rogue.socket.send(wire.encode(Ack([(mine, "bogus", 6)])))
        for _ in range(3):
            good.deliver([report(good)]).result(ANSWER_S)


def test_an_event_that_says_to_be_very_old_does_not_keep_others_back(house: House) -> None:
    node = house.node()
    good = house.joined(node, "good")
    with Rogue(node.invite("unit", "652701").result(5)) as rogue:
        rogue.greet()
        run = signed(rogue.signer)
        entry = run.entries[0]
        old = Entry(entry.hlc, entry.kind, entry.subject, entry.body, (1 << 48) - 1, entry.prev, entry.signature)
        rogue.socket.send(wire.encode(Events([Run(run.origin, run.topic, 1, [old])])))
        rogue.await_ack()
        good.deliver([report(good)]).result(ANSWER_S)
        house.joined(node, "desk", role="console", area="6527")
        deadline(lambda: house.held("desk", good.origin) == {"652701/report": 1}, "the desk hears of the honest unit")
