"""What an operator enters about gauges: a new one, or what was wrong about one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QGridLayout, QLabel, QPushButton, QWidget

from console.comms.local.messages import Draft
from console.models.kinds import QUANTITIES
from console.models.sensors import Gauge
from console.views.context import Context
from console.views.entry.areas import area_about
from console.views.entry.form import TextLine, WriteForm
from console.views.entry.place import PlaceEntry
from console.views.i18n import tr, word
from console.views.monitoring import drafts
from console.views.monitoring.presenter import SensorRow

BASIN_CHARS = 10


class SensorForm(WriteForm):
    """A gauge, new or corrected. `correcting`: which one, None for a new one."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, tr("Register gauge"))
        self.correcting: Gauge | None = None
        self.shown: SensorRow | None = None
        self.name = TextLine(self, tr("Name, as people call it"))
        self.quantity, self.link, self.basin = QComboBox(), QComboBox(), QComboBox()
        for code in QUANTITIES:
            self.quantity.addItem(word("quantity", code), code)
        for code in drafts.LINKS:
            self.link.addItem(word("sensor_link", code) if code else tr("not told"), code)
        self.basin.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.basin.setMinimumContentsLength(BASIN_CHARS)
        self.basin.addItem(tr("in no basin"), "")
        self.unit = TextLine(self)
        self.position = PlaceEntry(self, context, "monitoring.pick")
        self.lines = {
            "interval": TextLine(self, tr("minutes: 5")),
            "place": TextLine(self, tr("Where it stands")),
            "owner": TextLine(self, tr("Who looks after it")),
            "low": TextLine(self),
            "high": TextLine(self),
            "warning": TextLine(self),
            "guarantee": TextLine(self),
            "historic": TextLine(self),
        }
        self.about = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.about.setWordWrap(True)
        self.other = QPushButton()
        self.levels, self.bounds = QWidget(), QWidget()
        self._lay_out()
        self.quantity.currentIndexChanged.connect(self._on_quantity)
        self.other.clicked.connect(self._turn)
        self._on_quantity()
        self._show_about()

    # -- from outside ----------------------------------------------------------------------------------------------

    def show_row(self, row: SensorRow | None) -> None:
        """Which gauge is chosen: it can be corrected when asked for."""
        self.shown = row
        self._show_about()

    def show_basins(self, basins: Sequence[tuple[str, str]]) -> None:
        """(id, name); what is chosen stays chosen."""
        chosen = self.basin.currentData()
        while self.basin.count() > 1:
            self.basin.removeItem(1)
        for basin, name in basins:
            self.basin.addItem(name or basin, basin)
        self._choose(self.basin, chosen)

    def begin_new(self) -> None:
        if self.correcting is not None:
            self.correcting = None
            self.clear()
        self._show_about()

    def correct(self, gauge: Gauge) -> None:
        """Fill in what is known of it."""
        self.correcting = gauge
        typed = drafts.typed_of(gauge)
        self.name.setText(typed["name"])
        self._choose(self.quantity, typed["quantity"])
        self._choose(self.link, typed["link"])
        self._choose(self.basin, typed["basin"])
        self.unit.setText(typed["unit"])
        self.position.line.setText(typed["position"])
        for key, line in self.lines.items():
            line.setText(typed[key])
        self._show_about()

    # -- for the form ----------------------------------------------------------------------------------------------

    def drafts(self) -> list[Draft]:
        typed = {key: line.text() for key, line in self.lines.items()}
        chosen = {"quantity": self.quantity.currentData(), "link": self.link.currentData(), "basin": self.basin.currentData()}
        typed |= {"name": self.name.text(), "unit": self.unit.text(), "position": self.position.text(), **chosen}
        if self.quantity.currentData() not in ("level", "flow"):
            typed |= {"warning": "", "guarantee": "", "historic": ""}
        area = area_about(self.correcting.area, self.own_area) if self.correcting else ""
        draft = drafts.registering(typed, self.correcting, area)
        self.position.end()
        return [draft]

    def clear(self) -> None:
        self.correcting = None
        for line in (self.name, *self.lines.values()):
            line.clear()
        self.position.clear()
        self._on_quantity()
        self._show_about()

    def _turn(self) -> None:
        """From a new gauge to the one chosen, and back."""
        if self.correcting is not None:
            self.begin_new()
        elif self.shown is not None:
            self.correct(self.shown.gauge)

    def _show_about(self) -> None:
        correcting, shown = self.correcting, self.shown
        if correcting is not None:
            self.about.setText(
                tr("Correcting {name}: what stands here replaces all that was known of it.", name=correcting.name or correcting.id)
            )
            self.other.setText(tr("Register a new one instead"))
        else:
            self.about.setText(tr("A new gauge."))
            self.other.setText(tr("Correct {name} instead", name=shown.name) if shown else "")
        self.other.setVisible(correcting is not None or shown is not None)
        self.send.setText(tr("Save correction") if correcting is not None else tr("Register gauge"))

    def _on_quantity(self) -> None:
        code = self.quantity.currentData()
        self.levels.setVisible(code in ("level", "flow"))
        if not self.unit.text() or self.unit.text() in drafts.UNITS.values():
            self.unit.setText(drafts.UNITS.get(code, ""))

    @staticmethod
    def _choose(box: QComboBox, code: str) -> None:
        """A code that the list has not is put into it: what is known of a gauge is not lost by correcting its name."""
        at = box.findData(code)
        if at < 0:
            box.addItem(code, code)
            at = box.count() - 1
        box.setCurrentIndex(at)

    def _lay_out(self) -> None:
        self.top.addWidget(self.about)
        self.top.addWidget(self.other)
        layout = QFormLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(tr("Name"), self.name)
        layout.addRow(tr("Quantity"), self.quantity)
        layout.addRow(tr("Measured in"), self.unit)
        layout.addRow(tr("Reports every"), self.lines["interval"])
        layout.addRow(tr("Comes by"), self.link)
        layout.addRow(tr("Position"), self.position)
        layout.addRow(tr("Place"), self.lines["place"])
        layout.addRow(tr("Basin"), self.basin)
        layout.addRow(tr("Owner"), self.lines["owner"])
        self._side_by_side(self.bounds, (("low", tr("Lowest it can read")), ("high", tr("Highest it can read"))))
        self._side_by_side(
            self.levels, (("warning", tr("Warning level")), ("guarantee", tr("Guarantee level")), ("historic", tr("Historic highest")))
        )
        layout.addRow(self.bounds)
        layout.addRow(self.levels)

    def _side_by_side(self, holder: QWidget, named: Sequence[tuple[str, str]]) -> None:
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        for column, (key, label) in enumerate(named):
            words = QLabel(label)
            words.setBuddy(self.lines[key])
            self.lines[key].setAccessibleName(label)
            grid.addWidget(words, 0, column)
            grid.addWidget(self.lines[key], 1, column)
