"""The journal: the SQLite file that holds every event this peer knows, and the state derived from it.

`Journal` is the one writer; `console.models.journal.reading.Reader` reads the same file beside it, and does not load the writer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.models.journal.meta import Identity
from console.models.journal.outcome import Appended, NewEvent, Refusal, RunOutcome

if TYPE_CHECKING:
    from console.models.journal.journal import Journal
else:

    def __getattr__(name: str) -> object:
        """The writer, when it is first asked for."""
        if name != "Journal":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from console.models.journal.journal import Journal

        return Journal


__all__ = ["Appended", "Identity", "Journal", "NewEvent", "Refusal", "RunOutcome"]
