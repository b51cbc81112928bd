"""The shape of a plot: points, and for circles, rings and sectors its radii and bearings. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from console.models.geo import measures
from console.models.geo.figure import outline
from console.models.kinds import MAX_PLOT_POINTS
from console.views.age import local
from console.views.entry.outcome import EntryFault
from console.views.i18n import tr, word

Point = tuple[float, float]
ROUND = ("circle", "ring", "sector")
SURFACES = ("area", *ROUND)
LINES = ("line", "arrow")
LEAST = {"line": 2, "arrow": 2, "area": 3}
MAX_RADIUS_M = 1_000_000.0


@dataclass(frozen=True)
class Figure:
    """`shape`: one of PLOT_SHAPES; `points`: (lon, lat) in degrees, of a round shape the middle alone; metres, degrees clockwise from north."""

    shape: str
    points: tuple[Point, ...]
    radius_m: float | None = None
    inner_m: float | None = None
    from_deg: float | None = None
    to_deg: float | None = None

    def outline(self) -> tuple[Point, ...]:
        """The line or edge to draw, of a surface the first point not repeated; () at a point."""
        if self.shape in ROUND:
            lon, lat = self.points[0]
            return outline(self.shape, lon, lat, self.radius_m or 0.0, self.inner_m or 0.0, self.from_deg or 0.0, self.to_deg or 0.0)
        return self.points if len(self.points) > 1 and self.shape != "text" else ()

    def length_m(self) -> float | None:
        """Of a line; of a surface, of its outer edge; None at a point."""
        if self.shape in LINES:
            return measures.length_m(self.points)
        if self.shape == "ring":
            return measures.length_m(replace(self, shape="circle", inner_m=None).outline(), closed=True)
        return measures.length_m(self.outline(), closed=True) if self.shape in SURFACES else None

    def area_m2(self) -> float | None:
        """None for what is no surface."""
        if self.shape == "ring":
            whole, hole = (replace(self, shape="circle", inner_m=None, radius_m=radius) for radius in (self.radius_m, self.inner_m))
            return measures.area_m2(whole.outline()) - measures.area_m2(hole.outline())
        return measures.area_m2(self.outline()) if self.shape in SURFACES else None

    def moved_to(self, lon: float, lat: float) -> Figure:
        """With its first point there, its size and bearings kept."""
        return replace(self, points=tuple(measures.shifted(self.points, (lon, lat)))).checked()

    def with_vertex(self, index: int, at: Point | None, *, insert: bool = False) -> Figure:
        """A point put elsewhere, put in before `index`, or, without `at`, taken away. Raises EntryFault."""
        points = list(self.points)
        if not 0 <= index < len(points) + insert:
            raise EntryFault(tr("This point is not there any more."))
        points[index : index if insert else index + 1] = [] if at is None else [at]
        return replace(self, points=tuple(points)).checked()

    def checked(self) -> Figure:
        """Itself. Raises EntryFault for what cannot be plotted."""
        least = LEAST.get(self.shape, 1)
        if len(set(self.points)) < least:
            name = word("plot_shape", self.shape)
            raise EntryFault(tr("{shape}: give {n} point|{shape}: give {n} different points", n=least, shape=name))
        if len(self.points) > MAX_PLOT_POINTS:
            raise EntryFault(tr("The line has {n} points: {most} are enough.", n=len(self.points), most=MAX_PLOT_POINTS))
        if not all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in self.points):
            raise EntryFault(tr("A point would be off the earth, or across 180° of longitude."))
        if self.shape in ROUND:
            self._check_radii()
        if self.shape == "area" and not measures.area_m2(self.points) > 0:
            raise EntryFault(tr("The outline has no surface: it needs three corners that are not in one line."))
        return self

    def _check_radii(self) -> None:
        if not 0 < (self.radius_m or 0.0) <= MAX_RADIUS_M:
            raise EntryFault(tr("The radius must be above 0 and at most {km} km.", km=f"{MAX_RADIUS_M / 1000:.0f}"))
        if self.shape == "ring" and not 0 < (self.inner_m or 0.0) < (self.radius_m or 0.0):
            raise EntryFault(tr("The inner radius of a ring must be above 0 and below the outer one."))
        if self.shape == "sector" and self.from_deg is not None and self.from_deg == self.to_deg:
            raise EntryFault(tr("A sector goes from one bearing to another: both are the same."))

    def fields(self) -> dict[str, Any]:
        """As `PlotDrawn` and `PlotChanged` have them."""
        names = ("radius_m", "inner_m", "from_deg", "to_deg")
        return {"points": list(self.points)} | {name: getattr(self, name) for name in names}


def length_text(metres: float | None) -> str:
    """Metres up to 1 km, then kilometres, with as many places as a person can use."""
    if metres is None:
        return ""
    if round(metres) < 1000:
        return f"{metres:.0f} m"
    km = metres / 1000
    return f"{km:.2f} km" if km < 10 else f"{km:.1f} km" if km < 100 else f"{km:,.0f} km"


MU_M2 = 10_000 / 15
"""亩: 15 of them are a hectare (State Council order of 1959 on units; GB 3100-1993 keeps the hectare)."""


def area_text(square_m: float | None) -> str:
    """Square metres below a hectare, else square kilometres; and 亩 beside either, as officers count land."""
    if square_m is None:
        return ""
    mu = square_m / MU_M2
    mu_text = tr("{mu} mu", mu=f"{mu:.1f}" if mu < 10 else f"{mu:,.0f}")
    if square_m < 10_000:
        return f"{square_m:,.0f} m² ({mu_text})"
    km2 = square_m / 1e6
    return f"{km2:.3f} km² ({mu_text})" if km2 < 1 else f"{km2:,.2f} km² ({mu_text})"


def times_text(at_ms: int | None, until_ms: int | None, now_ms: int) -> str:
    """ "14:00", "14:00 to 16:00" or "to 16:00", with the date where it is not of the same day as now; "" when neither was told."""
    start, end = _short(at_ms, now_ms), _short(until_ms, now_ms)
    if not end:
        return start
    return tr("{start} to {end}", start=start, end=end) if start else tr("to {end}", end=end)


def _short(ms: int | None, now_ms: int) -> str:
    if ms is None:
        return ""
    at, now = local(ms), local(now_ms)
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%m-%d %H:%M}"
