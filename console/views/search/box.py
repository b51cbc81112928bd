"""Go to (Ctrl+G): a line that finds places, codes, coordinates and everything the console holds, as one types, and flies there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from console.views.context import Context, Spot, Thing
from console.views.focus import Place
from console.views.i18n import tr
from console.views.search import presenter
from console.views.search.catalogue import Catalogue
from console.views.search.presenter import Line, Results
from console.views.sketch import Figure

KEYS = "Ctrl+G"
SPOT = "search"
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


class SearchBox(QFrame):
    """Attributes: `query`, `list`, `action`, `results` (what is shown). Escape or a click elsewhere closes it."""

    def __init__(self, context: Context, catalogue: Catalogue, owner: QWidget) -> None:
        super().__init__(owner)
        self.setObjectName("palette")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._context, self._catalogue = context, catalogue
        self._before = Place(self)
        self.results = Results("", (), 0)
        self.query = QLineEdit()
        self.query.setPlaceholderText(tr("Place, code, unit, camera, gauge..., or coordinates: Jinghe, jh, 652722, 82.9 44.6"))
        self.query.setAccessibleName(tr("Go to a place or a thing"))
        self.list = QListWidget()
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(tr("What was found"))
        self.said = QLabel()
        self.said.setObjectName("muted")
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        column = QVBoxLayout(self)
        for widget in (self.query, self.list, self.said):
            column.addWidget(widget)
        self.action = QAction(tr("Go to a place or a thing"), owner)
        self.action.setShortcut(QKeySequence(KEYS))
        self.action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self.action.triggered.connect(lambda _checked=False: self.open())
        self.query.textEdited.connect(self._ask)
        self.query.installEventFilter(self)
        self.list.itemClicked.connect(lambda item: self.go(self.results.lines[self.list.row(item)]))
        catalogue.changed.connect(self._on_changed)
        self.hide()

    def open(self) -> None:
        around = QApplication.activeWindow() or self.window()
        if around is not self and self.parentWidget() is not around:
            self.setParent(around)
        self._before.remember()
        self._catalogue.begin()
        self._context.sketch.show(SPOT, None)
        width = min(760, around.width() - 40)
        self.setGeometry((around.width() - width) // 2, 60, width, min(460, around.height() - 120))
        self.query.selectAll()
        self._ask(self.query.text())
        self.show()
        self.raise_()
        self.query.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def go(self, line: Line) -> None:
        """There, or where it has no place, to its row in the lists."""
        if line.thing in list(Thing) or line.thing == "shelter":
            thing = Thing.RESOURCE if line.thing == "shelter" else Thing(line.thing)
            self._context.selection.fly_to(thing, line.id)
        if line.at is None:
            self.said.setText(tr("{name}: no position is known. It is selected in its list.", name=line.title))
            if line.thing not in list(Thing) and line.thing != "shelter":
                self.said.setText(tr("{name}: no position is known, so the map stays where it is.", name=line.title))
            return
        self._close()
        own = line.thing not in list(Thing) and line.thing != "shelter"
        if own:
            self._context.selection.go_to(Spot(line.title, *line.at))
        self._context.sketch.show(SPOT, Figure("spot", [[line.at]], line.title) if own else None)
        self._context.sketch.look_requested.emit(*line.at, 0.0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and watched is self.query:
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event.key())
        return super().eventFilter(watched, event)

    def _on_key(self, key: int) -> bool:
        count, row = self.list.count(), self.list.currentRow()
        if key in _STEPS and count:
            self.list.setCurrentRow(presenter.steps(count, row, _STEPS[Qt.Key(key)]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if 0 <= row < count and self.results.text == self.query.text():
                self.go(self.results.lines[row])
        elif key == Qt.Key.Key_Escape:
            self._close()
        else:
            return False
        return True

    def _on_changed(self) -> None:
        if self.isVisible():
            self._ask(self.query.text())

    def _ask(self, text: str) -> None:
        if not text.strip():
            self._show(Results(text, (), 0))
            return
        centre = self._context.sketch.centre
        self._catalogue.ask("search", lambda _atlas, finder: presenter.search(finder, text, centre), self._show, self.said.setText)

    def _show(self, results: Results) -> None:
        row = self.list.currentRow() if results.text == self.results.text else 0
        self.results = results
        self.list.clear()
        for line, text in zip(results.lines, presenter.texts(results.lines), strict=True):
            item = QListWidgetItem(text)
            item.setToolTip("")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{line.title}, {line.said}")
            self.list.addItem(item)
        self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
        said = [presenter.count_text(results)] if results.text.strip() else [tr("Chinese, pinyin, initials or codes; Enter goes there.")]
        if not self._catalogue.ready:
            said.append(tr("The lists are still being read."))
        if self._catalogue.fault:
            said.append(self._catalogue.fault)
        self.said.setText("  ".join(said))

    def _close(self) -> None:
        around = self.parentWidget()
        self.hide()
        if around is not None:
            self._before.give_back(around)
