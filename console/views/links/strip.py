"""The line in the banner that tells of links: lost and regained, catching up, in step. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from console.comms.local.messages import Link, Me
from console.views.context import Context
from console.views.i18n import tr
from console.views.links.outages import Outages


class LinkStrip(QWidget):
    """Hidden while there is nothing to tell. Hidden by the operator, it comes back with the next loss."""

    def __init__(self, context: Context, show_links: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("link_strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context, self.outages = context, Outages()
        self._hidden_stamp: int | None = None
        self.label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 10, 3)
        row.addWidget(self.label, 1)
        for text, do in ((tr("Show Links"), show_links), (tr("Hide"), self._put_away)):
            button = QPushButton(text)
            button.setObjectName("compact")
            button.clicked.connect(lambda _checked, do=do: do())
            row.addWidget(button)
        context.news.links.connect(self._on_links)
        context.news.second.connect(self._show)
        self.hide()

    def _on_links(self, me: Me | None, links: list[Link]) -> None:
        """Without a peer nothing is known of links, and another line says so."""
        if me is not None:
            self.outages.take(links, self._context.time.wall_ms())
            self._show()

    def _show(self) -> None:
        lines = self.outages.lines(self._context.time.wall_ms())
        text = "\n".join(f"⇅ {line}" for line in lines)
        if text != self.label.text():
            self.label.setText(text)
        self.setVisible(bool(lines) and self._hidden_stamp != self.outages.stamp)

    def _put_away(self) -> None:
        self._hidden_stamp = self.outages.stamp
        self.hide()
