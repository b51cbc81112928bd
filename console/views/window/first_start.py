"""The first start: asks nothing technical. Example incident, start empty, or join a node with a token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.comms.security.token import decode_token
from console.errors import Fault
from console.models.paths import DataDir
from console.views import i18n
from console.views.i18n import LANGUAGES, language, tr
from console.views.reasons import said
from console.views.window.areas import Area, areas
from console.views.window.look import Look
from console.views.window.opening import SETTINGS_FILE, Office, Opening, example
from console.views.window.qt import qt_application
from console.views.window.settings import Settings
from console.views.window.styling import Styling
from console.views.window.theme import sheet

SPEEDS = (1, 10, 60)
TOKEN_LINES = 8
HOME_AREA = "6527"
OTHER_LANGUAGE = 64
"""Result of the page: show it again in another language."""


@dataclass(frozen=True)
class ExampleChosen:
    speed: int


@dataclass(frozen=True)
class OfficeChosen:
    """`token` "" starts empty; otherwise the office joins the node that issued it."""

    name: str
    area: str
    token: str = ""


class FirstStart(QDialog):
    """Attributes: `answer`, once accepted; `wanted_language`, when it ended with OTHER_LANGUAGE (the caller opens it anew)."""

    def __init__(self) -> None:
        super().__init__()
        self.answer: ExampleChosen | OfficeChosen | None = None
        self.wanted_language = language()
        self.setWindowTitle(tr("Fengsui: first start"))
        self._pages = QStackedWidget()
        for page in (self._welcome(), self._office(joining=False), self._office(joining=True)):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32, 24)
        column.addLayout(self._heading())
        column.addWidget(self._pages, 1)
        self.resize(720, 420)

    def _heading(self) -> QHBoxLayout:
        title = QLabel(tr("Fengsui · emergency command console"))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        title.setFont(font)
        self.language = QComboBox()
        self.language.setAccessibleName("Language · 语言")
        for code, name in LANGUAGES.items():
            self.language.addItem(name, code)
        self.language.setCurrentIndex(list(LANGUAGES).index(language()))
        self.language.activated.connect(self._on_language)
        row = QHBoxLayout()
        row.addWidget(title, 1)
        row.addWidget(self.language)
        return row

    def _welcome(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        self.speed = QComboBox()
        self.speed.setAccessibleName(tr("Speed of the example"))
        for speed in SPEEDS:
            self.speed.addItem(tr("{n}× speed", n=speed), speed)
        self.speed.setCurrentIndex(SPEEDS.index(60))
        self.example = self._way(
            column,
            tr("Example incident (exercise)"),
            tr("A landslide at a herders' pasture near Jinghe, played by invented units. Kept apart from real data."),
            lambda: self._choose(ExampleChosen(self.speed.currentData())),
            self.speed,
        )
        self.empty = self._way(
            column,
            tr("Start empty"),
            tr("For an office that begins now. Asks for its name and place."),
            lambda: self._pages.setCurrentIndex(1),
        )
        self.join = self._way(
            column,
            tr("Join a node with a token"),
            tr("For an office that was given a token by the node above it."),
            lambda: self._pages.setCurrentIndex(2),
        )
        column.addStretch(1)
        self.example.setDefault(True)
        return page

    def _way(self, column: QVBoxLayout, title: str, text: str, run: Callable[[], object], extra: QWidget | None = None) -> QPushButton:
        button = QPushButton(title)
        button.setObjectName("way")
        button.clicked.connect(lambda _checked: run())
        row = QHBoxLayout()
        row.addWidget(button, 1)
        if extra is not None:
            row.addWidget(extra)
        note = QLabel(text, wordWrap=True)
        note.setObjectName("muted")
        column.addLayout(row)
        column.addWidget(note)
        column.addSpacing(14)
        return button

    def _office(self, *, joining: bool) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        form = QFormLayout()
        name = QLineEdit(placeholderText=tr("for example: Jinghe County Emergency Management Bureau"))
        place = _place_choice()
        token = QPlainTextEdit(placeholderText=tr("Paste the token here"), tabChangesFocus=True)
        token.setMaximumHeight(token.fontMetrics().lineSpacing() * TOKEN_LINES)
        form.addRow(tr("Name of the office"), name)
        form.addRow(tr("Place"), place)
        if joining:
            form.addRow(tr("Token"), token)
        refusal = QLabel(wordWrap=True)
        refusal.setProperty("tone", "bad")
        refusal.setTextFormat(Qt.TextFormat.PlainText)
        back, go = QPushButton(tr("Back")), QPushButton(tr("Join") if joining else tr("Start"))
        back.clicked.connect(lambda: self._pages.setCurrentIndex(0))

        def begin() -> None:
            problem = self._problem(name, place, token if joining else None)
            refusal.setText(problem)
            if not problem:
                self._choose(OfficeChosen(name.text().strip(), place.currentData(), token.toPlainText().strip() if joining else ""))

        go.clicked.connect(begin)
        buttons = QHBoxLayout()
        buttons.addWidget(back)
        buttons.addStretch(1)
        buttons.addWidget(go)
        column.addLayout(form)
        column.addWidget(refusal)
        column.addStretch(1)
        column.addLayout(buttons)
        return page

    def _choose(self, answer: ExampleChosen | OfficeChosen) -> None:
        self.answer = answer
        self.accept()

    def _on_language(self) -> None:
        self.wanted_language = self.language.currentData()
        if self.wanted_language != language():
            self.done(OTHER_LANGUAGE)

    def _problem(self, name: QLineEdit, place: QComboBox, token: QPlainTextEdit | None) -> str:
        if not name.text().strip():
            return tr("Give the office a name: it is shown to everyone it works with.")
        if place.currentText() != place.itemText(place.currentIndex()):
            return tr("Choose the place from the list.")
        if token is not None:
            return _token_problem(token.toPlainText().strip())
        return ""


def _token_problem(text: str) -> str:
    """Why it cannot be used, "" when nothing is wrong with it as it stands."""
    if not text:
        return tr("Paste the token that the other node issued.")
    try:
        decode_token(text)
    except Fault as fault:
        return tr("This token cannot be used: {reason}", reason=said(str(fault)))
    return ""


def _place_choice() -> QComboBox:
    """Typing any part of the name, or the code, finds the place."""
    choice = QComboBox(editable=True, insertPolicy=QComboBox.InsertPolicy.NoInsert)
    held: list[Area] = areas()
    for area in held:
        choice.addItem(f"{area.name} {area.code}", area.code)
    choice.setCurrentIndex(next((row for row, area in enumerate(held) if area.code == HOME_AREA), 0))
    completer = QCompleter(choice.model(), choice)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    choice.setCompleter(completer)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    return choice


def ask_first(data_dir: Path, look: Look) -> Opening | None:
    """Show the page until something is chosen; None when it was closed. The language chosen on it is kept."""
    app = qt_application()
    settings = Settings(data_dir / SETTINGS_FILE)
    look.remember(settings)
    while True:
        i18n.use_language(settings.language)
        styling = Styling(app, settings, lambda: datetime.now().astimezone())
        page = FirstStart()
        page.setStyleSheet(sheet(styling.theme))
        result = page.exec()
        answer, wanted = page.answer, page.wanted_language
        page.deleteLater()
        styling.deleteLater()
        if result != OTHER_LANGUAGE:
            return None if answer is None else chosen(data_dir, answer)
        settings.language = wanted


def chosen(data_dir: Path, answer: ExampleChosen | OfficeChosen) -> Opening:
    """What an answer means."""
    if isinstance(answer, ExampleChosen):
        return example(data_dir, answer.speed)
    return Opening(DataDir(data_dir), Office(answer.name, answer.area), token=answer.token)
