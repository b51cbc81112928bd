"""The status bar: the state of this machine's own peer, always in view, and the window's clock."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from console.comms.local.messages import Link, Me
from console.models.event import LANES_BY_URGENCY
from console.views import tips
from console.views.i18n import tr, word
from console.views.reasons import said
from console.views.time.zone import Zone

AT_WORK = ("online", "slow")
"""Link states over which events pass."""
LEAST_CHARS = 12
"""What a text that gives way keeps."""
PADDING_PX = 8
"""As in `resources/themes/window.qss`."""


def peer_text(me: Me | None, reason: str) -> tuple[str, str]:
    """(text, tone); the sign in front says the same as the colour."""
    if me is None:
        return "✕ " + tr("Own peer away: {reason}", reason=reason), "bad"
    text = tr("Own peer up: {name}, {role} {area}", name=me.name, role=word("role", me.role), area=me.area)
    if me.leading_ms is not None:
        text += " · ★ " + tr("leads here")
    if me.faults:
        return "▲ " + text + " · " + tr("{n} fault|{n} faults", n=len(me.faults)), "caution"
    return "● " + text, "good"


def links_text(links: list[Link]) -> tuple[str, str]:
    online = sum(link.state in AT_WORK for link in links)
    tone = "good" if online == len(links) else "caution"
    return tr("Links {online}/{total} online", online=online, total=len(links)), tone if links else ""


def waiting_text(links: list[Link]) -> tuple[str, str]:
    """How much is not yet known to be held elsewhere, and the most urgent lane among it."""
    total = sum(sum(link.waiting.values()) for link in links)
    urgent = next((lane for lane in LANES_BY_URGENCY if any(link.waiting.get(lane.value) for link in links)), None)
    if urgent is None:
        return tr("Nothing waiting to be sent"), ""
    count = sum(link.waiting.get(urgent.value, 0) for link in links)
    text = tr("Waiting to be sent: {total} ({lane} {n})", total=total, lane=word("lane", urgent.value), n=count)
    return text, "caution" if urgent.signed else ""


class Shortened(QLabel):
    """Gives way to its neighbours: what does not fit ends in an ellipsis and is whole in the tip."""

    def minimumSizeHint(self) -> QSize:
        whole = super().minimumSizeHint()
        return QSize(min(whole.width(), LEAST_CHARS * self.fontMetrics().horizontalAdvance("x")), whole.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        room = self.rect().adjusted(PADDING_PX, 0, -PADDING_PX, 0)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter = QPainter(self)
        self.style().drawItemText(painter, room, int(self.alignment()), self.palette(), True, text, self.foregroundRole())
        painter.end()


class Last(Shortened):
    """Asks for no more than its least, and takes what the others leave: the longest text, of which the sign in front says most."""

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()


class Status(QStatusBar):
    """Fed by the window; keeps what it was told last."""

    def __init__(self, zone: Zone, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._zone = zone
        self._me: Me | None = None
        self.peer = Last()
        self.links, self.waiting, self.position, self.power, self.operator = (Shortened() for _ in range(5))
        self.clock = QLabel()
        self.addWidget(self.peer, 1)
        for label in (self.links, self.waiting, self.position, self.power, self.operator, self.clock):
            self.addPermanentWidget(label)
        self.power.hide()
        self.show_operator("")

    def show_peer(self, me: Me | None, links: list[Link], reason: str = "") -> None:
        _say(self.peer, *peer_text(me, reason))
        self.peer.setToolTip(tips.plain(self.peer.text() if me is None else "\n".join([self.peer.text(), *map(said, me.faults.values())])))
        _say(self.links, *links_text(links))
        _say(self.waiting, *waiting_text(links))
        for label in (self.links, self.waiting):
            label.setVisible(me is not None)
        if me is not None:
            self.show_position(me.position)

    def show_position(self, position: int) -> None:
        _say(self.position, tr("Journal #{position}", position=position), "")

    def show_power(self, text: str, tone: str) -> None:
        """ "" where there is nothing to say."""
        _say(self.power, text, tone)
        self.power.setVisible(bool(text))

    def show_operator(self, name: str) -> None:
        _say(self.operator, tr("Operator: {name}", name=name) if name else tr("Operator not named"), "" if name else "caution")

    def show_clock(self, now_ms: int) -> None:
        self.clock.setText(self._zone.text(now_ms))


def _say(label: QLabel, text: str, tone: str) -> None:
    label.setText(text)
    label.setToolTip(tips.plain(text))
    if label.property("tone") != tone:
        label.setProperty("tone", tone)
        label.style().unpolish(label)
        label.style().polish(label)
