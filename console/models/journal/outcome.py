"""What became of the runs that were appended."""

from __future__ import annotations

from typing import NamedTuple

from console.models.changes import Changes


class NewEvent(NamedTuple):
    """An event to be authored. `area` "" means the peer's own; `subject` "" asks for a new id."""

    area: str
    kind: str
    subject: str
    body: bytes


class Refusal(NamedTuple):
    """Why event `seq` of a run (and what follows it) was not stored.

    Codes: gap, chain, signature, unknown-origin, revoked, role, area, subject, kind-lane, body, clock, relay, fork.
    """

    code: str
    text: str
    seq: int


class RunOutcome(NamedTuple):
    accepted: int
    duplicates: int
    refusal: Refusal | None = None


class Appended(NamedTuple):
    """One outcome per run, in order, and what all of them changed."""

    outcomes: list[RunOutcome]
    changes: Changes
