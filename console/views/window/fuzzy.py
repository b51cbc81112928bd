"""Fuzzy matching as one types. No Qt.

The letters of the query must occur in order. Matches score by how much they stand together and at the starts of words, so that
"opin" finds "Open incident" before "Top of inventory". Chinese is matched by character.
"""

from __future__ import annotations

_START, _RUN, _LATER = 8, 5, 1
_SEPARATORS = " \t-_/:.·（(、，"


def score(query: str, text: str) -> int | None:
    """Greater is better; None when the letters of `query` do not occur in order in `text`. Spaces in the query do not count."""
    wanted = [letter for letter in query.casefold() if not letter.isspace()]
    folded = text.casefold()
    whole = "".join(query.casefold().split())
    if not wanted:
        return 0
    best = None
    for start in (index for index, letter in enumerate(folded) if letter == wanted[0]):
        reached = _score_from(wanted, folded, start)
        if reached is None:
            break
        best = reached if best is None else max(best, reached)
    if best is None:
        return None
    exact = 20 if whole in "".join(folded.split()) else 0
    return best + exact - min(len(folded), 60) // 6


def _score_from(wanted: list[str], text: str, start: int) -> int | None:
    total, place = 0, start - 1
    for letter in wanted:
        found = text.find(letter, place + 1)
        if found < 0:
            return None
        if found == 0 or text[found - 1] in _SEPARATORS:
            total += _START
        elif found == place + 1:
            total += _RUN
        else:
            total += _LATER
        place = found
    return total


def ranked(query: str, items: list[tuple[str, ...]], limit: int) -> list[int]:
    """Indices of the items of which any text matches, best first, at most `limit`; their order decides between equals."""
    scored = []
    for index, texts in enumerate(items):
        values = [value for text in texts if (value := score(query, text)) is not None]
        if values:
            scored.append((-max(values), index))
    return [index for _, index in sorted(scored)[:limit]]
