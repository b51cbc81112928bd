"""The item model of the list of feeds: a snapshot that was ordered and searched on the reader thread, swapped in at once. GUI thread only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, Qt, Signal

from console.models.feeds.book import Entry
from console.views.tables.model import TableModel
from console.views.video.tile import FEED_MIME


class BookTable(TableModel):
    """Signals: `order_asked(key, descending)` and `words_asked(text)`, answered by `take`. Rows can be dragged."""

    order_asked = Signal(str, bool)
    words_asked = Signal(str)

    def take(self, entries: Mapping[str, Entry], ids: list[str], of: int) -> None:
        """Of `entries` by id those listed now, in the order they are shown, out of so many."""
        self.beginResetModel()
        self._listing.rows = entries  # type: ignore[assignment]  # it is read here, never changed
        self._listing.shown = ids
        self.endResetModel()
        self.counted.emit(len(ids), of)

    def rows(self) -> list[Entry]:
        return [self._listing.rows[feed] for feed in self._listing.shown]

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(self.columns):
            self.order_asked.emit(self.columns[column].key, order == Qt.SortOrder.DescendingOrder)

    def set_filter(self, text: str) -> None:
        self.words_asked.emit(text)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        carried = QMimeData()
        if indexes:
            carried.setData(FEED_MIME, self.row_at(indexes[0].row()).id.encode())
        return carried
