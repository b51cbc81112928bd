"""A form that writes events: sending, saved, refused, said beside the button; what was typed goes only once it is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from console.comms.local.messages import Done, Draft, Me
from console.views.context import Context, Request
from console.views.entry.outcome import MARKS, EntryFault, Outcome, Stage
from console.views.i18n import tr
from console.views.tables.order import last_stop
from console.views.tables.paint import ICON_PX, is_night, mark_icon


class OutcomeLine(QWidget):
    """The mark and the words of an `Outcome`; keeps its place when empty, so that nothing jumps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.outcome = Outcome()
        self._icon, self._words = QLabel(), QLabel()
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._icon)
        layout.addWidget(self._words, 1)
        self._icon.setFixedWidth(ICON_PX)

    def text(self) -> str:
        return self._words.text()

    def changeEvent(self, event: QEvent) -> None:
        """Day and night have marks of their own colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.show_outcome(self.outcome)

    def show_outcome(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._words.setText(outcome.words())
        if outcome.stage is Stage.IDLE:
            self._icon.clear()
        else:
            icon = mark_icon(MARKS[outcome.stage], is_night(self.palette()), self.devicePixelRatioF())
            self._icon.setPixmap(icon.pixmap(ICON_PX, ICON_PX))


Start = Callable[[Callable[[list[str]], None], Callable[[str], None]], None]
"""Starts the sending; is given `done(ids)` and `failed(reason)`, of which exactly one is called, at once or later."""


class TextLine(QLineEdit):
    """One line of text; Enter sends."""

    def __init__(self, form: Form, placeholder: str = "") -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.returnPressed.connect(form.submit)

    def text_typed(self) -> str:
        return self.text()

    def put_text(self, text: str) -> None:
        self.setText(text)


class TextEntry(QPlainTextEdit):
    """Several lines; Ctrl+Enter sends, Tab goes on to the next field."""

    sent = Signal()

    def __init__(self, form: Form, lines: int, placeholder: str = "") -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self._lines = lines
        self._fit()
        self.sent.connect(form.submit)

    def text_typed(self) -> str:
        return self.toPlainText()

    def put_text(self, text: str) -> None:
        self.setPlainText(text)

    def _fit(self) -> None:
        self.setFixedHeight(self.fontMetrics().lineSpacing() * self._lines + 14)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if ctrl and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.sent.emit()
        else:
            super().keyPressEvent(event)


class Form(QWidget):
    """Base of every entry form. A form fills `fields`, says in `prepare` what to send, and forgets what was typed in `clear`.

    While the time mode is not live, or the form has nothing to be about, the fields are disabled and `why` says the reason.
    Attributes: `own_area`, of this machine's peer, "" until it is known; `top`, above the fields, for what an answer brings.
    Signals: `saved(subjects)`, the ids of what was written.
    """

    saved = Signal(list)

    def __init__(self, context: Context, send_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.fields = QWidget()
        self.send = QPushButton(send_text)
        self.outcome = OutcomeLine()
        self.why = QLabel()
        self.why.setWordWrap(True)
        self.why.setTextFormat(Qt.TextFormat.PlainText)
        self.why.hide()
        self.own_area = ""
        self._missing = ""
        self._focus: QWidget | None = None
        self._about = self._label = ""
        self._typed: dict[str, list[str]] = {}
        self.foot = QHBoxLayout()
        self.foot.addWidget(self.outcome, 1)
        self.foot.addWidget(self.send)
        self.top = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self.top)
        layout.addWidget(self.why)
        layout.addWidget(self.fields)
        layout.addLayout(self.foot)
        self.send.clicked.connect(self.submit)
        context.news.reset.connect(self.refresh_enabled)
        context.news.links.connect(self._on_links)
        self.refresh_enabled()

    # -- for the forms that derive -------------------------------------------------------------------------------

    def prepare(self) -> Start:
        """What starts the sending. Raises EntryFault when what was typed cannot be sent."""
        raise NotImplementedError

    def clear(self) -> None:
        """It is saved: forget what was typed."""
        raise NotImplementedError

    def _on_links(self, me: Me | None, _links: object) -> None:
        self.own_area = self.own_area if me is None else me.area

    # -- for everyone --------------------------------------------------------------------------------------------

    def set_about(self, about: str, label: str) -> None:
        """What the form is about from now on. Text typed about one thing stays with it: it is never sent about another."""
        if about != self._about:
            self._typed[self._about] = [field.text_typed() for field in self._texts()]
            fields = self._texts()
            for field, text in zip(fields, self._typed.pop(about, [""] * len(fields)), strict=True):
                field.put_text(text)
            self._name_settled()
            self._about = about
        self._label = label

    def set_missing(self, reason: str) -> None:
        """Why there is nothing to write about now; "" when there is."""
        self._missing = reason
        self.refresh_enabled()

    def refresh_enabled(self) -> None:
        reason = self._missing if self.context.time.live else tr("The window shows a past instant. Go back to live to write.")
        self.why.setText(reason)
        self.why.setVisible(bool(reason))
        usable = not reason and self.outcome.outcome.stage is not Stage.SENDING
        self.fields.setEnabled(usable)
        self.send.setEnabled(usable)

    def showEvent(self, event: QShowEvent) -> None:
        """The button comes after the fields, which are made later than it."""
        last = last_stop(self.fields)
        if last is not None:
            QWidget.setTabOrder(last, self.send)
        super().showEvent(event)

    def submit(self) -> None:
        if not self.send.isEnabled():
            return
        try:
            start = self.prepare()
        except EntryFault as fault:
            self.outcome.show_outcome(Outcome(Stage.REFUSED, reason=str(fault)))
            return
        held = QApplication.focusWidget()
        self._focus = held if held is not None and self.isAncestorOf(held) else None
        self._show(Outcome(Stage.SENDING))
        about, label = self._about, self._label
        start(lambda ids: self._saved(about, label, ids), lambda reason: self._refused(about, label, reason))

    def _saved(self, about: str, label: str, subjects: list[str]) -> None:
        if about == self._about:
            self.clear()
        else:
            self._typed.pop(about, None)
        self._show(Outcome(Stage.SAVED, self.context.time.now_ms(), about=label if about != self._about else ""))
        self.saved.emit(subjects)

    def _refused(self, about: str, label: str, reason: str) -> None:
        self._show(Outcome(Stage.REFUSED, reason=reason, about=label if about != self._about else ""))

    def _name_settled(self) -> None:
        """Turning to something else: what is said here was not said of that."""
        outcome = self.outcome.outcome
        if self._about and not outcome.about and outcome.stage in (Stage.SAVED, Stage.REFUSED):
            self.outcome.show_outcome(replace(outcome, about=self._label))

    def _show(self, outcome: Outcome) -> None:
        """While sending the fields are shut (what is typed then would be lost or sent unseen); the cursor comes back after."""
        self.outcome.show_outcome(outcome)
        self.refresh_enabled()
        if outcome.stage is not Stage.SENDING and self._focus is not None:
            self._focus.setFocus(Qt.FocusReason.OtherFocusReason)
            self._focus = None

    def _texts(self) -> list[TextLine | TextEntry]:
        return [field for field in self.fields.findChildren(QWidget) if isinstance(field, TextLine | TextEntry)]


class WriteForm(Form):
    """Writes events."""

    def drafts(self) -> list[Draft]:
        """Raises EntryFault when what was typed cannot be sent."""
        raise NotImplementedError

    def prepare(self) -> Start:
        drafts = self.drafts()
        return lambda done, failed: self.context.writing.write(drafts, done, failed)


class AskForm(Form):
    """Asks this machine's own peer for something other than writing; needs one to ask."""

    def request(self) -> Callable[[int], Request]:
        """Makes the request from the id the gateway gives it. Raises EntryFault when what was typed cannot be sent."""
        raise NotImplementedError

    def take(self, answer: Done) -> None:
        """What the peer answered, before `clear`."""

    def prepare(self) -> Start:
        request, asking = self.request(), self.context.asking
        if asking is None:
            raise EntryFault(tr("There is no peer behind this view: open it in a console."))

        def start(done: Callable[[list[str]], None], failed: Callable[[str], None]) -> None:
            asking.ask(request, lambda answer: self._answered(answer, done), failed)

        return start

    def _answered(self, answer: Done, done: Callable[[list[str]], None]) -> None:
        self.take(answer)
        done(answer.ids)
