"""How the run of a journal before this one ended, and what its end cost."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from console.models.event import Head, Origin, Stream
from console.models.journal import meta

_ENDED, _RECOVERED, _LOSSES, _VERIFIED = "ended", "recovered", "losses", "verified"


class Recovered(msgspec.Struct, frozen=True):
    """What a start found after a run that did not say goodbye. `ended_ms`: its last sign of life, UTC, 0 when there is none; `position`: everything
    up to it is here; `torn`: events that were read from the torn end of the write-ahead log; `mended`: tables or indexes were made anew;
    `aside`: name of the damaged file that was put away, `damage`: what was wrong with it; `gone`: the journal was missing; `asked`: telemetry
    that others hold and that was not here at the start."""

    ended_ms: int
    position: int
    torn: int = 0
    mended: bool = False
    aside: str = ""
    damage: str = ""
    gone: bool = False
    asked: int = 0

    def text(self) -> str:
        """For the log."""
        if self.damage:
            what = f"The journal was damaged ({self.damage}): " + (f"put away as {self.aside}" if self.aside else "mended in place")
        elif self.gone:
            what = "The journal was gone: a new one was begun"
        else:
            what = "The last run ended without warning"
        when = (
            f" at {datetime.fromtimestamp(self.ended_ms / 1000, UTC).isoformat(' ', 'seconds')}"
            if self.ended_ms and not self.damage
            else ""
        )
        torn = f", {self.torn} events of it from the torn end of its log" if self.torn else ""
        return f"{what}{when}; everything up to position {self.position} is here{torn}."


class Loss(msgspec.Struct, frozen=True, array_like=True):
    """Of one stream: events after `kept` up to `claimed` were in the damaged file and could not be proven."""

    origin: Origin
    topic: str
    kept: int
    claimed: int


class Losses(msgspec.Struct, frozen=True):
    """What damage took, until it is back. `aside`: the file put away, which may have more; `unowned`: own events that no node above holds;
    `unsure`: nothing says how far this peer's own streams had gone."""

    aside: str = ""
    streams: list[Loss] = []
    unowned: int = 0
    unsure: bool = False

    def counts(self, heads: Mapping[Stream, tuple[int, Head]]) -> tuple[int, int]:
        """(how many were lost, how many of these are back)."""
        lost = sum(loss.claimed - loss.kept for loss in self.streams)
        reached = (min(heads.get(Stream(loss.origin, loss.topic), (0,))[0], loss.claimed) - loss.kept for loss in self.streams)
        return lost, sum(max(0, each) for each in reached)

    def of(self, origin: Origin) -> list[Loss]:
        return [loss for loss in self.streams if loss.origin == origin]

    def concern(self, origin: Origin) -> bool:
        """Whether a peer may have said more than it knows of: others must be heard before it says anything new."""
        return self.unsure or bool(self.of(origin))

    def text(self, heads: Mapping[Stream, tuple[int, Head]]) -> str:
        """For a person; "" when nothing is missing."""
        if self.unsure:
            return f"The journal was damaged and put away as {self.aside}. How much of it is missing is not known before others were heard."
        lost, back = self.counts(heads)
        if back >= lost and not self.unowned:
            return ""
        own = (
            f" {self.unowned} of this peer's own are not known to the node above: they are lost but for that file." if self.unowned else ""
        )
        return f"The journal was damaged and put away as {self.aside}. {lost} events of it are asked for again: {back} are back.{own}"


def ended_well(connection: sqlite3.Connection) -> bool:
    """Whether the last run said goodbye; from now on this one has not."""
    ended = meta.get(connection, _ENDED, int) is not None
    if ended:
        connection.execute("DELETE FROM meta WHERE key = ?", (_ENDED,))
    return ended


def say_goodbye(connection: sqlite3.Connection, now_ms: int) -> None:
    meta.put(connection, _ENDED, now_ms)


def recovered(connection: sqlite3.Connection) -> Recovered | None:
    """What is still to be told: kept until a peer has run and ended well since."""
    return meta.get(connection, _RECOVERED, Recovered)


def put_recovered(connection: sqlite3.Connection, found: Recovered | None) -> None:
    if found is None:
        connection.execute("DELETE FROM meta WHERE key = ?", (_RECOVERED,))
    else:
        meta.put(connection, _RECOVERED, found)


def losses(connection: sqlite3.Connection) -> Losses:
    return meta.get(connection, _LOSSES, Losses) or Losses()


def put_losses(connection: sqlite3.Connection, found: Losses) -> None:
    meta.put(connection, _LOSSES, found)


def verified_ms(connection: sqlite3.Connection) -> int | None:
    """When all of the journal was verified last, UTC."""
    return meta.get(connection, _VERIFIED, int)


def put_verified(connection: sqlite3.Connection, now_ms: int) -> None:
    meta.put(connection, _VERIFIED, now_ms)
