"""Names on a shelf: all letters of all names in one column, matched at once.

A word is matched from every letter on at the same time. From each place that the word was matched up to, a letter may take one more
sign of it (itself, or an initial) or a whole syllable; the last may take the beginning of one. 60,000 names of 40 letters: 10 to 20 ms.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from console.models.search.letters import END, LONGEST, Alphabet, folded

EXACT, BEGINS, WORD, INSIDE = 100.0, 60.0, 40.0, 20.0
LITERAL, SYLLABLES, INDIRECT = 9.0, 6.0, 30.0
MOST_SIGNS = 32
Floats = NDArray[np.float32]
_NONE = np.empty(0, np.intp)


class Shelf:
    """`names[k]`: what entry k is called, `others[k]`: what else it is found by, as if INDIRECT points less alike. Never changed once made."""

    def __init__(self, names: Sequence[Sequence[str]], others: Sequence[Sequence[str]], alphabet: Alphabet) -> None:
        self._alphabet = alphabet
        self.size = len(names)
        entries: dict[str, dict[int, float]] = {}
        for less, texts in ((0.0, names), (INDIRECT, others)):
            for entry, held in enumerate(texts):
                for text in held:
                    if text:
                        entries.setdefault(text, {}).setdefault(entry, less)
        signs = [(*folded(text), owners) for text, owners in entries.items()]
        signs = [held for held in signs if held[0]]
        lengths = np.array([len(held[0]) for held in signs], np.intp)
        self._letters = alphabet.numbers(END + "".join(held[0] + END for held in signs))
        self._ends = np.cumsum(lengths + 1)
        self._firsts = self._ends - lengths
        self._begins = np.zeros(len(self._letters), bool)
        self._begins[[first + at for first, held in zip(self._firsts.tolist(), signs, strict=True) for at in held[1]]] = True
        self._owners = np.array([entry for held in signs for entry in held[2]], np.intp)
        self._less = np.array([less for held in signs for less in held[2].values()], np.float32)
        self._owned = np.repeat(np.arange(len(signs)), [len(held[2]) for held in signs])

    def scores(self, words: Sequence[str]) -> Floats:
        """For each entry how well it matches all `words` (`folded`), 0 where it does not match one of them."""
        total = np.zeros(self.size, np.float32)
        for at, word in enumerate(words):
            found = self._word(word[:MOST_SIGNS])
            total = found if not at else np.where((total > 0) & (found > 0), total + found, 0).astype(np.float32)
        return total

    def _word(self, word: str) -> Floats:
        scores = np.zeros(self.size, np.float32)
        starts, stops = self._runs(word) if len(self._ends) else (_NONE, _NONE)
        if not len(starts):
            return scores
        text = np.searchsorted(self._ends, starts)
        first, end = self._firsts[text], self._ends[text]
        score = np.where(starts == first, BEGINS, np.where(self._begins[starts], WORD, INSIDE))
        score[(starts == first) & (stops == end)] = EXACT
        taken = stops - starts
        score += np.where(taken == len(word), self._literal(word, starts, taken), np.minimum(len(word) / taken, 3.0) / 3.0 * SYLLABLES)
        score -= np.minimum(end - first, 36) / 4
        of_text = np.zeros(len(self._ends), np.float32)
        np.maximum.at(of_text, text, score.astype(np.float32))
        reached = np.flatnonzero(of_text[self._owned])
        np.maximum.at(scores, self._owners[reached], np.maximum(of_text[self._owned[reached]] - self._less[reached], 1.0))
        return scores

    def _runs(self, word: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where matches of the whole word begin and end."""
        letters = self._letters
        every = self._alphabet.steps(word, 0)[letters]
        starts = np.flatnonzero(every)
        waiting: list[list[tuple[NDArray[np.intp], NDArray[np.intp]]]] = [[] for _ in range(len(word) + 1)]
        self._spread(waiting, 0, starts, starts, every[starts])
        for at in range(1, len(word)):
            if waiting[at]:
                starts, places = (np.concatenate(parts) for parts in zip(*waiting[at], strict=True))
                self._spread(waiting, at, starts, places, self._alphabet.steps(word, at)[letters[places]])
        if not waiting[len(word)]:
            return _NONE, _NONE
        begun, ended = (np.concatenate(parts) for parts in zip(*waiting[len(word)], strict=True))
        return begun, ended

    def _spread(
        self,
        waiting: list[list[tuple[NDArray[np.intp], NDArray[np.intp]]]],
        at: int,
        starts: NDArray[np.intp],
        places: NDArray[np.intp],
        masks: NDArray[np.uint8],
    ) -> None:
        for length in range(1, min(LONGEST, len(waiting) - 1 - at) + 1):
            on = (masks & (1 << (length - 1))) != 0
            if on.any():
                waiting[at + length].append((starts[on], places[on] + 1))

    def _literal(self, word: str, starts: NDArray[np.intp], taken: NDArray[np.intp]) -> NDArray[np.float64]:
        """LITERAL where the letters are the very signs of the word."""
        same = taken == len(word)
        for k, sign in enumerate(word):
            number = self._alphabet.number(sign)
            reached = np.minimum(starts + k, len(self._letters) - 1)
            same &= (self._letters[reached] == number) if number is not None else np.zeros(len(starts), bool)
        return np.where(same, LITERAL, 0.0)
