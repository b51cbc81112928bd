"""Earthquakes as the workspace lists them, with the rings of estimated intensity and what lies in each. No Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import peewee as pw

from console.models.changes import Changes
from console.models.geo.area import Area
from console.models.geo.atlas import Atlas, Item
from console.models.geo.register import read
from console.models.hazards.quake import Intensity, covered, rings
from console.models.hazards.rules import earthquake_rule
from console.views.age import age_text, moment_text
from console.views.i18n import tr, word
from console.views.tables.columns import Column, folded
from console.views.tables.marks import Mark, Shape, Tone

THINGS = ("unit", "shelter", "resource", "basin", "sensor")
MOST = 500
NAMES_SHOWN = 6
_QUERY = (
    "SELECT id, magnitude, scale, lon, lat, depth_km, at_ms, place, source, status, heard_ms FROM quake "
    "WHERE status <> 'deleted' AND lon IS NOT NULL ORDER BY at_ms DESC LIMIT ?"
)


@dataclass(frozen=True)
class QuakeRow:
    id: str
    search: str
    magnitude: float
    scale: str
    lon: float
    lat: float
    depth_km: float | None
    at_ms: int
    place: str
    source: str
    status: str
    heard_ms: int | None


def read_quakes(database: pw.SqliteDatabase, _ids: Sequence[str] | None = None) -> list[QuakeRow]:
    """The newest MOST."""
    held = database.execute_sql(_QUERY, (MOST,))  # type: ignore[no-untyped-call]
    return [QuakeRow(row[0], folded(row[7], row[0], row[8]), *row[1:]) for row in held]


def concerned(changes: Changes) -> Iterable[str] | None:
    return None if "quake" in changes.ids else ()


def columns() -> list[Column[QuakeRow]]:
    return [
        Column(
            "magnitude",
            lambda: tr("Magnitude"),
            lambda row, _now: f"{row.scale} {row.magnitude:.1f}".strip(),
            lambda row: -row.magnitude,
            lambda row, _now: magnitude_mark(row.magnitude),
            width_chars=9,
            numeric=True,
        ),
        Column("place", lambda: tr("Place"), lambda row, _now: row.place or f"{row.lon:.2f}, {row.lat:.2f}", width_chars=20, wide=True),
        Column(
            "age",
            lambda: tr("Ago"),
            lambda row, now_ms: age_text(row.at_ms, now_ms),
            lambda row: -row.at_ms,
            tip=lambda row, _now: moment_text(row.at_ms),
            width_chars=10,
            numeric=True,
            ages=True,
        ),
        Column(
            "depth",
            lambda: tr("Depth"),
            lambda row, _now: "–" if row.depth_km is None else f"{row.depth_km:.0f} km",
            width_chars=8,
            numeric=True,
        ),
    ]


def magnitude_mark(magnitude: float) -> Mark:
    if magnitude >= 6:
        return Mark(Shape.TRIANGLE, Tone.RED)
    return Mark(Shape.DIAMOND, Tone.ORANGE) if magnitude >= 5 else Mark(Shape.CIRCLE, Tone.GREY)


@dataclass(frozen=True)
class Within:
    """What lies where at least this intensity is estimated. `counts` by table; `people`: of townships there; `names`: of stores and shelters."""

    ring: Intensity
    counts: dict[str, int]
    people: float
    names: tuple[str, ...]


def look_within(database: pw.SqliteDatabase, row: QuakeRow) -> list[Within]:
    """Reader thread. Innermost first."""
    found = rings(row.lon, row.lat, row.magnitude, earthquake_rule())
    if not found:
        return []
    atlas = Atlas()
    for thing in ("unit", "resource", "basin", "sensor"):
        atlas.put(read(database, thing))
    return [_within(atlas, ring) for ring in reversed(found)]


def _within(atlas: Atlas, ring: Intensity) -> Within:
    items: list[Item] = [hit.item for hit in atlas.within(Area([[ring.ring]])).hits]
    counts = Counter(item.thing for item in items)
    people = sum(item.people or 0 for item in items if item.thing == "basin" and item.kind == "township")
    names = tuple(item.name for item in items if item.thing in ("shelter", "resource"))
    return Within(ring, {thing: counts[thing] for thing in THINGS if counts[thing]}, people, names)


def card(row: QuakeRow, within: Sequence[Within] | None, now_ms: int) -> list[tuple[str, str]]:
    """(label, value); `within` None: still being read."""
    rule = earthquake_rule()
    known = [
        (tr("Magnitude"), f"{row.scale} {row.magnitude:.1f}".strip()),
        (tr("Time"), f"{moment_text(row.at_ms)} ({tr('{span} ago', span=age_text(row.at_ms, now_ms))})"),
        (tr("Position"), f"{row.lon:.4f}, {row.lat:.4f}"),
        (tr("Depth"), "" if row.depth_km is None else f"{row.depth_km:.1f} km"),
        (tr("Source"), " ".join(part for part in (row.source, row.status) if part)),
    ]
    if within is None:
        known.append((tr("Within"), tr("Reading...")))
    elif not within:
        known.append((tr("Within"), tr("Too weak for rings: nothing is estimated to be damaged.")))
    for each in within or ():
        ring = each.ring
        size = tr("{long} × {short} km", long=f"{2 * ring.long_km:.0f}", short=f"{2 * ring.short_km:.0f}")
        known.append((tr("Intensity {n}", n=ring.intensity), f"{size} · {within_text(each)}"))
    if within:
        told = tr(
            "Estimated by {source}, ± {sigma} of intensity; the axis points to {azimuth}°: a default.",
            source=word("hazard_source", rule.source),
            sigma=f"{rule.sigma:.1f}",
            azimuth=f"{rule.azimuth_deg:.0f}",
        )
        known.append(
            (tr("Note"), told if covered(row.lon, row.lat, rule) else f"{told} {tr('It was made for Xinjiang: here it is a guess.')}")
        )
    return [(label, value) for label, value in known if value]


def within_text(within: Within) -> str:
    parts = [f"{word('thing', thing)} {count}" for thing, count in within.counts.items()]
    if within.people:
        parts.append(tr("{n} people in townships", n=f"{within.people:,.0f}"))
    if within.names:
        more = len(within.names) - NAMES_SHOWN
        parts.append("、".join(within.names[:NAMES_SHOWN]) + (f" +{more}" if more > 0 else ""))
    return " · ".join(parts) or tr("nothing of ours")
