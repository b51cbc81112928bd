"""Teams by when they can be at a place. Thin: rows and wording come from `presenter`, the roads are the `RoadDesk`'s."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QVBoxLayout

from console.models.changes import Changes
from console.views.context import Context, Thing
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import points_of
from console.views.entry.said import SaidLine
from console.views.i18n import tr
from console.views.routes import presenter
from console.views.routes.desk import RoadDesk
from console.views.routes.wording import destination_text, network_text, step_text
from console.views.sketch import Figure
from console.views.tables.chips import Chips
from console.views.tables.feed import Feed, Found
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel
from console.views.tables.rows import Rows
from console.views.within.presenter import Taken, read_selected

ROUTE = "route"
AGAIN_S = 10
WIDE_PX = 640
Point = tuple[float, float]


class RoutesPanel(Panel):
    """Attributes: `desk`, `list`, `place` (the destination, as typed), `target` (lon, lat; None while there is none)."""

    def __init__(self, context: Context, desk: RoadDesk | None = None) -> None:
        super().__init__(context, "routes")
        self.desk = desk or RoadDesk(context, self)
        self.target: Point | None = None
        self._title = ""
        self._teams: dict[str, presenter.Team] = {}
        self._stale = False
        self._seconds = 0
        self.list = TablePane("routes.list", presenter.columns(), context.time.now_ms, self._empty_text)
        self.place = QLineEdit()
        self.on_map, self.pick = QPushButton(tr("On the map")), QPushButton(tr("Take from selection"))
        self.load, self.example, self.stop = (
            QPushButton(tr("Load roads…")),
            QPushButton(tr("Example roads")),
            QPushButton(tr("Stop reading")),
        )
        self.clear = QPushButton(tr("Clear"))
        self.chips = Chips({"free": tr("Free teams"), "": tr("All teams")}, tr("Show teams"))
        self.said, self.roads = SaidLine(), QLabel()
        self.busy = QProgressBar()
        self._lay_out()
        self._feed = Feed(context, "routes.teams", presenter.read_teams, _concerned, self)
        self._connect()
        self._offer_actions()
        self._on_group("free")
        self._show_roads()
        self.list.set_filled()

    def ask(self, target: Point, title: str) -> None:
        """Who can be there when?"""
        self.target, self._title = target, title
        self.place.setText(f"{target[0]:.6f}, {target[1]:.6f}")
        self.context.sketch.show(ROUTE, None)
        self._feed.read_all()
        self._work_out()

    def ask_about(self, thing: Thing | None, item_id: str) -> None:
        """The selected thing, wherever it is."""
        tag = None if thing is None else thing.value
        self.context.reading.run("routes.pick", lambda database: read_selected(database, tag, item_id), self._take_selected)

    def ask_about_chosen(self) -> None:
        """The place gone to last, else the selected thing."""
        selection = self.context.selection
        if selection.place is not None:
            name, lon, lat = selection.place
            self.ask((lon, lat), name)
        else:
            self.ask_about(selection.thing or Thing.INCIDENT, selection.id)

    def empty(self) -> None:
        """Nowhere to go, and no way on the map."""
        self.target = None
        self.list.table.replace_all([])
        self.place.clear()
        self.said.clear()
        self.context.sketch.show(ROUTE, None)

    # -- working out ----------------------------------------------------------------------------------------------------

    def _work_out(self) -> None:
        target = self.target
        if target is None or not self._teams:
            return
        self._stale = False
        teams, names = list(self._teams.values()), [closure.name for closure in self.desk.closures]
        self.desk.ask("arrivals", lambda network: presenter.rows(network, teams, target, names), self._take_rows, self.said.setText)

    def _take_rows(self, rows: Sequence[presenter.Row]) -> None:
        self.list.table.replace_all(rows)
        self.list.table.sort_now()
        self.list.set_filled()
        self.said.setText(destination_text(self._title, self.target, rows))
        self._draw()

    def _take_teams(self, found: Found) -> None:
        if found.asked is None:
            self._teams = {team.id: team for team in found.rows}
        else:
            for gone in found.asked:
                self._teams.pop(gone, None)
            self._teams |= {team.id: team for team in found.rows}
        fresh = self.target is not None and not self.list.table.rows()
        self._stale = True
        if fresh:
            self._work_out()

    def _draw(self) -> None:
        row = self.list.table.row(self.list.view.current_id())
        line = [] if row is None else list(row.line)
        label = "" if row is None else presenter.label_of(row, self.context.time.now_ms())
        self.context.sketch.show(ROUTE, Figure("route", [line], label) if len(line) > 1 else None)

    def _fit(self) -> None:
        row = self.list.table.row(self.list.view.current_id())
        if row is not None and row.line:
            self.context.sketch.fit(row.line)

    # -- the destination ------------------------------------------------------------------------------------------------

    def _take_selected(self, taken: Taken | None) -> None:
        points = () if taken is None else taken.points or tuple(corner for ring in taken.rings for corner in ring)
        if taken is None or not points:
            self.said.setText(tr("Nothing with a position is selected: click it on the map first."))
            return
        lons, lats = zip(*points, strict=True)
        middle = (sum(lons) / len(lons), sum(lats) / len(lats)) if taken.rings else points[0]
        self.ask(middle, taken.label)

    def _on_typed(self) -> None:
        try:
            points = points_of(self.place.text())
        except EntryFault as fault:
            self.said.setText(str(fault))
            return
        if points:
            self.ask(points[0], "")

    def _on_map_button(self, on: bool) -> None:
        if on:
            self.context.picking.begin(self)
        elif self.context.picking.asker is self:
            self.context.picking.end()

    def _on_picking(self) -> None:
        picking = self.context.picking
        mine = picking.asker is self
        self.on_map.setChecked(mine)
        if mine and picking.points:
            point = picking.points[0]
            picking.end()
            self.ask(point, "")

    # -- roads ------------------------------------------------------------------------------------------------------------

    def ask_for_file(self) -> None:
        kinds = tr("Roads ({kinds})", kinds="*.geojson *.json *.gpkg *.osm *.pbf")
        name, _ = QFileDialog.getOpenFileName(self, tr("Load roads…"), "", kinds)
        if name:
            self.desk.read_file(Path(name))

    def _show_roads(self) -> None:
        self.busy.setVisible(bool(self.desk.reading))
        self.stop.setVisible(bool(self.desk.reading))
        self.load.setEnabled(not self.desk.reading)
        self.example.setVisible(self.desk.roads is not None and not self.desk.roads.origin.example)
        text = step_text(self.desk.reading) if self.desk.reading else network_text(self.desk, self.context.time.wall_ms())
        self.roads.setText(text)

    # -- inside -----------------------------------------------------------------------------------------------------------

    def _on_group(self, group: str) -> None:
        self.list.table.set_accepts((lambda row: row.free) if group == "free" else None)

    def _on_changed(self, changes: Changes) -> None:
        if self.target is None:
            return
        for unit, fix in changes.fixes.items():
            team = self._teams.get(unit)
            if team is not None:
                self._teams[unit] = presenter.moved(team, fix)
                self._stale = True

    def _on_second(self) -> None:
        super()._on_second()
        self._seconds += 1
        if self._stale and self.isVisible() and self._seconds % AGAIN_S == 0:
            self._work_out()

    def _empty_text(self) -> str:
        if self.target is None:
            return tr("Where to? Select an incident or go to a place (Ctrl+G) and press Ctrl+Shift+T, click the map, or type a position.")
        return tr("No team is free. Show all teams to see when they could come.")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow, the destination stands in a row of its own."""
        way = QBoxLayout.Direction
        self._head.setDirection(way.LeftToRight if event.size().width() >= WIDE_PX else way.TopToBottom)
        super().resizeEvent(event)

    def _lay_out(self) -> None:
        self.place.setPlaceholderText(tr("Longitude, latitude: 82.89, 44.60"))
        self.place.setAccessibleName(tr("Destination"))
        self.on_map.setCheckable(True)
        self.busy.setRange(0, 0)
        self.busy.setMaximumHeight(8)
        self.roads.setWordWrap(True)
        self.roads.setTextFormat(Qt.TextFormat.PlainText)
        self.roads.setObjectName("muted")
        self.list.bar.insertWidget(0, self.chips)
        self.list.sort_by("eta")
        where, how, foot = QHBoxLayout(), Rows(), QHBoxLayout()
        where.addWidget(QLabel(tr("Destination")))
        where.addWidget(self.place, 1)
        for button in (self.on_map, self.pick, self.clear):
            how.addWidget(button)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.addLayout(where, 1)
        self._head.addLayout(how)
        foot.addWidget(self.roads, 1)
        for widget in (self.busy, self.stop, self.load, self.example):
            foot.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addLayout(self._head)
        column.addWidget(self.said)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        self.setFocusProxy(self.list.view)

    def _connect(self) -> None:
        selection, view = self.context.selection, self.list.view
        self._feed.found.connect(self._take_teams)
        self.context.news.changed.connect(self._on_changed)
        self.context.picking.changed.connect(self._on_picking)
        selection.teams_requested.connect(self._on_requested)
        self.place.returnPressed.connect(self._on_typed)
        self.on_map.clicked.connect(self._on_map_button)
        self.pick.clicked.connect(lambda _checked: self.ask_about_chosen())
        self.clear.clicked.connect(self.empty)
        self.load.clicked.connect(self.ask_for_file)
        self.example.clicked.connect(self.desk.use_example)
        self.stop.clicked.connect(self.desk.cancel)
        self.chips.picked.connect(self._on_group)
        self.desk.changed.connect(self._show_roads)
        self.desk.cut_anew.connect(self._work_out)
        view.picked.connect(lambda _unit: self._draw())
        view.opened.connect(lambda _unit: self._fit())
        view.fly.connect(partial(selection.fly_to, Thing.UNIT))

    def _on_requested(self, thing: Thing, item_id: str) -> None:
        self._in_front_with(lambda: self.ask_about(thing, item_id))

    def _in_front_with(self, ask: Callable[[], object]) -> None:
        self._in_front(ask)
        self.list.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _offer_actions(self) -> None:
        self.offer(
            tr("Teams by arrival time at the selection"),
            lambda: self._in_front_with(self.ask_about_chosen),
            "Ctrl+Shift+T",
            everywhere=True,
            field=True,
        )
        self.offer(tr("Routes: show the way on the map"), self._fit)
        self.offer(tr("Routes: load roads from a file"), self.ask_for_file)
        self.offer(tr("Routes: use the roads of the example area"), self.desk.use_example)


def _concerned(changes: Changes) -> set[str]:
    return set(changes.ids.get("unit", ()))
