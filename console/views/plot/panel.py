"""The plot workspace. Thin: rows and wording come from `presenter`, what is written goes through `scribe`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import peewee as pw
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QTabWidget, QWidget

from console.comms.local.messages import Me
from console.models.rules.plots import plot_rule
from console.models.state.tables import Incident
from console.views.context import Context, Thing
from console.views.entry.form import OutcomeLine
from console.views.entry.outcome import EntryFault, Outcome, Stage
from console.views.i18n import tr
from console.views.plot import presenter
from console.views.plot.drafts import Said
from console.views.plot.drawing import Drawing
from console.views.plot.edit import EditForm
from console.views.plot.figure import Figure, Point
from console.views.plot.forms import DrawForm
from console.views.plot.history import read_history
from console.views.plot.presenter import PlotRow
from console.views.plot.scribe import Scribe
from console.views.tables.chips import Chips
from console.views.tables.feed import Feed, Found, fill
from console.views.tables.pages import page
from console.views.tables.pairs import PairsView
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel
from console.views.units.presenter import Reference

CARD_MIN_PX = 150
BESIDE_PX = 640
"""From this width on the list and the rest stand side by side."""


class PlotPanel(Panel):
    """Table left; right the plot chosen with its history, its form, and the form for a new one. Attributes: `scribe`, `plotting`."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "plots")
        self.plotting = context.plotting
        self.outcome = OutcomeLine()
        self.scribe = Scribe(context, self._say, self._on_wrote)
        self.list = TablePane("plots.list", presenter.columns(), context.time.now_ms, _empty_text)
        self.chips = Chips({"": tr("In force"), "ended": tr("Ended"), "withdrawn": tr("Taken away")}, tr("Show plots"))
        self.card = PairsView(tr("Choose a plot in the list or on the map."), below=True)
        self.draw, self.edit = DrawForm(context), EditForm(context, self.scribe)
        self.points, self.away, self.routes = QPushButton(tr("Move its points")), QPushButton(tr("Take away")), QPushButton()
        self.tabs = QTabWidget()
        self._history: list[tuple[str, str]] = []
        self._said: Said | None = None
        self._lay_out()
        self._feed = Feed(context, "plots.list", presenter.read_plots, presenter.concerned, self)
        self._incidents = Feed(context, "plots.incidents", _read_incidents, lambda changes: None if "incident" in changes.ids else (), self)
        self._connect()
        self._offer_actions()
        self._on_group("")
        self._feed.read_all()
        self._incidents.read_all()

    @property
    def row(self) -> PlotRow | None:
        found: PlotRow | None = self.list.table.row(self.list.view.current_id())
        return found

    # -- drawing ----------------------------------------------------------------------------------------------------------

    def begin(self, kind: str = "") -> None:
        """Draw one of `kind` ("": as the form says) on the map."""
        if kind:
            self.draw.choose(kind)
        self.draw.submit()

    def _on_finished(self, drawing: Drawing, figure: Figure) -> None:
        try:
            said = self.draw.said()
        except EntryFault as fault:
            self._say(Outcome(Stage.REFUSED, reason=str(fault)))
            return
        if self.scribe.draw(drawing.kind, figure, said):
            self.draw.clear()

    def _on_reshaped(self, plot: str, index: int, at: Point | None, insert: bool) -> None:
        self._amend(plot, lambda figure: figure.with_vertex(index, at, insert=insert))

    def _on_shifted(self, plot: str, lon: float, lat: float) -> None:
        self._amend(plot, lambda figure: figure.moved_to(lon, lat))

    def _amend(self, plot: str, change: Callable[[Figure], Figure]) -> None:
        self.scribe.amend(plot, lambda row: {} if row.figure is None else change(row.figure).fields())

    # -- what became of it ----------------------------------------------------------------------------------------------------

    def _say(self, outcome: Outcome) -> None:
        for line in (self.outcome, self.draw.outcome, self.edit.outcome):
            line.show_outcome(outcome)
        if outcome.stage is Stage.REFUSED:
            self.plotting.refused.emit(outcome.reason)

    def _on_refused(self, reason: str) -> None:
        if reason and self.outcome.outcome.reason != reason:
            self._say(Outcome(Stage.REFUSED, reason=reason))

    def _on_wrote(self, subjects: list[str]) -> None:
        self._feed.read_ids(subjects)
        self.context.selection.select(Thing.PLOT, subjects[0])

    # -- list and card --------------------------------------------------------------------------------------------------------

    def _take(self, found: Found) -> None:
        fill(self.list.table, found)
        self.list.set_filled()
        self._follow()

    def _follow(self) -> None:
        self.follow(self.list, Thing.PLOT)
        self._show_row()

    def _show_row(self) -> None:
        row = self.row
        self.edit.show_row(row)
        self.points.setEnabled(row is not None and not row.withdrawn and self.context.time.live)
        self.away.setEnabled(row is not None and self.context.time.live)
        self.away.setText(tr("Bring back") if row is not None and row.withdrawn else tr("Take away"))
        figure = None if row is None else row.figure
        closes = row is not None and figure is not None and plot_rule().of(row.kind).closes_road and not row.withdrawn
        self.routes.setVisible(closes)
        self.routes.setText(tr("Open it to routes") if row is not None and row.road == "closed" else tr("Close it to routes"))
        self._read_history()
        self._show_card()

    def _read_history(self) -> None:
        row, now_ms = self.row, self.context.time.now_ms()
        if row is None:
            self._history = []
            return

        def take(found: list[tuple[str, str]]) -> None:
            self._history = found
            self._show_card()

        self.context.reading.run("plots.history", lambda database: read_history(database, row.id, now_ms), take)

    def _show_card(self) -> None:
        row = self.row
        held = [] if row is None else [(row.name, presenter.card(row, self.context.time.now_ms())), (tr("History"), self._history)]
        self.card.show_columns(held)

    def _on_second(self) -> None:
        super()._on_second()
        if self.card.isVisible():
            self._show_card()

    def _on_group(self, group: str) -> None:
        accepts, now_ms = presenter.GROUPS[group], self.context.time.now_ms
        self.list.table.set_accepts(lambda row: accepts(row, now_ms()))

    # -- acts on the row --------------------------------------------------------------------------------------------------------

    def _take_away_or_back(self) -> None:
        row = self.row
        if row is not None:
            self.plotting.end()
            (self.scribe.bring_back if row.withdrawn else self.scribe.take_away)(row, "")

    def _tell_routes(self) -> None:
        if self.row is not None:
            self.scribe.tell_routes(self.row)

    def _edit_points(self) -> None:
        row = self.row
        if row is not None and not row.withdrawn:
            self.context.selection.fly_to(Thing.PLOT, row.id)
            self.plotting.edit(row.id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Below each other in a column at the side of the map."""
        super().resizeEvent(event)
        splitter = self.findChild(QSplitter)
        if isinstance(splitter, QSplitter):
            splitter.setOrientation(Qt.Orientation.Horizontal if self.width() >= BESIDE_PX else Qt.Orientation.Vertical)

    # -- composition --------------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.list.bar.insertWidget(0, self.chips)
        self.list.sort_by("heard")
        self.card.setMinimumHeight(CARD_MIN_PX)
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self.points, self.away, self.routes):
            row.addWidget(button)
        row.addStretch(1)
        self.tabs.addTab(page(self.card, buttons, self.outcome, grows=self.card), tr("Plot"))
        self.tabs.addTab(page(self.edit), tr("Change"))
        self.tabs.addTab(page(self.draw), tr("Draw"))
        self.lay_beside(self.list, self.tabs, (560, 440), (3, 2))
        self.setFocusProxy(self.list.view)

    def _connect(self) -> None:
        selection, view, plotting = self.context.selection, self.list.view, self.plotting
        self._feed.found.connect(self._take)
        self._incidents.found.connect(lambda found: self.draw.show_incidents(found.rows))
        self.chips.picked.connect(self._on_group)
        selection.changed.connect(lambda thing, _id: self._follow() if thing is Thing.PLOT else None)
        view.picked.connect(lambda plot: selection.select(Thing.PLOT, plot) if plot else None)
        view.picked.connect(self._show_row)
        view.opened.connect(lambda _plot: self._go(1, self.edit.label))
        view.fly.connect(lambda plot: selection.fly_to(Thing.PLOT, plot))
        self.points.clicked.connect(self._edit_points)
        self.away.clicked.connect(self._take_away_or_back)
        self.routes.clicked.connect(self._tell_routes)
        plotting.finished.connect(self._on_finished)
        plotting.refused.connect(self._on_refused)
        plotting.reshaped.connect(self._on_reshaped)
        plotting.shifted.connect(self._on_shifted)
        plotting.wanted.connect(self.begin)
        plotting.undo_asked.connect(self.scribe.undo)
        plotting.redo_asked.connect(self.scribe.redo)
        self.context.news.links.connect(self._on_links)
        self.context.news.reset.connect(self._on_reset)

    def _on_links(self, me: Me | None, _links: object) -> None:
        if me is not None:
            self.scribe.own_area = me.area

    def _on_reset(self) -> None:
        if not self.context.time.live:
            self.plotting.end()

    def _offer_actions(self) -> None:
        self.offer(tr("Plots: draw"), lambda: self._go(2, self.draw.kind), "Ctrl+D", everywhere=True, field=True)
        self.offer(tr("Plots: change what is written of it"), lambda: self._go(1, self.edit.label), "Alt+C")
        self.offer(tr("Plots: move its points on the map"), self._edit_points, "Alt+P")
        self.offer(tr("Plots: take away or bring back"), self._take_away_or_back, "Alt+W")
        self.offer(tr("Plots: close or open it to routes"), self._tell_routes, "Alt+R")
        self.offer(tr("Plots: filter the list"), self.list.filter.setFocus, "Alt+D")
        self.offer(tr("Plots: show it on the map"), partial(self.fly, self.list, Thing.PLOT))
        for group, text in self.chips.texts.items():
            self.offer(tr("Plots: show {group}", group=text), partial(self.chips.choose, group))

    def _go(self, tab: int, focus: QWidget) -> None:
        self.tabs.setCurrentIndex(tab)
        focus.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _empty_text() -> str:
    return tr("Nothing is plotted. Draw with Ctrl+D; it goes to everybody at once.")


def _read_incidents(database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[tuple[Reference, str]]:
    """Open ones with their areas, newest first."""
    query = Incident.select(Incident.id, Incident.title, Incident.lon, Incident.lat, Incident.area)
    query = query.where((Incident.status == "open") & ~Incident.withdrawn).order_by(Incident.hlc.desc())
    return [(Reference(*held[:4]), held[4]) for held in query.tuples().execute(database)]
