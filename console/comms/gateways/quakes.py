"""Lists of earthquakes as agencies publish them: USGS CSV and GeoJSON, QuakeML 1.2, and bare catalogues of date, place and magnitude.

Every reader answers with tremors; what is no earthquake, or none that can be, is noted in the ledger.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from lxml import etree

from console.comms.gateways.instants import LATEST_MS, instant_ms, instant_of
from console.comms.gateways.readings.facts import number_of
from console.comms.gateways.recording import Ledger
from console.comms.gateways.xml import line_of, local_name, release, stream, text_of
from console.errors import Fault
from console.models.files import size_of
from console.models.kinds import QuakeReported

MAX_FILE_BYTES = 128 * 1024 * 1024
MAX_LINE_CHARS = 64 * 1024
_HEAD_BYTES = 64 * 1024
EARLIEST_MS = -62_000_000_000_000
"""Catalogues go back to antiquity: this is about the year 5."""


class Tremor(NamedTuple):
    """`key`: `<source>:<its id>`; `updated_ms`: when the source last changed it, None not told; `line`: in the file, 0 not known."""

    key: str
    body: QuakeReported
    updated_ms: int | None = None
    line: int = 0


class Bounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which earthquakes are taken: within a box of degrees, from a magnitude on."""

    west: float = -180.0
    south: float = -90.0
    east: float = 180.0
    north: float = 90.0
    magnitude: float = -10.0

    def holds(self, body: QuakeReported) -> bool:
        within_lon = self.west <= body.lon <= self.east if self.west <= self.east else body.lon >= self.west or body.lon <= self.east
        return within_lon and self.south <= body.lat <= self.north and body.magnitude >= self.magnitude


def read_quakes(path: Path, ledger: Ledger) -> Iterator[Tremor]:
    """By the file's content. Raises Fault when it is no list of earthquakes."""
    try:
        size = size_of(path)
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError as error:
        raise Fault(f"{path}: cannot be read: {error.strerror or error}") from error
    if size > MAX_FILE_BYTES:
        raise Fault(f"{path}: larger than {MAX_FILE_BYTES >> 20} MiB; ask the source for a shorter time.")
    if not head:
        raise Fault(f"{path}: the file is empty; fetch it again.")
    if head.startswith(b"<"):
        return _quakeml(path, ledger)
    if head.startswith(b"{"):
        return _geojson(path, ledger)
    return _table(path, ledger)


def is_quakes(head: bytes) -> bool:
    """Whether a file's first bytes look like one of these forms."""
    text = head.decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if text.startswith("<"):
        return "quakeml" in text[:2000].lower()
    if text.startswith("{"):
        return '"FeatureCollection"' in text and '"mag"' in text
    header = {name.strip().strip('"').lower() for name in text.partition("\n")[0].split(",")}
    return {"latitude", "longitude"} <= header and bool({"mag", "magnitude"} & header)


# -- what all have in common --------------------------------------------------------------------------------------------------


def _tremor(ledger: Ledger, line: int, key: str, fields: Mapping[str, Any], at_ms: int | None, updated_ms: int | None) -> Iterator[Tremor]:
    """One whose numbers can be. `fields`: lon, lat, mag, depth_km and words."""
    lon, lat, magnitude = (number_of(fields.get(name)) for name in ("lon", "lat", "mag"))
    depth_km = number_of(fields.get("depth_km"))
    if magnitude is None and fields.get("status") == "deleted":
        magnitude = 0.0  # what is taken back need not say how strong it was
    if at_ms is None or not EARLIEST_MS <= at_ms < LATEST_MS:
        ledger.note(line, "time is none that can be", key)
    elif magnitude is None:
        ledger.note(line, "no magnitude", key)
    elif lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        ledger.note(line, "position missing or not valid", key)
    elif not -5 <= magnitude <= 12:
        ledger.note(line, "magnitude is none that can be", key)
    else:
        words = {
            name: str(fields.get(name) or "")[:limit] for name, limit in (("scale", 64), ("place", 200), ("source", 200), ("status", 64))
        }
        depth = None if depth_km is None or depth_km > 1000 else max(0.0, depth_km)  # above sea level, or no depth that can be
        yield Tremor(
            key[:128], QuakeReported(magnitude=magnitude, lon=lon, lat=lat, at_ms=at_ms, depth_km=depth, **words), updated_ms, line
        )


def _is_earthquake(ledger: Ledger, line: int, kind: str, key: str) -> bool:
    if kind.strip().lower() in ("", "earthquake", "induced or triggered event"):
        return True
    ledger.note(line, "not an earthquake", f"{key}: {kind}")
    return False


# -- tables ---------------------------------------------------------------------------------------------------------------------


def _table(path: Path, ledger: Ledger) -> Iterator[Tremor]:
    header = _header(path)
    names = {name.lower(): name for name in header}
    if {"time", "latitude", "longitude", "mag", "id"} <= set(names):
        return _usgs(path, ledger)
    if {"date", "latitude", "longitude", "magnitude"} <= set(names):
        return _catalogue(path, ledger, _day_first(path))
    raise Fault(
        f"{path}: line 1: neither a USGS list of earthquakes nor a catalogue with Date, Latitude, Longitude and Magnitude, nor GeoJSON or QuakeML: "
        f"{', '.join(header)[:120]}."
    )


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return [name.strip() for name in next(csv.reader([file.readline(MAX_LINE_CHARS).replace("\0", "")]), [])]
    except csv.Error as error:
        raise Fault(f"{path}: line 1: not a table: {error}.") from error


def _rows(path: Path, ledger: Ledger | None) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(line.replace("\0", "") for line in iter(lambda: file.readline(MAX_LINE_CHARS), ""))
        header = [name.strip().lower() for name in next(reader, [])]
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                row = []
                if ledger:
                    ledger.note(line, "broken row", str(error))
            if len(row) == len(header):
                yield line, dict(zip(header, row, strict=True))
            elif row and ledger:
                ledger.note(line, "row with another number of fields than the header", f"{len(row)} for {len(header)}")


def _usgs(path: Path, ledger: Ledger) -> Iterator[Tremor]:
    for line, row in _rows(path, ledger):
        key = f"usgs:{row['id'].strip()}"
        if not row["id"].strip():
            ledger.note(line, "no id")
            continue
        if not _is_earthquake(ledger, line, row.get("type", ""), key):
            continue
        fields = {
            "lon": row["longitude"],
            "lat": row["latitude"],
            "mag": row["mag"],
            "depth_km": row.get("depth"),
            "scale": row.get("magtype"),
        }
        fields |= {"place": row.get("place"), "source": f"USGS {row.get('net', '')}".strip(), "status": row.get("status")}
        yield from _tremor(ledger, line, key, fields, instant_ms(row["time"]), instant_ms(row.get("updated", "")))


_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def _day_first(path: Path) -> bool | None:
    """Whether dates such as 03/04/1969 have the day first, as the whole file shows it; None when it has none such.

    Raises Fault when nothing in it tells: such a file would be misread by months.
    """
    first = second = total = 0
    for _, row in _rows(path, None):
        if found := _SLASHED.fullmatch(row["date"].strip()):
            total += 1
            first, second = max(first, int(found[1])), max(second, int(found[2]))
    if not total:
        return None
    if (first > 12) == (second > 12):
        raise Fault(
            f"{path}: column 'Date': nothing tells whether 03/04/1969 is in March or in April "
            f"({'both' if first > 12 else 'neither'} of the numbers goes above 12). Ask for dates written 1969-03-04."
        )
    return first > 12


def _catalogue(path: Path, ledger: Ledger, day_first: bool | None) -> Iterator[Tremor]:
    """No ids: one is made of what it says, so that the same row read again is the same earthquake."""
    if day_first is not None:
        order = "day before month" if day_first else "month before day"
        ledger.remark(f"dates are read as {order}, as the whole file shows; times of day are not told, each stands at 00:00 UTC")
    for line, row in _rows(path, ledger):
        text = row["date"].strip()
        at_ms, told = _date_ms(text, day_first=bool(day_first)), "/" not in text
        key = "catalogue:" + hashlib.sha256(",".join((text, row["latitude"], row["longitude"], row["magnitude"])).encode()).hexdigest()[:24]
        place = row.get("place", "") or ("" if told else "time of day not told")
        fields = {"lon": row["longitude"], "lat": row["latitude"], "mag": row["magnitude"], "depth_km": row.get("depth"), "place": place}
        yield from _tremor(ledger, line, key, fields | {"source": path.name, "status": row.get("status")}, at_ms, None)


def _date_ms(text: str, *, day_first: bool) -> int | None:
    found = _SLASHED.fullmatch(text)
    if found is None:
        return instant_ms(text)
    one, other, year = int(found[1]), int(found[2]), int(found[3])
    try:
        return instant_of(datetime(year, other if day_first else one, one if day_first else other, tzinfo=UTC))
    except ValueError:
        return None


# -- GeoJSON ----------------------------------------------------------------------------------------------------------------------


def _geojson(path: Path, ledger: Ledger) -> Iterator[Tremor]:
    try:
        held = msgspec.json.decode(path.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Fault(f"{path}: not whole JSON: {error}. Fetch it again.") from error
    except OSError as error:
        raise Fault(f"{path}: cannot be read: {error.strerror or error}") from error
    features = held.get("features") if isinstance(held, dict) and held.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        raise Fault(f"{path}: no FeatureCollection; only USGS GeoJSON lists of earthquakes are read.")
    for place, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict) or not isinstance(feature.get("id"), str):
            ledger.note(0, "no id", f"feature {place}")
            continue
        yield from _feature(feature, properties, ledger)


def _feature(feature: dict[str, Any], properties: dict[str, Any], ledger: Ledger) -> Iterator[Tremor]:
    key = f"usgs:{feature['id']}"
    if not _is_earthquake(ledger, 0, str(properties.get("type") or ""), key):
        return
    geometry = feature.get("geometry")
    point = geometry.get("coordinates") if isinstance(geometry, dict) else None
    lon, lat, depth_km = [*point[:3], None, None, None][:3] if isinstance(point, list) else (None, None, None)
    fields = {"lon": lon, "lat": lat, "depth_km": depth_km, "mag": properties.get("mag"), "scale": properties.get("magType")}
    fields |= {
        "place": properties.get("place"),
        "source": f"USGS {properties.get('net') or ''}".strip(),
        "status": properties.get("status"),
    }
    yield from _tremor(ledger, 0, key, fields, _millis(properties.get("time")), _millis(properties.get("updated")))


def _millis(held: Any) -> int | None:
    return held if isinstance(held, int) and not isinstance(held, bool) else None


# -- QuakeML ----------------------------------------------------------------------------------------------------------------------


def _quakeml(path: Path, ledger: Ledger) -> Iterator[Tremor]:
    first = True
    found = False
    for event, element in stream(path, ledger):
        if first and local_name(element).lower() not in ("quakeml", "eventparameters"):
            raise Fault(
                f"{path}: line {line_of(element)}: <{local_name(element)}> is no QuakeML; only QuakeML, USGS GeoJSON and CSV are read."
            )
        first = False
        if event == "end" and local_name(element) == "event":
            found = True
            yield from _event(element, ledger)
            release(element)
    if not found:
        ledger.remark("there is no earthquake in it")


def _event(element: etree._Element, ledger: Ledger) -> Iterator[Tremor]:
    public_id = element.get("publicID", "")
    key = _key_of(public_id)
    line = line_of(element)
    kind = text_of(element, "type")
    deleted = kind in ("not existing", "not reported")
    if not public_id:
        ledger.note(line, "no id")
        return
    if not deleted and not _is_earthquake(ledger, line, kind, key):
        return
    origin = _preferred(element, "origin", "preferredOriginID")
    magnitude = _preferred(element, "magnitude", "preferredMagnitudeID")
    if origin is None:
        ledger.note(line, "time is none that can be", key)
        return
    depth_m = number_of(_value(origin, "depth"))
    fields = {
        "lon": _value(origin, "longitude"),
        "lat": _value(origin, "latitude"),
        "depth_km": None if depth_m is None else depth_m / 1000,
        "mag": None if magnitude is None else _value(magnitude, "mag"),
        "scale": "" if magnitude is None else text_of(magnitude, "type"),
        "place": next((text_of(child, "text") for child in element if local_name(child) == "description"), ""),
        "source": _agency(element) or _agency(origin),
        "status": "deleted" if deleted else "reviewed" if text_of(origin, "evaluationMode") == "manual" else "automatic",
    }
    at_ms = instant_ms(_value(origin, "time"))
    yield from _tremor(ledger, line, key, fields, at_ms, instant_ms(_creation(element)))


def _key_of(public_id: str) -> str:
    """That of USGS's other lists where it is from there."""
    local = public_id.rpartition("/")[2].rpartition("eventid=")[2].partition("&")[0] or public_id
    return f"{'usgs' if 'earthquake.usgs.gov/' in public_id else 'quakeml'}:{local}"


def _preferred(element: etree._Element, name: str, reference: str) -> etree._Element | None:
    """The child that the event prefers, else the last."""
    wanted = text_of(element, reference)
    children = [child for child in element if local_name(child) == name]
    return next((child for child in children if wanted and child.get("publicID") == wanted), children[-1] if children else None)


def _value(element: etree._Element, name: str) -> str:
    return next((text_of(child, "value") for child in element if local_name(child) == name), "")


def _agency(element: etree._Element) -> str:
    return next((text_of(child, "agencyID") for child in element if local_name(child) == "creationInfo"), "")


def _creation(element: etree._Element) -> str:
    return next((text_of(child, "creationTime") for child in element if local_name(child) == "creationInfo"), "")
