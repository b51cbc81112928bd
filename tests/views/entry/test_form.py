"""A form tells what became of what was written, and loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout
from pytestqt.qtbot import QtBot

from console.comms.local.messages import Draft
from console.views.context import Context
from console.views.entry.form import TextEntry, TextLine, WriteForm
from console.views.entry.outcome import EntryFault, Stage
from tests.views.tables.desk import Desk


class Note(WriteForm):
    def __init__(self, context: Context) -> None:
        super().__init__(context, "Send")
        self.text, self.line = TextEntry(self, 2), TextLine(self)
        layout = QVBoxLayout(self.fields)
        layout.addWidget(self.text)
        layout.addWidget(self.line)

    def drafts(self) -> list[Draft]:
        if not self.text.toPlainText():
            raise EntryFault("The text is empty: fill it in.")
        return [Draft(kind="log.entered", body=self.text.toPlainText().encode())]

    def clear(self) -> None:
        self.text.clear()
        self.line.clear()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def form(qtbot: QtBot, desk: Desk) -> Note:
    made = Note(desk.context)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_ctrl_enter_sends_and_saved_is_said_with_its_time(form: Note, desk: Desk, qtbot: QtBot) -> None:
    saved: list[list[str]] = []
    form.saved.connect(saved.append)
    qtbot.keyClicks(form.text, "on site")
    qtbot.keyClick(form.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert form.outcome.text() == "Sending..."
    assert not form.fields.isEnabled()
    desk.writing.save("id1")
    assert form.outcome.text() == "Saved 17:00:00"
    assert form.text.toPlainText() == ""
    assert saved == [["id1"]]
    assert form.fields.isEnabled()


def test_enter_alone_is_a_new_line_and_enter_in_a_line_sends(form: Note, desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(form.text, Qt.Key.Key_Return)
    assert desk.writing.drafts == []
    assert form.text.toPlainText() == "\n"
    qtbot.keyClick(form.line, Qt.Key.Key_Return)
    assert len(desk.writing.drafts) == 1


def test_a_refusal_is_said_where_it_was_typed_and_the_text_is_kept(form: Note, desk: Desk, qtbot: QtBot) -> None:
    form.text.setPlainText("三号点发现一人")
    qtbot.mouseClick(form.send, Qt.MouseButton.LeftButton)
    desk.writing.refuse("The disk is full: free some space.")
    assert form.outcome.text() == "Refused: The disk is full: free some space. What you typed is kept."
    assert form.text.toPlainText() == "三号点发现一人"
    assert form.send.isEnabled()


def test_what_cannot_be_sent_is_said_and_nothing_is_sent(form: Note, desk: Desk) -> None:
    form.submit()
    assert form.outcome.outcome.stage is Stage.REFUSED
    assert desk.writing.drafts == []


def test_nothing_is_sent_twice_while_it_is_on_its_way(form: Note, desk: Desk) -> None:
    form.text.setPlainText("once")
    form.submit()
    desk.writing.drafts = []
    form.submit()
    assert desk.writing.drafts == []


def test_a_past_instant_disables_entry_and_says_why(form: Note, desk: Desk) -> None:
    form.text.setPlainText("kept")
    desk.time.live = False
    desk.context.news.reset.emit()
    assert not form.fields.isEnabled()
    assert not form.send.isEnabled()
    assert "Go back to live" in form.why.text()
    assert form.why.isVisible()
    desk.time.live = True
    desk.context.news.reset.emit()
    assert form.fields.isEnabled()
    assert form.text.toPlainText() == "kept"


def test_text_stays_with_what_it_is_about(form: Note) -> None:
    form.set_about("a", "Fire")
    form.text.setPlainText("about a")
    form.set_about("b", "Flood")
    assert form.text.toPlainText() == ""
    form.text.setPlainText("about b")
    form.set_about("a", "Fire")
    assert form.text.toPlainText() == "about a"
    form.set_about("b", "Flood")
    assert form.text.toPlainText() == "about b"


def test_an_answer_that_comes_after_turning_to_something_else_names_what_it_is_about(form: Note, desk: Desk) -> None:
    form.set_about("a", "Fire")
    form.text.setPlainText("about a")
    form.submit()
    form.set_about("b", "Flood")
    desk.writing.refuse("No room.")
    assert form.outcome.text().startswith("Fire: Refused: No room.")
    form.set_about("a", "Fire")
    assert form.text.toPlainText() == "about a"
    form.submit()
    form.set_about("b", "Flood")
    form.text.setPlainText("about b")
    desk.writing.save()
    assert form.outcome.text() == "Fire: Saved 17:00:00"
    assert form.text.toPlainText() == "about b"
    form.set_about("a", "Fire")
    assert form.text.toPlainText() == ""


def test_an_answer_keeps_the_name_of_what_it_was_about_when_the_form_turns_to_something_else(form: Note, desk: Desk) -> None:
    form.set_about("a", "Fire")
    form.text.setPlainText("about a")
    form.submit()
    desk.writing.save()
    assert form.outcome.text() == "Saved 17:00:00"
    form.set_about("b", "Flood")
    assert form.outcome.text() == "Fire: Saved 17:00:00"
    form.set_about("c", "Storm")
    assert form.outcome.text() == "Fire: Saved 17:00:00"


def test_larger_text_has_as_many_lines_to_write_in(form: Note) -> None:
    font = form.text.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    form.text.setFont(font)
    assert form.text.height() >= 2 * form.text.fontMetrics().lineSpacing()
