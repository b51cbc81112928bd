"""Things found by any of their texts, as one types: Chinese, pinyin, initials, parts of codes. A snapshot that is cheap to renew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from console.models.search.letters import Alphabet, folded
from console.models.search.shelf import Flags, Shelf

Texts = Mapping[str, Sequence[str]]
MOST_FRESH = 2000
"""More changes than this are not kept beside the large shelf: it is made anew."""


class Names:
    """Of things by id the texts by which each is found.

    One thread at a time, with all that it was renewed to.
    """

    def __init__(self, texts: Texts) -> None:
        self._alphabet = Alphabet()
        self._shelf = Shelf(list(texts.values()), (), self._alphabet)
        self._fresh: Texts = {}
        self._fresh_shelf = Shelf((), (), self._alphabet)
        self._changed: frozenset[str] = frozenset()
        self._numbers = {key: number for number, key in enumerate(texts)}

    def renewed(self, texts: Texts, gone: Iterable[str]) -> Names | None:
        """With these anew, and without those that are `gone`. None when so many changed that it is better made anew."""
        lost = frozenset(gone)
        changed = self._changed | texts.keys() | lost
        if len(changed) > max(MOST_FRESH, self._shelf.size // 20):
            return None
        made = object.__new__(Names)
        made._alphabet, made._shelf, made._changed = self._alphabet, self._shelf, changed
        made._fresh = {key: held for key, held in {**self._fresh, **texts}.items() if key not in lost}
        made._fresh_shelf = Shelf(list(made._fresh.values()), (), self._alphabet)
        made._numbers = {key: number for key, number in self._numbers.items() if number < self._shelf.size and key not in lost}
        made._numbers |= {key: self._shelf.size + at for at, key in enumerate(made._fresh)}
        return made

    def numbers_of(self, ids: Iterable[str]) -> NDArray[np.intp]:
        """Where each is in what `matching` answers. What changed has another number, so that its former texts find nothing."""
        return np.fromiter(map(self._numbers.__getitem__, ids), np.intp)

    def matching(self, typed: str) -> Flags:
        """Of each number whether it matches every word."""
        words = [signs for part in typed.split() if (signs := folded(part)[0])]
        return np.concatenate((self._shelf.matching(words), self._fresh_shelf.matching(words)))
