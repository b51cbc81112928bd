"""The tree of feeds: by folder, area, owner, road or basin, with how many are in and below each. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QTreeView

from console.models.feeds.book import Group
from console.views import tips
from console.views.i18n import tr

_Index = QModelIndex | QPersistentModelIndex


class GroupsModel(QAbstractItemModel):
    """One row a group, below an "all" at the top."""

    def __init__(self, name_of: Callable[[str, str], str], parent: QObject | None = None) -> None:
        """`name_of(grouping, group)`: what it is called."""
        super().__init__(parent)
        self._name_of = name_of
        self._grouping = ""
        self._groups: list[Group] = []
        self._children: dict[str | None, list[int]] = {}
        self._places: dict[str, int] = {}
        self._row: list[int] = []
        self._total = 0

    def take(self, grouping: str, groups: Sequence[Group], total: int) -> None:
        self.beginResetModel()
        self._grouping, self._groups, self._total = grouping, list(groups), total
        self._children, self._places, self._row = {}, {}, []
        for at, group in enumerate(self._groups):
            siblings = self._children.setdefault(group.parent, [])
            self._places[group.name] = at
            self._row.append(len(siblings))
            siblings.append(at)
        self.endResetModel()

    def group(self, index: _Index) -> str | None:
        """Of a row; None of "all"."""
        return self._groups[index.internalId() - 1].name if index.isValid() and index.internalId() else None

    def index_of(self, name: str | None) -> QModelIndex:
        if name is None or name not in self._places:
            return self.createIndex(0, 0, 0)
        at = self._places[name]
        return self.createIndex(self._row[at], 0, at + 1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return 1
        return len(self._children.get(self.group(parent), ()))

    def columnCount(self, _parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def index(self, row: int, column: int, parent: _Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not parent.isValid():
            return self.createIndex(row, column, 0) if row == 0 else QModelIndex()
        below = self._children.get(self.group(parent), [])
        return self.createIndex(row, column, below[row] + 1) if 0 <= row < len(below) else QModelIndex()

    def parent(self, child: _Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        if not child.isValid() or not child.internalId():
            return QModelIndex()
        return self.index_of(self._groups[child.internalId() - 1].parent)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        text = tr("All feeds ({n})", n=self._total)
        if index.internalId():
            group = self._groups[index.internalId() - 1]
            text = tr("{name} ({n})", name=self._name_of(self._grouping, group.name), n=group.feeds)
        return tips.plain(text) if role == Qt.ItemDataRole.ToolTipRole else text


class GroupsView(QTreeView):
    """Signals: `picked(name or None)`."""

    picked = Signal(object)

    def __init__(self, model: GroupsModel) -> None:
        super().__init__()
        self.groups = model
        self._chosen: str | None = None
        self._filling = False
        self.setModel(model)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(tr("Groups of feeds"))
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)
        self.selectionModel().currentChanged.connect(self._on_current)

    def _keep(self) -> None:
        self._filling = True

    def _restore(self) -> None:
        self.expand(self.groups.index_of(None))
        self.setCurrentIndex(self.groups.index_of(self._chosen))
        self._filling = False

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if not self._filling and current.isValid():
            self._chosen = self.groups.group(current)
            self.picked.emit(self._chosen)
