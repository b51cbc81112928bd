"""The map as a panel of the window: web view, tools, unit card. GUI thread only."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLabel, QToolBar, QToolButton, QVBoxLayout, QWidget

from console.models.kinds import UNIT_KINDS, UNIT_STATUSES
from console.views import i18n
from console.views.context import Changes, Context, Thing
from console.views.i18n import tr
from console.views.map import reading
from console.views.map.card import UnitCard
from console.views.map.channel import Channel
from console.views.map.fleet import UnitRow
from console.views.map.layers_menu import LayersMenu
from console.views.map.load_dialog import ask_for_map
from console.views.map.loaded import Loaded
from console.views.map.presenter import MapPresenter
from console.views.map.web import MapWeb
from console.views.tables.panel import bring_forward

CARD_AT = QPoint(12, 12)
AGING_MS = 15_000
FIT_KEYS = "Ctrl+Shift+A"


class MapPanel(QWidget):
    """Attributes: `presenter`, `channel`, `web`, `card`, `loaded`. Signals: `ready()` the basemap has been read by the page.

    Shortcuts with Ctrl+Shift work anywhere in the window; the others while the map has the keyboard.
    """

    ready = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("map")
        self.setAcceptDrops(True)
        self._context = context
        self._centre: tuple[float, float, float] | None = None
        self._things_at_ms = context.time.now_ms()
        self._wanted: set[str] = set()
        self._tables: set[str] = set()
        self.presenter = MapPresenter()
        self.web = MapWeb(self)
        self.channel = Channel(self.presenter, self.web.scheme, self)
        self.card = UnitCard(context, self.web)
        self.card.move(CARD_AT)
        self.layers = LayersMenu(lambda shown: self._look(layers=shown), self)
        self.loaded = Loaded(self.web.scheme, self._show_loaded, self._say_fault, self)
        self._fault = QLabel(wordWrap=True)
        self._fault.hide()
        self._fault.setObjectName("fault")
        self._fault.setTextFormat(Qt.TextFormat.PlainText)
        self._actions = self._make_actions()
        self._lay_out()
        self._connect()
        self.set_theme("night")
        self._look(
            lang="en" if i18n.language() == i18n.ENGLISH else "zh",
            words=_words(),
            layers=self.layers.shown(),
            selected=None,
            follow=False,
            finding=True,
            picking=None,
            fitKeys=FIT_KEYS,
        )
        self.web.open()
        self._read_all()

    # -- composition ----------------------------------------------------------------------------------------------------

    def _make_actions(self) -> dict[str, QAction]:
        do = self.presenter_do
        return {
            "fit": self._action(tr("Show all units"), FIT_KEYS, self._go("fit")),
            "home": self._action(tr("Show the whole area"), "Ctrl+Shift+H", self._go("home")),
            "centre": self._action(tr("Centre on the selection"), "Ctrl+Shift+C", self.fly_to_selection),
            "follow": self._action(tr("Follow the selection"), "Ctrl+Shift+F", self._on_follow, checkable=True),
            "measure": self._action(tr("Measure"), "Ctrl+Shift+M", self._on_measure, checkable=True),
            "legend": self._action(tr("Legend"), "Ctrl+Shift+G", do("legend")),
            "zoom_in": self._action(tr("Zoom in"), "Ctrl++", self._go("zoom", 1)),
            "zoom_out": self._action(tr("Zoom out"), "Ctrl+-", self._go("zoom", -1)),
            "load": self._action(tr("Load map..."), "Ctrl+Shift+O", self.ask_for_file),
            "unload": self._action(tr("Remove loaded maps"), "", self.loaded_clear),
        }

    def _action(self, text: str, keys: str, triggered: Callable[..., object], *, checkable: bool = False) -> QAction:
        action = QAction(text, self, checkable=checkable)
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setToolTip(f"{text} ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        action.triggered.connect(triggered)
        self.addAction(action)
        return action

    def _lay_out(self) -> None:
        tools = QToolBar()
        tools.setStyleSheet("QToolBar { padding: 0; spacing: 0 } QToolButton { padding: 2px 8px }")
        tools.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        for key in ("fit", "home", "follow", "measure", "legend"):
            tools.addAction(self._actions[key])
        layers = QToolButton()
        layers.setText(tr("Layers"))
        layers.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        layers.setMenu(self.layers)
        tools.addWidget(layers)
        tools.addAction(self._actions["load"])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(tools)
        column.addWidget(self._fault)
        column.addWidget(self.web, 1)

    def _connect(self) -> None:
        news, selection = self._context.news, self._context.selection
        news.changed.connect(self._on_changed)
        news.reset.connect(self._read_all)
        news.second.connect(self._on_second)
        selection.changed.connect(self._on_selected)
        selection.fly_requested.connect(self._on_fly)
        self._context.picking.changed.connect(self._on_picking)
        self.web.scheme.said.connect(self._on_said)
        self.web.crashed.connect(lambda: self._say_fault(tr("The map stopped working and is being loaded again.")))
        self.card.follow.toggled.connect(self._actions["follow"].setChecked)
        self._actions["follow"].toggled.connect(self.card.follow.setChecked)
        self.card.follow.clicked.connect(self._on_follow)
        self.card.fly.clicked.connect(self.fly_to_selection)

    # -- what the window calls --------------------------------------------------------------------------------------------

    def actions_for_palette(self) -> list[QAction]:
        return [*self._actions.values(), *self.layers.actions()]

    def set_theme(self, name: str) -> None:
        self.web.set_ground(name)
        self._look(theme=name)

    def save_state(self) -> str:
        """A map the operator never touched keeps no place: next time too it goes where the units are."""
        centre = None if self.presenter.view["finding"] else self._centre
        return json.dumps({"layers": self.layers.shown(), "centre": centre, "files": self.loaded.save()})

    def restore_state(self, text: str) -> None:
        """What `save_state` gave; anything else changes nothing."""
        try:
            held: Any = json.loads(text) if text else {}
        except ValueError:
            return
        if not isinstance(held, dict):
            return
        if isinstance(held.get("layers"), dict):
            self.layers.show_only(held["layers"])
        centre = held.get("centre")
        if isinstance(centre, list) and len(centre) == 3 and all(isinstance(part, int | float) for part in centre):
            self._go("look", *centre)()
        self.loaded.restore(held.get("files"))

    def load_file(self, path: Path, datum: str = "", approval: str = "") -> None:
        """Lay the office's own map (MBTiles) or lines (GeoJSON) on the map; "" takes datum and approval number from the file."""
        self.loaded.load(path, datum, approval)

    @property
    def settled(self) -> bool:
        """Whether the page has painted everything there was to tell it."""
        return not self.presenter.waiting and self.channel.painted.seq == self.presenter.seq

    def fly_to_selection(self) -> None:
        selection = self._context.selection
        if selection.thing is not None:
            self._on_fly(selection.thing, selection.id)

    def presenter_do(self, verb: str, *words: Any) -> Callable[[], None]:
        def go() -> None:
            self.presenter.do(verb, *words)
            self.channel.push()

        return go

    def _go(self, verb: str, *words: Any) -> Callable[[], None]:
        """To where the operator wants to look: from then on the map no longer goes by itself to where the units are."""

        def go() -> None:
            self.presenter.look(finding=False)
            self.presenter_do(verb, *words)()

        return go

    def loaded_clear(self) -> None:
        self.loaded.clear()

    # -- news -----------------------------------------------------------------------------------------------------------

    def _read_all(self) -> None:
        self.presenter.reset()
        now_ms = self._context.time.now_ms()
        self._context.reading.run("map", lambda database: reading.everything(database, now_ms), self._take_all)

    def _take_all(self, held: reading.Everything) -> None:
        self.presenter.replace(held, self._context.time.now_ms())
        self.channel.push()
        now_ms = self._context.time.now_ms()
        self._context.reading.run("map.trails", lambda database: reading.trails(database, now_ms), self._take_trails)

    def _take_trails(self, trails: dict[str, list[tuple[int, float, float]]]) -> None:
        self.presenter.fleet.set_trails(trails)
        self.channel.push()

    def _on_changed(self, changes: Changes) -> None:
        now_ms = self._context.time.now_ms()
        wanted = self.presenter.move(changes, now_ms)
        self.channel.push()
        if wanted:
            self._wanted |= wanted
            self._read_units()
        tables = {reading.OF_TABLE.get(table, table) for table in changes.ids} & set(reading.THINGS)
        if tables:
            self._tables |= tables
            self._read_things()

    def _read_units(self) -> None:
        """A newer read replaces one not yet answered, so each asks for all that is still wanted."""
        asked, exact = set(self._wanted), not self._context.time.live

        def take(rows: list[UnitRow]) -> None:
            self._wanted -= asked
            self.presenter.put_units(rows, asked, self._context.time.now_ms(), exact=exact)
            self.channel.push()

        self._context.reading.run("map.units", lambda database: reading.units(database, asked), take)

    def _read_things(self) -> None:
        asked, now_ms = set(self._tables), self._context.time.now_ms()

        def take(shown: dict[str, reading.Shown]) -> None:
            self._tables -= asked
            self.presenter.put_things(shown)
            self.channel.push()

        self._context.reading.run("map.things", lambda database: reading.things(database, asked, now_ms), take)

    def _on_second(self) -> None:
        now_ms = self._context.time.now_ms()
        self.presenter.tick(now_ms)
        if abs(now_ms - self._things_at_ms) >= AGING_MS:  # without any news warnings run out, readings grow old, a caller moves
            self._things_at_ms = now_ms
            self._tables |= {"sensor", "warning", "help"}
            self._read_things()
        self.channel.push()

    # -- selection and tools -----------------------------------------------------------------------------------------

    def _look(self, **view: Any) -> None:
        self.presenter.look(**view)
        self.channel.push()

    def _on_selected(self, thing: Thing | None, item_id: str) -> None:
        self._actions["follow"].setChecked(False)
        self._look(selected=None if thing is None else {"thing": thing.value, "id": item_id}, follow=False)

    def _on_fly(self, thing: Thing, item_id: str) -> None:
        self._go("fly", thing.value, item_id)()

    def _on_follow(self, on: bool) -> None:
        self._look(follow=on, finding=self.presenter.view["finding"] and not on)

    def _on_picking(self) -> None:
        """A form asks for a place: the map comes to the front, and clicks are the form's until it has what it wants."""
        picking = self._context.picking
        begins = picking.asker is not None and not picking.points
        if begins:
            self._actions["measure"].setChecked(False)
            self.presenter.do("measure", False)
            bring_forward(self)
        self._look(
            picking=None if picking.asker is None else picking.points[:],
            measuring=False if begins else self.presenter.view.get("measuring", False),
        )

    def _on_measure(self, on: bool) -> None:
        self._context.picking.end()
        self.presenter.do("measure", on)
        self._look(measuring=on)

    def _on_said(self, words: dict[str, str]) -> None:
        what = words.get("what", "")
        if what == "click":
            thing = words.get("thing", "")
            self._context.selection.select(Thing(thing) if thing in list(Thing) else None, words.get("id", ""))
        elif what == "picked":
            self._on_picked(words)
        elif what == "looked":
            self._centre = _centre(words)
        elif what == "hand":
            self._look(finding=False)
        elif what == "fit":
            self._actions["fit"].trigger()
        elif what == "measure":
            self._actions["measure"].setChecked(False)
            self._look(measuring=False)
        elif what == "drag":
            self._actions["follow"].setChecked(False)
            self._look(follow=False)
        elif what == "ready":
            self._fault.hide()
            self.ready.emit()

    def _on_picked(self, words: dict[str, str]) -> None:
        """A click while a place is asked for; without coordinates the operator ended it."""
        try:
            self._context.picking.click(float(words["lon"]), float(words["lat"]))
        except (KeyError, ValueError):
            self._context.picking.end()

    # -- files --------------------------------------------------------------------------------------------------------

    def ask_for_file(self) -> None:
        asked = ask_for_map(self)
        if asked is not None:
            self.load_file(*asked)

    def _show_loaded(self) -> None:
        self._fault.hide()
        self._look(tiles=self.loaded.tiles_view(), overlays=self.loaded.overlays_view())

    def _say_fault(self, text: str) -> None:
        self._fault.setText(text)
        self._fault.show()

    # -- Qt -----------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.load_file(Path(url.toLocalFile()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.card.fit()
        self.card.raise_()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.web.view.setFocus()
        return super().event(event)


def _words() -> dict[str, str]:
    """Of kinds and statuses, for the legend."""
    kinds = {code: i18n.word("unit_kind", code) for code in UNIT_KINDS}
    return kinds | {code: i18n.word("unit_status", code) for code in UNIT_STATUSES} | {"unknown": i18n.word("map_status", "unknown")}


def _centre(words: dict[str, str]) -> tuple[float, float, float] | None:
    try:
        return float(words["lon"]), float(words["lat"]), float(words["zoom"])
    except (KeyError, ValueError):
        return None
