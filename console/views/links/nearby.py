"""Leading those around this machine, and finding each other on the local network. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QVBoxLayout, QWidget

from console.comms.local.messages import Discover, Lead, Me
from console.models.changes import Changes
from console.views.context import Context, Request
from console.views.entry.form import OutcomeLine
from console.views.entry.outcome import Outcome, Stage
from console.views.i18n import tr
from console.views.links import leading
from console.views.tables.feed import Feed, Found


class NearbyPage(QWidget):
    """What it shows is what the peer says, not what was pressed: a request that is refused changes nothing but the line that says why."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._me: Me | None = None
        self.state, self.leaders, self.peers, self.why = QLabel(), QLabel(), QLabel(), QLabel()
        self.lead = QPushButton(tr("Lead here"))
        self.discovery = QCheckBox(tr("Find each other nearby"))
        self.discovery.setToolTip(tr("Find peers on the local network, and be found"))
        self.outcome = OutcomeLine()
        self.lead.clicked.connect(self.toggle)
        self.discovery.clicked.connect(self._discover)
        self._lay_out()
        self.show_me(None)
        self._feed = Feed(context, "links.leaders", leading.read_leaders, _touched, self)
        self._feed.found.connect(self._take_leaders)
        self._feed.read_all()

    def show_me(self, me: Me | None) -> None:
        self._me = me
        leads, why = me is not None and me.leading_ms is not None, leading.why_not(me)
        self.state.setText(leading.lead_text(me))
        self.lead.setText(tr("Stop leading") if leads else tr("Lead here"))
        self.lead.setEnabled(not why)
        self.why.setText(why)
        self.why.setVisible(bool(why))
        self.discovery.setEnabled(me is not None)
        self.discovery.setChecked(me is not None and me.discovery)
        self.peers.setText("\n".join(leading.nearby_texts(me)))

    def _take_leaders(self, found: Found) -> None:
        self.leaders.setText(leading.leaders_text(found.rows))
        self.leaders.setVisible(bool(found.rows))

    def toggle(self) -> None:
        """Lead, or no more: whichever this machine does not do now."""
        self.set_leading(self._me is None or self._me.leading_ms is None)

    def set_leading(self, on: bool) -> None:
        author = self._context.author()
        self._ask(lambda number: Lead(id=number, on=on, author=author))

    def _discover(self, on: bool) -> None:
        self.discovery.setChecked(self._me is not None and self._me.discovery)
        self._ask(lambda number: Discover(id=number, on=on))

    def _ask(self, request: Callable[[int], Request]) -> None:
        asking = self._context.asking
        if asking is None:
            self._refused(tr("There is no peer behind this view: open it in a console."))
            return
        self.outcome.show_outcome(Outcome(Stage.SENDING))
        asking.ask(request, lambda _answer: self._done(), self._refused)

    def _done(self) -> None:
        self.outcome.show_outcome(Outcome(Stage.SAVED, self._context.time.wall_ms()))

    def _refused(self, reason: str) -> None:
        self.outcome.show_outcome(Outcome(Stage.REFUSED, reason=reason))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for label in (self.state, self.leaders, self.why, self.peers):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for widget in (self.state, self.leaders, self.lead, self.why, self.outcome, self.peers, self.discovery):
            layout.addWidget(widget)


def _touched(changes: Changes) -> tuple[()] | None:
    """Few lead: all are read anew when any station said something."""
    return None if changes.ids.get("station") else ()
