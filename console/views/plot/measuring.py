"""What is measured on the map by clicking, reckoned on the ellipsoid and told in the units that officers use. GUI thread only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.models.geo import measures
from console.views.i18n import tr
from console.views.plot.figure import Point, area_text, length_text
from console.views.plot.on_map import points_said

if TYPE_CHECKING:
    from console.views.map.panel import MapPanel

MOST_POINTS = 500


class MeasureOnMap:
    """Answers each click of the map's measuring with what has been measured by then."""

    def __init__(self, chart: MapPanel) -> None:
        chart.said.on("measured", lambda words: chart.look(measured=measured_text(points_said(words.get("points", ""), MOST_POINTS))))
        chart.tools.held["measure"].toggled.connect(lambda _on: chart.look(measured=""))


def measured_text(points: Sequence[Point]) -> str:
    """Length along the points, the bearing from the first to the last, and of three or more the area within; "" of fewer than two."""
    if len(points) < 2:
        return ""
    metres, bearing = measures.inverse(points[0], points[-1])
    parts = [tr("Length {length}", length=length_text(measures.length_m(points)))]
    if len(points) > 2:
        parts.append(tr("Surface {area}", area=area_text(measures.area_m2(points))))
    if metres > 0:
        parts.append(tr("first to last {bearing} {length}", bearing=f"{bearing:05.1f}°", length=length_text(metres)))
    return " · ".join(parts)
