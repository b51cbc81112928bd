"""Reads points and measures as they are typed: coordinates, or a bearing and a distance from the point before. No Qt."""

from __future__ import annotations

import re

from console.models.geo import measures
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import position_of
from console.views.i18n import tr
from console.views.plot.figure import Point

_LEG = re.compile(r"\s*@?\s*(\d{1,3}(?:\.\d+)?)\s*°?\s*[/@\s]\s*(\d+(?:\.\d+)?)\s*(m|km|米|千米|公里)\s*", re.IGNORECASE)
_DISTANCE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(m|km|米|千米|公里)?\s*", re.IGNORECASE)
_FACTOR = {"": 1.0, "m": 1.0, "米": 1.0, "km": 1000.0, "千米": 1000.0, "公里": 1000.0}


def points_of(text: str, before: Point | None = None) -> list[Point]:
    """Points set apart by semicolons, each "82.89, 44.60", or "045 1.2 km" from the one before it. `before`: the point before the first.

    Raises EntryFault naming what cannot be read.
    """
    found: list[Point] = []
    for part in re.split(r"[;；\n]", text):
        if not part.strip():
            continue
        leg = _LEG.fullmatch(part)
        if leg is None:
            point = position_of(part)
            assert point is not None
        else:
            start = found[-1] if found else before
            if start is None:
                raise EntryFault(tr("{typed} is a bearing and a distance: there is no point before it to start from.", typed=part.strip()))
            point = measures.ahead(start, bearing_of(leg[1]), float(leg[2]) * _FACTOR[leg[3].lower()])
        found.append(point)
    return found


def metres_of(text: str, label: str) -> float | None:
    """Metres from "800", "800 m" or "1.5 km"; None for nothing typed."""
    if not text.strip():
        return None
    match = _DISTANCE.fullmatch(text)
    if match is None:
        raise EntryFault(tr("{label}: {typed} is no distance such as 800 or 1.5 km.", label=label, typed=text.strip()))
    return float(match[1]) * _FACTOR[(match[2] or "").lower()]


def bearing_of(text: str) -> float:
    """Degrees from true north, 0 to 360."""
    try:
        degrees = float(text.strip().removesuffix("°"))
    except ValueError:
        degrees = -1.0
    if not 0 <= degrees <= 360:
        raise EntryFault(tr("{typed} is no bearing from 0 to 360 degrees.", typed=text.strip()))
    return degrees


def optional_bearing(text: str) -> float | None:
    return bearing_of(text) if text.strip() else None


def points_text(points: tuple[Point, ...]) -> str:
    return "; ".join(f"{lon:.6f}, {lat:.6f}" for lon, lat in points)
