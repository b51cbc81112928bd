"""One satellite card: how much a message of it takes, and when it may send the next.

The system takes one message in `rate_s` seconds from a card and drops what comes sooner, so the clock here decides, and the terminal's
answer corrects it. Times are milliseconds of one steady clock.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.comms.carriers.beidou.dialects import CardInfo, Feedback
from console.comms.carriers.beidou.rules import Rules

ANSWER_MS = 10_000
"""A terminal that has not said by then what became of a message is taken to have dropped it."""


@dataclass
class Card:
    """`number` "" while no card is known. `ready_ms`: the next message may go then; `refusal`: reason of the last one refused, 0 none."""

    rules: Rules
    number: str = ""
    rate_s: float = 0.0
    level: int = 0
    ready_ms: int = 0
    refusal: int = 0
    _answer_due_ms: int | None = None

    def told(self, info: CardInfo) -> bool:
        """What the terminal says of its card; whether that is news."""
        rate_s = info.rate_s or self.rules.card.rate_s
        news = (info.number, rate_s, info.level) != (self.number, self.rate_s, self.level)
        self.number, self.rate_s, self.level = info.number, rate_s, info.level
        return news

    @property
    def content_bytes(self) -> int:
        return self.rules.content_bytes(self.level)

    @property
    def interval_ms(self) -> int:
        return round((self.rate_s + self.rules.card.margin_s) * 1000)

    def may_send(self, now_ms: int) -> bool:
        return bool(self.number) and self._answer_due_ms is None and now_ms >= self.ready_ms

    def began(self, now_ms: int) -> None:
        """A message was handed to the terminal."""
        self._answer_due_ms = now_ms + ANSWER_MS
        self.ready_ms = now_ms + self.interval_ms

    def answered(self, feedback: Feedback, now_ms: int) -> None:
        """What became of it. A refused one cost no airtime: the next may go when the terminal says, or the rules."""
        self._answer_due_ms = None
        self.refusal = 0 if feedback.sent else feedback.reason
        if feedback.sent:
            self.ready_ms = max(self.ready_ms, now_ms + feedback.wait_s * 1000)
            return
        wait_s = feedback.wait_s or self.rules.refused_wait_s.get(feedback.reason, self.rate_s)
        self.ready_ms = now_ms + round((wait_s + self.rules.card.margin_s) * 1000)

    def overdue(self, now_ms: int) -> bool:
        """The terminal owes an answer and has not given it: once."""
        if self._answer_due_ms is None or now_ms < self._answer_due_ms:
            return False
        self._answer_due_ms = None
        return True

    def lost(self) -> None:
        """The terminal is gone."""
        self.number, self._answer_due_ms = "", None
