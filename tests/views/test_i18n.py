"""Both languages are complete: every text in the code has its Chinese, nothing stale is kept, and placeholders agree."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from console.errors import Fault
from console.models.paths import resources_dir
from console.views import i18n

ROOT = Path(__file__).parents[2]


def texts_in_code() -> dict[str, str]:
    found = {}
    for path in sorted((ROOT / "console").rglob("*.py")):
        for line, text in i18n.texts_in(path.read_text(encoding="utf-8")):
            found.setdefault(text, f"{path.relative_to(ROOT)}:{line}")
    return found


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_has_its_chinese() -> None:
    missing = [f"{where}: {text}" for text, where in texts_in_code().items() if text not in i18n.catalogue("zh_CN").text]
    assert missing == []


def test_no_stale_chinese_is_kept() -> None:
    assert sorted(set(i18n.catalogue("zh_CN").text) - set(texts_in_code())) == []


def test_placeholders_agree() -> None:
    assert [key for key, shown in i18n.catalogue("zh_CN").text.items() if fields(key) != fields(shown)] == []


def test_chinese_texts_are_chinese_and_not_plural() -> None:
    for key, shown in i18n.catalogue("zh_CN").text.items():
        assert shown.strip(), key
        assert "|" not in shown, key


def test_words_are_the_same_codes_in_both_languages() -> None:
    chinese, english = i18n.catalogue("zh_CN").words, i18n.catalogue("en").words
    assert {group: set(words) for group, words in chinese.items()} == {group: set(words) for group, words in english.items()}


def test_no_text_is_defined_in_two_files() -> None:
    lines = [
        match
        for path in (resources_dir() / "translations" / "zh_CN").glob("*.toml")
        for match in re.findall(r'^("(?:[^"\\]|\\.)*") =', path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert sorted(line for line in set(lines) if lines.count(line) > 1) == []


@pytest.fixture(autouse=True)
def _language_restored() -> object:
    before = i18n.language()
    yield
    i18n.use_language(before)


def test_values_and_counts_are_filled_in() -> None:
    i18n.use_language("en")
    assert i18n.tr("{n} unit|{n} units", n=1) == "1 unit"
    assert i18n.tr("{n} unit|{n} units", n=3) == "3 units"
    assert i18n.word("unit_status", "onscene") == "On scene"
    assert i18n.word("unit_status", "made-up") == "made-up"


def test_an_unknown_language_and_a_broken_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="zh_CN"):
        i18n.use_language("tlh")
    (tmp_path / "broken.toml").write_text("[text\n", encoding="utf-8")
    with pytest.raises(Fault, match=r"broken\.toml"):
        i18n.Catalogue(tmp_path)
