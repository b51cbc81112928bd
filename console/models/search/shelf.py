"""Names on a shelf: all letters of all names in one column, and of each letter the places where it stands.

A word begins wherever a letter may stand for its first sign. From each place that it was matched up to, a letter may take one more sign of
it (itself, or an initial) or a whole syllable; the last may take the beginning of one. So whatever matches a word begins where its own
beginning matched: a word that was only typed on is looked for there alone. 11 bytes a letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from console.models.search.letters import END, LONGEST, Alphabet, folded

EXACT, BEGINS, WORD, INSIDE = 100.0, 60.0, 40.0, 20.0
LITERAL, SYLLABLES, INDIRECT = 9.0, 6.0, 30.0
MOST_SIGNS = 32
MOST_KEPT = 6
"""Words of which it is kept where they match: those of a line that is being typed, and what a backspace goes back to."""
Floats = NDArray[np.float32]
Places = NDArray[np.int32]
Flags = NDArray[np.bool_]
_NONE = np.empty(0, np.int32)
_OF_WORD, _FIRST = 1, 2
"""A place is where a word begins, or the whole text."""
_WORTH = np.array([INSIDE, WORD, BEGINS], np.float32)


class Shelf:
    """`names[k]`: what entry k is called, `others[k]`: what else it is found by, as if INDIRECT points less alike. What is on it never changes.
    One thread at a time."""

    def __init__(self, names: Sequence[Sequence[str]], others: Sequence[Sequence[str]], alphabet: Alphabet) -> None:
        """`others`: as many as `names`, or none."""
        self._alphabet = alphabet
        self.size = len(names)
        texts: dict[str, int] = {}
        owned = [texts.setdefault(text, len(texts)) if text else -1 for text in chain.from_iterable(chain(names, others))]
        signs, words, at = list[str](), list[int](), 1
        for text in texts:
            letters, begins = folded(text)
            words += [at + begin for begin in begins]
            at += len(letters) + 1
            signs.append(letters)
        lengths = np.fromiter(map(len, signs), np.int64, len(signs))
        column = alphabet.numbers(END + "".join(letters + END for letters in signs))
        self._letters = column.astype(np.uint16 if len(alphabet) <= 1 << 16 else np.uint32)
        self._ends = np.cumsum(lengths + 1).astype(np.int32)
        self._text = np.repeat(np.arange(-1, len(texts), dtype=np.int32), np.concatenate(([1], lengths + 1)))
        self._where = np.zeros(len(self._letters), np.uint8)
        self._where[words] = _OF_WORD
        self._where[self._ends - lengths] = _FIRST
        self._longer = np.minimum(lengths, 36).astype(np.float32) / 4
        self._order_letters()
        self._order_owners(np.array(owned, np.int32), np.array([len(held) for held in chain(names, others)], np.intp))
        self._kept: dict[str, Places] = {}

    def _order_letters(self) -> None:
        """Of letter n the places `self._places[self._from[n] : self._from[n + 1]]`, rising."""
        self._places = np.argsort(self._letters, kind="stable").astype(np.int32)
        self._from = np.concatenate(([0], np.cumsum(np.bincount(self._letters, minlength=len(self._alphabet)))))

    def _order_owners(self, owned: Places, counts: NDArray[np.intp]) -> None:
        """Which texts are an entry's: `self._owned[self._groups[n] :]` those of entry `self._owners[n]`, until the next one's."""
        owners = np.repeat(np.arange(len(counts)) % max(self.size, 1), counts)
        less = np.repeat(np.where(np.arange(len(counts)) < self.size, np.float32(0), np.float32(INDIRECT)), counts)
        kept = owned >= 0
        order = np.argsort(owners[kept], kind="stable")
        self._owned, self._less = owned[kept][order], less[kept][order]
        self._owners, self._groups = np.unique(owners[kept][order], return_index=True)

    def scores(self, words: Sequence[str]) -> Floats:
        """For each entry how well it matches all `words` (`folded`), 0 where it does not match one of them."""
        total = np.zeros(self.size, np.float32)
        for at, word in enumerate(words):
            found = self._scored(word[:MOST_SIGNS])
            total = found if not at else np.where((total > 0) & (found > 0), total + found, 0).astype(np.float32)
        return total

    def matching(self, words: Sequence[str]) -> Flags:
        """For each entry whether it matches all `words` (`folded`)."""
        total = np.ones(self.size, bool)
        for word in words:
            of_text = np.zeros(len(self._ends), bool)
            of_text[self._text[self._runs(word[:MOST_SIGNS])[0]]] = True
            found = np.zeros(self.size, bool)
            if len(self._owned):
                found[self._owners] = np.logical_or.reduceat(of_text[self._owned], self._groups)
            total &= found
        return total

    def _scored(self, word: str) -> Floats:
        scores = np.zeros(self.size, np.float32)
        starts, stops = self._runs(word)
        if not len(starts):
            return scores
        text, where = self._text[starts], self._where[starts]
        score = _WORTH[where]
        whole = np.flatnonzero(where == _FIRST)
        score[whole[stops[whole] == self._ends[text[whole]]]] = EXACT
        score += self._likeness(word, starts, stops - starts)
        of_text = np.zeros(len(self._ends), np.float32)
        np.maximum.at(of_text, text, score)
        found = np.where(of_text > 0, of_text - self._longer, 0)[self._owned]
        scores[self._owners] = np.maximum.reduceat(np.where(found > 0, np.maximum(found - self._less, 1), 0), self._groups)
        return scores

    def _likeness(self, word: str, starts: Places, taken: Places) -> Floats:
        """More for the very signs of the word than for readings, and for readings than for initials."""
        same = taken == len(word)
        if same.all():
            literal, like = np.arange(len(starts)), np.zeros(len(starts), np.float32)
        else:
            literal = np.flatnonzero(same)
            like = np.where(same, 0, np.minimum(len(word) / taken, 3) / 3 * SYLLABLES).astype(np.float32)
        for k, sign in enumerate(word):
            number = self._alphabet.number(sign)
            literal = literal[self._letters[starts[literal] + k] == number] if number is not None else literal[:0]
        like[literal] = LITERAL
        return like

    def _runs(self, word: str) -> tuple[Places, Places]:
        """Where matches of the whole word begin and end."""
        if not len(self._ends):
            return _NONE, _NONE
        starts, masks = self._begun(word)
        waiting: list[list[tuple[Places, Places]]] = [[] for _ in range(len(word) + 1)]
        _spread(waiting, 0, starts, starts, masks)
        for at in range(1, len(word)):
            if waiting[at]:
                starts, places = _joined(waiting[at])
                _spread(waiting, at, starts, places, self._alphabet.steps(word, at)[self._letters[places]])
        if not waiting[len(word)]:
            self._keep(word, _NONE)
            return _NONE, _NONE
        begun, ended = _joined(waiting[len(word)])
        self._keep(word, begun)
        return begun, ended

    def _begun(self, word: str) -> tuple[Places, NDArray[np.uint8]]:
        """Where it may begin, and what the letter there may take of it."""
        steps = self._alphabet.steps(word, 0)
        before = next((word[:length] for length in range(len(word), 0, -1) if word[:length] in self._kept), "")
        if before:
            starts = self._kept[before]
            return starts, steps[self._letters[starts]]
        known = np.flatnonzero(steps[: len(self._from) - 1])
        slices = [self._places[self._from[number] : self._from[number + 1]] for number in known.tolist()]
        starts = np.concatenate(slices) if slices else _NONE
        return starts, np.repeat(steps[known], [len(places) for places in slices])

    def _keep(self, word: str, begun: Places) -> None:
        """Each place once."""
        there = np.zeros(len(self._letters), bool)
        there[begun] = True
        self._kept.pop(word, None)
        self._kept[word] = np.flatnonzero(there).astype(np.int32)
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]


def _spread(waiting: list[list[tuple[Places, Places]]], at: int, starts: Places, places: Places, masks: NDArray[np.uint8]) -> None:
    for length in range(1, min(LONGEST, len(waiting) - 1 - at) + 1):
        on = (masks & (1 << (length - 1))) != 0
        if on.all():
            waiting[at + length].append((starts, places + np.int32(1)))
        elif on.any():
            waiting[at + length].append((starts[on], places[on] + np.int32(1)))


def _joined(parts: list[tuple[Places, Places]]) -> tuple[Places, Places]:
    if len(parts) == 1:
        return parts[0]
    starts, places = (np.concatenate(sides) for sides in zip(*parts, strict=True))
    return starts, places
