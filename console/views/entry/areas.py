"""On whose topic something is written. No Qt.

Peers are sent what is written in their own area and below, and orders of the areas above; so what is written about a thing
belongs on the topic of the thing's area, where those who work on it hear it.
"""

from __future__ import annotations


def area_about(thing_area: str, own_area: str) -> str:
    """The area to write about a thing in; "" is this peer's own: where the thing's area is not within what it may write in."""
    return thing_area if own_area and thing_area.startswith(own_area) else ""


def area_to(unit_area: str, own_area: str) -> str:
    """The area to order a unit in: its own, or ours where that lies below the unit's and is sent to it too.

    An area that is neither is given as it is: it is refused with its reason, which is better than an order that no one hears.
    """
    return "" if own_area.startswith(unit_area) else unit_area
