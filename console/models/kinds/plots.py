"""What is plotted on the map by hand (标绘): shapes with a meaning, shared live, each a thing of its own."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from console.models.kinds.fields import Amount, Body, Code, Lat, Lon, Millis, Name, Ref, Text

PLOT_SHAPES = ("point", "line", "arrow", "area", "text", "circle", "ring", "sector")
MAX_PLOT_POINTS = 2000
Points = Annotated[list[tuple[Lon, Lat]], Meta(min_length=1, max_length=MAX_PLOT_POINTS)]
Degrees = Annotated[float, Meta(ge=0, le=360)]


class PlotDrawn(Body, frozen=True):
    """Something was plotted; subject = plot id. `shape` is one of PLOT_SHAPES, `kind` its meaning (`resources/rules/plots.toml`).

    `points`: (lon, lat); an area's last point is joined to its first; of circle, ring and sector the first point is the middle.
    `radius_m`, `inner_m`: of circle, ring and sector; `from_deg` to `to_deg`: of a sector, clockwise from north. `at_ms`: the moment
    it shows (a fire line at 14:00), `until_ms`: until when it holds, None: until it is taken away.
    """

    shape: Code
    kind: Code
    points: Points
    label: Name = ""
    radius_m: Amount | None = None
    inner_m: Amount | None = None
    from_deg: Degrees | None = None
    to_deg: Degrees | None = None
    at_ms: Millis | None = None
    until_ms: Millis | None = None
    note: Text = ""
    incident: Ref = ""
    author: Name = ""


class PlotChanged(Body, frozen=True):
    """Of a plot what is named here is now so. It is taken away by `record.withdrawn` and brought back by `record.restored`."""

    kind: Code | UnsetType = UNSET
    points: Points | UnsetType = UNSET
    label: Name | UnsetType = UNSET
    radius_m: Amount | UnsetType | None = UNSET
    inner_m: Amount | UnsetType | None = UNSET
    from_deg: Degrees | UnsetType | None = UNSET
    to_deg: Degrees | UnsetType | None = UNSET
    at_ms: Millis | UnsetType | None = UNSET
    until_ms: Millis | UnsetType | None = UNSET
    note: Text | UnsetType = UNSET
    incident: Ref = ""
    author: Name = ""
