"""Where everything stands on a sheet, and at which scale. Millimetres from the upper left corner. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from console.models.maps.datum import GCJ02
from console.models.maps.gcj import to_gcj

PAPERS = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
"""Width and height in mm, upright (ISO 216)."""
DPI = 130
"""Of the map's picture: a name of 12 px is then 2.3 mm (6.6 pt) high on paper, a sign 5 mm."""
MM_PER_INCH = 25.4
MARGIN_MM, TITLE_MM, FOOT_MM, GRID_MM, LEGEND_MM = 8.0, 15.0, 21.0, 5.0, 52.0
EQUATOR_M = 40_075_016.686
"""Of WGS 84; the map is drawn in spherical Mercator (EPSG:3857)."""
SCALES = (2_500, 5_000, 10_000, 20_000, 25_000, 50_000, 100_000, 200_000, 250_000, 500_000, 1_000_000, 2_000_000, 5_000_000)
STEPS_DEG = (1 / 120, 1 / 60, 1 / 30, 1 / 12, 1 / 6, 1 / 4, 1 / 2, 1.0, 2.0, 5.0, 10.0)
LEAST_GRID_MM = 28.0
CURVED = 17
"""Points by which a line of the grid is drawn: where the map's datum is shifted it is not quite straight."""


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True)
class Layout:
    """`paper`: one of PAPERS; `landscape`. What is derived: `page`, `title`, `map`, `legend`, `foot`."""

    paper: str
    landscape: bool

    @property
    def page(self) -> Box:
        width, height = PAPERS[self.paper]
        return Box(0, 0, height, width) if self.landscape else Box(0, 0, width, height)

    @property
    def title(self) -> Box:
        return Box(MARGIN_MM, MARGIN_MM, self.page.width - 2 * MARGIN_MM, TITLE_MM)

    @property
    def map(self) -> Box:
        left, top = MARGIN_MM + GRID_MM, MARGIN_MM + TITLE_MM + GRID_MM
        width = self.page.width - left - GRID_MM - MARGIN_MM - LEGEND_MM
        return Box(left, top, width, self.page.height - top - GRID_MM - FOOT_MM - MARGIN_MM)

    @property
    def legend(self) -> Box:
        return Box(self.map.right + GRID_MM + 2, self.map.top, LEGEND_MM - 2, self.map.height)

    @property
    def foot(self) -> Box:
        return Box(MARGIN_MM, self.page.height - MARGIN_MM - FOOT_MM, self.page.width - 2 * MARGIN_MM, FOOT_MM)

    @property
    def pixels(self) -> tuple[int, int]:
        """Of the map's picture."""
        return round(self.map.width / MM_PER_INCH * DPI), round(self.map.height / MM_PER_INCH * DPI)


@dataclass(frozen=True)
class Frame:
    """What of the earth is on the map: its middle in WGS 84 degrees, 1 : `scale` there, `datum` of the basemap it is drawn on."""

    layout: Layout
    lon: float
    lat: float
    scale: int
    datum: str = "WGS-84"

    @property
    def zoom(self) -> float:
        """Leaflet's, with squares of 256 px."""
        metres_per_px = self.scale * MM_PER_INCH / 1000 / DPI
        return math.log2(EQUATOR_M * math.cos(math.radians(self.lat)) / (256 * metres_per_px))

    def spot(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a WGS 84 position is on the sheet, mm."""
        x, y = self._mercator(lon, lat)
        middle_x, middle_y = self._mercator(self.lon, self.lat)
        mm = 256 * 2**self.zoom * MM_PER_INCH / DPI
        box = self.layout.map
        return box.left + box.width / 2 + (x - middle_x) * mm, box.top + box.height / 2 + (y - middle_y) * mm

    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the map's edge in degrees, near enough for choosing lines of the grid."""
        mm = 256 * 2**self.zoom * MM_PER_INCH / DPI
        box, (x, y) = self.layout.map, self._plain(self.lon, self.lat)
        west, east = (((x + sign * box.width / 2 / mm) - 0.5) * 360 for sign in (-1, 1))
        south, north = (_latitude(y - sign * box.height / 2 / mm) for sign in (-1, 1))
        return west, south, east, north

    def grid(self) -> tuple[list[tuple[float, list[tuple[float, float]]]], list[tuple[float, list[tuple[float, float]]]]]:
        """Meridians and parallels at round degrees: (degrees, points in mm along it)."""
        west, south, east, north = self.extent()
        box = self.layout.map
        step = next((step for step in STEPS_DEG if step / (east - west) * box.width >= LEAST_GRID_MM), STEPS_DEG[-1])
        lats, lons = np.linspace(south, north, CURVED), np.linspace(west, east, CURVED)
        meridians = [(lon, [self.spot(lon, lat) for lat in lats]) for lon in _round(west, east, step)]
        parallels = [(lat, [self.spot(lon, lat) for lon in lons]) for lat in _round(south, north, step)]
        return meridians, parallels

    def bar(self) -> tuple[int, float]:
        """The scale bar: (metres, mm), the longest round length of at most 60 mm, of 1, 2 or 5 with zeros."""
        most_m = 60 * self.scale / 1000
        power = 10 ** math.floor(math.log10(most_m))
        metres = max(lead * power for lead in (1, 2, 5) if lead * power <= most_m)
        return int(metres), metres * 1000 / self.scale

    def _mercator(self, lon: float, lat: float) -> tuple[float, float]:
        if self.datum == GCJ02:
            shifted = to_gcj(np.asarray(lon), np.asarray(lat))
            lon, lat = float(shifted[0]), float(shifted[1])
        return self._plain(lon, lat)

    @staticmethod
    def _plain(lon: float, lat: float) -> tuple[float, float]:
        sin = math.sin(math.radians(lat))
        return lon / 360 + 0.5, 0.5 - math.log((1 + sin) / (1 - sin)) / (4 * math.pi)


def scale_for(layout: Layout, west: float, south: float, east: float, north: float) -> int:
    """The largest round scale (the smallest number) at which all of the extent is on the map."""
    middle = math.radians((south + north) / 2)
    wide_m = (east - west) / 360 * EQUATOR_M * math.cos(middle)
    tops = (math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) for lat in (north, south))
    high_m = abs(next(tops) - next(tops)) / (2 * math.pi) * EQUATOR_M * math.cos(middle)
    needed = max(wide_m / layout.map.width, high_m / layout.map.height) * 1000
    return next((scale for scale in SCALES if scale >= needed * 0.999), SCALES[-1])


def degrees_text(degrees: float, signs: tuple[str, str]) -> str:
    """82°30′ E, with seconds where there are any."""
    seconds = round(abs(degrees) * 3600)
    text = f"{seconds // 3600}°{seconds % 3600 // 60:02d}′"
    return (text + (f"{seconds % 60:02d}″" if seconds % 60 else "")) + signs[degrees < 0]


def _latitude(y: float) -> float:
    return math.degrees(2 * math.atan(math.exp((0.5 - y) * 2 * math.pi)) - math.pi / 2)


def _round(low: float, high: float, step: float) -> list[float]:
    return [round(at * step, 9) for at in range(math.ceil(low / step), math.floor(high / step) + 1)]
