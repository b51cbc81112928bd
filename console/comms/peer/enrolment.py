"""Enrolment, both sides: a node that issues tokens and vouches for who uses one; a peer that uses one. On the peer's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import zmq

from console.comms import wire
from console.comms.interest import ROLES
from console.comms.local.messages import MAX_VALID_S
from console.comms.peer.dial import NOT_ENROLLED, Dial, Ends, Reach
from console.comms.peer.gate import Gate, Invited
from console.comms.peer.memory import Memory
from console.comms.peer.sources import Sources
from console.comms.security.keys import CurvePair, Keys
from console.comms.security.token import Token, encode_token
from console.comms.wire import Enrol, Enrolled, Refused, Root, WireError, enrolment_proof
from console.errors import Fault, RefusedFault, UsageFault
from console.models import kinds
from console.models.event import Origin, valid_area
from console.models.identity import origin_of, signature_ok
from console.models.journal import Identity, NewEvent
from console.models.trust import Grant, Trust

JOIN_MS = 15_000
TRY_MS = 5_000
_ROOTS = ("node",)

Author = Callable[[Sequence[NewEvent]], object]
"""Make events of our own durable; raises Fault."""


def nodes_above(trust: Trust, own: Origin) -> list[Root]:
    """Every node above, however far: what each of them says reaches those who are enrolled here."""
    roots = (grant for grant in trust.grants.values() if trust.is_root(grant.origin) and grant.origin != own and not grant.revoked_hlc)
    return [Root(grant.sign_key, grant.curve_key, grant.name, grant.role, grant.area) for grant in roots][: wire.MAX_ABOVE]


class Registrar:
    """The side that vouches. `author` makes the events; `wall` is UTC now in ms."""

    def __init__(self, gate: Gate, keys: Keys, memory: Memory, author: Author, wall: Callable[[], int]) -> None:
        self._gate, self._keys, self._memory, self._author, self._wall = gate, keys, memory, author, wall

    def invite(self, identity: Identity | None, endpoints: Sequence[str], role: str, area: str, valid_s: int) -> str:
        """A new token. Raises Fault: this peer may not vouch, cannot be dialled, or was asked for nonsense."""
        if identity is None or identity.role not in _ROOTS:
            raise Fault("only a node can issue tokens. Ask the node that this peer is enrolled with.")
        if not endpoints:
            raise Fault("this peer does not listen, so nobody could use a token. Start it with --listen, such as tcp://0.0.0.0:7650.")
        if role not in ROLES:
            raise UsageFault(f"{role!r} is not a role: {', '.join(ROLES)}.")
        area = area or identity.area
        if not valid_area(area) or not area.startswith(identity.area):
            raise UsageFault(f"area {area!r} is not within this node's area {identity.area}.")
        if not 0 < valid_s <= MAX_VALID_S:
            raise UsageFault(f"a token is valid for more than 0 and at most {MAX_VALID_S // 3600} hours.")
        pair = CurvePair.generate()
        expires_ms = self._wall() + valid_s * 1000
        body = kinds.PeerInvited(role=role, area=area, expires_ms=expires_ms)
        self._author([NewEvent(area, "peer.invited", pair.public.hex(), kinds.encode_body(body))])
        keys = self._keys
        token = Token(list(endpoints), keys.curve.public, keys.signer.public_key, identity.name, role, area, expires_ms, pair.secret)
        return encode_token(token)

    def enrol(self, identity: Identity, invited: Invited, message: Enrol) -> Enrolled | Refused:
        """The answer to a token's holder; `Enrolled` only when the enrolment is durable."""
        origin = origin_of(message.sign_key)
        if not signature_ok(message.sign_key, enrolment_proof(invited.key, message.curve_key), message.proof):
            return Refused("proof", "the enrolment is not signed by the key it is for")
        grant = self._gate.trust.grant(origin)
        if invited.used_by:
            again = invited.used_by == origin.hex() and grant is not None and grant.curve_key == message.curve_key
            return self._enrolled(identity, grant) if again and grant is not None else Refused("used", invited.used)
        if self._wall() > invited.expires_ms:
            return Refused("expired", "this token has expired; ask for a new one")
        holder = self._gate.grant_of(message.curve_key)
        if origin == self._keys.signer.origin or (holder is not None and holder.origin != origin):
            return Refused("key", "this key belongs to another peer")
        body = kinds.PeerEnrolled(
            name=message.name,
            role=invited.role,
            area=invited.area,
            sign_key=message.sign_key,
            curve_key=message.curve_key,
            invite=invited.key.hex(),
        )
        try:
            self._author([NewEvent(invited.area, "peer.enrolled", origin.hex(), kinds.encode_body(body))])
        except Fault as fault:
            return Refused("environment", f"the node cannot store it now: {fault}"[:1000])
        return self._enrolled(identity, Grant(origin, message.name, invited.role, invited.area, message.sign_key, message.curve_key))

    def _enrolled(self, identity: Identity, grant: Grant) -> Enrolled:
        keys = self._keys
        root = Root(keys.signer.public_key, keys.curve.public, identity.name, identity.role, identity.area)
        return Enrolled(grant.origin, grant.name, grant.role, grant.area, root, nodes_above(self._gate.trust, keys.signer.origin))

    def revoke(self, peer: str, why: str) -> str:
        """Revoke who has this exact name, or origin (6 digits of it at least). Its origin; raises UsageFault when it is not one."""
        found = self._find(peer)
        if found.revoked_hlc:
            raise UsageFault(f"{found.label} is revoked already.")
        self._author([NewEvent(found.area, "peer.revoked", found.origin.hex(), kinds.encode_body(kinds.PeerRevoked(why=why)))])
        return found.origin.hex()

    def _find(self, text: str) -> Grant:
        grants = [grant for grant in self._gate.trust.grants.values() if grant.origin != self._keys.signer.origin]
        found = [grant for grant in grants if grant.name == text and not grant.revoked_hlc] or [g for g in grants if g.name == text]
        if not found and len(text) >= 6:
            found = [grant for grant in grants if grant.origin.hex().startswith(text.lower())]
        if len(found) != 1:
            raise UsageFault(f"{'no' if not found else 'more than one'} peer {text!r}. `fengsui peers` lists names and ids.")
        return found[0]


class Joined(NamedTuple):
    """What a token led to."""

    endpoint: str
    token: Token
    enrolled: Enrolled


class Joining:
    """The side that uses a token: dials, enrols, tells `done` or `failed` once, and is over."""

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        sources: Sources,
        keys: Keys,
        token: Token,
        name: str,
        now_ms: int,
        done: Callable[[Joined], None],
        failed: Callable[[Fault], None],
    ) -> None:
        self._context, self._sources, self._keys = context, sources, keys
        self._token, self._name = token, name
        self._done, self._failed = done, failed
        self._ends_ms = now_ms + JOIN_MS
        self._try_ends_ms = now_ms
        self._tries = 0
        self._dial: Dial | None = None
        self._why = "nobody answers there"
        self.over = False

    @property
    def _endpoint(self) -> str:
        return self._token.endpoints[self._tries % len(self._token.endpoints)]

    def turn(self, now_ms: int) -> None:
        if self.over:
            return
        if now_ms >= self._ends_ms:
            where = " ".join(self._token.endpoints)
            self._fail(
                Fault(
                    f"{self._token.node_name} at {where} cannot be reached: {self._why}. The token is unused; check the network and try again."
                )
            )
        elif now_ms >= self._try_ends_ms:
            self._try(now_ms)

    def _try(self, now_ms: int) -> None:
        if self._dial is not None:
            self._dial.shut(0)
            self._tries += 1
        self._try_ends_ms = now_ms + TRY_MS
        reach = Reach(self._endpoint, self._token.node_key, self._token.pair)
        try:
            self._dial = Dial(self._context, self._sources, reach, Ends(self._opened, self._received, self._lost))
        except zmq.ZMQError as error:
            self._lost("", f"{self._endpoint} is no endpoint ({error})")

    def _lost(self, code: str, reason: str) -> None:
        if code == NOT_ENROLLED:
            self._fail(RefusedFault(f"{self._token.node_name} does not know this token. Ask for a new one."))
            return
        self._dial = None
        self._why = reason
        self._tries += 1
        self._try_ends_ms = min(self._try_ends_ms, self._ends_ms - JOIN_MS + 200 * self._tries * self._tries)

    def _opened(self) -> None:
        signer, curve_key = self._keys.signer, self._keys.curve.public
        proof = signer.sign(enrolment_proof(self._token.pair.public, curve_key))
        if self._dial is not None:
            self._dial.send(wire.encode(Enrol(self._name, signer.public_key, curve_key, proof)))

    def _received(self, frame: bytes) -> None:
        try:
            message = wire.decode(frame)
        except WireError as error:
            self._fail(Fault(f"{self._token.node_name} answered with what this version cannot read ({error.text})."))
            return
        if isinstance(message, Refused):
            self._fail(RefusedFault(f"{self._token.node_name} refused: {message.reason}"))
        elif isinstance(message, Enrolled):
            self._take(message)

    def _take(self, enrolled: Enrolled) -> None:
        token, root = self._token, enrolled.root
        said = (enrolled.origin, enrolled.role, enrolled.area, root.sign_key, root.curve_key)
        if said != (self._keys.signer.origin, token.role, token.area, token.node_sign_key, token.node_key):
            self._fail(RefusedFault(f"{token.node_name} answered with something else than its token says. Ask for a new token."))
            return
        self._finish()
        self._done(Joined(self._endpoint, token, enrolled))

    def _fail(self, fault: Fault) -> None:
        self._finish()
        self._failed(fault)

    def _finish(self) -> None:
        self.over = True
        self.stop()

    def stop(self) -> None:
        if self._dial is not None:
            self._dial.close()
            self._dial = None
