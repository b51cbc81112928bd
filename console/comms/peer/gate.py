"""Who stands before the door: what is known of a CURVE key.

Read from the journal's trust and its invites: an enrolment or a revocation that arrives counts from the next handshake, and closes the
links that it concerns (see `Listener.recheck`).
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import NamedTuple

from console.models.clock import ms_of
from console.models.event import Origin
from console.models.journal import Journal
from console.models.trust import Grant, Trust


class Invited(NamedTuple):
    """The holder of a token of ours. `used_by`: origin in hex, "" while unused; `used`: when and by whom, for a person."""

    key: bytes
    role: str
    area: str
    expires_ms: int
    used_by: str
    used: str


class Denied(NamedTuple):
    """Let in only to be told. `code` and `reason` as in `wire.Refused`."""

    code: str
    reason: str


Standing = Grant | Invited | Denied | None
"""A peer, a token's holder, one to be turned away with a reason, or a stranger."""


class Gate:
    """`connection`: a reader of the journal's file. On the peer's thread."""

    def __init__(self, journal: Journal, connection: sqlite3.Connection) -> None:
        self._journal, self._connection = journal, connection
        self._trust: Trust | None = None
        self._by_key: dict[bytes, Grant] = {}

    @property
    def trust(self) -> Trust:
        """A value: another object when anything in it changed."""
        return self._journal.trust

    def grant_of(self, curve_key: bytes) -> Grant | None:
        """Whose key it is, revoked or not."""
        if self._trust is not self._journal.trust:
            self._trust = self._journal.trust
            self._by_key = {grant.curve_key: grant for grant in self._trust.grants.values() if grant.curve_key}
        return self._by_key.get(curve_key)

    def known(self, curve_key: bytes) -> bool:
        """Whether this key gets through the handshake at all."""
        return self.grant_of(curve_key) is not None or self.invite(curve_key) is not None

    def standing(self, curve_key: bytes) -> Standing:
        grant = self.grant_of(curve_key)
        if grant is not None:
            return self._revoked(grant) if grant.revoked_hlc else grant
        return self.invite(curve_key)

    def _revoked(self, grant: Grant) -> Denied:
        why = self._connection.execute("SELECT revoked_why FROM peer WHERE id = ?", (grant.origin.hex(),)).fetchone()
        because = f": {why[0]}" if why and why[0] else ""
        return Denied("revoked", f"{grant.label} was revoked on {_instant(ms_of(grant.revoked_hlc))}{because}. Ask for a new token.")

    def invite(self, token_key: bytes) -> Invited | None:
        """An invite that this peer itself issued."""
        row = self._connection.execute(
            "SELECT role, area, expires_ms, used_by, hlc FROM invite WHERE id = ? AND origin = ?",
            (token_key.hex(), self._journal.signer.origin.hex()),
        ).fetchone()
        if row is None:
            return None
        role, area, expires_ms, used_by, hlc = row
        used = f"token used by {self.name(bytes.fromhex(used_by))} at {_instant(ms_of(hlc))}" if used_by else ""
        return Invited(token_key, role, area, expires_ms, used_by, used)

    def name(self, origin: Origin) -> str:
        grant = self._journal.trust.grant(origin)
        return grant.label if grant is not None else origin.hex()[:12]


def _instant(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000).astimezone().strftime("%Y-%m-%d %H:%M")
