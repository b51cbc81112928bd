"""Who watches, and over what: all that a peer needs to know of the watch before there is anything to judge."""

from __future__ import annotations

from typing import NamedTuple

QUANTITIES = frozenset({"rain", "level", "wind", "gust", "temperature", "humidity"})


class Who(NamedTuple):
    """The peer that watches. `nodes`: areas of the nodes with which a link stands now."""

    name: str
    role: str
    area: str
    nodes: tuple[str, ...] = ()

    def waits(self, area: str) -> bool:
        """Whether somebody stands closer to a place of that area: the node above a console, or a node of an area below."""
        if self.role == "console":
            return any(area.startswith(node) for node in self.nodes)
        return any(len(node) > len(self.area) and area.startswith(node) for node in self.nodes)
