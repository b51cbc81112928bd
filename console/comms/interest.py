"""Who wants, and may have, which topics.

A prefix such as `6527` means that area and all below it, `6527/` that area alone. Units and gateways are sent orders only; consoles
and nodes everything of their area. Everybody is sent the orders of the areas above its own, where those who vouch for others and
command from higher up speak.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from console.comms.wire import Wants
from console.models.event import Lane, Vector
from console.models.trust import Grant

_LEVELS = (2, 4, 6, 9)
"""Digits of GB/T 2260 codes above a village: province, prefecture, county, township."""
_ORDERED = ("unit", "gateway")
ROLES = ("unit", "gateway", "console", "node")


class Interest(NamedTuple):
    """What one peer wants of another, and how that is limited to what it may have."""

    role: str
    area: str

    def wants(self) -> Wants:
        """What a peer of this role and area asks the node above it for; the most that it may be sent."""
        own = [self.area]
        orders = own + [f"{self.area[:level]}/" for level in _LEVELS if level < len(self.area)]
        return Wants(orders) if self.role in _ORDERED else Wants(orders, own, own)

    def limit(self, asked: Wants) -> Wants:
        """What of `asked` a peer of this role and area may have."""
        most = self.wants()
        return Wants(*([prefix for prefix in asked.of(lane) if prefix.startswith(tuple(most.of(lane)))] for lane in Lane))


def wanted_from(area: str) -> Wants:
    """What a node asks a peer of this area, enrolled with it, for: all that it has to say there."""
    return Wants([area], [area], [area])


def limit_for(grant: Grant) -> Callable[[Wants], Wants]:
    return Interest(grant.role, grant.area).limit


def shared_with(grant: Grant, vector: Vector) -> Vector:
    """The part of a vector that a peer with this grant can have anything of; its own streams first."""
    own = {stream: seq for stream, seq in vector.items() if stream.origin == grant.origin}
    most = Interest(grant.role, grant.area).wants()
    prefixes = {lane.value: tuple(most.of(lane)) for lane in Lane}
    for stream, seq in vector.items():
        if stream.topic.startswith(prefixes[stream.topic.rpartition("/")[2]]):
            own.setdefault(stream, seq)
    return own
