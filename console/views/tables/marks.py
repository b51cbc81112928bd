"""Marks: a shape in a colour beside a word, so that no meaning hangs on colour alone."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from console.models.rules.staleness import Freshness


class Shape(StrEnum):
    CIRCLE = "circle"
    RING = "ring"
    HALF = "half"
    SQUARE = "square"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"
    DOWN = "down"
    CROSS = "cross"
    BAR = "bar"
    PLUS = "plus"


class Tone(StrEnum):
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"
    GREEN = "green"
    VIOLET = "violet"
    GREY = "grey"


class Mark(NamedTuple):
    shape: Shape
    tone: Tone


LEVEL_MARKS = {
    0: Mark(Shape.RING, Tone.GREY),
    1: Mark(Shape.TRIANGLE, Tone.RED),
    2: Mark(Shape.DIAMOND, Tone.ORANGE),
    3: Mark(Shape.SQUARE, Tone.YELLOW),
    4: Mark(Shape.CIRCLE, Tone.BLUE),
}
"""Incident, response and warning levels 1 to 4; 0 is not graded."""

LEVEL_NUMERALS = {1: "I", 2: "II", 3: "III", 4: "IV"}

UNIT_STATUS_MARKS = {  # the shapes that the map draws within a unit's symbol, as near as a small mark can
    "available": Mark(Shape.CIRCLE, Tone.GREEN),
    "dispatched": Mark(Shape.HALF, Tone.YELLOW),
    "enroute": Mark(Shape.TRIANGLE, Tone.BLUE),
    "onscene": Mark(Shape.SQUARE, Tone.ORANGE),
    "transporting": Mark(Shape.PLUS, Tone.VIOLET),
    "hospital": Mark(Shape.SQUARE, Tone.BLUE),
    "returning": Mark(Shape.DOWN, Tone.GREEN),
    "unavailable": Mark(Shape.CROSS, Tone.GREY),
}

TASK_MARKS = {
    "assigned": Mark(Shape.RING, Tone.ORANGE),
    "acknowledged": Mark(Shape.HALF, Tone.BLUE),
    "started": Mark(Shape.TRIANGLE, Tone.BLUE),
    "done": Mark(Shape.CIRCLE, Tone.GREEN),
    "refused": Mark(Shape.CROSS, Tone.RED),
    "failed": Mark(Shape.DOWN, Tone.RED),
}

LINK_MARKS = {
    "connecting": Mark(Shape.RING, Tone.BLUE),
    "online": Mark(Shape.CIRCLE, Tone.GREEN),
    "slow": Mark(Shape.HALF, Tone.YELLOW),
    "silent": Mark(Shape.DOWN, Tone.ORANGE),
    "refused": Mark(Shape.CROSS, Tone.RED),
    "gone": Mark(Shape.SQUARE, Tone.GREY),
}

FRESH_MARKS = {
    Freshness.FRESH: Mark(Shape.CIRCLE, Tone.GREEN),
    Freshness.STALE: Mark(Shape.HALF, Tone.ORANGE),
    Freshness.GONE: Mark(Shape.CROSS, Tone.RED),
}

RESOURCE_MARKS = {
    "ready": Mark(Shape.CIRCLE, Tone.GREEN),
    "open": Mark(Shape.CIRCLE, Tone.GREEN),
    "issued": Mark(Shape.HALF, Tone.BLUE),
    "low": Mark(Shape.DOWN, Tone.ORANGE),
    "closed": Mark(Shape.SQUARE, Tone.GREY),
    "damaged": Mark(Shape.CROSS, Tone.RED),
}
