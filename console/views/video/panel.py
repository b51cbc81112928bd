"""The video workspace: the registry of feeds left, the wall right. Thin: rows and wording come from `presenter`, questions go to `shelf`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSplitter, QTabWidget, QToolButton, QVBoxLayout, QWidget

from console.models.feeds.book import GROUPINGS
from console.models.feeds.rules import default_rule
from console.views.context import Context, Thing
from console.views.entry.withdraw import WithdrawForm
from console.views.i18n import tr, word
from console.views.tables.chips import Chips
from console.views.tables.pages import page
from console.views.tables.pairs import PairsView
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel
from console.views.video import presenter
from console.views.video.controls import Controls
from console.views.video.filing import Filing
from console.views.video.full import FullScreen
from console.views.video.groups import GroupsModel, GroupsView
from console.views.video.importing import Importing
from console.views.video.plan import MOST
from console.views.video.shelf import Listed, Shelf
from console.views.video.sweeping import Sweeping
from console.views.video.table import BookTable
from console.views.video.wall import Wall

CARD_MIN_PX = 170


class VideoPanel(Panel):
    """Attributes: `shelf`, `list`, `groups`, `wall`, `controls`, `filing`, `importing`, `sweeping`. `end` closes what it has open."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "video")
        self._rule = default_rule()
        root = context.data or Path(tempfile.gettempdir())
        self.shelf = Shelf(context, self._rule, self)
        self.sweeping = Sweeping(context, self.shelf, root, self)
        self.wall = Wall(root, self._rule, self.shelf.entry, context.time.wall_ms)
        self.controls, self.filing = Controls(self.wall, self._rule.wall), Filing(context, self.wall)
        valid_s = self._rule.sweep.valid_s
        columns = presenter.columns(self.shelf.health.get, self.shelf.sight, valid_s)
        self.list = TablePane("video.list", columns, context.time.wall_ms, self._empty_text, model=BookTable)
        self.grouping = QComboBox()
        self.groups = GroupsView(GroupsModel(_group_name, self))
        self.chips = Chips({group: word("feed_group", group or "all") for group in presenter.HEALTH_GROUPS}, tr("Show feeds"))
        self.about, self._about_text = QWidget(), QLabel()
        self.leave_about, self.open_all = QToolButton(), QToolButton()
        self.card = PairsView(tr("Choose a feed in the list or on the map."))
        self.withdraw = WithdrawForm(context, "feed", tr("Choose a feed in the list first."))
        self.importing = Importing(context, self.shelf)
        self.tabs, self._past = QTabWidget(), QLabel()
        self._full: FullScreen | None = None
        self._lay_out()
        self._connect()
        self._offer_actions()
        self.shelf.read_all()

    def set_dim(self, on: bool) -> None:
        for view in self.wall.tiles:
            view.set_dim(on)

    def end(self) -> None:
        """Close every feed and end the processes for them. The window is closing."""
        self.leave_full()
        self.importing.stop()
        self.wall.end()
        self.sweeping.end()

    def save_state(self) -> str:
        kept = json.loads(super().save_state())
        return json.dumps(kept | {"wall": self.wall.plan.saved(), "sweep": self.sweeping.wanted, "dwell_s": self.controls.dwell.value()})

    def restore_state(self, text: str) -> None:
        """What was open is not opened again by itself: it may cost a link that is narrow now. Presets are there."""
        super().restore_state(text)
        try:
            saved = json.loads(text) if text else {}
        except ValueError:
            return
        if isinstance(saved, dict):
            self.wall.plan.restore(saved.get("wall"))
            self.wall.plan.slots = [""] * MOST
            if isinstance(saved.get("dwell_s"), int):
                self.controls.dwell.setValue(saved["dwell_s"])
            self.sweeping.want(saved.get("sweep") is True)
            self.wall.settle()

    # -- what is asked ---------------------------------------------------------------------------------------------------------

    def open_current(self) -> None:
        feed = self.list.view.current_id() or (self.context.selection.id if self.context.selection.thing is Thing.FEED else "")
        if feed:
            self.open_feed(feed)

    def open_feed(self, feed: str) -> None:
        self.wall.end_patrol()
        self.wall.open(feed)

    def show_cameras(self, thing: Thing | None, item: str) -> None:
        """List what sees a thing of the window."""
        if thing is not None and item:
            self.list.filter.clear()
            self.shelf.ask(about=(str(thing), item), words="", health="")
            self.chips.choose("")

    def show_all(self) -> None:
        self.shelf.ask(about=None)

    def open_listed(self) -> None:
        """As many of the list as the wall holds, from the top."""
        self.wall.end_patrol()
        self.wall.plan.show_all(self._listed()[:MOST])
        self.wall.settle()
        self.wall.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def begin_patrol(self) -> None:
        feeds = self._listed()
        if feeds:
            self.wall.begin_patrol(feeds, float(self.controls.dwell.value()))

    def enter_full(self) -> None:
        if self._full is None:
            self._full = FullScreen(self.wall)
            self._full.left.connect(self.leave_full)

    def leave_full(self) -> None:
        full, self._full = self._full, None
        if full is not None:
            self._wall_page.insertWidget(1, self.wall, 1)
            self.wall.show()
            full.close()
            full.deleteLater()
            self.wall.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- inside ------------------------------------------------------------------------------------------------------------------

    def _listed(self) -> list[str]:
        table = self.list.table
        return [table.row_at(at).id for at in range(table.rowCount())]

    def _take(self, listed: Listed) -> None:
        table = self.list.table
        assert isinstance(table, BookTable)
        self.list.set_filled()
        table.take(listed.book.entries, listed.ids, listed.total)
        if listed.groups is not None:
            count = sum(group.feeds for group in listed.groups if group.parent is None)
            self.groups.groups.take(listed.question.grouping, listed.groups, count)
        if listed.fresh is not None:
            self.wall.renew(listed.fresh)
            self.sweeping.renew()
        self._show_about(listed)
        self.follow(self.list, Thing.FEED)
        self._show_row()

    def _show_about(self, listed: Listed) -> None:
        asked = listed.question.about is not None
        self.about.setVisible(asked)
        why_at = next(at for at, column in enumerate(self.list.table.columns) if column.key == "why")
        self.list.view.setColumnHidden(why_at, not asked)
        self.list.view.fit_wide()
        if asked and listed.around is None:
            self._about_text.setText(tr("It is not known where that is, so no camera can be named."))
        elif listed.around is not None:
            n = len(listed.around.sights)
            self._about_text.setText(tr("{n} camera for {title}|{n} cameras for {title}", n=n, title=listed.around.title))

    def _show_row(self) -> None:
        entry = self.shelf.entry(self.list.view.current_id())
        if entry is None:
            self.card.show_columns([])
            self.withdraw.show_record("", "", "", withdrawn=False)
            return
        told = presenter.card(entry, self.shelf.health.get(entry.id), self.context.time.wall_ms(), self._rule.sweep.valid_s)
        self.card.show_columns([(entry.name, told)])
        self.withdraw.show_record(entry.id, entry.name, entry.event_area, withdrawn=entry.withdrawn)

    def _on_second(self) -> None:
        super()._on_second()
        self._past.setVisible(not self.context.time.live)

    def showEvent(self, event: QShowEvent) -> None:
        """The video process is made ready as soon as somebody looks here: the first picture does not wait for it."""
        super().showEvent(event)
        self.shelf.make_ready()
        if self.context.data is not None:
            self.wall.eyes.begin()

    def _empty_text(self) -> str:
        if self.shelf.question.about is not None:
            return tr("No camera is known to see it.")
        return tr("No feed is registered. Import a table of them (CSV or XLSX) with Alt+Y.")

    def _on_order(self, key: str, descending: bool) -> None:
        if (key, descending) != (self.shelf.question.order, self.shelf.question.descending):
            self.shelf.ask(order=key, descending=descending)

    def _lay_out(self) -> None:
        for code in GROUPINGS:
            self.grouping.addItem(word("feed_grouping", code), code)
        self.grouping.setAccessibleName(tr("Group by"))
        self.leave_about.setText(tr("All feeds"))
        self.open_all.setText(tr("Open these"))
        self._about_text.setWordWrap(True)
        self._about_text.setTextFormat(Qt.TextFormat.PlainText)
        about = QHBoxLayout(self.about)
        about.setContentsMargins(0, 0, 0, 0)
        about.addWidget(self._about_text, 1)
        about.addWidget(self.open_all)
        about.addWidget(self.leave_about)
        self.about.hide()
        self.list.sort_by("name")
        self.list.view.setDragEnabled(True)
        tree = QWidget()
        column = QVBoxLayout(tree)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.grouping)
        column.addWidget(self.groups, 1)
        lists = QWidget()
        column = QVBoxLayout(lists)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.chips)
        column.addWidget(self.about)
        column.addWidget(self.list, 1)
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(tree)
        left.addWidget(lists)
        left.setSizes([160, 380])
        left.setChildrenCollapsible(False)
        self.card.setMinimumHeight(CARD_MIN_PX)
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(left, tr("Feeds"))
        self.tabs.addTab(page(self.card, self.withdraw, grows=self.card), tr("Feed"))
        self.tabs.addTab(page(self.importing, self.sweeping, grows=self.importing), tr("Import, check"))
        self.lay_beside(self.tabs, self._right(), (380, 620), (2, 3))
        self.setFocusProxy(self.list.filter)

    def _right(self) -> QWidget:
        right = QWidget()
        self._wall_page = QVBoxLayout(right)
        self._wall_page.setContentsMargins(0, 0, 0, 0)
        self._wall_page.setSpacing(3)
        self._past.setText(tr("Video is of NOW, not of the moment that the window shows."))
        self._past.setWordWrap(True)
        self._past.setObjectName("warning")
        self._past.hide()
        self._wall_page.addWidget(self.controls)
        self._wall_page.addWidget(self.wall, 1)
        self._wall_page.addWidget(self._past)
        self._wall_page.addWidget(self.filing)
        return right

    def _connect(self) -> None:
        selection, view, table = self.context.selection, self.list.view, self.list.table
        assert isinstance(table, BookTable)
        self.shelf.listed.connect(self._take)
        table.words_asked.connect(lambda words: self.shelf.ask(words=words))
        table.order_asked.connect(self._on_order)
        self.grouping.currentIndexChanged.connect(lambda _at: self.shelf.ask(grouping=self.grouping.currentData(), within=None))
        self.groups.picked.connect(lambda group: self.shelf.ask(within=group, about=None))
        self.chips.picked.connect(lambda group: self.shelf.ask(health=group))
        self.leave_about.clicked.connect(self.show_all)
        self.open_all.clicked.connect(self.open_listed)
        selection.changed.connect(self._on_selected)
        selection.cameras_requested.connect(self._on_cameras)
        view.picked.connect(lambda feed: selection.select(Thing.FEED, feed) if feed else None)
        view.picked.connect(self._show_row)
        view.opened.connect(self.open_feed)
        view.fly.connect(lambda feed: selection.fly_to(Thing.FEED, feed))
        self.controls.patrol_asked.connect(self.begin_patrol)
        self.controls.full_asked.connect(self.enter_full)
        self.wall.asked.connect(self._on_asked)
        self.sweeping.found.connect(self._on_health)

    def _on_selected(self, thing: Thing | None, _item: str) -> None:
        if thing is Thing.FEED:
            self.follow(self.list, Thing.FEED)
            self._show_row()

    def _on_cameras(self, thing: Thing, item: str) -> None:
        self._in_front(lambda: self._cameras_in_front(thing, item))

    def _cameras_in_front(self, thing: Thing, item: str) -> None:
        self.tabs.setCurrentIndex(0)
        self.show_cameras(thing, item)
        self.list.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_health(self) -> None:
        self.list.table.reword()
        if self.shelf.question.health:
            self.shelf.ask()

    def _on_asked(self, what: str) -> None:
        {
            "snap": self.filing.take_picture,
            "ring": self.filing.save_ring,
            "record": self.filing.toggle_recording,
            "full": self.leave_full if self._full else self.enter_full,
        }[what]()

    def _offer_actions(self) -> None:
        selection = self.context.selection
        self.offer(tr("Video: find a feed"), self._go_to_list, "Ctrl+Alt+F", everywhere=True, field=True)
        self.offer(tr("Video: open the chosen feed"), self.open_current, "Ctrl+Shift+V", everywhere=True)
        self.offer(
            tr("Video: cameras that see what is chosen"),
            lambda: self._cameras_in_front(selection.thing, selection.id) if selection.thing else None,
            "Ctrl+Alt+V",
            everywhere=True,
            field=True,
        )
        self.offer(tr("Video: open all listed feeds"), self.open_listed, "Alt+O")
        self.offer(tr("Video: all feeds again"), self.show_all)
        self.offer(tr("Video: go to the wall"), lambda: self.wall.setFocus(Qt.FocusReason.ShortcutFocusReason), "Alt+W")
        self.offer(tr("Video: begin or end the patrol"), self.controls.toggle_patrol, "Alt+P")
        self.offer(tr("Video: the next group of the patrol"), lambda: self.wall.step_patrol(1), "Alt+N")
        self.offer(tr("Video: the group of the patrol before"), lambda: self.wall.step_patrol(-1), "Alt+B")
        self.offer(tr("Video: keep the wall as a preset"), self.controls.keep_preset)
        self.offer(tr("Video: choose a preset"), self.controls.presets.showPopup)
        self.offer(tr("Video: full screen"), self.enter_full)
        self.offer(tr("Video: file a picture"), self.filing.take_picture)
        self.offer(tr("Video: file the last seconds"), self.filing.save_ring)
        self.offer(tr("Video: record, or end it"), self.filing.toggle_recording)
        self.offer(tr("Video: import a table of feeds"), lambda: self._go(2, self.importing.choose), "Alt+Y")
        self.offer(tr("Video: withdraw or restore the feed"), lambda: self._go(1, self.withdraw.reason))
        self.offer(tr("Video: check the feeds, or end it"), self.sweeping.toggle)
        self.offer(tr("Video: show it on the map"), lambda: self.fly(self.list, Thing.FEED))

    def _go_to_list(self) -> None:
        self.tabs.setCurrentIndex(0)
        self.list.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _go(self, tab: int, focus: QWidget) -> None:
        self.tabs.setCurrentIndex(tab)
        focus.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _group_name(grouping: str, name: str) -> str:
    if not name:
        return tr("not told")
    return name.rpartition("/")[2] if grouping == "folder" else name
