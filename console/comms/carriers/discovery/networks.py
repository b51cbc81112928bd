"""This machine's IPv4 networks: where multicast goes out, what is announced, and which addresses of others can be on them."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Interface

import psutil

Networks = tuple[IPv4Interface, ...]
"""Each address of this machine with its network, sorted, so that two looks can be compared."""


def networks() -> Networks:
    """As they are now. Cards that are down, and addresses without a mask, are left out."""
    up = {name for name, card in psutil.net_if_stats().items() if card.isup}
    found = [
        _interface(address.address, address.netmask)
        for name, addresses in psutil.net_if_addrs().items()
        if name in up
        for address in addresses
        if address.family is socket.AF_INET and address.netmask
    ]
    return tuple(sorted({each for each in found if each is not None}))


def _interface(address: str, netmask: str) -> IPv4Interface | None:
    try:
        return IPv4Interface(f"{address}/{netmask}")
    except ValueError:
        return None


def own_addresses(ours: Networks) -> list[str]:
    """What this machine can be reached at; its loopback only when it has nothing else."""
    outward = [str(each.ip) for each in ours if not each.ip.is_loopback]
    return outward or [str(each.ip) for each in ours]


def nearby(addresses: Sequence[str], ours: Networks) -> list[str]:
    """Those of `addresses` that a machine of a local network can have, those on one of our networks first.

    Nobody is sent out into the internet by what a stranger says: an address is taken when one of our own networks has it, or it is of the
    private ranges (`ipaddress`, IANA's special-purpose registry). Offices do use registered addresses on local networks: on ours they count.
    Loopback counts only on a machine that has nothing else.
    """
    alone = all(each.ip.is_loopback for each in ours)
    parsed = [address for address in map(_address, dict.fromkeys(addresses)) if address is not None]
    usable = [address for address in parsed if not address.is_loopback or alone]
    on_ours = [address for address in usable if any(address in each.network for each in ours)]
    private = [address for address in usable if address not in on_ours and address.is_private]
    return [str(address) for address in (*on_ours, *private)]


def _address(text: str) -> IPv4Address | None:
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        return None
    return None if address.is_multicast or address.is_unspecified or address.is_reserved else address
