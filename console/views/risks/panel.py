"""The risk workspace. Thin: rows and wording come from `presenter` and `wording`, what is written from `drafts`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from heapq import nsmallest

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QPushButton, QTabWidget, QWidget

from console.views.context import Context, Thing
from console.views.i18n import tr
from console.views.risks import presenter
from console.views.risks.attention import MOST_LINES, RiskStrip
from console.views.risks.forms import RiskForm
from console.views.risks.presenter import RiskRow
from console.views.risks.quakes import QuakePage
from console.views.risks.taking import Taking
from console.views.sound.alarm import Alarm
from console.views.sound.badge import SoundBadge
from console.views.tables.chips import Chips
from console.views.tables.feed import Feed, Found, fill
from console.views.tables.pages import page
from console.views.tables.pairs import PairsView
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel
from console.views.tables.rows import Rows

PIECE = 300
CARD_PX, OUTCOME_PX = 48, 120
"""The least of the grounds, and of what became of the last entry, that is of use."""


class Grounds(PairsView):
    """Takes the height that is left over, and scrolls in it."""

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), CARD_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), CARD_PX)


class RisksPanel(Panel):
    """List by urgency left; right why, and what to do. `attention` and `badge` are placed by the window."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "risks")
        self.list = TablePane("risks.list", presenter.columns(), context.time.now_ms, _empty_text, several=True)
        self.chips = Chips({"": tr("Now"), "fresh": tr("Not acknowledged"), "blind": tr("Blind"), "over": tr("Over")}, tr("Show risks"))
        self.card = Grounds(tr("Choose a risk in the list or on the map."))
        self.form = RiskForm(context)
        self.attention = RiskStrip(context)
        self.alarm = Alarm(context)
        self.badge = SoundBadge(context, self.alarm)
        self.quakes = QuakePage(context)
        self.taking = Taking(context, self)
        self.tabs = QTabWidget()
        self._fresh: dict[str, RiskRow] = {}
        self._queue: list[Found] = []
        self._drifted = False
        self._later = QTimer(self, singleShot=True, interval=0)
        self._lay_out()
        self._feed = Feed(context, "risks.list", presenter.read_risks, presenter.concerned, self)
        self._connect()
        self._offer_actions()
        self._on_group("")
        self._feed.read_all()

    def current(self) -> RiskRow | None:
        row: RiskRow | None = self.list.table.row(self.list.view.current_id())
        return row

    def _selected(self) -> list[RiskRow]:
        """The current one, and the others that are selected."""
        current, table = self.list.view.current_id(), self.list.table
        ids = dict.fromkeys((current, *self.list.view.selected_ids())) if current else {}
        return [row for risk in ids if (row := table.row(risk)) is not None]

    def _take(self, found: Found) -> None:
        """What is urgent is said first; the list follows, of a flood in pieces, so that the window stays free."""
        if found.asked is None:
            self._fresh = {}
        for risk in found.asked or ():
            self._fresh.pop(risk, None)
        self._fresh |= {row.id: row for row in found.rows if row.fresh}
        first = nsmallest(MOST_LINES, self._fresh.values(), key=lambda row: row.urgency)
        self.attention.show_rows(first, len(self._fresh) - len(first))
        live = self.context.time.live
        self.alarm.show_levels({row.id: row.level for row in self._fresh.values() if row.level} if live else {})
        self._queue = [] if found.asked is None else self._queue
        self._queue += pieces(found, [row.id for row in self.list.table.rows()])
        if self.list.isVisible():
            self._fill_next()
        else:  # behind a tab the list can wait until the strip is painted
            self._later.start()

    def _fill_next(self) -> None:
        if self._queue:
            fill(self.list.table, self._queue.pop(0))
            self.list.set_filled()
        if self._queue:
            self._later.start()
            return
        self._follow()
        if self._drifted:
            self.list.table.sort_now()

    def _on_drifted(self, drifted: bool) -> None:
        self._drifted = drifted

    def _follow(self) -> None:
        self.follow(self.list, Thing.RISK)
        self._show_row()

    def _show_row(self) -> None:
        row = self.current()
        self.form.show_risks(self._selected())
        self._show_card()
        for button, on in (
            (self._on_map, row is not None),
            (self._gauges, row is not None and bool(row.sensors)),
            (self._eyes, row is not None),
        ):
            button.setEnabled(on)

    def _show_card(self) -> None:
        row = self.current()
        self.card.show_columns([] if row is None else [(row.title, presenter.card(row, self.context.time.now_ms()))])

    def _on_second(self) -> None:
        super()._on_second()
        if self.card.isVisible():
            self._show_card()

    def _on_group(self, group: str) -> None:
        self.list.table.set_accepts(presenter.GROUPS[group])

    # -- what is done about a risk ----------------------------------------------------------------------------------------

    def show_place(self) -> None:
        """The basin, or the gauge, on the map."""
        row = self.current()
        if row is not None:
            self.context.selection.fly_to(Thing.SENSOR if row.place_kind == "sensor" else Thing.BASIN, row.place)

    def show_gauges(self) -> None:
        """The gauge that decided, in the monitoring panel and on the map."""
        row = self.current()
        if row is not None and row.sensors:
            self.context.selection.fly_to(Thing.SENSOR, row.sensors[0])

    def show_cameras(self) -> None:
        """Those that see the place, or stand nearest."""
        row = self.current()
        if row is not None:
            self.context.selection.cameras_requested.emit(Thing.SENSOR if row.place_kind == "sensor" else Thing.BASIN, row.place)

    def acknowledge(self, risk: str) -> None:
        """Of the strip: at once, without a note."""
        self.context.selection.select(Thing.RISK, risk)
        self.list.view.select_id(risk)
        self._show_row()
        if [row.id for row in self.form.rows] == [risk]:
            self.form.submit()

    def select_level(self) -> None:
        """All that are listed and nobody has acknowledged, of the current one's level or else of the gravest: one key more acknowledges them."""
        listed = [row for row in self.list.table.listed() if row.fresh]
        current = self.current()
        level = current.level if current is not None and current.fresh else min((row.level or 5 for row in listed), default=0)
        self.tabs.setCurrentIndex(0)
        self.list.view.select_ids({row.id for row in listed if (row.level or 5) == (level or 5)})
        self._show_row()
        self.list.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- composition -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.list.bar.insertWidget(0, self.chips)
        self.list.sort_by("level")
        self._on_map, self._gauges, self._eyes = (QPushButton(text) for text in (tr("Show on the map"), tr("Gauges"), tr("Cameras")))
        buttons, line = QWidget(), Rows()
        for button in (self._on_map, self._gauges, self._eyes):
            button.setObjectName("compact")
            line.addWidget(button)
        line.add_growing(self.form.outcome, OUTCOME_PX)
        buttons.setLayout(line)
        about = page(self.card, self.form, buttons, grows=self.card)
        bar = about.verticalScrollBar()  # what is to be done stays in sight however low the panel is: the grounds scroll first
        bar.rangeChanged.connect(lambda _least, most: bar.setValue(most))
        self.tabs.addTab(about, tr("Risk"))
        self.tabs.addTab(self.quakes, tr("Earthquakes"))
        self.lay_beside(self.list, self.tabs, (620, 420), (3, 2))
        self.setFocusProxy(self.list.view)

    def _connect(self) -> None:
        selection, view = self.context.selection, self.list.view
        self._feed.found.connect(self._take)
        self._later.timeout.connect(self._fill_next)
        self.list.table.drifted.connect(self._on_drifted)
        self.chips.picked.connect(self._on_group)
        selection.changed.connect(lambda thing, _id: self._follow() if thing is Thing.RISK else None)
        view.picked.connect(lambda risk: selection.select(Thing.RISK, risk) if risk else None)
        view.picked.connect(self._show_row)
        view.selectionModel().selectionChanged.connect(lambda *_: self._show_row())
        view.fly.connect(lambda _risk: self.show_place())
        self.form.saved.connect(self._on_saved)
        self.attention.acknowledge_asked.connect(self.acknowledge)
        self.attention.more_asked.connect(self._go_to_first)
        self._on_map.clicked.connect(self.show_place)
        self._gauges.clicked.connect(self.show_gauges)
        self._eyes.clicked.connect(self.show_cameras)

    def _on_saved(self, subjects: list[str]) -> None:
        about = set(subjects)
        self._feed.read_ids(row.id for row in self.list.table.rows() if row.subject in about)
        if self.form.incident_id in about:
            self.context.selection.select(Thing.INCIDENT, self.form.incident_id)

    def _offer_actions(self) -> None:
        self.offer(tr("Risks: the most urgent not acknowledged"), self._go_to_first, "Ctrl+Shift+K", everywhere=True)
        self.offer(tr("Risks: acknowledge"), self.form.submit, "Alt+Q")
        self.offer(tr("Risks: select all of a level to acknowledge them"), self.select_level, "Alt+Shift+Q")
        self.offer(tr("Risks: open an incident"), self.form.open_incident, "Alt+I")
        self.offer(tr("Risks: note"), partial(self._focus, self.form.note))
        self.offer(tr("Risks: show the place on the map"), self.show_place, "Alt+M")
        self.offer(tr("Risks: show the gauge that decided"), self.show_gauges, "Alt+G")
        self.offer(tr("Risks: cameras that see the place"), self.show_cameras, "Alt+K")
        self.offer(tr("Risks: filter the list"), self.list.filter.setFocus, "Alt+D")
        self.offer(tr("Risks: earthquakes"), lambda: self.tabs.setCurrentIndex(1))
        self.offer(tr("Risks: bring in basins or townships from a file..."), self.taking.ask)
        self.offer(tr("Sound: mute for a while, or sound again"), self.badge.toggle, "Ctrl+Shift+B", everywhere=True)
        for group, text in self.chips.texts.items():
            self.offer(tr("Risks: show {group}", group=text), partial(self.chips.choose, group))

    def _focus(self, widget: QWidget) -> None:
        self.tabs.setCurrentIndex(0)
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _go_to_first(self) -> None:
        self.tabs.setCurrentIndex(0)
        if self.attention.rows:
            risk = self.attention.rows[0].id
            self.chips.choose("")
            self.list.filter.clear()
            self.context.selection.select(Thing.RISK, risk)
            self.list.view.select_id(risk)
        self.list.view.setFocus(Qt.FocusReason.ShortcutFocusReason)


def pieces(found: Found, held: Iterable[str]) -> list[Found]:
    """What was read, in pieces that the list takes in a few milliseconds each; what is no more, of those `held`, goes with the first."""
    rows = found.rows
    if len(rows) <= PIECE:
        return [found]
    gone = frozenset(held if found.asked is None else found.asked).difference(row.id for row in rows)
    some = [rows[start : start + PIECE] for start in range(0, len(rows), PIECE)]
    return [
        Found(each, gone.union(row.id for row in each) if not at else frozenset(row.id for row in each)) for at, each in enumerate(some)
    ]


def _empty_text() -> str:
    return tr("Nothing reaches a limit now. A place whose gauges are silent is listed as blind.")
