"""Readings as a file that a spreadsheet opens and another console understands: one reading a line, what they are above them. No Qt."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from console.models.kinds import QUALITIES
from console.models.sensors import Gauge, Series
from console.views.age import local
from console.views.monitoring.scope import Span

COLUMNS = ("time_local", "time_utc", "sensor", "name", "quantity", "unit", "value", "quality")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def readings_csv(found: Sequence[tuple[Gauge, Series]], span: Span, *, zone: str, as_of_ms: int, live: bool, peer: str = "") -> bytes:
    """UTF-8 with a mark, lines end with CR LF. Header lines begin with "#": name and value; then COLUMNS, then the readings within `span`,
    gauge by gauge. `value` is exactly what was read; missing readings have none. Text that a spreadsheet would run is quoted by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for name, value in _header(found, span, zone, as_of_ms, live, peer):
        writer.writerow((f"# {name}", _text(value)))
    writer.writerow(COLUMNS)
    for gauge, series in found:
        same = (_text(gauge.id), _text(gauge.name), _text(gauge.quantity), _text(gauge.unit))
        for at_ms, value, code in zip(series.times_ms.tolist(), series.values.tolist(), series.quality.tolist(), strict=True):
            if span.start_ms <= at_ms <= span.end_ms:
                quality = QUALITIES[code] or "good"
                writer.writerow((_local(at_ms), _utc(at_ms), *same, "" if quality == "missing" else repr(value), quality))
    return out.getvalue().encode("utf-8-sig")


def read_csv(data: bytes) -> tuple[dict[str, str], dict[str, list[tuple[int, float | None, str]]]]:
    """(header, sensor -> [(UTC ms, value, quality)]) of such a file."""
    header: dict[str, str] = {}
    found: dict[str, list[tuple[int, float | None, str]]] = {}
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))):
        if row and row[0].startswith("# "):
            header[row[0][2:]] = _plain(row[1])
        elif row and tuple(row) != COLUMNS:
            at_ms = round(datetime.fromisoformat(row[1]).timestamp() * 1000)
            found.setdefault(_plain(row[2]), []).append((at_ms, float(row[6]) if row[6] else None, row[7]))
    return header, found


def _header(found: Sequence[tuple[Gauge, Series]], span: Span, zone: str, as_of_ms: int, live: bool, peer: str) -> list[tuple[str, str]]:
    """In English, as the columns are: a file is read by programs, and elsewhere."""
    lines = [
        ("file", "readings of sensors, Fengsui"),
        ("from", _local(span.start_ms)),
        ("to", _local(span.end_ms)),
        ("time zone", zone),
        ("as of", _local(as_of_ms) + ("" if live else " (a past instant)")),
        ("times", "of reading, by the clock of who sent it"),
        ("position datum", "WGS 84"),
        ("level datum", "as each gauge was registered; not converted"),
        ("source", peer or "this console's journal"),
    ]
    for gauge, series in found:
        lines.append((f"sensor {gauge.id}", "; ".join(_facts(gauge, series))))
    return lines


def _facts(gauge: Gauge, series: Series) -> Mapping[str, None]:
    facts = [
        gauge.name,
        gauge.quantity,
        gauge.unit,
        f"owner {gauge.owner}" if gauge.owner else "",
        f"comes by {gauge.link}" if gauge.link else "",
        f"at {gauge.lon:.6f} {gauge.lat:.6f}" if gauge.lon is not None and gauge.lat is not None else "",
        f"every {gauge.interval_s:g} s" if gauge.interval_s else "",
        "rain since the reading before" if gauge.quantity == "rain" else "",
        f"{len(series)} readings",
    ]
    return dict.fromkeys(fact for fact in facts if fact)


def _local(at_ms: int) -> str:
    return local(at_ms).isoformat(sep=" ", timespec="milliseconds" if at_ms % 1000 else "seconds")


def _utc(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds" if at_ms % 1000 else "seconds")


def _text(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _plain(value: str) -> str:
    return value[1:] if value.startswith("'") and value[1:].startswith(_FORMULA) else value


def write_whole(path: Path, data: bytes) -> None:
    """Beside its place first, then put there. Raises OSError; nothing half written is left."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
