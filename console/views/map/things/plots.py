"""What is plotted and holds, for the map. Qt-free; on the reader thread."""

from __future__ import annotations

import peewee as pw

from console.views.map.fleet import short
from console.views.map.things.shown import Shown, rows
from console.views.plot.figure import times_text
from console.views.plot.presenter import POINT_BYTES, figure_of

MAX_POINTS = 100_000
"""Of all plots together, so that one message to the page stays small; of what is beyond, the oldest is not read and counted as hidden."""
LABEL_CHARS = 60
MAX_BYTES = MAX_POINTS * POINT_BYTES
_QUERY = f"""
    SELECT id, shape, kind, label, CASE WHEN bytes <= {MAX_BYTES} THEN points END, radius_m, inner_m, from_deg, to_deg, at_ms, until_ms,
        bytes > {MAX_BYTES}
    FROM plot JOIN (
        SELECT id AS one, total(length(points)) OVER (ORDER BY heard_ms DESC, id DESC ROWS UNBOUNDED PRECEDING) AS bytes FROM plot
        WHERE NOT withdrawn AND shape != '' AND (until_ms IS NULL OR until_ms > ?)
    ) ON id = one ORDER BY heard_ms DESC, id DESC
"""


def plots(database: pw.SqliteDatabase, now_ms: int) -> Shown:
    """`line`: the outline or line to draw; `points`: those that can be moved; `radius_m` and the like as in `PlotDrawn`."""
    shown, room = Shown(), MAX_POINTS
    for item_id, shape, kind, label, packed, radius_m, inner_m, from_deg, to_deg, at_ms, until_ms, beyond in rows(
        database, _QUERY, (now_ms,)
    ):
        if beyond:
            shown.hidden["too_many"] += 1
            continue
        figure = figure_of(shape, packed, radius_m, inner_m, from_deg, to_deg)
        if figure is None:
            shown.put(None, None, {})
            continue
        line = figure.outline()
        room -= len(line) + len(figure.points)
        if room < 0:
            shown.hidden["too_many"] += 1
            continue
        times = times_text(at_ms, until_ms, now_ms)
        words = label[:LABEL_CHARS] if shape == "text" else short(label)
        item = {"id": item_id, "kind": kind, "shape": shape, "label": " ".join(filter(None, (words, times)))}
        item |= {"line": line, "points": figure.points, "radius_m": radius_m, "hole": shape == "ring"}
        shown.put(*figure.points[0], item)
    shown.items.reverse()  # what was said last lies above
    return shown
