"""Letters of names and what may be typed for them: a Chinese character by itself, by any of its readings, or by how a reading begins.

Readings are pypinyin's (Unicode's kHanyuPinyin and its like), without tones; ü is v or u. A character of several readings is found by each.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LONGEST = 6
"""Letters of the longest syllable: zhuang."""
_DOUBLE = ("zh", "ch", "sh")
END = "\0"
_ONE_WORD = (0,)
_PLAIN = re.compile("[0-9A-Za-z\u4e00-\u9fff]+")


def folded(text: str) -> tuple[str, Sequence[int]]:
    """What of a text is searched, without case, accents, spaces and signs; and the places in it where a word begins."""
    if _PLAIN.fullmatch(text):
        return text.lower(), _ONE_WORD
    kept: list[str] = []
    begins: list[int] = []
    fresh = True
    for sign in unicodedata.normalize("NFKD", text.casefold()):
        if sign.isalnum():
            if fresh:
                begins.append(len(kept))
            kept.append(sign)
            fresh = False
        elif not unicodedata.combining(sign):
            fresh = True
    return "".join(kept), begins


@lru_cache(maxsize=1)
def _readings() -> dict[int, str]:
    """By code point, of the one module that has them: the package itself also loads its phrases, half a second and 100 MB of them."""
    package = find_spec("pypinyin")
    assert package is not None
    assert package.submodule_search_locations
    spec = spec_from_file_location("pinyin_dict", Path(package.submodule_search_locations[0]) / "pinyin_dict.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    held: dict[int, str] = module.pinyin_dict
    return held


class Alphabet:
    """Numbers for letters, growing as names come, and for each typed slice the letters it may stand for. 0 ends a text."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {END: 0}
        self._readings: dict[int, str] | None = None
        self._whole: defaultdict[str, list[int]] = defaultdict(list)
        self._begun: defaultdict[str, list[int]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, text: str) -> NDArray[np.uint32]:
        """Of each sign; new signs are learnt."""
        points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        lookup = np.zeros(int(points.max(initial=0)) + 1, np.uint32)
        for point in np.flatnonzero(np.bincount(points)).tolist():
            sign = chr(point)
            if sign not in self._numbers:
                self._learn(sign)
            lookup[point] = self._numbers[sign]
        return lookup[points]

    def number(self, sign: str) -> int | None:
        return self._numbers.get(sign)

    def steps(self, word: str, at: int) -> NDArray[np.uint8]:
        """For each letter a mask: bit k is set when it may stand for `word[at:at + k + 1]`."""
        mask = np.zeros(len(self), np.uint8)
        for length in range(1, min(LONGEST, len(word) - at) + 1):
            piece = word[at : at + length]
            bit = 1 << (length - 1)
            mask[self._whole.get(piece, [])] |= bit
            if at + length == len(word):
                mask[self._begun.get(piece, [])] |= bit
        own = self._numbers.get(word[at])
        if own is not None:
            mask[own] |= 1
        return mask

    def _learn(self, sign: str) -> None:
        number = self._numbers[sign] = len(self._numbers)
        if sign < "\u3400":
            return
        for reading in self._readings_of(sign):
            for piece in {reading, reading[0], *(double for double in _DOUBLE if reading.startswith(double))}:
                self._whole[piece].append(number)
            for length in range(1, len(reading) + 1):
                if number not in self._begun[reading[:length]][-1:]:
                    self._begun[reading[:length]].append(number)

    def _readings_of(self, sign: str) -> set[str]:
        if self._readings is None:
            self._readings = _readings()
        found = set()
        for reading in self._readings.get(ord(sign), "").split(","):
            plain = "".join(part for part in unicodedata.normalize("NFD", reading.replace("ü", "v")) if not unicodedata.combining(part))
            umlaut = "ü" in unicodedata.normalize("NFC", reading) or any(mark in reading for mark in "ǖǘǚǜ")
            plain = plain.casefold()
            if umlaut:
                found |= {plain.replace("u", "v"), plain.replace("v", "u")}
            else:
                found.add(plain)
        return {reading for reading in found if reading.isascii() and reading.isalpha()}
