"""GPX 1.1 and 1.0 tracks (GPX 1.1 schema, topografix.com/GPX/1/1: trkType, trksegType, wptType; 1.0 adds speed and course).

One unit a track, named by trk/name. A point needs lat and lon within range (latitudeType, longitudeType); its time is UTC
(wptType/time). A point without a time, or with one that cannot be (before 1990, going back, a leap of more than a day), is placed
one second after the point before it. Routes and waypoints are plans and places, not movement: they are counted as not used.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from console.comms.gateways.instants import instant_ms, plausible
from console.comms.gateways.recording import Ledger, Moment, Recording
from console.comms.gateways.xml import line_of, local_name, release, stream, text_of
from console.models.geo.sphere import bearing_deg, distance_m
from console.models.kinds import UnitPosition, UnitRegistered

MAX_POINTS = 1_000_000
SPACING_MS = 1000
MAX_LEAP_MS = 24 * 3600 * 1000
VALID_S = 60.0
_NONE = math.nan
_MOVED_M = 0.5
_MAX_SPEED_MPS = 20_000


class Track:
    """Points of one trk, one array a column: 48 bytes a point. Missing times, elevations, speeds and courses are NaN."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.name = ""
        self.at_ms = array("d")
        self.lon = array("d")
        self.lat = array("d")
        self.alt_m = array("d")
        self.speed_mps = array("d")
        self.course_deg = array("d")
        self.last_ms = _NONE  # the latest time believed

    def __len__(self) -> int:
        return len(self.lon)

    @property
    def subject(self) -> str:
        return f"track-{self.index}"

    @property
    def title(self) -> str:
        return self.name or f"track {self.index}"


def read_gpx(path: Path) -> Recording:
    """Raises Fault when nothing in the file can be played."""
    ledger = Ledger()
    tracks = [track for track in _tracks(path, ledger) if len(track)]
    earliest = min((at for track in tracks for at in track.at_ms if not math.isnan(at)), default=0.0)
    for track in tracks:
        _space_out(track, earliest, ledger)
    moments = heapq.merge(*(_moments(track) for track in tracks), key=lambda moment: moment.at_ms)
    return Recording(format="gpx", title=path.name, moments=moments, ledger=ledger)


# -- reading ----------------------------------------------------------------------------------------------------------------


def _tracks(path: Path, ledger: Ledger) -> list[Track]:
    tracks: list[Track] = []
    points = 0
    for event, element in stream(path, ledger):
        name = local_name(element)
        if event == "start":
            if name == "trk":
                tracks.append(Track(len(tracks) + 1))
        elif name == "trkpt" and tracks:
            points += _take_point(tracks[-1], element, ledger, room=points < MAX_POINTS)
        elif name == "name" and tracks and _is_child(element, "trk"):
            tracks[-1].name = " ".join((element.text or "").split())[:200]
        else:
            _note_unused(element, name, tracks, ledger)
        if event == "end" and name in ("trkpt", "wpt", "rte", "trk"):
            release(element)
    return tracks


def _note_unused(element: etree._Element, name: str, tracks: list[Track], ledger: Ledger) -> None:
    if name == "trk" and tracks and not len(tracks[-1]):
        ledger.note(line_of(element), "track without points", tracks[-1].title)
    elif name in ("wpt", "rte"):
        ledger.note(line_of(element), "waypoint" if name == "wpt" else "route", text_of(element, "name"))


def _is_child(element: etree._Element, of: str) -> bool:
    parent = element.getparent()
    return parent is not None and local_name(parent) == of


def _take_point(track: Track, element: etree._Element, ledger: Ledger, *, room: bool) -> bool:
    if not room:
        ledger.note(line_of(element), f"more than {MAX_POINTS} points")
        return False
    lat, lon = _number(element.get("lat")), _number(element.get("lon"))
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        ledger.note(line_of(element), "point without a valid position", f"lat={element.get('lat')} lon={element.get('lon')}")
        return False
    track.lat.append(lat)
    track.lon.append(lon)
    track.at_ms.append(_time(track, element, ledger))
    alt, speed, course = (_number(text_of(element, name)) for name in ("ele", "speed", "course"))
    track.alt_m.append(alt)
    track.speed_mps.append(speed if 0 <= speed <= _MAX_SPEED_MPS else _NONE)
    track.course_deg.append(course if 0 <= course < 360 else _NONE)
    return True


def _number(text: str | None) -> float:
    try:
        value = float(text or "")
    except ValueError:
        return _NONE
    return value if math.isfinite(value) else _NONE


def _time(track: Track, element: etree._Element, ledger: Ledger) -> float:
    """Milliseconds, NaN when there is none that can be."""
    text = text_of(element, "time")
    if not text:
        return _NONE
    at = instant_ms(text)
    if at is not None and plausible(at) and not (reason := _out_of_order(track.last_ms, at)):
        track.last_ms = float(at)
        return track.last_ms
    ledger.note(line_of(element), "time that cannot be" if at is None or not plausible(at) else reason, text)
    return _NONE


def _out_of_order(last_ms: float, at_ms: int) -> str:
    if at_ms < last_ms:
        return "time going back"
    return "time leaping more than a day" if at_ms - last_ms > MAX_LEAP_MS else ""


def _space_out(track: Track, start_ms: float, ledger: Ledger) -> None:
    """Give every point without a time one, `SPACING_MS` after the point before it, never after the next real one."""
    missing = [index for index, at in enumerate(track.at_ms) if math.isnan(at)]
    if not missing:
        return
    ledger.remark(f"{track.title}: {len(missing)} of {len(track)} points have no usable time and are spaced by 1 s")
    first = next((index for index, at in enumerate(track.at_ms) if not math.isnan(at)), None)
    at = start_ms if first is None else track.at_ms[first] - first * SPACING_MS
    latest = _next_known(track.at_ms)
    for index, known in enumerate(track.at_ms):
        at = min(at, latest[index]) if math.isnan(known) else known
        track.at_ms[index] = at
        at += SPACING_MS


def _next_known(at_ms: array[float]) -> array[float]:
    """For each point the next known time from it on, infinity after the last."""
    following = array("d", at_ms)
    limit = math.inf
    for index in range(len(following) - 1, -1, -1):
        limit = limit if math.isnan(following[index]) else following[index]
        following[index] = limit
    return following


# -- moments ------------------------------------------------------------------------------------------------------------------


def _moments(track: Track) -> Iterator[Moment]:
    yield Moment(int(track.at_ms[0]), track.subject, "unit.registered", UnitRegistered(name=track.title, kind="vehicle"))
    heading: float | None = None
    for index in range(len(track)):
        speed, heading = _motion(track, index, heading)
        body = UnitPosition(
            lon=track.lon[index],
            lat=track.lat[index],
            heading_deg=heading,
            speed_mps=speed,
            alt_m=_or_none(track.alt_m[index]),
            valid_s=VALID_S,
        )
        yield Moment(int(track.at_ms[index]), track.subject, "unit.position", body)


def _motion(track: Track, index: int, heading: float | None) -> tuple[float | None, float | None]:
    """(speed m/s, heading) as recorded, else from the point before; standing still keeps the last heading."""
    speed, course = _or_none(track.speed_mps[index]), _or_none(track.course_deg[index])
    if index:
        before = index - 1
        step = (track.lon[before], track.lat[before], track.lon[index], track.lat[index])
        moved = distance_m(*step)
        elapsed_s = (track.at_ms[index] - track.at_ms[before]) / 1000
        if speed is None and elapsed_s > 0 and moved / elapsed_s <= _MAX_SPEED_MPS:
            speed = moved / elapsed_s
        if course is None and moved > _MOVED_M:
            course = bearing_deg(*step)
    return speed, heading if course is None else course


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value


def is_gpx(head: bytes) -> bool:
    """Whether the first bytes of a file look like GPX."""
    return b"<gpx" in head.replace(b"\0", b"")
