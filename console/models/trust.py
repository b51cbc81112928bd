"""Trust: who may say what, where.

A peer is believed because a chain of grants leads to it from a root: this machine's own peer, or a node that a token vouched for.
`peer.enrolled` is a grant, believed only from a node whose own area covers it, so that nobody can give more than it has. What a
role may say is data (`resources/rules/roles.toml`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from console.models import kinds
from console.models.event import Origin, valid_area
from console.models.form import rules
from console.models.identity import OWNED_PREFIX_CHARS, origin_of
from console.models.kinds import KINDS

_FAMILIES = frozenset(kind.partition(".")[0] for kind in KINDS)


class Refused(Exception):
    """An event is not believed. `code`: one word for a program, `text`: for a person."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


class Grant(NamedTuple):
    """What one peer was granted. `revoked_hlc`: nothing it says after that is believed (0: not revoked)."""

    origin: Origin
    name: str
    role: str
    area: str
    sign_key: bytes
    curve_key: bytes = b""
    revoked_hlc: int = 0

    @property
    def label(self) -> str:
        """For a person."""
        return self.name or self.origin.hex()[:OWNED_PREFIX_CHARS]


class _RoleTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    may: list[str]
    never: list[str]
    own: list[str]
    streams: Annotated[int, Meta(ge=1, le=1_000_000)]


class Role:
    """What a peer of this role may say, and how many streams it may have."""

    def __init__(self, name: str, may: Iterable[str], never: Iterable[str], own: Iterable[str], streams: int) -> None:
        self.name, self.streams = name, streams
        self._may, self._never, self._own = tuple(may), tuple(never), tuple(own)
        self._known = {kind: self._verdict(kind) for kind in KINDS}

    def _verdict(self, kind: str) -> tuple[bool, bool]:
        allowed = not _matches(self._never, kind) and (_matches(self._may, kind) or kind.partition(".")[0] not in _FAMILIES)
        return allowed, _matches(self._own, kind)

    def verdict(self, kind: str) -> tuple[bool, bool]:
        """(may say it, only of its own things)."""
        return self._known.get(kind) or self._verdict(kind)


def _matches(patterns: Iterable[str], kind: str) -> bool:
    return any(pattern == kind or (pattern.endswith("*") and kind.startswith(pattern[:-1])) for pattern in patterns)


def load_roles() -> dict[str, Role]:
    """Raises Fault."""
    return {name: Role(name, told.may, told.never, told.own, told.streams) for name, told in rules("roles", dict[str, _RoleTable]).items()}


_NO_ROLE = Role("", (), ("*",), (), 1)


class Trust:
    """The grants in force. A value: `with_grant` gives a changed copy, so that a rolled back transaction leaves no trace.

    `own` may be None on a journal that was not given an identity yet: then nobody is believed but the roots.
    """

    def __init__(self, roles: Mapping[str, Role], own: Grant | None, roots: Iterable[Grant], enrolled: Iterable[Grant] = ()) -> None:
        self._roles = roles
        self._roots = {root.origin: root for root in roots}
        if own is not None:
            self._roots[own.origin] = own
        self._own = own
        self.grants: dict[Origin, Grant] = dict(self._roots)
        for grant in enrolled:
            self._take(grant)

    def grant(self, origin: Origin) -> Grant | None:
        return self.grants.get(origin)

    def role(self, grant: Grant) -> Role:
        return self._roles.get(grant.role, _NO_ROLE)

    def is_root(self, origin: Origin) -> bool:
        return origin in self._roots

    def with_grant(self, grant: Grant) -> Trust:
        copy = Trust(self._roles, self._own, self._roots.values())
        copy.grants = dict(self.grants)
        copy._take(grant)
        return copy

    def _take(self, grant: Grant) -> None:
        """A root keeps its own role, area and keys; it can be revoked, but never by itself here: this machine goes on working."""
        if self._own is not None and grant.origin == self._own.origin:
            return
        root = self._roots.get(grant.origin)
        self.grants[grant.origin] = grant if root is None else root._replace(revoked_hlc=grant.revoked_hlc)

    # -- what may be said: each raises Refused --------------------------------------------------------------------------

    def check_speaker(self, origin: Origin, area: str) -> Grant:
        """`origin` may write on topics of `area` at all."""
        grant = self.grants.get(origin)
        if grant is None:
            raise Refused("unknown-origin", f"peer {origin.hex()[:12]} is not enrolled here")
        if not area.startswith(grant.area):
            raise Refused("area", f"{grant.label} may write in area {grant.area}, not in {area}")
        return grant

    def check_streams(self, grant: Grant, held: int) -> None:
        """One more stream is begun by a peer of which `held` are kept."""
        limit = self.role(grant).streams
        if held >= limit:
            raise Refused("streams", f"{grant.label} may write on {limit} topics at most")

    def check_author(self, grant: Grant, area: str, kind: str, subject: str, body: kinds.Body) -> None:
        """Everything that the peers this is sent to will check: what they would refuse must not enter a stream of ours."""
        if not area.startswith(grant.area):
            raise Refused("area", f"{grant.name} may write in area {grant.area}, not in {area}")
        if self.check_kind(grant, kind) and not owns(grant.origin, subject):
            raise Refused("subject", f"{kind} about {subject!r}, which does not belong to {grant.label}")
        self.check_body(grant, subject, body)

    def check_relay(self, origin: Origin, area: str, via: Origin) -> None:
        """Unsigned events of `origin` may come over the link of peer `via`."""
        if origin == via:
            return
        grant = self.grants.get(via)
        if grant is None or grant.revoked_hlc or grant.role not in ("node", "console"):
            raise Refused("relay", f"peer {via.hex()[:12]} may not pass on the telemetry of others")
        if via not in self._roots and not area.startswith(grant.area):
            raise Refused("relay", f"{grant.name} may pass on telemetry of area {grant.area}, not of {area}")

    def check_kind(self, grant: Grant, kind: str) -> bool:
        """The role allows the kind; whether only about things of the speaker's own."""
        allowed, owned = self.role(grant).verdict(kind)
        if not allowed:
            raise Refused("role", f"a {grant.role} may not write {kind}")
        return owned

    def check_body(self, grant: Grant, subject: str, body: kinds.Body) -> None:
        """The grants and revocations in a body, and the area whose mode is switched, are the speaker's; a unit answers for itself."""
        if isinstance(body, kinds.PeerEnrolled):
            if subject != origin_of(body.sign_key).hex():
                raise Refused("subject", "an enrolment whose subject is not the origin of its key")
            _check_covers(grant, body.area)
        elif isinstance(body, kinds.PeerInvited):
            _check_covers(grant, body.area)
        elif isinstance(body, kinds.PeerRevoked):
            target = self.grants.get(_origin(subject))
            if target is None:
                raise Refused("subject", f"a revocation of {subject[:32]!r}, which is not enrolled here")
            _check_covers(grant, target.area)
        elif isinstance(body, kinds.ModeSwitched):
            _check_covers(grant, subject)
        elif isinstance(body, kinds.TaskAnswered | kinds.WarningAcknowledged) and not self._speaks_for(grant, body.unit):
            raise Refused("subject", f"an answer for {body.unit!r}, which does not belong to {grant.label}")
        elif isinstance(body, kinds.FeedsListed):
            self._check_feeds(grant, body)

    def _check_feeds(self, grant: Grant, body: kinds.FeedsListed) -> None:
        """As if each had been registered by itself."""
        if not self.check_kind(grant, "feed.registered"):
            return
        kind = kinds.kind_of(body)
        for each in body.feeds:
            if not owns(grant.origin, each.id):
                raise Refused("subject", f"{kind} about {each.id!r}, which does not belong to {grant.label}")

    def _speaks_for(self, grant: Grant, unit: str) -> bool:
        return not self.role(grant).verdict("unit.status")[1] or owns(grant.origin, unit)


def owns(origin: Origin, subject: str) -> bool:
    return subject.startswith(origin.hex()[:OWNED_PREFIX_CHARS] + ":")


def _origin(subject: str) -> Origin:
    """The origin whose hex `subject` is, b"" when it is not written exactly so."""
    try:
        origin = bytes.fromhex(subject)
    except ValueError:
        return b""
    return origin if origin.hex() == subject else b""


def _check_covers(grant: Grant, area: str) -> None:
    if not valid_area(area) or not area.startswith(grant.area):
        raise Refused("area", f"{grant.label} has area {grant.area} and cannot speak for {area[:16]!r}")


_SELECT_GRANTS = "SELECT id, name, role, area, sign_key, curve_key, revoked_hlc FROM peer WHERE sign_key IS NOT NULL"


def enrolled(connection: sqlite3.Connection) -> list[Grant]:
    """The grants in the projected Peer table."""
    return [Grant(bytes.fromhex(row[0]), *row[1:]) for row in connection.execute(_SELECT_GRANTS)]
