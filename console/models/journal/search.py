"""Full-text search over what was said: the texts of command and report events, names of things among them.

FTS5 with the trigram tokenizer finds any substring of three characters or more in any script. Shorter queries (most Chinese
words have two characters) are matched by scanning the same texts.
"""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from console.models import kinds
from console.models.clock import HLC_MAX
from console.models.journal.schema import raw

_TEXT_FIELDS = frozenset(
    {
        "title",
        "place",
        "name",
        "callsign",
        "org",
        "owner",
        "text",
        "note",
        "summary",
        "headline",
        "event",
        "description",
        "instruction",
        "sender_name",
        "why",
        "author",
    }
)
_FIELDS_OF = {kind.body: tuple(name for name in kind.body.__struct_fields__ if name in _TEXT_FIELDS) for kind in kinds.KINDS.values()}

INSERT_TEXT = "INSERT INTO search (rowid, text) VALUES (?, ?)"


class Found(NamedTuple):
    """An event whose text matches; `text` is all of its texts, one a line."""

    position: int
    hlc: int
    kind: str
    subject: str
    text: str


def text_of(body: kinds.Body) -> str:
    """What can be searched of a body, one field a line; "" when there is nothing."""
    if isinstance(body, kinds.FeedsListed):
        return "\n".join(text_of(each.feed) for each in body.feeds)
    texts = (getattr(body, name) for name in _FIELDS_OF[type(body)])
    return "\n".join(text for text in texts if isinstance(text, str) and text)


def find(database: pw.SqliteDatabase, query: str, *, until_hlc: int = HLC_MAX, limit: int = 100) -> list[Found]:
    """Events that contain every word of `query` (case does not matter), newest first.

    `database`: of a `Reader`, or of an `Instant` (then `until_hlc` is its hlc).
    """
    words = query.split()
    if not words:
        return []
    clauses = [
        "f.rowid IN (SELECT rowid FROM search WHERE search MATCH ?)" if len(word) >= 3 else "f.text LIKE ? ESCAPE '\\'" for word in words
    ]
    values = [_phrase(word) if len(word) >= 3 else _pattern(word) for word in words]
    rows = raw(database).execute(
        "SELECT e.position, e.hlc, e.kind, e.subject, f.text FROM search f JOIN event e ON e.position = f.rowid "
        f"WHERE {' AND '.join(clauses)} AND e.hlc <= ? ORDER BY e.hlc DESC LIMIT ?",
        (*values, until_hlc, limit),
    )
    return [Found(*row) for row in rows]


def _phrase(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _pattern(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
