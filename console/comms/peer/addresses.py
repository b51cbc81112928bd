"""Where a peer that listens on every address of this machine can be dialled."""

from __future__ import annotations

import socket

import psutil

_ANY = ("tcp://0.0.0.0:", "tcp://*:")
MAX_ENDPOINTS = 6


def reachable(bound: list[str]) -> list[str]:
    """`bound` with wildcards written out as this machine's addresses, loopback last."""
    endpoints: list[str] = []
    for endpoint in bound:
        wildcard = next((prefix for prefix in _ANY if endpoint.startswith(prefix)), None)
        endpoints += [endpoint] if wildcard is None else [f"tcp://{address}:{endpoint[len(wildcard) :]}" for address in _addresses()]
    return list(dict.fromkeys(endpoints))[:MAX_ENDPOINTS]


def _addresses() -> list[str]:
    found = [address.address for card in psutil.net_if_addrs().values() for address in card if address.family is socket.AF_INET]
    return sorted(found, key=lambda address: address.startswith("127."))
