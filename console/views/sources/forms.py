"""What an operator fills in: an online map, an area of it for offline use, what a map file does not say. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from console.comms.tiles.store import DEEPEST, Size
from console.models.maps.datum import DATUMS
from console.models.maps.squares import Box
from console.models.maps.tilestore import Area, Source
from console.models.rules.tiles import tiles_rule
from console.views.i18n import tr
from console.views.reasons import said
from console.views.sources.fetching import Look
from console.views.sources.presenter import estimate_text
from console.views.sources.store import Store


class Form(QDialog):
    """A form with OK and Cancel and a line for what is wrong, which Esc closes. `_accepted` is what OK does."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(560)
        self.rows = QFormLayout(self)
        self.fault = QLabel(wordWrap=True)
        self.fault.setProperty("tone", "bad")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self._accepted)
        self.buttons.rejected.connect(self.reject)

    def finish(self) -> None:
        self.rows.addRow(self.fault)
        self.rows.addRow(self.buttons)

    def say(self, text: str) -> None:
        self.fault.setText(said(text))

    def _accepted(self) -> None:
        self.accept()


def datum_box(asked: bool, chosen: str = "") -> QComboBox:
    """`asked`: the first entry is what the file says."""
    box = QComboBox()
    if asked:
        box.addItem(tr("As the file says, else WGS-84"), "")
    for datum in DATUMS:
        box.addItem(datum, datum)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box


class OnlineForm(Form):
    """Adds an online map to the store. `done(source)`."""

    def __init__(self, store: Store, done: Callable[[Source], None], parent: QWidget) -> None:
        super().__init__(tr("Add an online map"), parent)
        self._store, self._done = store, done
        self._looking: Look | None = None
        self.address = QLineEdit()
        self.address.setPlaceholderText("https://…/{z}/{x}/{y}.png")
        self.ask = QPushButton(tr("Ask a WMTS service for its layers"), autoDefault=False)
        self.layers = QComboBox()
        self.name, self.approval, self.attribution = QLineEdit(), QLineEdit(), QLineEdit()
        self.datum = datum_box(False)
        self.low, self.high, self.pace = (
            QSpinBox(maximum=DEEPEST),
            QSpinBox(maximum=DEEPEST, value=18),
            QDoubleSpinBox(decimals=1, minimum=0.1),
        )
        fetch = tiles_rule().fetch
        self.pace.setMaximum(fetch.most_per_s)
        self.pace.setValue(fetch.per_s)
        for label, widget in (
            (tr("Address"), self.address),
            ("", self.ask),
            (tr("Layer"), self.layers),
            (tr("Name"), self.name),
            (tr("Datum"), self.datum),
            (tr("Map approval number"), self.approval),
            (tr("Owner, as named on the map"), self.attribution),
            (tr("Least zoom"), self.low),
            (tr("Greatest zoom"), self.high),
            (tr("Requests a second"), self.pace),
        ):
            self.rows.addRow(label, widget)
        self.rows.addRow(
            QLabel(tr("Nothing is fetched until an area is kept. The office answers for the terms of the source."), wordWrap=True)
        )
        self.layers.setEnabled(False)
        self.ask.clicked.connect(self._ask)
        self.layers.currentIndexChanged.connect(self._choose)
        self.finished.connect(self._end_looking)
        self.finish()

    def _ask(self) -> None:
        if self._looking is None:
            self.say("")
            self.ask.setEnabled(False)
            self._looking = Look(self.address.text().strip(), self._take_offers, self._no_offers)

    def _end_looking(self) -> None:
        if self._looking is not None:
            self._looking.end()

    def _take_offers(self, offers: list[dict[str, Any]]) -> None:
        self._rest()
        self.layers.clear()
        for offer in offers:
            self.layers.addItem(f"{offer['title']} · {offer['host']}", offer)
        self.layers.setEnabled(True)
        self.layers.setFocus()

    def _no_offers(self, why: str) -> None:
        self._rest()
        self.say(why)

    def _rest(self) -> None:
        self._looking = None
        self.ask.setEnabled(True)

    def _choose(self) -> None:
        offer = self.layers.currentData()
        if isinstance(offer, dict):
            self.address.setText(offer["template"])
            self.name.setText(offer["title"])
            self.low.setValue(offer["min_zoom"])
            self.high.setValue(min(DEEPEST, offer["max_zoom"]))

    def _accepted(self) -> None:
        self.buttons.setEnabled(False)
        words = (
            self.name.text(),
            self.address.text(),
            str(self.datum.currentData()),
            self.approval.text().strip(),
            self.attribution.text().strip(),
        )
        self._store.add_source(Source("", *words, self.low.value(), self.high.value(), self.pace.value()), self._added, self._refused)

    def _added(self, source: Source) -> None:
        self._done(source)
        self.accept()

    def _refused(self, why: str) -> None:
        self.buttons.setEnabled(True)
        self.say(why)


class AreaForm(Form):
    """Chooses an area of an online map for offline use; its size is said before. `done(area)`."""

    def __init__(self, store: Store, sources: list[Source], box: Box, done: Callable[[Area], None], parent: QWidget) -> None:
        super().__init__(tr("Keep an area for offline use"), parent)
        self._store, self._done = store, done
        self.source, self.name = QComboBox(), QLineEdit()
        for source in sources:
            self.source.addItem(source.name, source)
        self.edges = [
            QDoubleSpinBox(decimals=4, minimum=-limit, maximum=limit, value=value) for value, limit in zip(box, (180, 90) * 2, strict=True)
        ]
        self.low, self.high = QSpinBox(maximum=DEEPEST), QSpinBox(maximum=DEEPEST)
        self.estimate = QLabel(wordWrap=True)
        self.rows.addRow(tr("Map"), self.source)
        self.rows.addRow(tr("Name of the area"), self.name)
        for label, edge in zip((tr("West"), tr("South"), tr("East"), tr("North")), self.edges, strict=True):
            self.rows.addRow(label, edge)
            edge.valueChanged.connect(self._measure)
        self.rows.addRow(tr("Least zoom"), self.low)
        self.rows.addRow(tr("Greatest zoom"), self.high)
        self.rows.addRow(tr("Size"), self.estimate)
        self.source.currentIndexChanged.connect(self._choose)
        for zoom in (self.low, self.high):
            zoom.valueChanged.connect(self._measure)
        self.finish()
        self._choose()

    @property
    def area(self) -> Area:
        west, south, east, north = (edge.value() for edge in self.edges)
        source: Source = self.source.currentData()
        return Area("", source.id, self.name.text(), (west, south, east, north), self.low.value(), self.high.value())

    def _choose(self) -> None:
        source: Source = self.source.currentData()
        self.low.setValue(source.min_zoom)
        self.high.setValue(min(source.max_zoom, 14))
        self._measure()

    def _measure(self) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(False)
        self.estimate.setText(tr("Reading..."))
        self._store.size_of(self.area, self._sized, self._refused)

    def _sized(self, size: Size) -> None:
        self.say("")
        self.estimate.setText(estimate_text(size.tiles, size.missing, size.bytes, size.seconds))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(True)

    def _refused(self, why: str) -> None:
        self.estimate.setText("")
        self.say(why)

    def _accepted(self) -> None:
        self._store.add_area(self.area, self._added, self._refused)

    def _added(self, area: Area) -> None:
        self._done(area)
        self.accept()


class SaysForm(Form):
    """What a map does not say of itself. `done(datum, approval)`."""

    def __init__(self, name: str, datum: str, approval: str, tiles: bool, done: Callable[[str, str], None], parent: QWidget) -> None:
        super().__init__(name, parent)
        self._done = done
        self.datum, self.approval = datum_box(True, datum), QLineEdit(approval)
        self.rows.addRow(tr("Datum"), self.datum)
        if tiles:
            self.rows.addRow(tr("Map approval number"), self.approval)
        self.finish()

    def _accepted(self) -> None:
        self._done(str(self.datum.currentData()), self.approval.text().strip())
        self.accept()
