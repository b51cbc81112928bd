"""The journal: the SQLite file that holds every event this peer knows, and the state derived from it.

`Journal` is the one writer; `console.models.journal.reading.Reader` reads the same file beside it.
"""

from console.models.journal.journal import Journal
from console.models.journal.meta import Identity
from console.models.journal.outcome import Appended, NewEvent, Refusal, RunOutcome

__all__ = ["Appended", "Identity", "Journal", "NewEvent", "Refusal", "RunOutcome"]
