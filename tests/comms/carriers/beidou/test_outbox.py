"""Whom an event concerns that no network reaches, and what of the journal is looked through."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.comms.carriers.beidou.outbox import LOOK_BACK, Found, Outbox, Place, concerns
from console.comms.carriers.beidou.registry import Registry
from console.comms.carriers.beidou.store import Store
from console.errors import Fault
from console.models import kinds
from console.models.event import Event
from console.models.identity import owned_subject
from console.models.journal.reading import Reader
from console.models.trust import Grant
from tests.comms.carriers.beidou.material import DESK, NODE, UNIT, event, help_call
from tests.comms.stations import Station

NO_KEY = bytes(32)
NODE_GRANT = Grant(NODE, "County", "node", "6527", NO_KEY)
UNIT_GRANT = Grant(UNIT, "Rescue 1", "unit", "652722", NO_KEY)
DESK_GRANT = Grant(DESK, "Desk", "console", "6527", NO_KEY)
AT_UNIT = Place(UNIT, "unit", "652722", frozenset({NODE}), cut_off=True)
AT_NODE = Place(NODE, "node", "6527", frozenset(), cut_off=True)
AT_DESK = Place(DESK, "console", "6527", frozenset({NODE}), cut_off=True)


def order(unit: bytes = UNIT, origin: bytes = DESK) -> Event:
    return event(kinds.TaskAssigned(unit=owned_subject(unit, "unit"), text="go"), owned_subject(origin, "t"), origin=origin)


LOSS = event(kinds.LossReported(missing=3), "incident")
ROAD = event(kinds.RoadClosed(name="G312"), owned_subject(DESK, "r"), origin=DESK)
ELSEWHERE = event(kinds.RoadClosed(name="G30"), owned_subject(DESK, "r"), origin=DESK, area="652801")


@pytest.mark.parametrize(
    ("said", "other", "place", "concerned"),
    [
        (help_call(), NODE_GRANT, AT_UNIT, True),
        (order(), NODE_GRANT, AT_UNIT, False),  # not the unit's own: it came from there
        (help_call(), DESK_GRANT, AT_UNIT, False),  # a unit writes to its node alone
        (order(), UNIT_GRANT, AT_NODE, True),
        (order(unit=NODE), UNIT_GRANT, AT_NODE, False),  # to another's unit
        (help_call(), UNIT_GRANT, AT_NODE, False),  # its own
        (ROAD, UNIT_GRANT, AT_NODE, True),
        (ELSEWHERE, UNIT_GRANT, AT_NODE, False),
        (LOSS, UNIT_GRANT, AT_NODE, False),
        (LOSS, DESK_GRANT, AT_NODE, True),
        (order(), DESK_GRANT, AT_NODE, False),  # its own
        (order(), UNIT_GRANT, AT_DESK, True),
        (order(), UNIT_GRANT, AT_DESK._replace(cut_off=False), False),  # its node does that
        (order(origin=NODE), UNIT_GRANT, AT_DESK, False),
        (order(), NODE_GRANT, AT_DESK, True),
    ],
)
def test_whom_an_event_concerns(said: Event, other: Grant, place: Place, concerned: bool) -> None:
    assert concerns(Found(said, 0), other, place) is concerned


@pytest.fixture
def station(tmp_path: Path):  # noqa: ANN201
    station = Station(tmp_path, 1, "County", "node", "6527")
    yield station
    station.close()


def test_each_event_is_told_once_and_of_a_long_stream_only_the_last(station: Station, tmp_path: Path) -> None:
    for number in range(LOOK_BACK + 50):
        station.write("unit.report", station.own("unit"), kinds.UnitReport(text=f"{number}"))
    station.write("incident.closed", "i", kinds.IncidentClosed())
    reader = Reader(station.path)
    try:
        outbox = Outbox(reader.connection, station.signer.origin)
        first = [found.event for found in outbox.news(station.journal.vector(), 1000)]
        assert len(first) in range(LOOK_BACK - 1, LOOK_BACK + 1)
        assert {said.kind for said in first} == {"unit.report"}
        assert list(outbox.news(station.journal.vector(), 1000)) == []
        station.report("one more")
        assert [kinds.decode_body(found.event.kind, found.event.body) for found in outbox.news(station.journal.vector(), 1000)] == [
            kinds.UnitReport(text="one more")
        ]
        outbox.begin_anew()
        assert list(outbox.news(station.journal.vector(), 1)) != []  # one stream, and the rest the next time
        outbox.begin_anew()
        assert len(list(outbox.news(station.journal.vector(), 1000))) in range(LOOK_BACK - 1, LOOK_BACK + 1)
    finally:
        reader.close()


def test_cards_are_those_of_enrolled_peers_as_they_declared_them(station: Station, tmp_path: Path) -> None:
    unit = Station(tmp_path, 2, "unit", "unit", "652722")
    try:
        station.vouch(unit)
        for author in (station, unit):
            author.write("card.declared", author.own("station"), kinds.CardDeclared(number=f"024228{author.signer.origin[0] % 10}"))
        reader = Reader(station.path)
        registry = Registry(reader.connection, station.signer.origin)
        assert registry.look(station.journal.trust)
        assert (registry.own_number != "", registry.cards) == (True, {})  # the unit's is not here yet
        assert not registry.look(station.journal.trust)
        station.hub.carry(unit.journal.read({}, kinds.lane_of("card.declared"), ["65"], max_bytes=10_000), unit.signer.origin)
        assert registry.look(station.journal.trust)
        assert [carded.grant.name for carded in registry.cards.values()] == ["unit"]
        assert registry.author(unit.signer.origin[:6]) == unit.signer.origin
        station.write("peer.revoked", unit.signer.origin.hex(), kinds.PeerRevoked(why="lost"), area="652722")
        assert registry.look(station.journal.trust)
        assert registry.cards == {}
        reader.close()
    finally:
        unit.close()


def test_what_is_kept_is_there_again_and_a_file_lost_uses_no_number_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.set_port("/dev/ttyUSB0")
    kept = store.kept(UNIT, 1_790_000_000_000)
    assert kept.sent == (1_790_000_000 - 1_704_067_200) // 60
    kept.sent += 1
    kept.carried.append((UNIT, "652722/report", 7))
    store.save()
    again = Store(tmp_path)
    assert (again.port, again.kept(UNIT, 0)) == ("/dev/ttyUSB0", kept)
    (tmp_path / "beidou.json").unlink()
    assert Store(tmp_path).kept(UNIT, 1_790_000_000_000 + 120_000).sent > kept.sent


def test_a_damaged_file_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "beidou.json").write_bytes(b"{")
    with pytest.raises(Fault, match="Remove it"):
        Store(tmp_path)
