"""Coordinates as people type them: 82.9, 44.6 · 44.6 N 82.9 E · 82°54′30″E 44°36′ · 东经82度54分 北纬44度36分."""

from __future__ import annotations

import re
import unicodedata

Point = tuple[float, float]
_NUMBER = r"(\d{1,3}(?:\.\d+)?)"
_ANGLE = re.compile(
    rf"(?P<before>[NSEW]|东经|西经|北纬|南纬)?\s*(?P<sign>[-+])?{_NUMBER}\s*(?:[°度]\s*(?:{_NUMBER}\s*(?:['′分]\s*(?:{_NUMBER}\s*(?:[\"″秒]|''|′′))?)?)?)?\s*"
    r"(?P<after>[NSEW](?![A-Z]|\d))?",
    re.IGNORECASE,
)
_AXES = {"东经": "E", "西经": "W", "北纬": "N", "南纬": "S"}


def coordinates(text: str) -> list[Point]:
    """(lon, lat) that the text may mean: none when it is no pair of coordinates, two when it does not say which is which and both could be."""
    plain = unicodedata.normalize("NFKC", text).replace("，", ",").strip()
    angles = list(_ANGLE.finditer(plain))
    rest = _ANGLE.sub("", plain)
    if len(angles) != 2 or rest.strip(" ,;/\t"):
        return []
    values = [_degrees(angle) for angle in angles]
    if None in values:
        return []
    (one, axis), (other, second) = values[0], values[1]  # type: ignore[misc]
    if axis or second:
        lon_first = axis == "lon" or second == "lat"
        if axis == second:
            return []
        pairs = [(one, other) if lon_first else (other, one)]
    else:
        pairs = [(one, other), (other, one)] if one != other else [(one, other)]
    return [(lon, lat) for lon, lat in pairs if -180 <= lon <= 180 and -90 <= lat <= 90]


def _degrees(angle: re.Match[str]) -> tuple[float, str] | None:
    degrees, minutes, seconds = (float(part) if part else 0.0 for part in (angle[3], angle[4], angle[5]))
    letter = angle["before"] or angle["after"] or ""
    letter = _AXES.get(letter, letter.upper())
    if minutes >= 60 or seconds >= 60 or (angle["before"] and angle["after"]):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    negative = (letter in ("S", "W")) != (angle["sign"] == "-")
    return (-value if negative else value), {"E": "lon", "W": "lon", "N": "lat", "S": "lat"}.get(letter, "")
