"""A real journal that plots are written into and read back from. No Qt."""

from __future__ import annotations

from pathlib import Path

import msgspec

from console.comms.local.messages import Draft
from console.models.identity import Signer
from console.models.journal import Journal, NewEvent
from console.models.journal.reading import Reader
from console.models.state.tables import Road
from console.views.plot.presenter import PlotRow, read_plots


class Desk:
    """Attributes: `journal`, `database` (reads only)."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal.open(folder / "journal.db", Signer(bytes([7]) * 32))
        self.journal.set_identity("desk", "console", "652722")
        self._reader = Reader(folder / "journal.db")
        self.database = self._reader.database

    def write(self, drafts: list[Draft]) -> list[str]:
        """The subjects."""
        if not drafts:
            return []
        events, _ = self.journal.author([NewEvent(draft.area, draft.kind, draft.subject, draft.body) for draft in drafts])
        return [event.subject for event in events]

    def row(self, plot: str) -> PlotRow:
        (row,) = read_plots(self.database, [plot])
        return row

    def line(self, road: str) -> list[tuple[float, float]]:
        (packed,) = next(iter(Road.select(Road.line).where(Road.id == road).tuples().execute(self.database)))
        return [tuple(point) for point in msgspec.msgpack.decode(bytes(packed))]

    def close(self) -> None:
        self._reader.close()
        self.journal.close()
