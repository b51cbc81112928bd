"""Text of others where a control character could forge a line or turn the reading order round: names, and what a terminal shows."""

from __future__ import annotations

import re

UNPRINTED = "\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069"
"""Inside of a character class: controls (Unicode Cc), line and paragraph separators, and the marks that turn the reading order."""
_UNPRINTED = re.compile(f"[{UNPRINTED}\ud800-\udfff]")
"""And bytes of a file's name that are not UTF-8 (PEP 383), which no event can hold."""


def plain(text: str) -> str:
    """`text` on one line, each such character shown as U+FFFD."""
    return _UNPRINTED.sub("\ufffd", text)
