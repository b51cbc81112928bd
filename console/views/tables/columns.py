"""Columns: how a row is worded, ordered and marked. No Qt."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from console.views.tables.marks import Mark


class Row(Protocol):
    """An immutable row. `search`: folded text that the filter line looks through (see `folded`)."""

    @property
    def id(self) -> str: ...

    @property
    def search(self) -> str: ...


EXERCISE_WORDS = ("exercise", "演练", "演习")

_NUMBERS = re.compile(r"([0-9]{1,18})")

R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column over rows of type R; `text`, `mark` get the row and the window's now in UTC ms.

    `order`: the sort key, None for "has none" (always listed last); by default the text as people count. `ages`: the text changes with
    time alone. `wide`: takes the width that is left. `hidden`: only shown when chosen.
    """

    key: str
    title: Callable[[], str]
    text: Callable[[R, int], str]
    order: Callable[[R], Any] | None = None
    mark: Callable[[R, int], Mark | None] | None = None
    tip: Callable[[R, int], str] | None = None
    width_chars: int = 10
    numeric: bool = False
    ages: bool = False
    wide: bool = False
    hidden: bool = False

    def sort_key(self, row: R) -> Any:
        return natural(self.text(row, 0)) if self.order is None else self.order(row)


def folded(*words: str) -> str:
    """Words joined for searching: letter case does not matter, and a match never spans two words."""
    return "\n".join(words).casefold()


def natural(text: str) -> tuple[str | int, ...]:
    """A sort key by which "unit 9" comes before "unit 10": words at even places, numbers at odd."""
    parts = _NUMBERS.split(text.casefold())
    return tuple(int(part) if at % 2 else part for at, part in enumerate(parts))


def says_exercise(title: str) -> bool:
    """Whether a title says by itself that it is an exercise, in whatever language it was written."""
    return any(word in title.casefold() for word in EXERCISE_WORDS)


def matches(search: str, filter_words: list[str]) -> bool:
    return all(word in search for word in filter_words)
