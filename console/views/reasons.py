"""What peers, journals and files say in English, in the language of the window. Qt-free.

Such a sentence is written once, where it arises (a `Fault`, the reason of a link), goes into logs and over links in English, and is known
here as a template with its values in braces, under `[words.reason]` in `resources/translations/*/reasons.toml`. A value may be such a
sentence itself. What no template knows, from a peer of another version say, is shown as it came.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from console.views.i18n import catalogue, language

GROUP = "reason"
DEEPEST = 4
KEPT = 500
_VALUE = re.compile(r"\{(\w+)\}")


def said(text: str) -> str:
    """`text` in the language in use."""
    return _said(text, language(), DEEPEST) if text else ""


@lru_cache(maxsize=KEPT)
def _said(text: str, code: str, deepest: int) -> str:
    """Line by line, where there are several: faults are listed like that."""
    if "\n" in text:
        return "\n".join(_said(line, code, deepest) for line in text.split("\n"))
    for pattern, shown in _templates(code):
        found = pattern.fullmatch(text)
        if found is not None:
            values = {name: _said(value, code, deepest - 1) if deepest else value for name, value in found.groupdict().items()}
            return _filled(shown, values)
    return text


def _filled(template: str, values: dict[str, str]) -> str:
    return _VALUE.sub(lambda value: values.get(value[1], value[0]), template)


@cache
def _templates(code: str) -> list[tuple[re.Pattern[str], str]]:
    """Those with most words of their own first: "its clock is {n} s behind" before "its clock is {n} s {how}"."""
    known = catalogue(code).words.get(GROUP, {})
    by_words = sorted(known.items(), key=lambda item: -len(_VALUE.sub("", item[0])))
    return [(_pattern(template), shown) for template, shown in by_words]


def _pattern(template: str) -> re.Pattern[str]:
    """A value named twice must be the same both times."""
    words: list[str] = []
    seen: set[str] = set()
    for place, part in enumerate(_VALUE.split(template)):
        if place % 2 == 0:
            words.append(re.escape(part))
        else:
            words.append(f"(?P={part})" if part in seen else f"(?P<{part}>.+?)")
            seen.add(part)
    return re.compile("".join(words))
