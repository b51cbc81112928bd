"""The words of the screen, in Chinese and English. Qt-free; the one way for the whole program.

`tr("Open incident")`: the English text itself is the key; `resources/translations/zh_CN/*.toml` hold the Chinese under `[text]`.
Values go in by name: `tr("{name} is away", name=...)`. A count picks its English form: `tr("{n} unit|{n} units", n=n)`.
A literal that is translated later (a table of column titles) is wrapped in `mark("Name")` and passed to `tr` when shown.

`word("unit_status", "enroute")`: codes that come from data, under `[words.GROUP]` in the files of *both* languages; a code
without an entry is shown as it is.

Texts are looked up when they are shown, so a panel calls `tr` in its constructor or later, never at import.
"""

from __future__ import annotations

import locale
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from console.errors import Fault
from console.models.form import read_toml
from console.models.paths import resources_dir

CHINESE = "zh_CN"
ENGLISH = "en"
LANGUAGES = {CHINESE: "简体中文", ENGLISH: "English"}


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}


class Catalogue:
    """Texts and words of one language, merged from every file of its folder (one file a room, so that each owns its own)."""

    def __init__(self, folder: Path) -> None:
        self.text: dict[str, str] = {}
        self.words: dict[str, dict[str, str]] = {}
        for path in sorted(folder.glob("*.toml")):
            self._merge(path)

    def _merge(self, path: Path) -> None:
        held = read_toml(path, _File)
        self.text.update(held.text)
        for group, words in held.words.items():
            self.words.setdefault(group, {}).update(words)


_chosen = {"language": CHINESE}
_loaded: dict[str, Catalogue] = {}


def language() -> str:
    return _chosen["language"]


def use_language(code: str) -> None:
    """Everything shown from now on is in `code` (one of LANGUAGES)."""
    if code not in LANGUAGES:
        raise Fault(f"unknown language {code!r}: choose one of {', '.join(LANGUAGES)}")
    _chosen["language"] = code


def language_of_locale() -> str:
    """English where the machine's locale says so, else Chinese: the language of the people this console is for."""
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    name = next((name for name in names if name), "") or (locale.getlocale()[0] or "")
    return ENGLISH if name.lower().startswith("en") else CHINESE


def catalogue(code: str) -> Catalogue:
    if code not in _loaded:
        _loaded[code] = Catalogue(resources_dir() / "translations" / code)
    return _loaded[code]


def mark(text: str) -> str:
    """Names a text for translation without translating it yet."""
    return text


def tr(text: str, /, **values: object) -> str:
    """`text` in the language in use, `values` filled in; a text without an entry is shown in English."""
    shown = text if language() == ENGLISH else catalogue(language()).text.get(text, text)
    if "|" in shown and "n" in values:
        one, many = shown.split("|", 1)
        shown = one if values["n"] == 1 else many
    return shown.format(**values) if values else shown


def word(group: str, code: str) -> str:
    """The word for a code that comes from data, such as `word("unit_status", "onscene")`."""
    return catalogue(language()).words.get(group, {}).get(code, code)


def texts_in(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of every literal given to `tr` or `mark` in a Python source: what a translation must cover."""
    import ast

    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        first = node.args[0]
        if name in ("tr", "mark") and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield node.lineno, first.value
