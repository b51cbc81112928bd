"""What the routes panel says of the roads it has, and of the answer as a whole. No Qt objects are made here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.views.age import age_text
from console.views.i18n import tr, word

if TYPE_CHECKING:
    from console.views.routes.desk import RoadDesk
    from console.views.routes.presenter import Point, Row

MOST_NAMED = 3


def step_text(step: str) -> str:
    return word("route_step", step)


def network_text(desk: RoadDesk, now_ms: int) -> str:
    """Which roads, how old, how many; which closures they do not have; what went wrong."""
    said = [desk.fault] if desk.fault else []
    roads = desk.roads
    if roads is None:
        said.append(tr("No roads are loaded yet"))
    elif roads.origin.example:
        said.append(tr("Roads made by hand for the example area ({n} stretches): load your own before you rely on a time", n=roads.edges))
    else:
        origin, name = roads.origin, Path(roads.origin.file).name
        said.append(
            tr("Roads of {file}, read {age} ago, {n} stretches", file=name, age=age_text(origin.read_ms, now_ms), n=f"{roads.edges:,}")
        )
        if origin.skipped:
            said.append(tr("{n} lines left out", n=f"{origin.skipped:,}"))
        if origin.joined:
            said.append(tr("{n} loose ends joined", n=f"{origin.joined:,}"))
    if desk.cut.off_road:
        said.append(tr("Closures on none of these roads, and so not minded: {names}", names=named(desk.cut.off_road)))
    if desk.cut.partly:
        said.append(tr("Closures only partly on these roads: {names}", names=named(desk.cut.partly)))
    said.append(tr("Speeds: defaults, check with your office"))
    return tr("; ").join(said)


def destination_text(title: str, target: Point | None, rows: Sequence[Row]) -> str:
    if target is None:
        return ""
    timed = sum(row.seconds is not None for row in rows)
    free = sum(row.seconds is not None and row.free for row in rows)
    where = title or f"{target[0]:.5f}, {target[1]:.5f}"
    text = tr("To {place}: {free} free teams can come, {timed} of {all} teams in all.", place=where, free=free, timed=timed, all=len(rows))
    return f"{text} {tr('Driving times without turn-out, from where each was last heard.')}"


def named(names: Sequence[str]) -> str:
    more = tr(" and {n} more", n=len(names) - MOST_NAMED) if len(names) > MOST_NAMED else ""
    return tr(", ").join(names[:MOST_NAMED]) + more
