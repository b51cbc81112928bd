"""What an office may change about short messages (`resources/rules/beidou.toml`)."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.form import rules

MARK_BYTES = 1
"""The `A4` that begins mixed content."""

Seconds = Annotated[float, Meta(ge=0, le=86400)]
Bits = Annotated[int, Meta(ge=80, le=14000)]


class CardRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rate_s: Seconds
    margin_s: Seconds
    ask_s: Annotated[float, Meta(gt=0, le=3600)]
    silent_s: Seconds


class SendingRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    grace_s: Seconds
    retry_intervals: Annotated[float, Meta(ge=1, le=100)]
    retry_s: Seconds
    longest_retry_s: Seconds
    acknowledge_s: Seconds
    parts: Annotated[int, Meta(ge=1, le=16)]
    waiting: Annotated[int, Meta(ge=1, le=10_000)]
    by_hand_s: Seconds


class KindRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`urgency`: 0 goes first; `hours`: older is not sent; `newest`: of a subject only the newest, once in `every_s` at most; `acknowledged`: it
    is sent until the other side says that it has it."""

    kind: str
    urgency: Annotated[int, Meta(ge=0, le=9)]
    hours: Annotated[float, Meta(gt=0, le=720)]
    newest: bool = False
    every_s: Seconds = 0
    acknowledged: bool = True


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The file's tables."""

    bits: dict[int, Bits]
    card: CardRules
    refused_wait_s: dict[int, Seconds]
    sending: SendingRules
    kinds: list[KindRule]

    @cached_property
    def by_kind(self) -> dict[str, KindRule]:
        return {rule.kind: rule for rule in self.kinds}

    def content_bytes(self, level: int) -> int:
        """What fits into one message of a card of this level, beside the mark; an unknown level counts as the smallest known."""
        return self.bits.get(level, min(self.bits.values())) // 8 - MARK_BYTES


def load_rules() -> Rules:
    return rules("beidou", Rules)
