"""Add a peer, join a node, revoke a peer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget

from console.comms.local.messages import Done, Invite, Join, Revoke
from console.models.event import valid_area
from console.views.context import Context, Request
from console.views.entry.form import AskForm, TextEntry, TextLine
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import required
from console.views.i18n import tr, word
from console.views.links.presenter import HOURS_MAX, ROLES, PeerRow

HOUR_S = 3600


class InviteForm(AskForm):
    """A one-time token for one peer. It is shown here and now only: who copies it hands it over by a safe way."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, tr("Make a token"))
        self.role, self.hours = QComboBox(), QSpinBox()
        for role in ROLES:
            self.role.addItem(word("role", role), role)
        self.area = TextLine(self, tr("652722: the area it may speak for"))
        self.hours.setRange(1, HOURS_MAX)
        self.hours.setValue(24)
        self.hours.setSuffix(tr(" h"))
        self.token, self.copy, self.forget = QLineEdit(), QPushButton(tr("Copy")), QPushButton(tr("Hide"))
        self.token.setReadOnly(True)
        self.token.setAccessibleName(tr("Token"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.token.text()))
        self.forget.clicked.connect(lambda: self._show_token(""))
        form = QFormLayout(self.fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(tr("Role"), self.role)
        form.addRow(tr("Area"), self.area)
        form.addRow(tr("Valid for"), self.hours)
        self._lay_out_token()
        self._show_token("")

    def propose_area(self, area: str) -> None:
        if not self.area.text():
            self.area.setText(area)

    def request(self) -> Callable[[int], Request]:
        area = required(self.area.text(), tr("Area"))
        if not valid_area(area):
            raise EntryFault(tr("The area {area} is not a GB/T 2260 code: 2, 4, 6 or 9 digits, such as 652722.", area=area))
        role, valid_s = self.role.currentData(), self.hours.value() * HOUR_S
        return lambda request_id: Invite(id=request_id, role=role, area=area, valid_s=valid_s)

    def take(self, answer: Done) -> None:
        self._show_token(answer.token)

    def clear(self) -> None:
        """The choices stand for the next token; this one is shown until it is hidden or another is made."""

    def _lay_out_token(self) -> None:
        self._token_row = QWidget()
        row = QVBoxLayout(self._token_row)
        row.setContentsMargins(0, 0, 0, 0)
        note = QLabel(tr("Give this token to one peer. It works once and is not shown again."))
        note.setWordWrap(True)
        row.addWidget(note)
        line = QHBoxLayout()
        line.addWidget(self.token, 1)
        line.addWidget(self.copy)
        line.addWidget(self.forget)
        row.addLayout(line)
        self.top.addWidget(self._token_row)

    def _show_token(self, token: str) -> None:
        self.token.setText(token)
        self.token.setCursorPosition(0)
        self._token_row.setVisible(bool(token))


class JoinForm(AskForm):
    """Connect this machine to a node, with a token that its operator gave."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, tr("Join node"))
        self.token = TextEntry(self, 2, tr("The token that the node's operator gave you"))
        self.token.setAccessibleName(tr("Token"))
        self.name = TextLine(self, tr("What this peer is to be called there"))
        layout = QVBoxLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.token)
        layout.addWidget(self.name)

    def request(self) -> Callable[[int], Request]:
        token, name = "".join(required(self.token.toPlainText(), tr("Token")).split()), self.name.text().strip()
        return lambda request_id: Join(id=request_id, token=token, name=name)

    def clear(self) -> None:
        self.token.clear()
        self.name.clear()


class RevokeForm(AskForm):
    """A peer may speak no more, from now on, everywhere; why is asked and kept."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, tr("Revoke peer"))
        self.peer = QComboBox()
        self.peer.setAccessibleName(tr("Peer"))
        self.reason = TextLine(self, tr("Why: lost, stolen, replaced, left"))
        layout = QVBoxLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.peer)
        layout.addWidget(self.reason)
        self.show_peers([])

    def show_peers(self, peers: Sequence[PeerRow]) -> None:
        """Those who may speak now; the choice stays on the same peer, and is never moved to another by itself."""
        chosen = self.peer.currentData()
        self.peer.clear()
        self.peer.addItem(tr("Choose a peer"), "")
        for row in sorted(peers, key=lambda row: row.name):
            if not row.revoked:
                self.peer.addItem(f"{row.name} ({word('role', row.role)}, {row.area}, {row.id[:8]})", row.id)
        self.choose(chosen or "")

    def choose(self, peer: str) -> None:
        self.peer.setCurrentIndex(max(0, self.peer.findData(peer)))

    def request(self) -> Callable[[int], Request]:
        peer = self.peer.currentData()
        if not peer:
            raise EntryFault(tr("No peer is chosen: choose the one to revoke."))
        why = required(self.reason.text(), tr("Why"))
        return lambda request_id: Revoke(id=request_id, peer=peer, why=why)

    def clear(self) -> None:
        self.reason.clear()
        self.choose("")
