"""The list of layers over the map: found as one types, shown and hidden, strong or faint, areas in their order. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSlider,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.views.i18n import tr
from console.views.map.layers import AREAS, GROUPS, LAYERS, Layers
from console.views.window.fuzzy import ranked

STEP = 0.1
WIDTH_PX, MARGIN_PX = 300, 12
_KEY = Qt.ItemDataRole.UserRole


class LayersPanel(QFrame):
    """A frame over the right of the map. Space shows and hides a layer, Left and Right make it fainter and stronger, Alt+Up and Alt+Down move an
    area over and under the next, Escape closes."""

    def __init__(self, layers: Layers, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self.setObjectName("layers")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._layers = layers
        self.search = QLineEdit(placeholderText=tr("Find a layer"), clearButtonEnabled=True)
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([tr("Layer"), tr("Strength")])
        self.tree.setRootIsDecorated(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setStretchLastSection(False)
        self.tree.setColumnWidth(1, 96)
        self._heads: dict[str, QTreeWidgetItem] = {}
        self._items: dict[str, QTreeWidgetItem] = {}
        self._sliders: dict[str, QSlider] = {}
        self._row = QHBoxLayout()
        self._movers = [
            self._mover("▲", tr("Up (Alt+Up)"), 1),
            self._mover("▼", tr("Down (Alt+Down)"), -1),
        ]
        self._row.addStretch()
        self._fill()
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.tree)
        column.addLayout(self._row)
        self.search.textEdited.connect(self._on_search)
        self.tree.itemChanged.connect(self._on_checked)
        self.tree.currentItemChanged.connect(self._show_movers)
        layers.changed.connect(self._show_state)
        for widget in (self.search, self.tree):
            widget.installEventFilter(self)
        self._show_state()
        self.hide()

    def open(self) -> None:
        self.search.clear()
        self._on_search("")
        self.place()
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def place(self) -> None:
        """At the right of what it lies over."""
        room = self._ground.size()
        rows = self.tree.sizeHintForRow(0) * (len(LAYERS) + len(GROUPS)) + 136
        self.setGeometry(room.width() - WIDTH_PX - MARGIN_PX, MARGIN_PX, WIDTH_PX, min(rows, room.height() - 4 * MARGIN_PX))

    def keys(self) -> list[str]:
        """The layers listed, in order."""
        return [key for key, item in self._items.items() if not item.isHidden()]

    def offer(self, action: QAction) -> None:
        """A button below the list."""
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._row.addWidget(button)

    def _mover(self, sign: str, text: str, by: int) -> QToolButton:
        button = QToolButton()
        button.setText(sign)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self._move(by))
        self._row.addWidget(button)
        return button

    def _fill(self) -> None:
        """Anew: a row that is taken out of its place loses its slider."""
        self.tree.clear()
        self._items.clear()
        self._sliders.clear()
        for key, title in GROUPS.items():
            self._heads[key] = head = QTreeWidgetItem(self.tree, [tr(title)])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            head.setExpanded(True)
            head.setFirstColumnSpanned(True)
        for key in self._layers.listed():
            layer = LAYERS[key]
            item = QTreeWidgetItem(self._heads[layer.group], [tr(layer.title)])
            item.setData(0, _KEY, key)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(0, Qt.CheckState.Unchecked)
            self._items[key] = item
            if not layer.faint:
                continue
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(1, 10)
            slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            slider.setAccessibleName(tr("Strength of {layer}", layer=tr(layer.title)))
            slider.valueChanged.connect(lambda value, key=key: self._layers.set_opacity(key, value / 10))
            self.tree.setItemWidget(item, 1, slider)
            self._sliders[key] = slider

    def _show_state(self) -> None:
        if list(self._items) != self._layers.listed():
            current = self._current()
            with QSignalBlocker(self.tree):
                self._fill()
            self._on_search(self.search.text())
            if current:
                self.tree.setCurrentItem(self._items[current])
        with QSignalBlocker(self.tree):
            for key, item in self._items.items():
                item.setCheckState(0, Qt.CheckState.Checked if self._layers.is_shown(key) else Qt.CheckState.Unchecked)
        for key, slider in self._sliders.items():
            with QSignalBlocker(slider):
                slider.setValue(round(self._layers.opacity(key) * 10))
            slider.setEnabled(self._layers.is_shown(key))
            slider.setToolTip(f"{self._layers.opacity(key):.0%}")

    def _on_checked(self, item: QTreeWidgetItem, column: int) -> None:
        key = item.data(0, _KEY)
        if key and column == 0:
            self._layers.show(key, item.checkState(0) is Qt.CheckState.Checked)

    def _on_search(self, text: str) -> None:
        titles: list[tuple[str, ...]] = [(tr(layer.title), layer.title) for layer in LAYERS.values()]
        found = {list(LAYERS)[index] for index in ranked(text, titles, len(titles))}
        for key, item in self._items.items():
            item.setHidden(key not in found)
        for group, head in self._heads.items():
            head.setHidden(not any(LAYERS[key].group == group for key in found))
        first = next((self._items[key] for key in self.keys()), None)
        if first is not None:
            self.tree.setCurrentItem(first)

    def _show_movers(self) -> None:
        for button in self._movers:
            button.setEnabled(self._current() in AREAS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._on_key(watched, event):
            return True
        return super().eventFilter(watched, event)

    def _on_key(self, watched: QObject, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape:
            self.hide()
            self._ground.setFocus()
            return True
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return self._move(1 if key is Qt.Key.Key_Up else -1)
        if watched is self.search and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.tree.setFocus()
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._toggle_current()
        if watched is self.tree and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            return self._strengthen(STEP if key is Qt.Key.Key_Right else -STEP)
        return False

    def _current(self) -> str:
        item = self.tree.currentItem()
        return "" if item is None or item.isHidden() else str(item.data(0, _KEY) or "")

    def _toggle_current(self) -> bool:
        key = self._current()
        if key:
            self._layers.show(key, not self._layers.is_shown(key))
        return bool(key)

    def _move(self, by: int) -> bool:
        key = self._current()
        self._layers.move(key, by)
        return bool(key)

    def _strengthen(self, by: float) -> bool:
        key = self._current()
        if key in self._sliders:
            self._layers.set_opacity(key, self._layers.opacity(key) + by)
        return bool(key)
