"""The first start asks nothing technical, in either language, and refuses a bad token in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.comms.security.keys import CurvePair
from console.comms.security.token import Token, encode_token
from console.views import i18n
from console.views.window import areas
from console.views.window.first_start import OTHER_LANGUAGE, ExampleChosen, FirstStart, OfficeChosen, chosen


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[FirstStart]:
    made = FirstStart()
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def current(page: FirstStart) -> QWidget:
    return next(widget for widget in page.findChildren(QWidget) if widget.isVisible() and widget.findChildren(QLineEdit))


def button(page: FirstStart, text: str) -> QPushButton:
    return next(each for each in page.findChildren(QPushButton) if each.isVisible() and each.text() == text)


def visible(page: FirstStart, kind: type) -> list[QWidget]:
    return [widget for widget in page.findChildren(kind) if widget.isVisible()]


def said(page: FirstStart) -> str:
    return next(label.text() for label in visible(page, QLabel) if label.property("tone") == "bad")


def good_token() -> str:
    pair = CurvePair.generate()
    return encode_token(Token(["tcp://127.0.0.1:1"], bytes(32), bytes(32), "Node above", "node", "652722", 1 << 40, pair.secret))


def test_the_example_is_one_key_away(page: FirstStart, tmp_path: Path) -> None:
    assert page.example.isDefault()
    page.example.click()
    assert page.answer == ExampleChosen(60)
    opening = chosen(tmp_path, page.answer)
    assert opening.data.root == tmp_path / "example"
    assert opening.exercise
    assert opening.settings_file.parent == tmp_path


def test_starting_empty_asks_name_and_place_alone(page: FirstStart, tmp_path: Path) -> None:
    page.empty.click()
    button(page, "Start").click()
    assert "name" in said(page)
    name, place = visible(page, QLineEdit)[0], visible(page, QComboBox)[1]
    name.setText("精河县应急管理局")
    place.setCurrentIndex(next(row for row in range(place.count()) if "精河县" in place.itemText(row)))
    button(page, "Start").click()
    assert page.answer == OfficeChosen("精河县应急管理局", "652722")
    opening = chosen(tmp_path, page.answer)
    assert (opening.office.area, opening.data.root, opening.exercise) == ("652722", tmp_path, False)


def test_a_place_that_is_not_in_the_list_is_refused(page: FirstStart) -> None:
    page.empty.click()
    visible(page, QLineEdit)[0].setText("Office")
    visible(page, QComboBox)[1].setEditText("Atlantis")
    button(page, "Start").click()
    assert page.answer is None
    assert "list" in said(page)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("text", ["", "hello", good_token()[:-3], "FS1.AAAA"])
def test_a_bad_token_is_refused_with_words(qtbot: QtBot, language: str, text: str) -> None:
    i18n.use_language(language)
    page = FirstStart()
    qtbot.addWidget(page)
    page.show()
    page.join.click()
    visible(page, QLineEdit)[0].setText("Office")
    visible(page, QPlainTextEdit)[0].setPlainText(text)
    button(page, i18n.tr("Join")).click()
    assert page.answer is None
    assert len(said(page)) > 8
    page.close()


def test_a_good_token_is_taken_whatever_spaces_came_with_it(page: FirstStart, tmp_path: Path) -> None:
    page.join.click()
    token = good_token()
    visible(page, QLineEdit)[0].setText("Office")
    visible(page, QPlainTextEdit)[0].setPlainText(f"  {token}\n")
    button(page, "Join").click()
    assert isinstance(page.answer, OfficeChosen)
    assert chosen(tmp_path, page.answer).token == token


def test_the_language_can_be_changed_on_the_page(page: FirstStart) -> None:
    page.language.setCurrentIndex(1 - page.language.currentIndex())
    page.language.activated.emit(page.language.currentIndex())
    assert (page.result(), page.wanted_language) == (OTHER_LANGUAGE, "zh_CN")


def test_places_are_counties_by_chinese_name_with_or_without_the_bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert any(area.code == "652722" and "精河县" in area.name for area in areas.areas())
    monkeypatch.setattr(areas, "resources_dir", lambda: tmp_path)
    assert areas.areas() == list(areas.FALLBACK)
    bundle = tmp_path / "map" / "bundle"
    bundle.mkdir(parents=True)
    (bundle / "areas.json").write_text("[broken", encoding="utf-8")
    assert areas.areas() == list(areas.FALLBACK)
