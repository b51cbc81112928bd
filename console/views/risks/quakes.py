"""The page of earthquakes: the list, and what lies within each ring of the one chosen."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.views.context import Context, Thing
from console.views.i18n import tr
from console.views.risks import shaken
from console.views.risks.shaken import QuakeRow, Within
from console.views.tables.feed import Feed, Found, fill
from console.views.tables.pairs import PairsView
from console.views.tables.pane import TablePane

CARD_MIN_PX = 160


class QuakePage(QWidget):
    """Attributes: `within`, of the earthquake chosen, None while it is being read."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.within: list[Within] | None = None
        self._of = ""
        self.list = TablePane("risks.quakes", shaken.columns(), context.time.now_ms, _empty_text)
        self.card = PairsView(tr("Choose an earthquake in the list or on the map."), below=True)
        self.card.setMinimumHeight(CARD_MIN_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.card, 1)
        self.list.sort_by("age")
        self._feed = Feed(context, "risks.quakes", shaken.read_quakes, shaken.concerned, self)
        self._feed.found.connect(self._take)
        selection = context.selection
        self.list.view.picked.connect(lambda quake: selection.select(Thing.QUAKE, quake) if quake else None)
        self.list.view.fly.connect(lambda quake: selection.fly_to(Thing.QUAKE, quake))
        selection.changed.connect(self._on_selected)
        self._feed.read_all()

    def _take(self, found: Found) -> None:
        fill(self.list.table, found)
        self.list.set_filled()
        self._look()

    def _on_selected(self, thing: Thing | None, quake: str) -> None:
        if thing is Thing.QUAKE:
            self.list.view.select_id(quake)
            self._look()

    def _look(self) -> None:
        row: QuakeRow | None = self.list.table.row(self.list.view.current_id())
        if row is None:
            self.card.show_columns([])
            return
        if row.id != self._of:
            self.within, self._of = None, row.id
        self._show(row)
        self._context.reading.run(
            "risks.within", lambda database: shaken.look_within(database, row), lambda found: self._looked(row, found)
        )

    def _looked(self, row: QuakeRow, found: list[Within]) -> None:
        if row.id == self._of:
            self.within = found
            self._show(row)

    def _show(self, row: QuakeRow) -> None:
        title = row.place or row.id
        self.card.show_columns([(title, shaken.card(row, self.within, self._context.time.now_ms()))])


def _empty_text() -> str:
    return tr("No earthquake is known. Lists of earthquakes are brought in under Monitoring.")
