"""Of one plot, who did what to it and when: out of the journal itself. No Qt; reader thread."""

from __future__ import annotations

from typing import Any

import msgspec
import peewee as pw

from console.models.clock import hlc_from_ms, ms_of
from console.models.kinds import PlotChanged, PlotDrawn, RecordRestored, RecordWithdrawn, decode_body
from console.views.age import moment_text
from console.views.i18n import tr
from console.views.plot.acts import FIELDS
from console.views.plot.presenter import kind_text
from console.views.tables.names import name_of, peer_names

MOST_ROWS = 200
LAST_COUNTER = 0xFFFF
_EVENTS = (
    "SELECT e.hlc, e.kind, e.body, lower(hex(s.origin)) FROM event e JOIN stream s ON s.id = e.stream "
    "WHERE e.stream IN (SELECT id FROM stream WHERE topic LIKE '%/report') AND e.subject = ? AND +e.hlc <= ? AND e.erased = x'' "
    "AND e.kind IN ('plot.drawn', 'plot.changed', 'record.withdrawn', 'record.restored') ORDER BY e.hlc DESC LIMIT ?"
)


def read_history(database: pw.SqliteDatabase, plot: str, now_ms: int) -> list[tuple[str, str]]:
    """(when and who, what) of everything said of it up to `now_ms`, the latest first."""
    names = peer_names(database)
    rows = database.execute_sql(_EVENTS, (plot, hlc_from_ms(now_ms, LAST_COUNTER), MOST_ROWS))  # type: ignore[no-untyped-call]
    found = []
    for hlc, kind, body, origin in rows:
        held = decode_body(kind, bytes(body))
        if isinstance(held, RecordWithdrawn | RecordRestored) and held.table != "plot":
            continue
        who = getattr(held, "author", "") or name_of(origin, names)
        found.append((f"{moment_text(ms_of(hlc))} {who}", sentence_of(held)))
    return found


def sentence_of(held: Any) -> str:
    """What a `PlotDrawn`, `PlotChanged`, `RecordWithdrawn` or `RecordRestored` says was done."""
    if isinstance(held, PlotDrawn):
        n = len(held.points)
        return tr("drew {kind}: {n} point|drew {kind}: {n} points", n=n, kind=" ".join(filter(None, (kind_text(held.kind), held.label))))
    if isinstance(held, PlotChanged):
        return tr("changed {what}", what=", ".join(dict.fromkeys(_changes(held))))
    if isinstance(held, RecordWithdrawn):
        return tr("took it away: {why}", why=held.why)
    return tr("brought it back: {why}", why=held.why)


def _changes(held: PlotChanged) -> list[str]:
    said = []
    for name, text in FIELDS.items():
        value = getattr(held, name)
        if value is msgspec.UNSET:
            continue
        shown = kind_text(value) if name == "kind" else moment_text(value) if name in ("at_ms", "until_ms") else value
        said.append(
            tr(text) if name == "points" or not isinstance(shown, str) else tr("{field} to {value}", field=tr(text), value=shown or "–")
        )
    return said
