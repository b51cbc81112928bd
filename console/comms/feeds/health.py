"""What the sweep found of a feed."""

from __future__ import annotations

from typing import NamedTuple


class Health(NamedTuple):
    """`code`: up, locked (it asks for a password), down, missing (the server is there, the feed is not) or unknown (it cannot be asked without
    opening it). `at_ms`: when it was asked, UTC. `detail`: a word more, without secrets."""

    code: str
    at_ms: int
    detail: str = ""
