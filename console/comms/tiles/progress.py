"""How far a filling is. Windows show it; the filling itself, and what it asks servers with, is a process of its own."""

from __future__ import annotations

from dataclasses import dataclass

STOPPED = "stopped"


@dataclass
class Progress:
    """`done` of `total` tiles are there or known to be absent; `fetched` and `fetched_bytes` in this run; `waiting`: why it waits, "" if not."""

    done: int
    total: int
    absent: int = 0
    fetched: int = 0
    fetched_bytes: int = 0
    waiting: str = ""
