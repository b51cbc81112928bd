"""A plot while it is drawn: points come from clicks, from a cursor moved by keys and from what is typed, all into the same one. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from console.models.geo import measures
from console.models.kinds import MAX_PLOT_POINTS
from console.views.plot.figure import ROUND, Figure, Point

SAME_M = 0.5
"""Two points nearer than this are one: the second click of a double click, Enter pressed twice."""


@dataclass
class Drawing:
    """`kind`, `shape`; `points`: placed so far. Of round shapes what was typed beforehand need not be placed: `radius_m`, `inner_m`,
    `from_deg`, `to_deg`."""

    kind: str
    shape: str
    points: list[Point] = field(default_factory=list)
    radius_m: float | None = None
    inner_m: float | None = None
    from_deg: float | None = None
    to_deg: float | None = None

    @property
    def most(self) -> int:
        """How many points complete it; a line goes on until its author ends it."""
        if self.shape in ("point", "text"):
            return 1
        if self.shape == "circle":
            return 1 if self.radius_m else 2
        if self.shape == "ring":
            return 3 - bool(self.radius_m) - bool(self.inner_m)
        if self.shape == "sector":
            return 1 if self.radius_m and self.from_deg is not None and self.to_deg is not None else 3
        return MAX_PLOT_POINTS

    def place(self, lon: float, lat: float) -> bool:
        """Take a point; whether the plot is complete with it. A second one at the same place ends what has points enough."""
        if self.points and measures.inverse(self.points[-1], (lon, lat))[0] < SAME_M:
            return len(self.points) >= 2 and self.most == MAX_PLOT_POINTS
        if len(self.points) < self.most:
            self.points.append((lon, lat))
        return len(self.points) >= self.most

    def back(self) -> bool:
        """Take the last point back; False when there is none."""
        if self.points:
            self.points.pop()
            return True
        return False

    def figure(self) -> Figure:
        """What is drawn. Raises EntryFault when points lack, or make no figure."""
        if self.shape not in ROUND:
            return Figure(self.shape, tuple(self.points)).checked()
        middle, radius_m, inner_m = self.points[:1], self.radius_m, self.inner_m
        placed = [measures.inverse(middle[0], point) for point in self.points[1:]]
        if self.shape == "ring":
            radius_m, inner_m = _radii(radius_m, inner_m, sorted(metres for metres, _ in placed))
        elif radius_m is None and placed:
            radius_m = placed[0][0]
        figure = Figure(self.shape, tuple(middle), radius_m, inner_m if self.shape == "ring" else None)
        if self.shape == "sector":
            bearings = [bearing for _, bearing in placed]
            start = self.from_deg if self.from_deg is not None else bearings[0] if bearings else None
            end = self.to_deg if self.to_deg is not None else bearings[1] if len(bearings) > 1 else None
            figure = replace(figure, from_deg=start, to_deg=end)
        return figure.checked()


def _radii(radius_m: float | None, inner_m: float | None, placed: list[float]) -> tuple[float | None, float | None]:
    """Outer and inner: what was not typed is taken from the points, the nearer one the inner."""
    if inner_m is None and placed:
        inner_m = placed.pop(0)
    if radius_m is None and placed:
        radius_m = placed.pop()
    return radius_m, inner_m
