"""What the list of maps says, in words. Qt-free."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from console.comms.tiles.progress import STOPPED, Progress
from console.models.maps.overlay.file import OverlayFile
from console.models.maps.squares import MAX_LAT
from console.models.maps.storetiles import is_stored
from console.models.maps.tilestore import Area, Fill
from console.views.i18n import mark, tr
from console.views.map.laid import Laid
from console.views.reasons import said

COLUMNS = (
    mark("Map"),
    mark("Kind"),
    mark("Datum"),
    mark("Map approval number"),
    mark("Zooms"),
    mark("Size"),
    mark("Strength"),
    mark("State"),
)
AREA_COLUMNS = (mark("Area"), mark("Map"), mark("Zooms"), mark("Tiles"), mark("State"))
TILE_PX = 256


@dataclass(frozen=True)
class Row:
    """`cells` by COLUMNS; the last begins with ▲ where something is to be known, with ✕ where it cannot be shown."""

    key: str
    cells: tuple[str, ...]
    shown: bool


def rows(layers: Sequence[Laid]) -> list[Row]:
    """As they lie on the map, the uppermost first."""
    return [_row(one) for one in reversed(layers)]


def _row(one: Laid) -> Row:
    held, strength = one.held, f"{one.opacity:.0%}"
    if held is None:
        state = f"✕ {one.fault}" if one.fault else tr("Being read...")
        return Row(one.key, (one.name, "", one.datum, one.approval, "", "", strength, state), one.shown)
    if isinstance(held, OverlayFile):
        info = held.info
        cells = (
            info.name,
            tr("lines and areas"),
            info.datum or info.crs or "WGS-84",
            "—",
            "—",
            size_text(one.size),
            strength,
            _features(held),
        )
        return Row(one.key, cells, one.shown)
    tiles = held.info
    kind = tr("online, kept here") if is_stored(one.path) else tr("vector map") if tiles.kind == "vector" else tr("picture map")
    state = tr("shown") if one.shown else tr("hidden")
    state = state if tiles.approval else f"▲ {tr('no map approval number')} · {state}"
    approval = tiles.approval or tr("not given")
    zooms = f"{tiles.min_zoom}–{tiles.max_zoom}"
    cells = (tiles.name, kind, tiles.datum, approval, zooms, size_text(one.size), strength, state)
    return Row(one.key, cells, one.shown)


def _features(held: OverlayFile) -> str:
    info = held.info
    text = tr("{n} feature|{n} features", n=info.features)
    return text if not info.skipped else "▲ " + tr("{features}, {n} could not be drawn", features=text, n=info.skipped)


def area_cells(area: Area, fill: Fill, source: str, progress: Progress | None) -> tuple[str, ...]:
    """By AREA_COLUMNS. `progress`: of a filling under way."""
    done = fill.held + fill.absent if progress is None else progress.done
    tiles = f"{done:,} / {fill.total:,}"
    return area.name, source, f"{area.min_zoom}–{area.max_zoom}", tiles, area_state(fill, done, progress)


def area_state(fill: Fill, done: int, progress: Progress | None) -> str:
    if progress is not None and progress.waiting:
        return tr("Waiting: {why}", why=said(progress.waiting))
    share = tr("{share} here", share=f"{done / fill.total:.0%}" if done < fill.total else "100%")
    if progress is not None:
        return tr("Fetching, {share}", share=share)
    if done >= fill.total:
        return tr("Complete") if not fill.absent else tr("Complete; the source has nothing for {n} of them", n=fill.absent)
    if fill.state and fill.state != STOPPED:
        return tr("{share}; ended: {why}", share=share, why=said(fill.state))
    return tr("{share}; not being fetched", share=share)


def size_text(count: float) -> str:
    """Of bytes; "" for none."""
    if count < 1:
        return ""
    for unit in ("B", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def duration_text(seconds: float) -> str:
    if seconds < 90:
        return tr("{n} s", n=math.ceil(seconds))
    return tr("{n} min", n=math.ceil(seconds / 60)) if seconds < 5400 else tr("{n} h", n=f"{seconds / 3600:.1f}")


def estimate_text(tiles: int, missing: int, count: float, seconds: float) -> str:
    """Before an area is chosen."""
    if not missing:
        return tr("{tiles} tiles, all of them here already", tiles=f"{tiles:,}")
    return tr(
        "{tiles} tiles, {missing} to fetch: about {size}, {time} at the pace allowed",
        tiles=f"{tiles:,}",
        missing=f"{missing:,}",
        size=size_text(count),
        time=duration_text(seconds),
    )


def box_of(lon: float, lat: float, zoom: float, width_px: int, height_px: int) -> tuple[float, float, float, float]:
    """(west, south, east, north) of what a map shows that looks at a place, WGS 84 degrees."""
    world = TILE_PX * 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    half_x, half_y = width_px / world / 2, height_px / world / 2
    return max(-180.0, lon - 360 * half_x), _lat(min(1.0, y + half_y)), min(180.0, lon + 360 * half_x), _lat(max(0.0, y - half_y))


def _lat(y: float) -> float:
    return max(-MAX_LAT, min(MAX_LAT, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))))
