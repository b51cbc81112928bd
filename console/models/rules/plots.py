"""What can be plotted on the map, and how each kind looks. Data: `resources/rules/plots.toml`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from console.models.form import rules

Shape = Literal["point", "line", "arrow", "area", "text", "circle", "ring", "sector"]
Colour = Annotated[str, Meta(pattern="^#[0-9a-f]{6}$")]
SvgPath = Annotated[str, Meta(pattern="^[MLHVCAZ0-9 .-]+$", max_length=400)]
"""SVG path data of the commands that every renderer draws alike."""

FRAMES = {
    "triangle": "M0 -12L12.5 10H-12.5Z",
    "square": "M-10.5 -10.5H10.5V10.5H-10.5Z",
    "disc": "M-11.5 0A11.5 11.5 0 1 1 11.5 0A11.5 11.5 0 1 1 -11.5 0Z",
    "house": "M-10.5 10.5V-3L0 -12L10.5 -3V10.5Z",
    "diamond": "M0 -12.5L12.5 0L0 12.5L-12.5 0Z",
}
"""SVG path data about the sign's middle, px on the screen."""


class Ink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    day: Colour
    night: Colour


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: str
    en: str


class PlotKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`shapes`: the first is offered first; `timed`: its moment belongs to what it says; `closes_road`: it may be told to the routes."""

    code: Annotated[str, Meta(pattern="^[a-z_]{1,64}$")]
    name: Names
    shapes: Annotated[tuple[Shape, ...], Meta(min_length=1)]
    ink: str
    line: Literal["solid", "dashed", "dotted", "double"] = "solid"
    marks: Literal["", "cross", "teeth", "chevron", "tick"] = ""
    fill: Literal["", "hatch", "grid", "dots", "waves", "bars"] = ""
    frame: Literal["triangle", "square", "disc", "house", "diamond"]
    glyph: SvgPath
    timed: bool = False
    closes_road: bool = False


class PlotRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: dict[str, str]
    ink: dict[str, Ink]
    kind: Annotated[tuple[PlotKind, ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        if len({kind.code for kind in self.kind}) != len(self.kind):
            raise ValueError("a kind is there twice")
        if unknown := {kind.ink for kind in self.kind} - set(self.ink):
            raise ValueError(f"no [ink.{min(unknown)}]")

    def of(self, code: str) -> PlotKind:
        """The kind; of a code that this office's file does not know, the last, which is for everything else."""
        return next((kind for kind in self.kind if kind.code == code), self.kind[-1])

    def ink_of(self, kind: PlotKind) -> Ink:
        return self.ink[kind.ink]


def plot_rule() -> PlotRule:
    return rules("plots", PlotRule)
