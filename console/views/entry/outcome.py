"""What became of something written: said at the place of entry, in words and with a mark. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.errors import Fault
from console.views.age import local
from console.views.i18n import tr
from console.views.tables.marks import Mark, Shape, Tone


class EntryFault(Fault):
    """What was typed cannot be sent; the message says which field and what to do."""


class Stage(StrEnum):
    IDLE = "idle"
    SENDING = "sending"
    SAVED = "saved"
    REFUSED = "refused"


MARKS = {
    Stage.SENDING: Mark(Shape.HALF, Tone.BLUE),
    Stage.SAVED: Mark(Shape.CIRCLE, Tone.GREEN),
    Stage.REFUSED: Mark(Shape.CROSS, Tone.RED),
}


@dataclass(frozen=True)
class Outcome:
    """`about`: what it was written about, where that is no longer what is shown."""

    stage: Stage = Stage.IDLE
    at_ms: int = 0
    reason: str = ""
    about: str = ""

    def words(self) -> str:
        if self.stage is Stage.SENDING:
            return tr("Sending...")
        if self.stage is Stage.SAVED:
            return self._named(tr("Saved {time}", time=f"{local(self.at_ms):%H:%M:%S}"))
        if self.stage is Stage.REFUSED:
            return self._named(tr("Refused: {reason} What you typed is kept.", reason=_sentence(self.reason)))
        return ""

    def _named(self, words: str) -> str:
        return tr("{label}: {value}", label=self.about, value=words) if self.about else words


def _sentence(reason: str) -> str:
    return reason if reason.endswith((".", "。", "!", "?")) else f"{reason}."
