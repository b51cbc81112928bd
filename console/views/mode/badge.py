"""The mode that holds here, always in view in the status bar; a click leads to where it is switched."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter

from console.comms.local.messages import Me
from console.views import tips
from console.views.context import Context
from console.views.i18n import tr
from console.views.mode import presenter
from console.views.mode.presenter import ModeRow
from console.views.tables.feed import Feed, Found

LEAST_CHARS = 16
"""What stands when there is no room: the sign and which mode."""
PADDING_PX = 6
"""A little less than in `resources/themes/window.qss`: what asked for its whole width is never cut."""


class ModeBadge(QPushButton):
    """Keeps itself true. Gives way to its neighbours: what does not fit ends in an ellipsis and is whole in the tip."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("mode_badge")
        self.setFlat(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Mode"))
        self._context = context
        self._own_area = ""
        self._modes: list[ModeRow] = []
        feed = Feed(context, "mode.badge", presenter.read_modes, lambda changes: None if "mode" in changes.ids else (), self)
        feed.found.connect(self._take)
        context.news.links.connect(self._on_links)
        context.news.second.connect(self._show)
        self._show()

    def _take(self, found: Found) -> None:
        self._modes = found.rows
        self._show()

    def _on_links(self, me: Me | None, _links: object) -> None:
        if me is not None and me.area != self._own_area:
            self._own_area = me.area
            self._show()

    def _show(self) -> None:
        held = presenter.standing(self._modes, self._own_area)
        text = presenter.badge_text(held, self._context.time.now_ms())
        if text == self.text():
            return
        self.setText(text)
        self.setToolTip(tips.plain("\n".join((text, presenter.badge_tip(held)))))
        tone = presenter.badge_tone(held)
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)

    def minimumSizeHint(self) -> QSize:
        whole = super().minimumSizeHint()
        return QSize(min(whole.width(), LEAST_CHARS * self.fontMetrics().horizontalAdvance("x")), whole.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 2 * PADDING_PX)
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)
