"""What the list of maps says. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from console.comms.tiles.progress import Progress
from console.models.maps.squares import square_of
from console.models.maps.tile import TileInfo
from console.models.maps.tilestore import Area, Fill
from console.views.sources import presenter

JINGHE = Area("a", "s", "精河", (82.0, 44.0, 83.0, 45.0), 0, 9)


@dataclass
class Tiles:
    info: TileInfo
    path: Path = Path("a.mbtiles")


@dataclass
class One:
    """As `Laid` is, without Qt."""

    key: str = "f1"
    path: Path = Path("a.mbtiles")
    datum: str = ""
    approval: str = ""
    shown: bool = True
    opacity: float = 1.0
    held: Any = None
    fault: str = ""
    size: int = 0
    name: str = field(default="a.mbtiles")


def info(approval: str = "", kind: str = "raster") -> TileInfo:
    return TileInfo("审定地图", kind, "GCJ-02", approval, "", 0, 14, None)


def test_the_uppermost_is_first_and_what_is_missing_is_said() -> None:
    bare, named = (
        One("f1", held=Tiles(info())),
        One("f2", held=Tiles(info("新S(2026)1号", "vector")), size=3_400_000, opacity=0.5, shown=False),
    )
    first, second = presenter.rows([bare, named])  # type: ignore[list-item]
    assert first.cells == ("审定地图", "vector map", "GCJ-02", "新S(2026)1号", "0–14", "3 MB", "50%", "hidden")
    assert second.cells == ("审定地图", "picture map", "GCJ-02", "not given", "0–14", "", "100%", "▲ no map approval number · shown")
    assert (first.key, first.shown, second.shown) == ("f2", False, True)


def test_what_cannot_be_shown_says_why() -> None:
    reading, broken = presenter.rows([One(fault="it is gone"), One()])  # type: ignore[list-item]
    assert reading.cells[-1] == "Being read..."
    assert broken.cells[-1] == "✕ it is gone"


@pytest.mark.parametrize(
    ("fill", "progress", "says"),
    [
        (Fill(100, 0, 100, "", None), None, "Complete"),
        (Fill(90, 10, 100, "", None), None, "Complete; the source has nothing for 10 of them"),
        (Fill(40, 0, 100, "", None), None, "40% here; not being fetched"),
        (Fill(40, 0, 100, "stopped", 1), None, "40% here; not being fetched"),
        (Fill(40, 0, 100, "the connection is gone", 1), None, "40% here; ended: The connection is gone"),
        (Fill(40, 0, 100, "", None), Progress(55, 100), "Fetching, 55% here"),
        (
            Fill(40, 0, 100, "", None),
            Progress(55, 100, waiting="127.0.0.1:1: nobody answers there"),
            "Waiting: 127.0.0.1:1: nobody answers there",
        ),
    ],
)
def test_how_far_an_area_is(fill: Fill, progress: Progress | None, says: str) -> None:
    cells = presenter.area_cells(JINGHE, fill, "影像", progress)
    assert cells[:3] == ("精河", "影像", "0–9")
    assert cells[4] == says


def test_sizes_and_times_are_said_before() -> None:
    assert presenter.estimate_text(1200, 1000, 20_000_000, 250.0) == "1,200 tiles, 1,000 to fetch: about 20 MB, 5 min at the pace allowed"
    assert presenter.estimate_text(1200, 0, 0, 0.0) == "1,200 tiles, all of them here already"
    assert presenter.size_text(0) == ""
    assert presenter.size_text(2_345_678_901) == "2.3 GB"
    assert [presenter.duration_text(seconds) for seconds in (1, 89, 90, 7200)] == ["1 s", "89 s", "2 min", "2.0 h"]


@pytest.mark.parametrize("zoom", [3.0, 8.0, 14.0])
def test_the_box_of_a_view_is_what_the_map_shows(zoom: float) -> None:
    west, south, east, north = presenter.box_of(82.4, 44.6, zoom, 1024, 768)
    (left, top), (right, bottom) = square_of(west, north, int(zoom)), square_of(east, south, int(zoom))
    assert right - left in (3, 4, 5)
    assert bottom - top in (2, 3, 4)
    assert west < 82.4 < east
    assert south < 44.6 < north
