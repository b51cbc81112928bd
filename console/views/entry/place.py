"""Where something is: typed as coordinates, clicked on the map, or taken from what is selected."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.views.context import Context
from console.views.entry.form import Form, TextLine
from console.views.entry.outcome import Outcome, Stage
from console.views.entry.picked import position_text
from console.views.i18n import tr


class PlaceEntry(QWidget):
    """`text()`: "lon, lat", or with `several` points of a line set apart by "; ". Clicking on the map goes on until Esc or the button."""

    def __init__(self, form: Form, context: Context, tag: str, *, several: bool = False) -> None:
        super().__init__()
        self._form, self._context, self._tag, self._several = form, context, tag, several
        hint = tr("82.89, 44.60 or a line: 82.89, 44.60; 82.95, 44.62") if several else tr("Longitude, latitude: 82.89, 44.60")
        self.line = TextLine(form, hint)
        self.line.setAccessibleName(tr("Position"))
        self.on_map, self.pick = QPushButton(tr("On the map")), QPushButton(tr("Take from selection"))
        self.on_map.setCheckable(True)
        self.on_map.setToolTip(tr("Click the points of the line on the map; Esc ends") if several else tr("Click the place on the map"))
        self.on_map.clicked.connect(self._on_map)
        self.pick.clicked.connect(self._take_selected)
        context.picking.changed.connect(self._on_picking)
        buttons = QHBoxLayout()
        buttons.addWidget(self.on_map)
        buttons.addWidget(self.pick)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.line)
        column.addLayout(buttons)
        self.setFocusProxy(self.line)

    def text(self) -> str:
        return self.line.text()

    def clear(self) -> None:
        self.line.clear()
        self.end()

    def end(self) -> None:
        if self._context.picking.asker is self:
            self._context.picking.end()

    def _on_map(self, on: bool) -> None:
        if on:
            self._context.picking.begin(self)
        else:
            self.end()

    def _on_picking(self) -> None:
        picking = self._context.picking
        mine = picking.asker is self
        self.on_map.setChecked(mine)
        if mine and picking.points:
            self.line.setText("; ".join(f"{lon:.6f}, {lat:.6f}" for lon, lat in picking.points))
            if not self._several:
                picking.end()

    def _take_selected(self) -> None:
        thing, item_id = self._context.selection.thing, self._context.selection.id
        self._context.reading.run(self._tag, lambda database: position_text(database, thing, item_id), self._put)

    def _put(self, text: str) -> None:
        if text:
            self.line.setText(text)
        else:
            reason = tr("Nothing with a position is selected: click it on the map first.")
            self._form.outcome.show_outcome(Outcome(Stage.REFUSED, reason=reason))
