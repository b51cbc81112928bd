"""Which format a file is in, by its content, and the one way to open any of them."""

from __future__ import annotations

from pathlib import Path

from console.comms.gateways.ais import DEFAULT_RATE_PER_S, read_ais
from console.comms.gateways.cad import read_cad
from console.comms.gateways.cap import is_cap, read_cap
from console.comms.gateways.gpx import is_gpx, read_gpx
from console.comms.gateways.nmea import is_nmea
from console.comms.gateways.quakes import is_quakes
from console.comms.gateways.readings.recorded import read_readings, read_tremors
from console.comms.gateways.readings.table import is_readings
from console.comms.gateways.recording import Recording
from console.comms.gateways.scenario import read_scenario
from console.errors import Fault, UsageFault
from console.models.files import size_of

FORMATS = ("gpx", "ais", "cad", "cap", "scenario", "readings", "quakes")
_HEAD_BYTES = 64 * 1024


def detect(path: Path) -> str:
    """One of FORMATS. Raises UsageFault when the content is none of them, or the file cannot be read."""
    head = _head(path)
    if is_gpx(head):
        return "gpx"
    if is_cap(head):
        return "cap"
    if is_nmea(head):
        return "ais"
    if is_quakes(head):
        return "quakes"
    if is_readings(head):
        return "readings"
    text = head.decode("utf-8", "replace")
    if "[scenario]" in text or "[[peer]]" in text:
        return "scenario"
    if head.partition(b"\n")[0].count(b",") >= 3 and b"\0" not in head:
        return "cad"
    raise UsageFault(
        f"{path}: neither GPX, AIS (NMEA), a CAD export in CSV, a CAP alert, readings, earthquakes nor a scenario; if it is one of them, say --format"
    )


def _head(path: Path) -> bytes:
    try:
        size_of(path)
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES).removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise UsageFault(f"{path}: cannot be read: {error.strerror or error}") from error
    if not head:
        raise Fault(f"{path}: the file is empty")
    return head


def open_recording(
    path: Path,
    *,
    form: str = "",
    lang: str = "zh",
    mapping_file: Path | None = None,
    rate_per_s: float = DEFAULT_RATE_PER_S,
) -> Recording:
    """Read a file in format `form` ("": by its content). Raises Fault naming file, place and remedy when nothing of it can be used."""
    form = form or detect(path)
    _head(path)
    if form == "gpx":
        return read_gpx(path)
    if form == "ais":
        return read_ais(path, rate_per_s=rate_per_s)
    if form == "cad":
        return read_cad(path, mapping_file=mapping_file, lang=lang)
    if form == "readings":
        return read_readings(path, mapping_file=mapping_file)
    if form == "quakes":
        return read_tremors(path)
    if form == "cap":
        return read_cap(path, lang=lang)
    return read_scenario(path, lang=lang)
