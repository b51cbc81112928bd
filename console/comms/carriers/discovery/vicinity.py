"""Who is near by what was heard, and which of them to call. No I/O, no clock of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from console.comms.carriers.discovery.announcement import MAX_ADDRESSES, SERVICE, Hint
from console.models.event import Origin
from console.models.rules.discovery import DiscoveryRule

CALLED_ROLES = ("node", "console")
"""Who listens, best first: nodes hold all of their area, consoles of theirs."""


class Vicinity:
    """Hints by origin, at most `limit`; who was heard longest ago makes room."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._hints: dict[Origin, Hint] = {}

    def take(self, hint: Hint) -> None:
        """A peer speaks under its own instance alone. Addresses heard earlier are kept behind the new ones: who lies about where somebody is
        must not hide where it was."""
        if hint.instance.lower() != f"{hint.origin.hex()[:16]}.{SERVICE}":
            return
        before = self._hints.pop(hint.origin, None)
        earlier = before.endpoints if before is not None else ()
        endpoints = tuple(dict.fromkeys((*hint.endpoints, *earlier)))[:MAX_ADDRESSES]
        self._hints[hint.origin] = hint._replace(endpoints=endpoints)
        while len(self._hints) > self._limit:
            del self._hints[next(iter(self._hints))]

    def lose(self, instance: str) -> None:
        for origin, hint in list(self._hints.items()):
            if hint.instance == instance:
                del self._hints[origin]

    def clear(self) -> None:
        self._hints.clear()

    def of(self, origin: Origin) -> Hint | None:
        return self._hints.get(origin)

    def hints(self) -> list[Hint]:
        return list(self._hints.values())


class Need:
    """Whether those nearby are needed: nobody above has been online for a while, or they are not back for long enough. `since_ms`: when it began.

    `chance()`: 0 to 1, different every time.
    """

    def __init__(self, rule: DiscoveryRule, chance: Callable[[], float]) -> None:
        self._rule, self._chance = rule, chance
        self.since_ms: int | None = None
        self._due_ms: int | None = None
        self._online_ms: int | None = None

    def turn(self, now_ms: int, online: bool) -> bool:
        """`online`: some node above is."""
        if online:
            self._due_ms = None
            self._online_ms = now_ms if self._online_ms is None else self._online_ms
            if now_ms - self._online_ms >= self._rule.fade_s * 1000:
                self.since_ms = None
        else:
            self._online_ms = None
            if self._due_ms is None:
                self._due_ms = now_ms + int((self._rule.patience_s + self._rule.jitter_s * self._chance()) * 1000)
            if self.since_ms is None and now_ms >= self._due_ms:
                self.since_ms = now_ms
        return self.since_ms is not None


def choose(candidates: Iterable[Hint], own: Origin, held: AbstractSet[Origin], limit: int) -> list[Hint]:
    """Whom to call, best first, at most `limit`: who leads, then by CALLED_ROLES, then those already called. Among equals everybody has an order
    of its own, so that not all call the same one."""

    def rank(hint: Hint) -> tuple[bool, int, bool, bytes]:
        weight = hashlib.sha256(own + hint.origin).digest()
        return not hint.leads, CALLED_ROLES.index(hint.role), hint.origin not in held, weight

    return sorted((hint for hint in candidates if hint.role in CALLED_ROLES), key=rank)[:limit]
