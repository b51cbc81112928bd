"""The beacon on real sockets and real multicast, on a local network of its own that nobody else hears."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from zeroconf import InterfaceChoice, IPVersion, ServiceInfo, Zeroconf
from zeroconf._dns import DNSPointer
from zeroconf._protocol.outgoing import DNSOutgoing

from console.comms.carriers.discovery import Announcement, Beacon, Hint, domain_of
from console.comms.carriers.discovery.announcement import SERVICE
from console.comms.carriers.discovery.networks import Networks, networks
from tests.netlab.lab import Host, Lab, laboratory, obstacle
from tests.waiting import deadline

pytestmark = pytest.mark.skipif(bool(obstacle()), reason=obstacle() or "there is a laboratory")

SAID = Announcement(bytes(15) + b"\1", bytes(32), "console", "652722", frozenset({domain_of(b"k")}), leads=False, port=7650)


class Ears:
    """What a beacon told, by instance; the last word on each."""

    def __init__(self) -> None:
        self.heard: dict[str, Hint | None] = {}
        self.count = 0
        self.faults: list[str] = []
        self._lock = threading.Lock()

    def told(self, instance: str, hint: Hint | None) -> None:
        with self._lock:
            self.heard[instance] = hint
            self.count += 1

    def hint(self) -> Hint | None:
        return self.heard.get(SAID.instance)


class Street:
    """Hosts on one network, and beacons on them."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._beacons: list[Beacon] = []

    def host(self, number: int) -> Host:
        return self.lab.host(f"host{number}", street=f"10.8.0.{number}")

    def beacon(self, host: Host, look: object = networks) -> tuple[Beacon, Ears]:
        ears = Ears()
        with host.namespace.inside():
            beacon = Beacon(ears.told, ears.faults.append, look)  # type: ignore[arg-type]
        self._beacons.append(beacon)
        return beacon, ears

    def close(self) -> None:
        for beacon in self._beacons:
            beacon.end()
        for beacon in self._beacons:
            beacon.stop()


@pytest.fixture
def street() -> Iterator[Street]:
    with laboratory() as lab:
        made = Street(lab)
        try:
            yield made
        finally:
            made.close()


def test_what_one_says_the_other_hears_until_it_says_goodbye(street: Street) -> None:
    (one, _), (_, ears) = street.beacon(street.host(1)), street.beacon(street.host(2))
    one.announce(SAID)
    deadline(ears.hint, "it is heard")
    assert ears.hint() == Hint(*[SAID.instance, *SAID[:6]], ("tcp://10.8.0.1:7650",))
    one.announce(SAID._replace(leads=True))
    deadline(lambda: (hint := ears.hint()) is not None and hint.leads, "it leads now")
    one.stop()
    deadline(lambda: SAID.instance in ears.heard and ears.hint() is None, "it is gone")


def test_who_comes_later_hears_who_is_there(street: Street) -> None:
    one, _ = street.beacon(street.host(1))
    one.announce(SAID)
    _, first = street.beacon(street.host(2))
    deadline(first.hint, "it is heard")
    _, late = street.beacon(street.host(3))
    deadline(late.hint, "it is heard by who came later")


def test_an_address_that_changes_is_told(street: Street) -> None:
    host = street.host(1)
    one, _ = street.beacon(host)
    one.announce(SAID)
    _, ears = street.beacon(street.host(2))
    deadline(ears.hint, "it is heard")
    host.move(street.lab.lan("street"), "10.8.0.99")
    deadline(lambda: (hint := ears.hint()) is not None and hint.endpoints[0] == "tcp://10.8.0.99:7650", "the new address", 15)


def test_without_a_network_it_says_so_and_begins_when_there_is_one(street: Street) -> None:
    there: list[Networks] = [()]
    one, said = street.beacon(street.host(1), lambda: there[0] and networks())
    one.announce(SAID)
    deadline(lambda: said.faults, "it says why")
    assert "no network" in said.faults[0]
    _, ears = street.beacon(street.host(2))
    there[0] = ("any",)  # type: ignore[assignment]
    deadline(ears.hint, "it is heard")
    assert said.faults[1:] == [""]


def test_a_bug_in_looking_stands_as_a_fault_and_stops_with_the_beacon(street: Street) -> None:
    def broken() -> Networks:
        raise PermissionError("not for you")

    beacon, said = street.beacon(street.host(1), broken)
    deadline(lambda: said.faults, "it says why")
    assert "not for you" in said.faults[0]
    beacon.stop()


def test_a_network_that_healed_is_asked_anew(street: Street) -> None:
    host = street.host(1)
    host.cables["street"].cut()
    one, _ = street.beacon(host)
    one.announce(SAID)
    two, ears = street.beacon(street.host(2))
    assert ears.hint() is None
    host.cables["street"].heal()
    two.seek()
    deadline(ears.hint, "it is heard once it is asked", 15)


def test_liars_and_floods_do_not_keep_it_from_hearing(street: Street) -> None:
    two, ears = street.beacon(street.host(2))
    hostile = street.host(66)
    with hostile.namespace.inside():
        zeroconf = Zeroconf(interfaces=InterfaceChoice.All, ip_version=IPVersion.V4Only)
    try:
        name = f"liar.{SERVICE}"
        lie = ServiceInfo(
            SERVICE, name, port=1, properties={"v": "1", "o": "x" * 200}, server="liar.local.", parsed_addresses=["10.8.0.66"]
        )
        zeroconf.register_service(lie, cooperating_responders=True)
        for batch in range(40):
            flood = DNSOutgoing(0x8400)  # an answer with authority, RFC 6762 section 18
            for number in range(50):
                flood.add_answer_at_time(DNSPointer(SERVICE, 12, 1, 4500, f"{batch}-{number}.{SERVICE}"), 0)
            zeroconf.send(flood)
        one, _ = street.beacon(street.host(1))
        one.announce(SAID)
        deadline(ears.hint, "a true word among 2,000 half ones", 30)
        assert set(ears.heard) == {SAID.instance}
    finally:
        zeroconf.close()
    two.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # zeroconf drops its own socket unclosed there
def test_a_port_that_somebody_has_for_himself_is_a_fault_until_it_is_free(street: Street) -> None:
    host = street.host(1)
    with host.namespace.inside():
        taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with taken:
        taken.bind(("0.0.0.0", 5353))
        one, said = street.beacon(host)
        one.announce(SAID)
        deadline(lambda: said.faults, "it says why")
        assert said.faults[0].startswith("peers on the local network cannot be found: ")
    _, ears = street.beacon(street.host(2))
    deadline(ears.hint, "it is heard once the port is free", 15)
    assert said.faults[1:] == [""]
