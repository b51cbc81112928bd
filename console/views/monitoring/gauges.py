"""The list of gauges with what narrows it down: by state, by quantity, by words."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from console.views import tips
from console.views.context import Context
from console.views.i18n import tr, word
from console.views.monitoring import presenter
from console.views.monitoring.bringers import Bringer, strip_text, tip_text
from console.views.monitoring.presenter import SensorRow
from console.views.tables.chips import Chips
from console.views.tables.feed import Found, fill
from console.views.tables.pane import TablePane


class GaugeList(QWidget):
    """Attributes: `pane`, `chips`, `quantity`, `show_withdrawn`, `bringers`. Signals: `listed()` when other rows are listed, or in another order."""

    listed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._now_ms = context.time.now_ms
        self.pane = TablePane("monitoring.list", presenter.columns(), self._now_ms, _empty_text, several=True)
        self.chips = Chips(_groups(), tr("Show gauges"))
        self.quantity, self.show_withdrawn, self.bringers = QComboBox(), QToolButton(), QLabel()
        self._bringers: list[Bringer] = []
        self.quantity.setAccessibleName(tr("Quantity"))
        self.quantity.addItem(tr("every quantity"), "")
        self.bringers.setWordWrap(True)
        self.bringers.setTextFormat(Qt.TextFormat.PlainText)
        self.bringers.setAccessibleName(tr("Where readings come from"))
        self.bringers.hide()
        self.show_withdrawn.setCheckable(True)
        self.show_withdrawn.hide()
        self.pane.bar.insertWidget(0, self.quantity)
        self.pane.sort_by("state")
        groups = QHBoxLayout()
        groups.addWidget(self.chips)
        groups.addWidget(self.show_withdrawn)
        groups.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.bringers)
        column.addLayout(groups)
        column.addWidget(self.pane, 1)
        self.chips.picked.connect(lambda _group: self._filter())
        self.quantity.currentIndexChanged.connect(lambda _at: self._filter())
        self.show_withdrawn.toggled.connect(lambda _on: self._filter())
        self.pane.table.layoutChanged.connect(self.listed)
        self.pane.table.counted.connect(lambda _shown, _all: self.listed.emit())
        self._filter()

    def take(self, found: Found) -> None:
        fill(self.pane.table, found)
        self.pane.set_filled()
        self._show_quantities()
        self._count_withdrawn()

    def show_bringers(self, found: list[Bringer]) -> None:
        self._bringers = found
        self.word_bringers()

    def word_bringers(self) -> None:
        """A strip over the list, where there is a gateway at all."""
        self.bringers.setVisible(bool(self._bringers))
        self.bringers.setText(strip_text(self._bringers, self._now_ms()))
        self.bringers.setToolTip(tips.plain(tip_text(self._bringers, self._now_ms())))

    def judge(self) -> None:
        """Who has fallen silent since is told so, though nothing was heard of it. The list keeps its order until it is sorted again."""
        now_ms, table = self._now_ms(), self.pane.table
        changed = [judged for row in table.rows() if (judged := row.judged(now_ms)) is not row]
        if changed:
            table.apply(changed)

    def rows(self) -> list[SensorRow]:
        """As listed."""
        table = self.pane.table
        return [table.row_at(at) for at in range(table.rowCount())]

    def all_rows(self) -> list[SensorRow]:
        return list(self.pane.table.rows())

    def current(self) -> SensorRow | None:
        return self.row(self.pane.view.current_id())

    def row(self, sensor: str) -> SensorRow | None:
        found: SensorRow | None = self.pane.table.row(sensor)
        return found

    def _show_quantities(self) -> None:
        codes, chosen = presenter.quantities_of(self.all_rows()), self.quantity.currentData()
        if codes == [self.quantity.itemData(at) for at in range(1, self.quantity.count())]:
            return
        self.quantity.blockSignals(True)
        while self.quantity.count() > 1:
            self.quantity.removeItem(1)
        for code in codes:
            self.quantity.addItem(word("quantity", code), code)
        self.quantity.setCurrentIndex(max(0, self.quantity.findData(chosen)))
        self.quantity.blockSignals(False)

    def _count_withdrawn(self) -> None:
        count = sum(row.withdrawn for row in self.all_rows())
        if not count:
            self.show_withdrawn.setChecked(False)
        self.show_withdrawn.setText(tr("Withdrawn ({n})", n=count))
        self.show_withdrawn.setVisible(count > 0)

    def _filter(self) -> None:
        """What was entered in error is listed only when asked for."""
        chosen = "withdrawn" if self.show_withdrawn.isChecked() else self.chips.chosen
        group, quantity = presenter.GROUPS[chosen], self.quantity.currentData()
        self.pane.table.set_accepts(lambda row: group(row) and (not quantity or row.gauge.quantity == quantity))


def _groups() -> dict[str, str]:
    return {"": tr("All"), "silent": tr("Silent"), "doubtful": tr("Doubtful"), "late": tr("Late"), "normal": tr("Normal")}


def _empty_text() -> str:
    return tr("No gauge is known. Register one, or let a gateway bring them; what reads comes by itself.")
