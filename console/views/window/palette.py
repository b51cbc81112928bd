"""The command palette: every action of the window and its panels, and every incident and unit by name, found as one types."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import peewee as pw
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from console.views import i18n
from console.views.context import Context, Thing
from console.views.focus import Place
from console.views.i18n import tr, word
from console.views.window.fuzzy import ranked

MAX_SHOWN = 50
MAX_NAMES = 20_000


@dataclass(frozen=True)
class Entry:
    """`texts`: what is searched (the title in both languages, a call sign, an id)."""

    title: str
    hint: str
    texts: tuple[str, ...]
    run: Callable[[], None]


def plain(text: str) -> str:
    """A menu text without its mnemonic: "&Reset layout", and "重置布局(&R)" as Qt users write it in Chinese."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def entry_of(action: QAction) -> Entry:
    title = plain(action.text())
    return Entry(title, action.shortcut().toString(action.shortcut().SequenceFormat.NativeText), _both_languages(title), action.trigger)


def _both_languages(title: str) -> tuple[str, ...]:
    chinese = i18n.catalogue(i18n.CHINESE).text
    other = chinese.get(title) or next((english for english, shown in chinese.items() if shown == title), None)
    return (title,) if other is None else (title, other)


def names(database: pw.SqliteDatabase) -> list[tuple[Thing, str, str, str]]:
    """(thing, id, name, second name) of incidents and units. Reader thread."""
    found = []
    for thing, query in (
        (Thing.INCIDENT, "SELECT id, title, place FROM incident WHERE NOT withdrawn ORDER BY opened_ms DESC LIMIT ?"),
        (Thing.UNIT, "SELECT id, name, callsign FROM unit ORDER BY name LIMIT ?"),
    ):
        found += [(thing, *row) for row in _rows(database, query)]
    return found


def _rows(database: pw.SqliteDatabase, query: str) -> list[tuple[str, str, str]]:
    return list(database.execute_sql(query, (MAX_NAMES,)))  # type: ignore[no-untyped-call]


class Palette(QFrame):
    """A frame over the upper middle of its window. Escape or a click elsewhere closes it."""

    def __init__(self, context: Context, actions: Callable[[], Iterable[QAction]], window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("palette")
        self._context, self._actions, self._window = context, actions, window
        self._before = Place(self)
        self._commands: list[Entry] = []
        self._things: list[Entry] = []
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.query = QLineEdit(placeholderText=tr("Type a command, an incident or a unit"))
        self.list = QListWidget()
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._none = QLabel(tr("Nothing is called like this"))
        self._none.setObjectName("muted")
        column = QVBoxLayout(self)
        for widget in (self.query, self.list, self._none):
            column.addWidget(widget)
        self.query.textEdited.connect(self._search)
        self.query.installEventFilter(self)
        self.list.itemClicked.connect(self._run)
        self.hide()

    def open(self) -> None:
        self._before.remember()
        self._commands = [entry_of(action) for action in self._actions() if action.isEnabled() and action.text()]
        self._context.reading.run("palette", names, self._take_names)
        width = min(680, self._window.width() - 40)
        self.setGeometry((self._window.width() - width) // 2, 60, width, min(420, self._window.height() - 120))
        self.query.clear()
        self._search("")
        self.show()
        self.raise_()
        self.query.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def titles(self) -> list[str]:
        return [self.list.item(row).data(Qt.ItemDataRole.UserRole).title for row in range(self.list.count())]

    def run_current(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._run(item)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event.key())
        return super().eventFilter(watched, event)

    def _on_key(self, key: int) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if key in steps and self.list.count():
            row = self.list.currentRow() + steps[Qt.Key(key)]
            self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.run_current()
        elif key == Qt.Key.Key_Escape:
            self._close()
        else:
            return False
        return True

    def _take_names(self, found: list[tuple[Thing, str, str, str]]) -> None:
        self._things = [self._thing(*row) for row in found]
        if self.isVisible():
            self._search(self.query.text())

    def _thing(self, thing: Thing, item_id: str, name: str, second: str) -> Entry:
        def run() -> None:
            self._context.selection.fly_to(thing, item_id)

        return Entry(name or item_id, word("thing", thing.value), (name, second, item_id), run)

    def _search(self, text: str) -> None:
        entries = self._commands + self._things if text.strip() else self._commands
        self.list.clear()
        for index in ranked(text, [entry.texts for entry in entries], MAX_SHOWN):
            entry = entries[index]
            item = QListWidgetItem(f"{entry.title}    {entry.hint}" if entry.hint else entry.title)
            item.setData(Qt.ItemDataRole.UserRole, entry)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._none.setVisible(not self.list.count())

    def _run(self, item: QListWidgetItem) -> None:
        entry = item.data(Qt.ItemDataRole.UserRole)
        self._close()
        entry.run()

    def _close(self) -> None:
        self.hide()
        self._before.give_back(self._window)
