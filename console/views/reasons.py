"""What peers, journals and files say in English, in the language of the window. Qt-free.

Such a sentence is written once, where it arises (a `Fault`, the reason of a link), goes into logs and over links in English, and is known
here as a template with its values in braces, under `[words.reason]` in `resources/translations/*/reasons.toml`. A value may be such a
sentence itself. What no template knows, from a peer of another version say, is shown as it came.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from console.views.i18n import catalogue, language

GROUP = "reason"
DEEPEST = 4
KEPT = 500
_VALUE = re.compile(r"\{(\w+)\}")


class Template(NamedTuple):
    """`words`: the fixed parts, one more than `names` of values; `shown`: the sentence in the language, with the same names."""

    words: tuple[str, ...]
    names: tuple[str, ...]
    shown: str

    def values_in(self, text: str) -> dict[str, str] | None:
        """The values of a text that reads like this, None for any other. In one pass: others write these texts, at any length."""
        if not self.names:
            return {} if text == self.words[0] else None
        if not (text.startswith(self.words[0]) and text.endswith(self.words[-1])):
            return None
        ends = [*self._middles(text), len(text) - len(self.words[-1])]
        begins = [len(self.words[0]), *(at + len(word) for at, word in zip(ends, self.words[1:-1], strict=False))]
        if len(ends) != len(self.names) or any(begin >= end for begin, end in zip(begins, ends, strict=True)):
            return None
        values: dict[str, str] = {}
        for name, begin, end in zip(self.names, begins, ends, strict=True):
            if values.setdefault(name, text[begin:end]) != text[begin:end]:
                return None  # named twice, it must be the same both times
        return values

    def _middles(self, text: str) -> list[int]:
        """Where each part between two values is found first, after one character of value at least."""
        places: list[int] = []
        begin = len(self.words[0])
        for word in self.words[1:-1]:
            place = text.find(word, begin + 1)
            if place < 0:
                break
            places.append(place)
            begin = place + len(word)
        return places

    def filled(self, values: dict[str, str]) -> str:
        return _VALUE.sub(lambda value: values.get(value[1], value[0]), self.shown)


def said(text: str) -> str:
    """`text` in the language in use."""
    return _said(text, language(), DEEPEST) if text else ""


@lru_cache(maxsize=KEPT)
def _said(text: str, code: str, deepest: int) -> str:
    """Line by line, where there are several: faults are listed like that."""
    if "\n" in text:
        return "\n".join(_said(line, code, deepest) for line in text.split("\n"))
    for template in _templates(code):
        values = template.values_in(text)
        if values is not None:
            return template.filled({name: _said(value, code, deepest - 1) if deepest else value for name, value in values.items()})
    return text


@cache
def _templates(code: str) -> list[Template]:
    """Those with most words of their own first: "its clock is {n} s behind" before "its clock is {n} s {how}"."""
    known = catalogue(code).words.get(GROUP, {})
    made = [_template(text, shown) for text, shown in known.items()]
    return sorted(made, key=lambda template: -sum(map(len, template.words)))


def _template(text: str, shown: str) -> Template:
    parts = _VALUE.split(text)
    return Template(tuple(parts[0::2]), tuple(parts[1::2]), shown)
