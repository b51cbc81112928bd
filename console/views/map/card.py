"""The card over the map: what is known of the selected unit. GUI thread; reads through the reader thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import peewee as pw
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from console.comms.local.messages import Link, Me
from console.models.rules.staleness import Freshness, freshness
from console.views.age import age_text
from console.views.context import Changes, Context, ReadingFor, Thing
from console.views.i18n import tr, word

FOOT_PX = 36
"""The map's own foot, with scale and coordinates, stays free."""
_QUERY = (
    "SELECT u.name, u.callsign, u.kind, u.status, u.people, u.note, u.speed_mps, u.heading_deg, u.lon, u.lat, u.fix_heard_ms, u.valid_s, "
    "u.heard_ms, u.origin, t.text, t.state, i.title, u.help FROM unit u "
    "LEFT JOIN task t ON t.id = u.task LEFT JOIN incident i ON i.id = u.incident WHERE u.id = ?"
)


@dataclass(frozen=True)
class Card:
    """One unit as read; `heading_deg`, `speed_mps` may be unknown."""

    name: str
    callsign: str
    kind: str
    status: str
    people: int
    note: str
    speed_mps: float | None
    heading_deg: float | None
    lon: float | None
    lat: float | None
    fix_heard_ms: int | None
    valid_s: float | None
    heard_ms: int | None
    origin: str
    task: str | None
    task_state: str | None
    incident: str | None
    help: str = ""


def read_card(database: pw.SqliteDatabase, unit: str) -> Card | None:
    row: tuple[Any, ...] | None = database.execute_sql(_QUERY, (unit,)).fetchone()  # type: ignore[no-untyped-call]
    return Card(*row) if row else None


def motion_text(speed_mps: float | None, heading_deg: float | None) -> str:
    speed = "–" if speed_mps is None else f"{speed_mps * 3.6:.0f} km/h"
    if heading_deg is None:
        return speed
    return f"{speed}  {heading_deg % 360:03.0f}°"


def age_of(card: Card, now_ms: int) -> str:
    if card.fix_heard_ms is None:
        return tr("no position yet")
    age = age_text(card.fix_heard_ms, now_ms)
    fresh = freshness(card.fix_heard_ms, card.valid_s or 60.0, now_ms)
    return age if fresh is Freshness.FRESH else f"{age} ({word('freshness', fresh.value)})"


def _button(text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    return button


class UnitCard(QFrame):
    """Shows the selected unit; hidden when none is. The buttons are the panel's to connect: `follow`, `fly`."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("unit_card")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._context = context
        self._tag = f"map.card {id(self)}"  # several maps have one each
        self._card: Card | None = None
        self._links: dict[str, Link] = {}
        self._unit = ""
        self.title = QLabel()
        self.title.setStyleSheet("font-weight: 600")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.follow, self.fly, close = (_button(text) for text in (tr("Follow"), tr("Centre"), "×"))
        self.follow.setCheckable(True)
        self.follow.toggled.connect(lambda on: self.follow.setText(tr("Following") if on else tr("Follow")))
        close.setToolTip(tr("Close"))
        close.setAutoRaise(True)
        close.clicked.connect(lambda: context.selection.select(None))
        self._values = {name: QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText) for name in self._names()}
        self._lay_out(close)
        context.selection.changed.connect(self._on_selected)
        context.news.changed.connect(self._on_changed)
        context.news.reset.connect(self._read)
        context.news.second.connect(self._show)
        context.news.links.connect(self._on_links)
        self.hide()

    @staticmethod
    def _names() -> dict[str, str]:
        return {
            "kind": tr("Kind"),
            "status": tr("Status"),
            "task": tr("Task"),
            "motion": tr("Motion"),
            "age": tr("Position age"),
            "link": tr("Link"),
            "note": tr("Note"),
        }

    def _lay_out(self, close: QToolButton) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(close)
        self._page = QWidget()
        form = QFormLayout(self._page)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(2)
        for name, text in self._names().items():
            label = QLabel(text)
            label.setObjectName("muted")
            form.addRow(label, self._values[name])
        buttons = QHBoxLayout()
        buttons.addWidget(self.follow)
        buttons.addWidget(self.fly)
        buttons.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 6, 6, 8)
        self._column.addLayout(head)
        self._column.addWidget(self._scrolled(self._page), 1)
        self._column.addLayout(buttons)
        self.setFixedWidth(280)

    def _scrolled(self, page: QWidget) -> QScrollArea:
        """Large text on a low map: what does not fit is scrolled to, and the buttons stay in reach."""
        self._scroll = QScrollArea()
        self._scroll.setWidget(page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        return self._scroll

    def fit(self) -> None:
        """As high as what it says, and no higher than the map leaves room for."""
        inner_px = self.width() - self._column.contentsMargins().left() - self._column.contentsMargins().right()
        whole_px = max(self._column.totalHeightForWidth(self.width()), self._column.totalSizeHint().height())
        rest_px = whole_px - self._scroll.sizeHint().height()
        wanted_px = rest_px + self._page.heightForWidth(inner_px)
        map_ = self.parentWidget()
        room_px = (map_.height() if map_ is not None else wanted_px) - self.y() - FOOT_PX
        self.setFixedHeight(max(rest_px, min(wanted_px, room_px)))

    def text(self, name: str) -> str:
        """What stands at kind, status, task, motion, age, link or note."""
        return self._values[name].text()

    def _on_selected(self, thing: Thing | None, item_id: str) -> None:
        self._unit = item_id if thing is Thing.UNIT else ""
        self._card = None
        self._read()
        self._show()

    def _on_changed(self, changes: Changes) -> None:
        touched = self._unit in changes.fixes or self._unit in changes.ids.get("unit", ()) or changes.ids.get("task")
        if self._unit and touched:
            self._read()

    def _read(self) -> None:
        unit = self._unit
        if unit:
            ReadingFor(self._context.reading, self).run(self._tag, lambda database: read_card(database, unit), self._take)

    def _take(self, card: Card | None) -> None:
        self._card = card
        self._show()

    def _on_links(self, me: Me | None, links: list[Link]) -> None:
        self._links = {link.peer: link for link in links}
        if me is not None:
            self._links[me.origin] = Link(id="", peer=me.origin, name=me.name, state="own")
        self._show()

    def _show(self) -> None:
        card = self._card
        self.setVisible(card is not None and bool(self._unit))
        if card is None or not self._unit:
            return
        now_ms = self._context.time.now_ms()
        name = " · ".join(filter(None, (card.name or self._unit, card.callsign)))
        self.title.setText(tr("HELP {unit}: {nature}", unit=name, nature=word("help_nature", card.help)) if card.help else name)
        people = tr("{n} person|{n} people", n=card.people) if card.people else ""
        status = word("unit_status", card.status) if card.status else "–"
        task = f"{card.task} ({word('task_state', card.task_state or '')})" if card.task else "–"
        shown = {
            "kind": " · ".join(filter(None, (word("unit_kind", card.kind), people))),
            "status": f"{status}: {card.incident}" if card.incident else status,
            "task": task,
            "motion": motion_text(card.speed_mps, card.heading_deg),
            "age": age_of(card, now_ms),
            "link": self._link_text(card, now_ms),
            "note": card.note or "–",
        }
        for name, text in shown.items():
            self._values[name].setText(text)
        self.fit()
        self.raise_()

    def _link_text(self, card: Card, now_ms: int) -> str:
        heard = tr("heard {age} ago", age=age_text(card.heard_ms, now_ms)) if card.heard_ms is not None else tr("never heard")
        link = self._links.get(card.origin)
        if link is None:
            return tr("through other peers, {heard}", heard=heard)
        return f"{word('link_state', link.state)}, {heard}"
