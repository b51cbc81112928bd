"""What is said on the local network is read as it was meant, and what is not meant for us is no hint, whatever it is."""

from __future__ import annotations

from ipaddress import IPv4Interface

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.carriers.discovery.announcement import MAX_ADDRESSES, MAX_DOMAINS, Announcement, Hint, NoHint, domain_of, parse
from console.comms.carriers.discovery.networks import nearby, own_addresses
from console.comms.interest import ROLES

ADDRESSES = ["10.9.0.7"]
HERE = (IPv4Interface("10.9.0.1/24"), IPv4Interface("127.0.0.1/8"))

announcements = st.builds(
    Announcement,
    origin=st.binary(min_size=16, max_size=16),
    key=st.binary(min_size=32, max_size=32),
    role=st.sampled_from(ROLES),
    area=st.sampled_from(["65", "6527", "652722", "652722001"]),
    domains=st.frozensets(st.binary(min_size=32, max_size=32).map(domain_of), min_size=1, max_size=MAX_DOMAINS),
    leads=st.booleans(),
    port=st.integers(1, 65535),
)


def heard(said: Announcement, **other: str | bytes | None) -> Hint:
    txt: dict[bytes, bytes | None] = {key.encode(): value.encode() for key, value in said.txt().items()}
    txt |= {key.encode(): value.encode() if isinstance(value, str) else value for key, value in other.items()}
    return parse(said.instance, txt, ADDRESSES, said.port)


@given(said=announcements)
def test_what_is_said_is_heard(said: Announcement) -> None:
    hint = heard(said)
    assert hint == Hint(*[said.instance, *said[:6]], (f"tcp://10.9.0.7:{said.port}",))
    assert sum(len(key) + len(value) + 2 for key, value in said.txt().items()) <= 400
    assert all(len(key) + len(value) + 1 <= 255 for key, value in said.txt().items())


SAID = Announcement(bytes(16), bytes(32), "console", "652722", frozenset({domain_of(b"k")}), leads=False, port=7650)


@pytest.mark.parametrize(
    "lie",
    [
        {"v": "2"},
        {"v": None},
        {"o": "00"},
        {"o": "zz" * 16},
        {"o": "AB" * 16},
        {"k": "00" * 33},
        {"k": ""},
        {"r": "emperor"},
        {"a": "../.."},
        {"a": "6527٢٢"},
        {"d": ""},
        {"d": "x" * 16},
        {"d": ",".join(["0" * 16] * (MAX_DOMAINS + 1))},
        {"o": b"\xff" * 32},
        {"x": "y" * 2000},
        {"a": "6" * 400},
    ],
)
def test_a_lie_about_the_form_is_no_hint(lie: dict[str, str | bytes | None]) -> None:
    with pytest.raises(NoHint):
        heard(SAID, **lie)


@given(
    txt=st.dictionaries(st.sampled_from([b"v", b"o", b"k", b"r", b"a", b"d", b"l", b"x"]), st.none() | st.binary(max_size=300)),
    addresses=st.lists(st.text(max_size=20), max_size=20),
    port=st.none() | st.integers(-1, 1 << 20),
)
def test_nothing_that_is_heard_breaks_the_reading(txt: dict[bytes, bytes | None], addresses: list[str], port: int | None) -> None:
    try:
        hint = parse("x", {b"v": b"1", **txt}, nearby(addresses, HERE), port)
    except NoHint:
        return
    assert len(hint.endpoints) <= MAX_ADDRESSES


def test_no_port_and_no_address_are_no_hint() -> None:
    for port in (None, 0, -1, 65536):
        with pytest.raises(NoHint):
            heard(SAID._replace(port=port))  # type: ignore[arg-type]
    with pytest.raises(NoHint):
        parse(SAID.instance, {key.encode(): value.encode() for key, value in SAID.txt().items()}, [], 7650)


def test_a_hint_sends_nobody_into_the_internet_nor_to_itself() -> None:
    said = ["8.8.8.8", "127.0.0.1", "224.0.0.251", "0.0.0.0", "255.255.255.255", "x", "::1", "192.168.7.7", "10.9.0.7", "10.9.0.7"]
    assert nearby(said, HERE) == ["10.9.0.7", "192.168.7.7"]


def test_registered_addresses_count_on_our_own_network() -> None:
    assert nearby(["59.192.4.5", "59.192.9.9"], (IPv4Interface("59.192.4.1/24"),)) == ["59.192.4.5"]


def test_loopback_counts_on_a_machine_that_has_nothing_else() -> None:
    alone = (IPv4Interface("127.0.0.1/8"),)
    assert nearby(["127.0.0.1"], alone) == own_addresses(alone) == ["127.0.0.1"]
    assert own_addresses(HERE) == ["10.9.0.1"]
