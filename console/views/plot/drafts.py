"""What an operator plots, as drafts of events. No Qt. Each raises `EntryFault` for what cannot be sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ulid import ULID

from console.comms.local.messages import Draft
from console.models.kinds import PlotChanged, PlotDrawn, RoadClosed, RoadOpened, encode_body, kind_of
from console.models.rules.plots import plot_rule
from console.views.entry.areas import area_about
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import within
from console.views.entry.withdrawal import withdrawal
from console.views.i18n import tr
from console.views.plot.figure import LINES, Figure, Point
from console.views.plot.presenter import PlotRow, kind_text

NAME_CHARS, TEXT_CHARS, MOST_ROAD_POINTS = 200, 8000, 1000


@dataclass(frozen=True)
class Said:
    """What is said of a plot besides its figure. `close_road`: routes are told to avoid it too."""

    label: str = ""
    note: str = ""
    at_ms: int | None = None
    until_ms: int | None = None
    incident: str = ""
    incident_area: str = ""
    close_road: bool = False


@dataclass(frozen=True)
class Writer:
    """Who writes, in which area, when."""

    author: str
    own_area: str
    now_ms: int


def drawing(kind: str, figure: Figure, said: Said, by: Writer) -> list[Draft]:
    """The plot, and where it is to be so the closure of the road, of the same id: one write, both or neither."""
    if figure.shape == "text" and not said.label.strip():
        raise EntryFault(tr("A text needs its words: fill in the label."))
    _check_times(said.at_ms, said.until_ms)
    plot, area = str(ULID()), area_about(said.incident_area, by.own_area)
    label, note = within(said.label, tr("Label"), NAME_CHARS), within(said.note, tr("Note"), TEXT_CHARS)
    body = PlotDrawn(
        shape=figure.shape,
        kind=kind,
        label=label,
        note=note,
        at_ms=said.at_ms,
        until_ms=said.until_ms,
        incident=said.incident,
        author=by.author,
        **figure.fields(),
    )
    drafts = [Draft(kind=kind_of(body), body=encode_body(body), subject=plot, area=area)]
    if said.close_road and closes_road(kind, figure):
        drafts.append(_closure(plot, label or kind_text(kind), figure, said.at_ms, said.incident, area, by))
    return drafts


def changing(row: PlotRow, fields: dict[str, Any], by: Writer) -> list[Draft]:
    """Only what differs from `row`; the closure that goes with it follows a line that was moved. [] where nothing differs."""
    held = row.fields()
    told = {name: value for name, value in fields.items() if name not in held or held[name] != value}
    if not told:
        return []
    for name, label, most in (("label", tr("Label"), NAME_CHARS), ("note", tr("Note"), TEXT_CHARS)):
        if name in told:
            told[name] = within(told[name], label, most)
    merged = held | told
    _check_times(merged["at_ms"], merged["until_ms"])
    if row.figure is not None and row.figure.shape == "text" and not merged["label"]:
        raise EntryFault(tr("A text needs its words: fill in the label."))
    area = area_about(row.area, by.own_area)
    body = PlotChanged(**told, incident=row.incident, author=by.author)
    drafts = [Draft(kind=kind_of(body), body=encode_body(body), subject=row.id, area=area)]
    if "points" in told and row.road == "closed" and row.figure is not None:
        moved = Figure(row.figure.shape, tuple(told["points"]))
        drafts.append(_closure(row.id, row.name, moved, row.at_ms, row.incident, area, by))
    return drafts


def taking_away(row: PlotRow, why: str, by: Writer) -> list[Draft]:
    """The plot, and the closure that goes with it."""
    area = area_about(row.area, by.own_area)
    drafts = [withdrawal("plot", row.id, area, why, by.author, withdrawn=True)]
    if row.road == "closed":
        drafts.append(withdrawal("road", row.id, area, why, by.author, withdrawn=True))
    return drafts


def bringing_back(row: PlotRow, why: str, by: Writer) -> list[Draft]:
    """The plot, and the closure that was taken away with it."""
    area = area_about(row.area, by.own_area)
    drafts = [withdrawal("plot", row.id, area, why, by.author, withdrawn=False)]
    if row.road == "withdrawn":
        drafts.append(withdrawal("road", row.id, area, why, by.author, withdrawn=False))
    return drafts


def closing_road(row: PlotRow, by: Writer) -> list[Draft]:
    """Routes are to avoid what was plotted."""
    if row.figure is None or not closes_road(row.kind, row.figure):
        raise EntryFault(tr("Only a closed road drawn as a line or a point is told to the routes."))
    return [_closure(row.id, row.name, row.figure, row.at_ms, row.incident, area_about(row.area, by.own_area), by)]


def opening_road(row: PlotRow, by: Writer) -> list[Draft]:
    body = RoadOpened(source=by.author or tr("plotted on the map"), incident=row.incident, author=by.author)
    return [Draft(kind=kind_of(body), body=encode_body(body), subject=row.id, area=area_about(row.area, by.own_area))]


def closes_road(kind: str, figure: Figure) -> bool:
    return plot_rule().of(kind).closes_road and figure.shape in (*LINES, "point")


def _closure(plot: str, name: str, figure: Figure, since_ms: int | None, incident: str, area: str, by: Writer) -> Draft:
    points = _thinned(figure.points)
    body = RoadClosed(
        name=name,
        reason="other",
        lon=points[0][0],
        lat=points[0][1],
        line=points if len(points) > 1 else [],
        since_ms=since_ms if since_ms is not None else by.now_ms,
        source=by.author or tr("plotted on the map"),
        note=tr("plotted on the map"),
        incident=incident,
        author=by.author,
    )
    return Draft(kind=kind_of(body), body=encode_body(body), subject=plot, area=area)


def _thinned(points: tuple[Point, ...]) -> list[Point]:
    """As many as a closure may have: both ends, and others evenly between."""
    if len(points) <= MOST_ROAD_POINTS:
        return list(points)
    return [points[round(at * (len(points) - 1) / (MOST_ROAD_POINTS - 1))] for at in range(MOST_ROAD_POINTS)]


def _check_times(at_ms: int | None, until_ms: int | None) -> None:
    if at_ms is not None and until_ms is not None and until_ms <= at_ms:
        raise EntryFault(tr("It ends before it begins: correct one of the times."))
