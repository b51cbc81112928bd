"""Whom a peer calls on the local network, and whom never: with a real journal, and hints under the test's hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.comms.carriers.discovery import Announcement, Hint, domain_of
from console.comms.carriers.discovery.announcement import SERVICE
from console.comms.peer.hub import Hub
from console.comms.peer.memory import Memory, Upstream
from console.comms.peer.neighbours import LET_GO, Neighbours, Surroundings
from console.comms.security.keys import CurvePair, Keys
from console.comms.session import Tick
from console.models.journal import Journal
from console.models.rules.discovery import discovery_rule
from tests.comms.peers import House, house, link
from tests.models.voices import Voice, county, fixed_wall, open_journal
from tests.waiting import deadline

__all__ = ["house"]

RULE = discovery_rule()
ENDPOINT = "tcp://10.9.0.7:7650"
STEP_MS = 500


class Link:
    """What a `Dialler` is to those who choose: it notes what it is told."""

    def __init__(self, upstream: Upstream) -> None:
        self.upstream, self.online, self.line = upstream, False, None
        self.hints: list[tuple[str, ...]] = []
        self.ended = ""

    def hint(self, endpoints: tuple[str, ...]) -> None:
        if not self.hints or self.hints[-1] != endpoints:
            self.hints.append(endpoints)

    def turn(self, now_ms: int, tick: Tick | None) -> None: ...

    def stop(self, reason: str) -> None:
        self.ended = reason

    def cut(self, until_ms: int) -> None: ...


class Silent:
    """A beacon whose network is the test."""

    def __init__(self, told: Callable[..., None], stand: Callable[[str], None]) -> None:
        self.told, self.stand = told, stand
        self.announced: list[Announcement | None] = []
        self.sought = 0
        self.over = False

    def announce(self, announcement: Announcement | None) -> None:
        self.announced.append(announcement)

    def seek(self) -> None:
        self.sought += 1

    def end(self) -> None:
        self.over = True

    def stop(self) -> None: ...


class Yard:
    """A peer of some role, enrolled with the county, its link to the county, and who is around."""

    def __init__(self, root: Path, role: str, *, seed: int = 100) -> None:
        self.journal: Journal = open_journal(root / f"{role}.db", seed=seed, role=role, area="652722")
        self.memory = Memory(root)
        hub = Hub(self.journal, fixed_wall, lambda changes: None)
        pair = CurvePair.generate()
        self.county = county()
        self.above = Link(Upstream(["tcp://10.9.0.1:7650"], bytes(32).hex(), self.county.hex, "county"))
        self.above.online = True
        self.made: list[Link] = []
        self.callers: set[bytes] = set()
        self.beacons: list[Silent] = []
        self.now_ms = 0
        around = Surroundings(self._dial, lambda: [self.above], lambda: ["tcp://0.0.0.0:7650"], lambda: self.callers)  # type: ignore[arg-type, return-value]
        keys = Keys(self.journal.signer, pair, pair, pair)
        self.neighbours = Neighbours(
            hub,
            keys,
            self.memory,
            around,
            lambda call: call(),
            allowed=True,
            chance=lambda: 0.0,
            beacon=self._beacon,  # type: ignore[arg-type]
        )
        self.hub = hub

    def _dial(self, upstream: Upstream) -> Any:
        self.made.append(Link(upstream))
        return self.made[-1]

    def _beacon(self, told: Callable[..., None], stand: Callable[[str], None]) -> Silent:
        self.beacons.append(Silent(told, stand))
        return self.beacons[-1]

    def enrol(self, seed: int, role: str = "console") -> Voice:
        voice = Voice(seed, f"{role} {seed}")
        self.journal.append([self.county.enrol(voice, role)])
        return voice

    def hear(self, voice: Voice, role: str = "console", *, key: bytes = bytes(32), domain: str = "", leads: bool = False) -> None:
        domains = frozenset({domain or domain_of(self.county.signer.public_key)})
        instance = f"{voice.hex[:16]}.{SERVICE}"
        self.beacons[-1].told(instance, Hint(instance, voice.origin, key, role, "652722", domains, leads, (ENDPOINT,)))

    def pass_s(self, seconds: float) -> None:
        for _ in range(int(seconds * 1000 / STEP_MS)):
            self.now_ms += STEP_MS
            self.neighbours.turn(self.now_ms, Tick(0))

    @property
    def called(self) -> set[str]:
        return {link.upstream.origin for link in self.made if not link.ended}

    def close(self) -> None:
        self.neighbours.stop("over")
        self.journal.close()


Make = Callable[..., Yard]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[Yard] = []

    def build(role: str, **other: int) -> Yard:
        made.append(Yard(tmp_path, role, **other))
        return made[-1]

    yield build
    for yard in made:
        yard.close()


ALONE_S = RULE.patience_s + RULE.jitter_s + 1


def test_a_unit_is_silent_until_it_is_cut_off_and_lets_go_when_the_node_is_back(make: Make) -> None:
    yard = make("unit")
    console = yard.enrol(7)
    yard.pass_s(60)
    assert not yard.beacons
    yard.above.online = False
    yard.pass_s(1)
    assert yard.beacons[0].sought
    yard.hear(console)
    yard.pass_s(1)
    assert not yard.called
    yard.pass_s(ALONE_S)
    assert yard.called == {console.hex}
    assert yard.made[0].hints == [(ENDPOINT,)]
    yard.above.online = True
    yard.pass_s(RULE.fade_s - 1)
    assert yard.called
    yard.pass_s(2)
    assert yard.made[0].ended == "a node above is back"


def test_strangers_liars_and_the_revoked_are_never_called(make: Make) -> None:
    yard = make("unit")
    known, revoked, unit = yard.enrol(7), yard.enrol(8), yard.enrol(9, "unit")
    yard.journal.append([yard.county.revoke(revoked)])
    yard.above.online = False
    yard.pass_s(1)
    yard.hear(Voice(99))  # enrolled nowhere
    yard.hear(known, key=b"x" * 32)  # with another key than the enrolled one
    yard.hear(revoked)
    yard.hear(unit, "console")  # says to be more than it is
    yard.pass_s(ALONE_S)
    assert not yard.called
    yard.hear(known, domain="0" * 16)  # of another trust domain
    yard.pass_s(ALONE_S)
    assert not yard.called
    yard.hear(known)
    yard.pass_s(1)
    assert yard.called == {known.hex}


def test_who_is_revoked_meanwhile_is_let_go(make: Make) -> None:
    yard = make("unit")
    console = yard.enrol(7)
    yard.above.online = False
    yard.pass_s(1)
    yard.hear(console)
    yard.pass_s(ALONE_S)
    assert yard.called
    yard.journal.append([yard.county.revoke(console)])
    yard.pass_s(1)
    assert not yard.called
    assert not yard.neighbours.nearby()


def test_links_are_few_and_who_leads_takes_the_place_of_another(make: Make) -> None:
    yard = make("unit")
    consoles = [yard.enrol(seed) for seed in range(10, 20)]
    yard.above.online = False
    yard.pass_s(1)
    for console in consoles[:-1]:
        yard.hear(console)
    yard.pass_s(ALONE_S)
    before = yard.called
    assert len(before) == RULE.max_links
    yard.hear(consoles[-1], leads=True)
    yard.pass_s(1)
    assert consoles[-1].hex in yard.called
    assert len(yard.called) == RULE.max_links
    assert len(yard.called & before) == RULE.max_links - 1
    assert yard.neighbours.leads(consoles[-1].origin)


@pytest.mark.parametrize("smaller", [True, False])
def test_of_two_consoles_the_smaller_calls_and_the_other_only_if_it_does_not(make: Make, smaller: bool) -> None:
    yard = make("console")
    own = yard.journal.signer.origin
    other = next(voice for voice in map(Voice, range(1, 90)) if (own < voice.origin) == smaller)
    yard.journal.append([yard.county.enrol(other, "console")])
    yard.above.online = False
    yard.pass_s(1)
    yard.hear(other)
    yard.pass_s(ALONE_S)
    assert bool(yard.called) == smaller
    if not smaller:
        yard.pass_s(RULE.defer_s)
        assert yard.called == {other.hex}
    yard.callers.add(other.origin)  # both have called: the link of the smaller one stays
    yard.pass_s(1)
    assert bool(yard.called) == smaller


def test_who_has_called_is_not_called(make: Make) -> None:
    yard = make("console")
    others = [voice for voice in map(Voice, range(1, 90)) if yard.journal.signer.origin < voice.origin][:2]
    yard.journal.append([run for voice in others for run in [yard.county.enrol(voice, "console")]])
    yard.above.online = False
    yard.pass_s(1)
    for voice in others:
        yard.hear(voice)
    yard.callers.add(others[0].origin)
    yard.pass_s(ALONE_S)
    assert yard.called == {others[1].hex}


def test_a_console_is_announced_all_the_time_and_says_when_it_leads(make: Make) -> None:
    yard = make("console")
    yard.pass_s(1)
    [beacon] = yard.beacons
    [said] = beacon.announced
    assert said is not None
    assert (said.role, said.area, said.port, said.leads) == ("console", "652722", 7650, False)
    assert said.domains == {domain_of(yard.county.signer.public_key)}
    yard.memory.set_leading(1)
    yard.pass_s(1)
    assert beacon.announced[-1] == said._replace(leads=True)
    yard.memory.set_discovery(False)
    yard.pass_s(1)
    assert beacon.over
    beacon.stand("no network")
    assert "discovery" not in yard.hub.faults


def test_the_node_above_is_told_of_where_it_is_heard(make: Make) -> None:
    yard = make("console")
    yard.pass_s(1)
    yard.hear(yard.county, "node", key=b"x" * 32)
    yard.pass_s(1)
    assert not yard.above.hints  # not its key
    yard.hear(yard.county, "node")
    yard.pass_s(1)
    assert yard.above.hints == [(ENDPOINT,)]
    yard.above.online = False
    yard.pass_s(ALONE_S + RULE.defer_s)
    assert not yard.called  # its own link tries there


def test_a_node_calls_nobody(make: Make) -> None:
    yard = make("node")
    console = yard.enrol(7)
    yard.above.online = False
    yard.pass_s(1)
    yard.hear(console)
    yard.pass_s(ALONE_S + RULE.defer_s)
    assert not yard.called
    assert [near.name for near in yard.neighbours.nearby()] == ["console 7"]


def test_faults_of_the_beacon_stand_until_it_can_hear_again(make: Make) -> None:
    yard = make("console")
    yard.pass_s(1)
    yard.beacons[0].stand("no network")
    assert yard.hub.faults["discovery"] == "no network"
    yard.beacons[0].stand("")
    assert "discovery" not in yard.hub.faults


def test_a_link_that_was_let_go_is_not_shown_as_lost(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    link(node, "unit", state="online")
    unit._submit(lambda loop: [dialler.stop(LET_GO) for dialler in loop.network._diallers]).result(5)
    deadline(lambda: not [each for each in node.links() if each.name == "unit" and each.state == "gone"], "it is gone from the list")
