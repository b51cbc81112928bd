"""Which feed is in which tile of the wall: layouts, moving about, presets, patrol. No Qt, no clock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LAYOUTS = (1, 4, 9, 16)
MOST = max(LAYOUTS)
MAX_PRESETS = 100


class Plan:
    """Attributes: `size`, one of LAYOUTS; `slots`, feed ids of all MOST tiles, "" empty; `current`, the tile that keys are about; `single`: that
    one alone is shown large; `presets`: name -> (size, feed ids)."""

    def __init__(self) -> None:
        self.size = 4
        self.slots = [""] * MOST
        self.current = 0
        self.single = False
        self.presets: dict[str, tuple[int, list[str]]] = {}

    @property
    def shown(self) -> list[int]:
        """Tiles in view."""
        return [self.current] if self.single else list(range(self.size))

    @property
    def columns(self) -> int:
        return 1 if self.single else int(self.size**0.5)

    def put(self, feed: str) -> int:
        """Into the tile that has it, the current one when it is empty, the first empty one, else the current one; which becomes current."""
        tiles = range(self.size)
        at = next((tile for tile in tiles if self.slots[tile] == feed), None)
        if at is None:
            free = [tile for tile in (self.current, *tiles) if not self.slots[tile]]
            at = free[0] if free else self.current
            self.slots[at] = feed
        self.current = at
        return at

    def put_at(self, tile: int, feed: str) -> None:
        """Into that tile; where another tile in view has it already the two change places."""
        held = next((other for other in range(self.size) if self.slots[other] == feed), None)
        if held is not None:
            self.swap(held, tile)
        self.slots[tile] = feed
        self.current = tile

    def swap(self, one: int, other: int) -> None:
        self.slots[one], self.slots[other] = self.slots[other], self.slots[one]
        self.current = other

    def clear(self, tile: int) -> None:
        self.slots[tile] = ""

    def lay_out(self, size: int) -> None:
        """What does not fit any more is closed, from the end."""
        filled = [feed for feed in self.slots if feed]
        self.size, self.single = size, False
        if any(self.slots[size:]):
            self.slots = (filled + [""] * MOST)[:size] + [""] * (MOST - size)
        self.current = min(self.current, size - 1)

    def step(self, across: int, down: int) -> None:
        """Move the current tile; at an edge it stays."""
        columns = int(self.size**0.5)
        row, column = divmod(self.current, columns)
        self.current = min(max(row + down, 0), columns - 1) * columns + min(max(column + across, 0), columns - 1)

    def carry(self, across: int, down: int) -> None:
        """Take the feed along, by exchange with the neighbour: dragging by keys."""
        start = self.current
        self.step(across, down)
        if self.current != start:
            self.slots[start], self.slots[self.current] = self.slots[self.current], self.slots[start]

    def show_all(self, feeds: Sequence[str], size: int | None = None) -> None:
        """These and no others; a layout that holds them unless one is said."""
        chosen = list(dict.fromkeys(feeds))[:MOST]
        fits = next((layout for layout in LAYOUTS if layout >= len(chosen)), MOST)
        self.size, self.single, self.current = size or fits, False, 0
        self.slots = (chosen[: self.size] + [""] * MOST)[:MOST]

    def keep(self, name: str) -> None:
        if name in self.presets or len(self.presets) < MAX_PRESETS:
            self.presets[name] = (self.size, self.slots[: self.size])

    def recall(self, name: str) -> None:
        size, feeds = self.presets[name]
        self.size, self.single, self.current = size, False, 0
        self.slots = (feeds + [""] * MOST)[:MOST]

    def saved(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "size": self.size,
            "slots": self.slots[: self.size],
            "presets": {name: list(held) for name, held in self.presets.items()},
        }

    def restore(self, saved: Any) -> None:
        """What `saved` gave; of anything else what makes sense."""
        if not isinstance(saved, dict):
            return
        if saved.get("size") in LAYOUTS:
            self.size = saved["size"]
        self.slots = (_ids(saved.get("slots"))[: self.size] + [""] * MOST)[:MOST]
        presets = saved.get("presets")
        for name, held in presets.items() if isinstance(presets, dict) else ():
            if isinstance(held, list) and len(held) == 2 and held[0] in LAYOUTS and len(self.presets) < MAX_PRESETS:
                self.presets[str(name)[:100]] = (held[0], _ids(held[1])[: held[0]])


class Patrol:
    """轮巡: feeds shown in groups as large as the wall, each for `dwell_s`.

    Attributes: `feeds`, `at` (of the first shown), `held`: stopped for now.
    """

    def __init__(self, feeds: Sequence[str], dwell_s: float, now_s: float) -> None:
        self.feeds = list(dict.fromkeys(feeds))
        self.dwell_s = dwell_s
        self.at = 0
        self.held = False
        self._next_s = now_s + dwell_s

    def group(self, size: int) -> list[str]:
        return self.feeds[self.at : self.at + size]

    def turn(self, now_s: float, size: int) -> bool:
        """Whether the next group is due; it is then the one that `group` gives."""
        if self.held or now_s < self._next_s or len(self.feeds) <= size:
            return False
        self.step(now_s, size)
        return True

    def step(self, now_s: float, size: int, by: int = 1) -> None:
        """To the next group, or the one before, at once."""
        starts = list(range(0, len(self.feeds), size)) or [0]
        place = next((index for index, start in enumerate(starts) if start >= self.at), 0)
        self.at = starts[(place + by) % len(starts)]
        self._next_s = now_s + self.dwell_s

    def left_s(self, now_s: float) -> float:
        return max(0.0, self._next_s - now_s)


def _ids(held: Any) -> list[str]:
    return [str(each)[:128] for each in held] if isinstance(held, list) else []
