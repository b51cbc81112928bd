"""The office's maps as a window beside the map: which lie on it, in which order, what each says of itself, and what is kept for offline use.

Everything by keys: Space shows and hides, Alt+Up and Alt+Down order, Left and Right make fainter and stronger, Enter says datum and approval
number, Del removes. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QLabel, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from console.models.maps.storetiles import is_stored
from console.models.maps.tilestore import Area, Fill, Source
from console.views import tips
from console.views.i18n import tr
from console.views.map.laid import Laid
from console.views.map.loaded import Loaded
from console.views.reasons import said
from console.views.sources import presenter
from console.views.sources.fetching import Fillings
from console.views.sources.forms import AreaForm, OnlineForm, SaysForm
from console.views.sources.store import Held, Store

KEY = Qt.ItemDataRole.UserRole
STEP = 0.1


class SourcesDialog(QDialog):
    """`add_file()`: the map's own way to load one; `box()`: what the map shows. Attributes: `maps`, `areas` (the lists), `say` (a line)."""

    def __init__(
        self,
        loaded: Loaded,
        store: Store,
        fillings: Fillings,
        add_file: Callable[[], None],
        box: Callable[[], tuple[float, float, float, float]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Maps and sources"))
        self.resize(980, 560)
        self._loaded, self._store, self._fillings, self._add_file, self._box = loaded, store, fillings, add_file, box
        self._sources: list[Source] = []
        self._areas: dict[str, tuple[Area, Fill]] = {}
        self.maps, self.areas = _table(presenter.COLUMNS, 0), _table(presenter.AREA_COLUMNS, 4)
        self.say, self._disk = QLabel(wordWrap=True), QLabel()
        self.say.setProperty("tone", "bad")
        self._disk.setObjectName("muted")
        self.buttons: dict[str, QPushButton] = {}
        self._lay_out()
        self.maps.itemChanged.connect(self._on_checked)
        self.maps.itemActivated.connect(lambda *_: self._describe())
        self.areas.itemActivated.connect(lambda *_: self._fill())
        for table in (self.maps, self.areas):
            table.installEventFilter(self)
            table.currentItemChanged.connect(self._enable)
        loaded.changed.connect(self._show_maps)
        fillings.changed.connect(self._show_areas)
        fillings.ended.connect(self._on_ended)
        self._show_maps()

    def open(self) -> None:
        """Not modal: the map is seen beside it."""
        self.show()
        self.raise_()
        self.activateWindow()
        self.maps.setFocus()
        self._read()

    # -- what is listed -------------------------------------------------------------------------------------------------------

    def _show_maps(self) -> None:
        held, rows = self.key(self.maps), presenter.rows(self._loaded.layers)
        with QSignalBlocker(self.maps):
            _fill_table(self.maps, [(row.key, row.cells) for row in rows], held)
            for at, row in enumerate(rows):
                item = self.maps.topLevelItem(at)
                if item is not None:
                    item.setCheckState(0, Qt.CheckState.Checked if row.shown else Qt.CheckState.Unchecked)
        self._enable()

    def _read(self) -> None:
        self._store.read(self._take, self.refuse)

    def _take(self, held: Held) -> None:
        self._sources, areas, count = held
        self._areas = {area.id: (area, fill) for area, fill in areas}
        self._disk.setText(tr("Online maps kept here: {size}", size=presenter.size_text(count) or "0"))
        self._show_areas()

    def _show_areas(self, _area: str = "") -> None:
        names = {source.id: source.name for source in self._sources}
        rows = []
        for key, (area, fill) in self._areas.items():
            cells = presenter.area_cells(area, fill, names.get(area.source, ""), self._fillings.progress.get(key))
            rows.append((key, cells))
        with QSignalBlocker(self.areas):
            _fill_table(self.areas, rows, self.key(self.areas))
        self._enable()

    @staticmethod
    def key(table: QTreeWidget) -> str:
        item = table.currentItem()
        return str(item.data(0, KEY)) if item is not None else ""

    def _one(self) -> Laid | None:
        key = self.key(self.maps)
        return next((one for one in self._loaded.layers if one.key == key), None)

    def refuse(self, why: str) -> None:
        self.say.setText(said(why))

    # -- what is done ---------------------------------------------------------------------------------------------------------

    def _on_checked(self, item: QTreeWidgetItem, column: int) -> None:
        if column == 0:
            self._loaded.change(str(item.data(0, KEY)), shown=item.checkState(0) is Qt.CheckState.Checked)

    def _move(self, by: int) -> None:
        one = self._one()
        if one is not None:
            self._loaded.move(one.key, by)

    def _strengthen(self, by: float) -> None:
        one = self._one()
        if one is not None:
            self._loaded.change(one.key, opacity=round(min(1.0, max(0.1, one.opacity + by)), 1))

    def _fill_areas(self) -> None:
        one = self._one()
        if one is not None and not one.is_tiles:
            self._loaded.change(one.key, filled=not one.filled)

    def _describe(self) -> None:
        one = self._one()
        if one is None:
            return
        said_so = lambda datum, approval: self._loaded.change(one.key, datum=datum, approval=approval)  # noqa: E731
        form = SaysForm(one.name, one.datum, one.approval, one.is_tiles, said_so, self)
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.open()

    def _remove(self) -> None:
        """Off the map. An online map stays known, with what was fetched, as long as areas of it are kept."""
        one = self._one()
        if one is None:
            return
        self._loaded.remove(one.key)
        if is_stored(one.path):
            self._forget(one.path.name)

    def _forget(self, source: str) -> None:
        """An online map that is neither on the map nor kept for any area."""
        kept = any(area.source == source for area, _ in self._areas.values())
        if not kept and all(one.path != self._store.path / source for one in self._loaded.layers):
            self._store.remove_source(source, lambda _: self._read(), self.refuse)

    def _lay(self) -> None:
        """The online map of the area chosen, which was taken off the map."""
        held = self._areas.get(self.key(self.areas))
        if held is not None:
            self._loaded.load(self._store.path / held[0].source)

    def _add_online(self) -> None:
        form = OnlineForm(self._store, self._on_added, self)
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.open()

    def _on_added(self, source: Source) -> None:
        self._loaded.load(self._store.path / source.id)
        self._read()

    def _keep_area(self) -> None:
        if not self._sources:
            self.refuse(tr("Add an online map first: an area is kept of one."))
            return
        form = AreaForm(self._store, self._sources, self._box(), self._on_kept, self)
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.open()

    def _on_kept(self, area: Area) -> None:
        self._fillings.begin(area.id, 0, area.total)
        if all(one.path != self._store.path / area.source for one in self._loaded.layers):
            self._loaded.load(self._store.path / area.source)
        self._read()

    def _fill(self) -> None:
        """Begin, or stop."""
        key = self.key(self.areas)
        if key in self._fillings.progress:
            self._fillings.stop(key)
        elif key in self._areas:
            fill = self._areas[key][1]
            self.say.clear()
            self._fillings.begin(key, fill.held + fill.absent, fill.total)

    def _on_ended(self, area: str) -> None:
        held = self._areas.get(area)
        if held is not None:
            self._loaded.reopen(self._store.path / held[0].source)
        self._read()

    def _remove_area(self) -> None:
        key = self.key(self.areas)
        if key in self._areas and key not in self._fillings.progress:
            source = self._areas[key][0].source
            self._store.remove_area(key, lambda _freed: self._after_removal(key, source), self.refuse)

    def _after_removal(self, key: str, source: str) -> None:
        self._areas.pop(key, None)
        self._loaded.reopen(self._store.path / source)
        self._forget(source)
        self._read()

    # -- Qt -------------------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.addWidget(self.maps, 3)
        column.addLayout(
            self._row(
                ("file", tr("Add file..."), self._add_file),
                ("online", tr("Add an online map..."), self._add_online),
                ("up", tr("Up (Alt+Up)"), lambda: self._move(1)),
                ("down", tr("Down (Alt+Down)"), lambda: self._move(-1)),
                ("says", tr("Datum and approval..."), self._describe),
                ("areas", tr("Fill areas with colour"), self._fill_areas),
                ("remove", tr("Remove (Del)"), self._remove),
            )
        )
        head = QLabel(tr("Areas kept for offline use"))
        font = head.font()
        font.setBold(True)
        head.setFont(font)
        column.addWidget(head)
        column.addWidget(self.areas, 2)
        column.addLayout(
            self._row(
                ("keep", tr("Keep an area..."), self._keep_area),
                ("fill", tr("Fetch"), self._fill),
                ("lay", tr("Show on the map"), self._lay),
                ("drop", tr("Remove area (Del)"), self._remove_area),
            )
        )
        column.addWidget(self.say)
        column.addWidget(self._disk)

    def _row(self, *held: tuple[str, str, Callable[[], None]]) -> QHBoxLayout:
        row = QHBoxLayout()
        for key, text, clicked in held:
            button = self.buttons[key] = QPushButton(text, autoDefault=False)
            button.clicked.connect(lambda _on=False, clicked=clicked: clicked())
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _enable(self) -> None:
        one, area = self._one(), self.key(self.areas)
        for key in ("up", "down", "says", "remove"):
            self.buttons[key].setEnabled(one is not None)
        self.buttons["areas"].setEnabled(one is not None and not one.is_tiles)
        under_way = area in self._fillings.progress
        self.buttons["fill"].setText(tr("Stop") if under_way else tr("Fetch"))
        self.buttons["fill"].setEnabled(area in self._areas)
        on_map = area in self._areas and any(one.path == self._store.path / self._areas[area][0].source for one in self._loaded.layers)
        self.buttons["lay"].setEnabled(area in self._areas and not on_map)
        self.buttons["drop"].setEnabled(area in self._areas and not under_way)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key, alt = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            does = self._keys_of_maps(key, alt) if watched is self.maps else self._keys_of_areas(key)
            if does is not None:
                does()
                return True
        return super().eventFilter(watched, event)

    def _keys_of_maps(self, key: Qt.Key, alt: bool) -> Callable[[], None] | None:
        if alt:
            return {Qt.Key.Key_Up: lambda: self._move(1), Qt.Key.Key_Down: lambda: self._move(-1)}.get(key)
        return {
            Qt.Key.Key_Left: lambda: self._strengthen(-STEP),
            Qt.Key.Key_Right: lambda: self._strengthen(STEP),
            Qt.Key.Key_Delete: self._remove,
        }.get(key)

    def _keys_of_areas(self, key: Qt.Key) -> Callable[[], None] | None:
        return {Qt.Key.Key_Delete: self._remove_area}.get(key)


def _table(columns: Sequence[str], wide: int) -> QTreeWidget:
    table = QTreeWidget()
    table.setHeaderLabels([tr(column) for column in columns])
    table.setRootIsDecorated(False)
    table.setUniformRowHeights(True)
    table.setAllColumnsShowFocus(True)
    header = table.header()
    header.setStretchLastSection(True)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
    return table


def _fill_table(table: QTreeWidget, rows: Sequence[tuple[str, tuple[str, ...]]], chosen: str) -> None:
    """The item of `chosen` stays the chosen one, wherever it is now; else the one in its place."""
    current = table.currentItem()
    at = 0 if current is None else table.indexOfTopLevelItem(current)
    table.clear()
    items = {}
    for key, cells in rows:
        item = items[key] = QTreeWidgetItem(table, list(cells))
        item.setData(0, KEY, key)
        for column, text in enumerate(cells):
            item.setToolTip(column, tips.plain(text))
    if items:
        table.setCurrentItem(items.get(chosen) or list(items.values())[min(at, len(items) - 1)])
