"""What is plotted and holds, for the map. Qt-free; on the reader thread."""

from __future__ import annotations

import peewee as pw

from console.views.map.fleet import short
from console.views.map.things.shown import Shown, rows
from console.views.plot.figure import times_text
from console.views.plot.presenter import figure_of

MAX_POINTS = 100_000
"""Of all plots together, so that one message to the page stays small; what is beyond is counted as hidden."""
LABEL_CHARS = 60
_QUERY = (
    "SELECT id, shape, kind, label, points, radius_m, inner_m, from_deg, to_deg, at_ms, until_ms FROM plot "
    "WHERE NOT withdrawn AND shape != '' AND (until_ms IS NULL OR until_ms > ?) ORDER BY id"
)


def plots(database: pw.SqliteDatabase, now_ms: int) -> Shown:
    """`line`: the outline or line to draw; `points`: those that can be moved; `radius_m` and the like as in `PlotDrawn`."""
    shown, room = Shown(), MAX_POINTS
    for item_id, shape, kind, label, packed, radius_m, inner_m, from_deg, to_deg, at_ms, until_ms in rows(database, _QUERY, (now_ms,)):
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
    return shown
