"""What is within an area, near a point or line, or some minutes from here. Thin: rows and wording come from `presenter`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
)

from console.models.rules.distance import Point
from console.views.context import Context, Thing
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import points_of
from console.views.entry.said import SaidLine
from console.views.i18n import tr, word
from console.views.routes.desk import RoadDesk
from console.views.search.box import SearchBox
from console.views.search.catalogue import Catalogue
from console.views.sketch import Figure
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel
from console.views.tables.rows import Rows
from console.views.within import presenter
from console.views.within.presenter import Question, Row, Taken, Told, Way

AREA = "within"
AGAIN_S = 3
WIDE_PX = 800
VEHICLES = ("car", "truck", "heavy", "foot")


class WithinPanel(Panel):
    """Attributes: `catalogue`, `search` (Ctrl+G), `list`, `way`, `place` (points as typed), `told` (the last answer)."""

    def __init__(self, context: Context, desk: RoadDesk | None = None) -> None:
        super().__init__(context, "within")
        self.catalogue = Catalogue(context, self)
        self.desk = desk or RoadDesk(context, self)
        self.search = SearchBox(context, self.catalogue, self)
        self.told: Told | None = None
        self._taken: Taken | None = None
        self._reach: tuple[Point, str] | None = None
        self._question: Question | None = None
        self._stale = False
        self._seconds = 0
        self.list = TablePane("within.list", presenter.columns(), context.time.now_ms, self._empty_text)
        self.way = QComboBox()
        self.place = QLineEdit()
        self.on_map, self.pick, self.go = (
            QPushButton(tr("Draw on the map")),
            QPushButton(tr("Take from selection")),
            QPushButton(tr("What is there?")),
        )
        self.km, self.minutes, self.vehicle = QDoubleSpinBox(), QSpinBox(), QComboBox()
        self.export, self.clear = QPushButton(tr("Save as CSV…")), QPushButton(tr("Clear"))
        self.group = QComboBox()
        self.said = SaidLine()
        self._lay_out()
        self._connect()
        self._offer_actions()
        self._on_way()
        self.list.set_filled()

    # -- asking ---------------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """What the fields say."""
        try:
            points = tuple(points_of(self.place.text())) if self._taken is None else self._taken.points
        except EntryFault as fault:
            self.said.setText(str(fault))
            return
        rings = () if self._taken is None else self._taken.rings
        label = self._taken.label if self._taken is not None else ""
        way = Way(self.way.currentData())
        corners = rings or ((points,) if len(points) >= 3 else ())
        if way is Way.AREA and not corners:
            self.said.setText(tr("An area needs three corners or more: draw it on the map, or take that of a warning, plot or basin."))
        elif way is Way.AREA:
            self._put(Question(way, label or tr("Area drawn by hand"), polygons=[[ring] for ring in corners]))
        elif not (points or rings):
            self.said.setText(tr("From where? Click on the map, type a position, or take what is selected."))
        elif way is Way.AROUND:
            line = points or rings[0]
            text = tr("{km} km around {place}", km=f"{self.km.value():g}", place=label or tr("the place drawn"))
            self._put(Question(way, text, points=line, metres=self.km.value() * 1000))
        else:
            self._ask_minutes((points or rings[0])[0], label)

    def ask_about(self, thing: Thing | None, item_id: str) -> None:
        tag = None if thing is None else thing.value
        self.context.reading.run("within.pick", lambda database: presenter.read_selected(database, tag, item_id), self._take_selected)

    def ask_about_chosen(self) -> None:
        """The place gone to last, else the selected thing."""
        selection = self.context.selection
        if selection.place is not None:
            name, lon, lat = selection.place
            self._take_selected(presenter.Taken(name, points=((lon, lat),)))
        else:
            self.ask_about(selection.thing, selection.id)

    def _ask_minutes(self, start: Point, label: str) -> None:
        minutes, vehicle = self.minutes.value(), str(self.vehicle.currentData())
        text = tr(
            "{minutes} min by {vehicle} from {place}",
            minutes=minutes,
            vehicle=self.vehicle.currentText(),
            place=label or tr("the place drawn"),
        )
        self._reach = (start, label)
        self.said.setText(tr("Working out how far the roads reach…"))

        def take(polygons: Sequence[Sequence[Sequence[Point]]]) -> None:
            self._put(Question(Way.MINUTES, text, polygons=polygons))

        self.desk.ask("reach", lambda network: presenter.reached(network, start, vehicle, minutes), take, self.said.setText)

    def _put(self, question: Question) -> None:
        self._question = question
        if question.way is not Way.MINUTES:
            self._reach = None
        self.said.setText(tr("Looking…"))
        self._ask_again()

    def _ask_again(self) -> None:
        question, now_ms = self._question, self.context.time.now_ms()
        if question is not None:
            self._stale = False
            self.catalogue.ask("within", lambda atlas, _finder: presenter.answer(atlas, question, now_ms), self._take, self.said.setText)

    def _take(self, told: Told) -> None:
        fresh = self.told is None or self.told.question is not told.question
        self.told = told
        self.list.table.replace_all(told.rows)
        if fresh:
            self.list.table.sort_now()
        self.list.set_filled()
        self._show_sum()
        kind = "area" if told.question.way is not Way.AROUND or told.outline else "spot"
        self.context.sketch.show(AREA, Figure(kind, told.outline))
        if fresh:
            self.context.sketch.fit([corner for ring in told.outline for corner in ring])

    def _show_sum(self) -> None:
        if self.told is not None:
            now_ms = self.context.time.now_ms()
            text = f"{self.told.question.label}: {presenter.sum_text(self.told, now_ms)}"
            self.said.setText(text if self.catalogue.ready else f"{text}\n{tr('The lists are still being read.')}")

    def empty(self) -> None:
        """Ask nothing any more, and show nothing on the map."""
        self.told = self._question = self._taken = self._reach = None
        self.list.table.replace_all([])
        self.place.clear()
        self.said.clear()
        self.context.sketch.show(AREA, None)

    # -- where --------------------------------------------------------------------------------------------------------

    def _take_selected(self, taken: Taken | None) -> None:
        if taken is None or not (taken.rings or taken.points):
            self.said.setText(tr("Nothing with a position is selected: click it on the map first."))
            return
        self._taken = taken
        self.place.setText(taken.label)
        if not taken.rings and self.way.currentData() == Way.AREA:
            self.way.setCurrentIndex(self.way.findData(Way.AROUND.value))
        elif taken.rings:
            self.way.setCurrentIndex(self.way.findData(Way.AREA.value))
        self.ask()

    def _on_edited(self) -> None:
        self._taken = None

    def _on_map_button(self, on: bool) -> None:
        if on:
            self._taken = None
            self.place.clear()
            self.context.picking.begin(self)
        elif self.context.picking.asker is self:
            self.context.picking.end()
            self.ask()

    def _on_picking(self) -> None:
        picking = self.context.picking
        mine = picking.asker is self
        if mine and picking.points:
            self.place.setText("; ".join(f"{lon:.6f}, {lat:.6f}" for lon, lat in picking.points))
        ended = self.on_map.isChecked() and not mine
        self.on_map.setChecked(mine)
        if ended and self.place.text():
            self.ask()

    def _on_way(self) -> None:
        way = Way(self.way.currentData())
        self.km.setVisible(way is Way.AROUND)
        self.minutes.setVisible(way is Way.MINUTES)
        self.vehicle.setVisible(way is Way.MINUTES)
        self.place.setPlaceholderText(
            tr("Three corners or more: 82.80, 44.50; 83.00, 44.50; 82.90, 44.60")
            if way is Way.AREA
            else tr("82.89, 44.60 or a line: 82.89, 44.60; 82.95, 44.62")
        )

    # -- inside -------------------------------------------------------------------------------------------------------

    def save_csv(self, path: Path | None = None) -> None:
        """What is listed now, in its order. Asks where when no `path` is given."""
        if self.told is None:
            self.said.setText(tr("There is no answer to save yet."))
            return
        if path is None:
            name, _ = QFileDialog.getSaveFileName(self, tr("Save as CSV…"), "within.csv", "CSV (*.csv)")
            if not name:
                return
            path = Path(name)
        table = self.list.table
        rows: list[Row] = [table.row_at(at) for at in range(table.rowCount())]
        try:
            path.write_text(presenter.csv_text(self.told, rows, self.context.time.now_ms()), encoding="utf-8-sig", newline="")
        except OSError as error:
            self.said.setText(tr("{file} could not be written: {reason}", file=path, reason=error.strerror or error))
        else:
            self.said.setText(tr("Saved: {file}", file=path))

    def _empty_text(self) -> str:
        if self._question is None:
            return tr("What is in an area, near a river or road, or some minutes from here: draw it or take what is selected, then ask.")
        return tr("Nothing known is within.")

    def _on_group(self, thing: str) -> None:
        accepts: Callable[[Row], bool] | None = (lambda row: row.thing == thing) if thing else None
        self.list.table.set_accepts(accepts)

    def _on_second(self) -> None:
        super()._on_second()
        self._seconds += 1
        if self._stale and self._seconds >= AGAIN_S and self._question is not None and self.isVisible():
            self._seconds = 0
            self._ask_again()

    def _on_changed(self) -> None:
        self._stale = True

    def _fly(self, row_id: str) -> None:
        row = self.list.table.row(row_id)
        if row is None:
            return
        thing = Thing.RESOURCE if row.thing == "shelter" else Thing(row.thing)
        self.context.selection.fly_to(thing, row.item_id)
        if row.lon is not None and row.lat is not None and thing in (Thing.FEED, Thing.BASIN):
            self.context.sketch.look_requested.emit(row.lon, row.lat, 0.0)

    def _select(self, row_id: str) -> None:
        row = self.list.table.row(row_id)
        if row is not None:
            self.context.selection.select(Thing.RESOURCE if row.thing == "shelter" else Thing(row.thing), row.item_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow, the fields stand in two rows; low and wide, in one."""
        way = QBoxLayout.Direction
        self._head.setDirection(way.LeftToRight if event.size().width() >= WIDE_PX else way.TopToBottom)
        super().resizeEvent(event)

    def _lay_out(self) -> None:
        for way, text in (
            (Way.AREA, tr("In an area")),
            (Way.AROUND, tr("Around a point or along a line")),
            (Way.MINUTES, tr("By road, in so many minutes")),
        ):
            self.way.addItem(text, way.value)
        self.way.setAccessibleName(tr("What is asked"))
        self.place.setAccessibleName(tr("Position"))
        self.on_map.setCheckable(True)
        self.on_map.setToolTip(tr("Click the corners or the points of the line on the map; Esc or the button ends, and asks"))
        self.km.setRange(0.05, 1000)
        self.km.setValue(5)
        self.km.setSuffix(" km")
        self.minutes.setRange(1, 600)
        self.minutes.setValue(30)
        self.minutes.setSuffix(" min")
        for code in VEHICLES:
            self.vehicle.addItem(word("route_vehicle", code), code)
        self.group.addItem(tr("All"), "")
        for thing in presenter.ORDER:
            self.group.addItem(word("thing", thing), thing)
        self.group.setAccessibleName(tr("Show things"))
        where, how = QHBoxLayout(), Rows()
        where.addWidget(self.way)
        where.addWidget(self.place, 1)
        for widget in (self.km, self.minutes, self.vehicle, self.on_map, self.pick, self.go):
            how.addWidget(widget)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.addLayout(where, 1)
        self._head.addLayout(how)
        self.list.bar.insertWidget(0, self.group)
        for widget in (self.export, self.clear):
            self.list.bar.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 4, 4, 4)
        whole.setSpacing(4)
        whole.addLayout(self._head)
        whole.addWidget(self.said)
        whole.addWidget(self.list, 1)
        self.list.sort_by("distance")
        self.setFocusProxy(self.place)

    def _connect(self) -> None:
        selection, view = self.context.selection, self.list.view
        self.way.currentIndexChanged.connect(lambda _at: self._on_way())
        self.place.textEdited.connect(lambda _text: self._on_edited())
        self.place.returnPressed.connect(self.ask)
        self.on_map.clicked.connect(self._on_map_button)
        self.pick.clicked.connect(lambda _checked: self.ask_about_chosen())
        self.go.clicked.connect(self.ask)
        self.export.clicked.connect(lambda _checked: self.save_csv())
        self.clear.clicked.connect(self.empty)
        self.group.currentIndexChanged.connect(lambda _at: self._on_group(str(self.group.currentData())))
        self.catalogue.changed.connect(self._on_changed)
        self.desk.cut_anew.connect(lambda: self._ask_minutes(*self._reach) if self._reach is not None else None)
        self.context.picking.changed.connect(self._on_picking)
        selection.within_requested.connect(lambda thing, item_id: self._in_front(lambda: self.ask_about(thing, item_id)))
        view.picked.connect(self._select)
        view.opened.connect(self._fly)
        view.fly.connect(self._fly)

    def _offer_actions(self) -> None:
        self._actions.append(self.search.action)
        self.offer(
            tr("What is within the selection, or around it"),
            self.ask_about_chosen,
            "Ctrl+Shift+W",
            everywhere=True,
            field=True,
        )
        self.offer(tr("Within: draw an area on the map"), lambda: self._draw(Way.AREA))
        self.offer(tr("Within: around a point or along a line"), lambda: self._draw(Way.AROUND))
        self.offer(tr("Within: by road, in so many minutes"), lambda: self._draw(Way.MINUTES))
        self.offer(tr("Within: save as CSV"), self.save_csv)

    def _draw(self, way: Way) -> None:
        self.way.setCurrentIndex(self.way.findData(way.value))
        self.on_map.setChecked(True)
        self._on_map_button(True)
