"""The map as a panel of the window: web view, tools, unit card. Composes; `console.views.map.parts` says how more is added. GUI thread only."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from console.models.kinds import UNIT_KINDS, UNIT_STATUSES
from console.views import i18n
from console.views.context import Context, Thing
from console.views.i18n import tr
from console.views.map.card import UnitCard
from console.views.map.channel import Channel
from console.views.map.kept import Kept
from console.views.map.layers import Layers
from console.views.map.layers_panel import LayersPanel
from console.views.map.load_dialog import ask_for_map
from console.views.map.loaded import Loaded
from console.views.map.parts import PARTS
from console.views.map.presenter import MapPresenter
from console.views.map.said import Said, centre_of, listen_to_clicks
from console.views.map.tools import Tools
from console.views.map.updates import Updates
from console.views.map.web import MapWeb
from console.views.tables.panel import bring_forward

CARD_AT = QPoint(12, 12)
FIT_KEYS = "Ctrl+Shift+A"


class MapPanel(QWidget):
    """Attributes: `context`, `centre` (lon, lat, zoom; None before the page told), `presenter`, `channel`, `web`, `card`, `loaded`, `layers`,
    `tools`, `said`, `kept`, `parts`. Signals: `ready()` the basemap has been read by the page; `looked(lon, lat, zoom)` it looks elsewhere.

    Shortcuts with Ctrl+Shift work anywhere in the window; the others while the map has the keyboard.
    """

    ready = Signal()
    looked = Signal(float, float, float)

    def __init__(self, context: Context, web: MapWeb | None = None) -> None:
        """`web`: a page that was begun before."""
        super().__init__()
        self.setObjectName("map")
        self.setAcceptDrops(True)
        self.context = context
        self.centre: tuple[float, float, float] | None = None
        self.presenter = MapPresenter()
        self.web = web if web is not None else MapWeb.begun()
        self.web.setParent(self)
        self.channel = Channel(self.presenter, self.web.scheme, self)
        self.card = UnitCard(context, self.web)
        self.card.move(CARD_AT)
        self.layers = Layers(self)
        self.layers_panel = LayersPanel(self.layers, self.web)
        self.loaded = Loaded(self.web.scheme, self._show_loaded, self.say_fault, self)
        self.said = Said()
        self.kept: dict[str, Kept] = {}
        self._fault = QLabel(wordWrap=True)
        self._fault.hide()
        self._fault.setObjectName("fault")
        self._fault.setTextFormat(Qt.TextFormat.PlainText)
        self.tools = Tools(self)
        self._add_tools()
        self._lay_out()
        self._connect()
        self.set_theme("night")
        self.look(
            lang="en" if i18n.language() == i18n.ENGLISH else "zh",
            words=_words(),
            **self.layers.told(),
            selected=None,
            follow=False,
            finding=True,
            picking=None,
            fitKeys=FIT_KEYS,
        )
        self._updates = Updates(context, self.presenter, self.channel.push, self)
        self.parts = [part(self) for part in PARTS]
        self.layers_panel.offer(self.tools.held["sources"])
        self._updates.read_all()

    # -- composition ----------------------------------------------------------------------------------------------------

    def _add_tools(self) -> None:
        add = self.tools.add
        add("fit", tr("Show all units"), FIT_KEYS, self._go("fit"))
        add("home", tr("Show the whole area"), "Ctrl+Shift+H", self._go("home"))
        add("centre", tr("Centre on the selection"), "Ctrl+Shift+C", self.fly_to_selection, on_bar=False)
        add("follow", tr("Follow the selection"), "Ctrl+Shift+F", self._on_follow, checkable=True)
        add("measure", tr("Measure"), "Ctrl+Shift+M", self._on_measure, checkable=True)
        add("legend", tr("Legend"), "Ctrl+Shift+G", self.presenter_do("legend"))
        add("zoom_in", tr("Zoom in"), "Ctrl++", self._go("zoom", 1), on_bar=False)
        add("zoom_out", tr("Zoom out"), "Ctrl+-", self._go("zoom", -1), on_bar=False)
        add("layers", tr("Layers"), "Ctrl+Shift+L", self._on_layers)
        add("load", tr("Load map..."), "Ctrl+Shift+O", self.ask_for_file)
        add("unload", tr("Remove loaded maps"), "", self.loaded_clear, on_bar=False)
        self._actions = self.tools.held

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addWidget(self._fault)
        column.addWidget(self.web, 1)

    def _connect(self) -> None:
        self.layers.changed.connect(lambda: self.look(**self.layers.told()))
        selection = self.context.selection
        selection.changed.connect(self._on_selected)
        selection.fly_requested.connect(self._on_fly)
        self.context.picking.changed.connect(self._on_picking)
        self.web.scheme.said.connect(self.said)
        self.web.crashed.connect(self._on_crashed)
        self.card.follow.toggled.connect(self._actions["follow"].setChecked)
        self._actions["follow"].toggled.connect(self.card.follow.setChecked)
        self.card.follow.clicked.connect(self._on_follow)
        self.card.fly.clicked.connect(self.fly_to_selection)
        listen_to_clicks(self.said, self.context)
        self.said.on("looked", self._on_looked)
        self.said.on("hand", lambda _: self.look(finding=False))
        self.said.on("fit", lambda _: self._actions["fit"].trigger())
        self.said.on("measure", lambda _: self._end("measure", measuring=False))
        self.said.on("drag", lambda _: self._end("follow", follow=False))
        self.said.on("ready", self._on_ready)
        self.said.on("silent", lambda _: self.web.begin_again("what paints it answers nothing"))

    # -- what the window calls --------------------------------------------------------------------------------------------

    def actions_for_palette(self) -> list[QAction]:
        of_menus = (action for menu in self.tools.menus for action in menu.actions() if action.text())
        return list(dict.fromkeys([*self._actions.values(), *of_menus]))

    def set_theme(self, name: str) -> None:
        self.web.set_ground(name)
        self.look(theme=name)

    def set_dim(self, on: bool) -> None:
        self.look(dim=on)

    def save_state(self) -> str:
        """A map the operator never touched keeps no place: next time too it goes where the units are."""
        centre = None if self.presenter.view["finding"] else self.centre
        kept = {name: held.save() for name, held in self.kept.items()}
        return json.dumps({"layers": self.layers.save(), "centre": centre, "files": self.loaded.save()} | kept)

    def restore_state(self, text: str) -> None:
        """What `save_state` gave; anything else changes nothing."""
        try:
            held: Any = json.loads(text) if text else {}
        except ValueError:
            return
        if not isinstance(held, dict):
            return
        self.layers.restore(held.get("layers"))
        centre = held.get("centre")
        if isinstance(centre, list) and len(centre) == 3 and all(isinstance(part, int | float) for part in centre):
            self.go_to(*centre)
        self.loaded.restore(held.get("files"))
        for name, part in self.kept.items():
            part.restore(held.get(name))

    def enter_workspace(self, key: str, hidden_layers: Collection[str]) -> None:
        self.layers.enter(key, hidden_layers)

    def go_to(self, lon: float, lat: float, zoom: float) -> None:
        self._go("look", lon, lat, zoom)()

    def load_file(self, path: Path, datum: str = "", approval: str = "") -> None:
        """Lay the office's own map (MBTiles) or lines (GeoJSON) on the map; "" takes datum and approval number from the file."""
        self._fault.hide()
        self.loaded.load(path, datum, approval)

    @property
    def settled(self) -> bool:
        """Whether the page has painted everything there was to tell it."""
        return not self.presenter.waiting and self.channel.painted.seq == self.presenter.seq

    def fly_to_selection(self) -> None:
        selection = self.context.selection
        if selection.thing is not None:
            self._on_fly(selection.thing, selection.id)

    def look(self, **view: Any) -> None:
        """Tell the page how things are looked at; it keeps each value until it is told another."""
        self.presenter.look(**view)
        self.channel.push()

    def do(self, verb: str, *words: Any) -> None:
        """Have the page do something once."""
        self.presenter.do(verb, *words)
        self.channel.push()

    def presenter_do(self, verb: str, *words: Any) -> Callable[[], None]:
        return lambda: self.do(verb, *words)

    def say_fault(self, text: str) -> None:
        self._fault.setText(text)
        self._fault.show()

    # -- selection and tools -----------------------------------------------------------------------------------------

    def _go(self, verb: str, *words: Any) -> Callable[[], None]:
        """To where the operator wants to look: from then on the map no longer goes by itself to where the units are."""

        def go() -> None:
            self.presenter.look(finding=False)
            self.do(verb, *words)

        return go

    def _end(self, tool: str, **view: Any) -> None:
        self._actions[tool].setChecked(False)
        self.look(**view)

    def _on_selected(self, thing: Thing | None, item_id: str) -> None:
        self._end("follow", selected=None if thing is None else {"thing": thing.value, "id": item_id}, follow=False)

    def _on_fly(self, thing: Thing, item_id: str) -> None:
        self._go("fly", thing.value, item_id)()

    def _on_follow(self, on: bool) -> None:
        self.look(follow=on, finding=self.presenter.view["finding"] and not on)

    def _on_picking(self) -> None:
        """A form asks for a place: the map comes to the front, and clicks are the form's until it has what it wants."""
        picking = self.context.picking
        begins = picking.asker is not None and not picking.points
        if begins:
            self._actions["measure"].setChecked(False)
            self.presenter.do("measure", False)
            bring_forward(self)
        self.look(
            picking=None if picking.asker is None else picking.points[:],
            measuring=False if begins else self.presenter.view.get("measuring", False),
        )

    def _on_layers(self) -> None:
        self.layers_panel.hide() if self.layers_panel.isVisible() else self.layers_panel.open()

    def _on_measure(self, on: bool) -> None:
        self.context.picking.end()
        self.presenter.do("measure", on)
        self.look(measuring=on)

    def _on_looked(self, words: dict[str, str]) -> None:
        self.centre = centre_of(words)
        if self.centre is not None:
            self.looked.emit(*self.centre)

    def _on_crashed(self) -> None:
        """It comes back where it was."""
        self.say_fault(tr("The map stopped working and is being loaded again."))
        if self.centre is not None and not self.presenter.view["finding"]:
            self.go_to(*self.centre)

    def _on_ready(self, _words: dict[str, str]) -> None:
        self._fault.hide()
        self.ready.emit()

    # -- files --------------------------------------------------------------------------------------------------------

    def ask_for_file(self) -> None:
        asked = ask_for_map(self)
        if asked is not None:
            self.load_file(*asked)

    def loaded_clear(self) -> None:
        self.loaded.clear()

    def _show_loaded(self) -> None:
        self.look(tiles=self.loaded.tiles_view(), overlays=self.loaded.overlays_view())

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
        self.layers_panel.place()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.web.view.setFocus()
        return super().event(event)


def _words() -> dict[str, str]:
    """Of kinds and statuses, for the legend."""
    kinds = {code: i18n.word("unit_kind", code) for code in UNIT_KINDS}
    return kinds | {code: i18n.word("unit_status", code) for code in UNIT_STATUSES} | {"unknown": i18n.word("map_status", "unknown")}
