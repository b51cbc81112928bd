"""What is plotted on the map."""

from __future__ import annotations

from msgspec import UNSET

from console.models import kinds
from console.models.state.rows import Rows
from console.models.state.rules.happening import Happening, encode, given, write

_PLOT_FIELDS = ("kind", "label", "radius_m", "inner_m", "from_deg", "to_deg", "at_ms", "until_ms", "note")


def plot_drawn(rows: Rows, at: Happening, body: kinds.PlotDrawn) -> None:
    fields = given(body, "shape", "incident", "author", *_PLOT_FIELDS)
    write(rows, "plot", at.subject, at, points=encode(body.points), **fields).raise_to("heard_ms", at.heard_ms)


def plot_changed(rows: Rows, at: Happening, body: kinds.PlotChanged) -> None:
    fields = given(body, *_PLOT_FIELDS)
    if body.points is not UNSET:
        fields["points"] = encode(body.points)
    write(rows, "plot", at.subject, at, author=body.author, **fields).raise_to("heard_ms", at.heard_ms)
