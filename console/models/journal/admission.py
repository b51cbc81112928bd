"""What an event has to pass before it is stored: who says it, where, what, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from console.models import kinds
from console.models.clock import follows
from console.models.event import Head, Lane
from console.models.identity import owned_subject, signature_ok
from console.models.run import Entry
from console.models.trust import Grant, Refused, Trust


class Gate(NamedTuple):
    """What every event of one kind, by one author, on one lane passes."""

    owned: bool
    decode: Callable[[bytes], kinds.Body] | None


class Admission:
    """The checks for events of one author on one lane. Raises Refused; its findings about a kind are kept for the next event."""

    def __init__(self, trust: Trust, grant: Grant, lane: Lane) -> None:
        self._trust = trust
        self._grant = grant
        self._lane = lane
        self._signed = lane.signed
        self._prefix = owned_subject(grant.origin, "")
        self._gates: dict[str, Gate] = {}

    def renew(self, trust: Trust) -> None:
        """An event just admitted may have changed who is trusted with what."""
        self._trust = trust
        self._grant = trust.grant(self._grant.origin) or self._grant
        self._gates = {}

    def judge(self, entry: Entry, last_hlc: int) -> kinds.Body | None:
        """The body of an event that may be stored after one with `last_hlc`; None when its kind is unknown here."""
        kind, grant = entry.kind, self._grant
        gate = self._gates.get(kind) or self._gate(kind)
        if entry.hlc <= last_hlc and (grant.revoked_hlc or not follows(last_hlc, entry.hlc)):
            raise Refused("clock", "an event that is not later than the one before it")
        if grant.revoked_hlc and entry.hlc > grant.revoked_hlc:
            raise Refused("revoked", f"{grant.label} was revoked")
        if gate.owned and not entry.subject.startswith(self._prefix):
            raise Refused("subject", f"{kind} about {entry.subject!r}, which does not belong to {grant.label}")
        if gate.decode is None:
            return None
        try:
            body = gate.decode(entry.body)
        except msgspec.DecodeError as error:
            raise Refused("body", f"{kind}: {error}") from error
        if self._lane is not Lane.TELEMETRY:
            self._trust.check_body(grant, entry.subject, body)
        return body

    def _gate(self, kind: str) -> Gate:
        known = kinds.KINDS.get(kind)
        if known is not None and known.lane is not self._lane:
            raise Refused("kind-lane", f"{kind} belongs on the {known.lane.value} lane")
        gate = self._gates[kind] = Gate(self._trust.check_kind(self._grant, kind), kinds.decoder_of(kind))
        return gate

    def check_seal(self, entry: Entry, head: Head, next_head: Head, *, ordered: bool) -> None:
        """A signed event follows `head` and is signed over the head that it makes; telemetry has neither. One without its words was ordered
        to be erased; that it makes the head it says is what its author signed, whatever the order says."""
        if entry.erased and not ordered:
            raise Refused("erasure", "its words were destroyed, and no order to do so is known here")
        if not self._signed:
            if entry.prev or entry.signature or entry.erased:
                raise Refused("chain", "telemetry carries no seal")
        elif entry.prev != head:
            raise Refused("chain", "it does not follow the event before it")
        elif not signature_ok(self._grant.sign_key, next_head, entry.signature):
            raise Refused("signature", "its signature does not match its content and author")
