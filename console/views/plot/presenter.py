"""What the plot workspace lists: everything plotted, with its measures; and of one plot its card. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
import peewee as pw

from console.models.changes import Changes
from console.models.kinds import PLOT_SHAPES
from console.models.rules.plots import plot_rule
from console.models.state.tables import Incident, Plot, Road
from console.views import i18n
from console.views.age import age_text, moment_text
from console.views.i18n import tr, word
from console.views.plot.figure import ROUND, SURFACES, Figure, Point, area_text, length_text, times_text
from console.views.tables.columns import Column, folded
from console.views.tables.marks import Mark, Shape, Tone

MEASURED_POINTS = 500_000
"""Of one reading of the list, about a second: what is beyond is measured when its card is looked at."""
POINT_BYTES = 19
"""Of a packed point: two numbers of 9 bytes, and that they are two."""
_points = msgspec.msgpack.Decoder(list[Point]).decode
_FRAME_SHAPES = {"triangle": Shape.TRIANGLE, "square": Shape.SQUARE, "disc": Shape.CIRCLE, "house": Shape.DIAMOND, "diamond": Shape.DIAMOND}
_TONES = {
    "danger": Tone.RED, "fire": Tone.ORANGE, "water": Tone.BLUE, "ours": Tone.BLUE, "safe": Tone.GREEN, "earth": Tone.ORANGE,
    "order": Tone.VIOLET, "note": Tone.GREY,
}  # fmt: skip


class Drawn(NamedTuple):
    """As in the table: `points` packed."""

    shape: str
    points: bytes | None
    radius_m: float | None
    inner_m: float | None
    from_deg: float | None
    to_deg: float | None


@dataclass(frozen=True)
class PlotRow:
    """One plot. `drawn`: what its figure is made of, when it is asked for: a list of thousands is not held as points; `measured`: whether it was,
    in the list (`MEASURED_POINTS`); `road`: closed, open, or withdrawn while it was closed, where a closure of the same id goes with it."""

    id: str
    search: str
    area: str
    kind: str
    label: str
    drawn: Drawn
    measured: bool
    length_m: float | None
    area_m2: float | None
    at_ms: int | None
    until_ms: int | None
    note: str
    incident: str
    incident_title: str
    author: str
    heard_ms: int | None
    withdrawn: bool
    road: str

    @cached_property
    def figure(self) -> Figure | None:
        """None where its points cannot be read."""
        return figure_of(*self.drawn)

    @property
    def name(self) -> str:
        """Its label, else what it is."""
        return self.label or kind_text(self.kind)

    def fields(self) -> dict[str, Any]:
        """What `PlotChanged` can change, as it stands."""
        figure = {} if self.figure is None else self.figure.fields()
        return figure | {name: getattr(self, name) for name in ("kind", "label", "at_ms", "until_ms", "note")}


def kind_text(code: str) -> str:
    """In the language in use; of a code that this office's list does not have, the code itself."""
    kind = plot_rule().of(code)
    if kind.code != code:
        return code
    return kind.name.en if i18n.language() == i18n.ENGLISH else kind.name.zh


def standing(row: PlotRow, now_ms: int) -> str:
    """withdrawn; ended: it held until a moment that is past; else shown."""
    if row.withdrawn:
        return "withdrawn"
    return "ended" if row.until_ms is not None and row.until_ms <= now_ms else "shown"


GROUPS: dict[str, Callable[[PlotRow, int], bool]] = {
    "": lambda row, now_ms: standing(row, now_ms) == "shown",
    "ended": lambda row, now_ms: standing(row, now_ms) == "ended",
    "withdrawn": lambda row, _now: row.withdrawn,
}


def read_plots(database: pw.SqliteDatabase, ids: Sequence[str] | None = None) -> list[PlotRow]:
    query = (
        Plot.select(Plot, Incident.title.alias("incident_title"), Road.status.alias("road"), Road.withdrawn.alias("road_withdrawn"))
        .join(Incident, pw.JOIN.LEFT_OUTER, on=(Incident.id == Plot.incident))
        .join(Road, pw.JOIN.LEFT_OUTER, on=(Road.id == Plot.id))
    )
    if ids is not None:
        query = query.where(Plot.id.in_(list(ids)))
    room, rows = MEASURED_POINTS, []
    for held in query.dicts().iterator(database):
        if held["shape"]:
            room -= len(held["points"] or b"") // POINT_BYTES
            rows.append(_row(held, measured=room >= 0))
    return rows


def concerned(changes: Changes) -> Iterable[str]:
    """A road whose id is a plot's goes with it."""
    return set(changes.ids.get("plot", ())) | set(changes.ids.get("road", ()))


def figure_of(shape: str, packed: bytes | None, radius_m: Any, inner_m: Any, from_deg: Any, to_deg: Any) -> Figure | None:
    """None for a shape this version does not know, and for points or radii that make no figure."""
    try:
        points = tuple(_points(bytes(packed))) if packed else ()
    except msgspec.DecodeError:
        points = ()
    if shape not in PLOT_SHAPES or not points or (shape in ROUND and not radius_m):
        return None
    return Figure(shape, points, radius_m, inner_m, from_deg, to_deg)


def columns() -> list[Column[PlotRow]]:
    return [
        Column("kind", lambda: tr("Kind"), lambda row, _now: kind_text(row.kind), mark=lambda row, _now: kind_mark(row.kind), width_chars=14),
        Column("label", lambda: tr("Label"), lambda row, _now: row.label, width_chars=16, wide=True),
        Column("when", lambda: tr("Holds"), lambda row, now_ms: times_text(row.at_ms, row.until_ms, now_ms), width_chars=11),
        Column("length", lambda: tr("Length"), _length, lambda row: row.length_m, numeric=True),
        Column("area", lambda: tr("Surface"), _area, lambda row: row.area_m2, width_chars=19, numeric=True),
        Column("author", lambda: tr("By"), lambda row, _now: row.author, width_chars=8),
        Column(
            "heard",
            lambda: tr("Last told"),
            lambda row, now_ms: age_text(row.heard_ms, now_ms),
            lambda row: None if row.heard_ms is None else -row.heard_ms,
            tip=lambda row, _now: moment_text(row.heard_ms),
            numeric=True,
            ages=True,
        ),
        Column("incident", lambda: tr("Incident"), lambda row, _now: row.incident_title, width_chars=14),
        Column("shape", lambda: tr("Shape"), lambda row, _now: shape_text(row), hidden=True),
    ]  # fmt: skip


def _length(row: PlotRow, _now_ms: int) -> str:
    return length_text(row.length_m) if row.measured else tr("see card")


def _area(row: PlotRow, _now_ms: int) -> str:
    return area_text(row.area_m2) if row.measured or row.drawn.shape not in SURFACES else tr("see card")


def shape_text(row: PlotRow) -> str:
    return word("plot_shape", row.drawn.shape) if row.drawn.shape in PLOT_SHAPES else ""


def kind_mark(code: str) -> Mark:
    """As near to its sign as a small mark can be."""
    kind = plot_rule().of(code)
    return Mark(_FRAME_SHAPES[kind.frame], _TONES.get(kind.ink, Tone.GREY))


def card(row: PlotRow, now_ms: int) -> list[tuple[str, str]]:
    """(label, value) of all that is known of one plot."""
    figure = row.figure
    length_m, area_m2 = (row.length_m, row.area_m2) if row.measured else _measures(figure)
    known = [
        (tr("Now"), word("plot_standing", standing(row, now_ms))),
        (tr("Kind"), kind_text(row.kind)),
        (tr("Shape"), shape_text(row)),
        (tr("From"), moment_text(row.at_ms) if row.at_ms else ""),
        (tr("Until"), moment_text(row.until_ms) if row.until_ms else ""),
        (tr("Position"), f"{figure.points[0][0]:.6f}, {figure.points[0][1]:.6f}" if figure else tr("cannot be read")),
        (tr("Radius"), length_text(figure.radius_m) if figure else ""),
        (tr("Inner radius"), length_text(figure.inner_m) if figure else ""),
        (tr("Bearings"), _bearings(figure)),
        (tr("Edge") if area_m2 is not None else tr("Length"), length_text(length_m)),
        (tr("Surface"), area_text(area_m2)),
        (tr("Routes"), {"closed": tr("closed to them along this line"), "open": tr("open again")}.get(row.road, "")),
        (tr("Note"), row.note),
        (tr("Incident"), row.incident_title),
        (tr("Last written by"), row.author),
        (tr("Last told"), tr("{span} ago", span=age_text(row.heard_ms, now_ms)) if row.heard_ms else ""),
    ]  # fmt: skip
    return [(label, value) for label, value in known if value]


def _bearings(figure: Figure | None) -> str:
    if figure is None or figure.from_deg is None or figure.to_deg is None:
        return ""
    return f"{figure.from_deg:.0f}° – {figure.to_deg:.0f}°"


def _measures(figure: Figure | None) -> tuple[float | None, float | None]:
    return (None, None) if figure is None else (figure.length_m(), figure.area_m2())


def _row(held: dict[str, Any], *, measured: bool) -> PlotRow:
    drawn = Drawn(*(held[name] for name in Drawn._fields))
    length_m, area_m2 = _measures(figure_of(*drawn)) if measured else (None, None)
    title = held["incident_title"] or held["incident"]
    same = ("id", "area", "kind", "label", "at_ms", "until_ms", "note", "incident", "author", "heard_ms")
    return PlotRow(
        **{name: held[name] for name in same},
        search=folded(kind_text(held["kind"]), held["label"], held["note"], held["author"], title, word("plot_shape", held["shape"])),
        drawn=drawn,
        measured=measured,
        length_m=length_m,
        area_m2=area_m2,
        incident_title=title,
        withdrawn=bool(held["withdrawn"]),
        road="withdrawn" if held["road_withdrawn"] and held["road"] == "closed" else held["road"] or "",
    )
