"""The peer's end of the satellite: terminal, courier, journal and trust, put together. On the peer's thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from console.comms.carriers.beidou.codebook import Between, write_event
from console.comms.carriers.beidou.courier import Courier
from console.comms.carriers.beidou.dialects import Answer, Transmit
from console.comms.carriers.beidou.message import messages_for
from console.comms.carriers.beidou.outbox import Found, Outbox, Place, addressed_to, concerns
from console.comms.carriers.beidou.packing import CodeError
from console.comms.carriers.beidou.partner import Partner
from console.comms.carriers.beidou.queue import Ware
from console.comms.carriers.beidou.registry import Registry
from console.comms.carriers.beidou.rules import load_rules
from console.comms.carriers.beidou.seal import Keys, keys_between
from console.comms.carriers.beidou.store import Store
from console.comms.carriers.beidou.terminal import Post, Terminal
from console.comms.peer.hub import Hub
from console.comms.security.keys import CurvePair
from console.comms.session import Session, State
from console.errors import Fault
from console.models.event import Origin
from console.models.journal import NewEvent
from console.models.journal.early import Early
from console.models.kinds import CardDeclared, encode_body
from console.models.trust import Grant, Refused

LOOK_MS = 1000
NEWS_AT_ONCE = 1000
"""Events of the journal looked through in one turn; the rest comes in the next."""
_LINKED = (State.ONLINE, State.SLOW)


class Carrier:
    """`upstreams`: the nodes this peer is enrolled with. `state`: absent (the port cannot be used), asking (it does not answer), no_card,
    small (its messages are too short) or ready; `why`: of absent; `dialect`: the family of the terminal."""

    def __init__(
        self,
        hub: Hub,
        connection: sqlite3.Connection,
        curve: CurvePair,
        upstreams: Callable[[], Iterable[Origin]],
        store: Store,
        post: Post,
    ) -> None:
        self._hub, self._curve, self._upstreams, self._store = hub, curve, upstreams, store
        self._rules = load_rules()
        own = hub.journal.signer.origin
        self.courier = Courier(self._rules, own, self)
        self.registry = Registry(connection, own)
        self._outbox = Outbox(connection, own)
        self._own = own
        self.why = self.dialect = ""
        self._keys: dict[bytes, Keys | None] = {}
        self._seen_ms: dict[Origin, int] = {}
        self._online: frozenset[Origin] = frozenset()
        self._everybody: list[Grant] = []
        self._offices: list[Grant] = []
        self._place: Place | None = None
        self._look_ms = 0
        self._began_ms = self._heard_ms = hub.now_ms()
        self.terminal = Terminal(store.port, self._rules, post, self._said, self._found, self._lost)

    def close(self) -> None:
        self.terminal.stop()
        with suppress(Fault):
            self._store.save()

    @property
    def port(self) -> str:
        return self._store.port

    @property
    def state(self) -> str:
        if self.why:
            return "absent"
        if not self.dialect:
            return "asking"
        if not self.courier.card.number:
            return "no_card"
        return "ready" if self.courier.usable else "small"

    # -- the terminal ------------------------------------------------------------------------------------------------------

    def _said(self, answer: Answer) -> None:
        now_ms = self._heard_ms = self._hub.now_ms()
        try:
            news = self.courier.said(answer, now_ms)
            self._hub.stand("satellite", "")
        except Fault as fault:  # it is not acknowledged, and comes again
            self._hub.stand("satellite", str(fault))
            return
        if news:
            self._begin_anew()

    def _found(self, dialect: str) -> None:
        self.why, self.dialect = "", dialect
        self._heard_ms = self._hub.now_ms()

    def _lost(self, why: str) -> None:
        self.why, self.dialect = why, ""
        self.courier.gone()

    def _begin_anew(self) -> None:
        """With another card messages have another length: what waits is told anew."""
        for partner in self.courier.partners.values():
            partner.queue.drop(lambda _ware: True)
        self._outbox.begin_anew()
        self._look_ms = 0

    # -- the loop's turn -----------------------------------------------------------------------------------------------------

    def turn(self, now_ms: int) -> None:
        if self.dialect and now_ms - self._heard_ms > self._rules.card.silent_s * 1000:
            self._lost("it does not answer any more")
        if now_ms >= self._look_ms:
            self._look_ms = now_ms + LOOK_MS
            self._look(now_ms)
        try:
            self.courier.turn(now_ms)
        except Fault as fault:
            self._hub.stand("satellite", str(fault))

    def _look(self, now_ms: int) -> None:
        """Who can be written to, what they hold, and what there is to say."""
        identity = self._hub.journal.identity
        if identity is None:
            return
        self._declare()
        if self.registry.look(self._hub.journal.trust) and self._meet():
            self._outbox.begin_anew()
        self._compare(now_ms)
        if self.courier.usable:
            self._offer(self._find_place(identity.role, identity.area, now_ms))

    def _declare(self) -> None:
        """Let others know this peer's card, once it is known and was not said before."""
        number = self.courier.card.number
        if number and number != self.registry.own_number:
            body = encode_body(CardDeclared(number=number))
            with suppress(Fault):  # what was said before is not all here again yet: later
                self._hub.author([NewEvent("", "card.declared", self.registry.own_subject, body)])

    def _meet(self) -> bool:
        """A partner for each peer with a card; whether one is new or has another card."""
        before = self.courier.partners
        self.courier.partners = {}
        self._everybody = [carded.grant for carded in self.registry.cards.values()]
        self._offices = [grant for grant in self._everybody if grant.role in ("node", "console")]
        for grant, number in self.registry.cards.values():
            keys, held = self._keys_with(grant), before.get(grant.origin)
            if keys is not None:
                partner = held if held is not None and held.keys == keys else self._partner(grant, keys, number)
                partner.number = number
                self.courier.partners[grant.origin] = partner
        return any(before.get(origin) is not partner for origin, partner in self.courier.partners.items())

    def _keys_with(self, grant: Grant) -> Keys | None:
        if grant.curve_key not in self._keys:
            self._keys[grant.curve_key] = keys_between(self._curve.secret, self._own, grant.curve_key, grant.origin)
        return self._keys[grant.curve_key]

    def _partner(self, grant: Grant, keys: Keys, number: str) -> Partner:
        kept = self._store.kept(grant.origin, self._hub.now_ms() + self._hub.shift_ms)
        partner = Partner(grant.origin, keys, number, self._rules, kept)
        known = self._hub.journal.known_of(grant.origin)
        if known is not None:
            partner.holds(known.vector())
        return partner

    def _compare(self, now_ms: int) -> None:
        """Whom a network reaches, or did until just now, and what these are known to hold."""
        sessions = {line.peer: line.session for line in self._hub.lines() if not line.over and line.session.state in _LINKED}
        self._online = frozenset(sessions)
        self._seen_ms.update(dict.fromkeys(sessions, now_ms))
        for origin, partner in self.courier.partners.items():
            session: Session | None = sessions.get(origin)
            if session is not None:
                partner.holds(session.acked)
            partner.link_up(up=self._linked(origin, now_ms), online=session is not None)

    def _linked(self, origin: Origin, now_ms: int) -> bool:
        """A network reaches it, or did until just now and it has not taken to the satellite itself about then."""
        seen_ms, grace_ms = self._seen_ms.get(origin, self._began_ms), self._rules.sending.grace_s * 1000
        partner = self.courier.partners.get(origin)
        if (
            origin not in self._online
            and partner is not None
            and partner.heard_ms is not None
            and partner.heard_ms > seen_ms - 2 * grace_ms
        ):
            return False
        return now_ms - seen_ms < grace_ms

    def _find_place(self, role: str, area: str, now_ms: int) -> Place:
        upstreams = self.registry.upstreams(self._upstreams())
        cut_off = not any(self._linked(origin, now_ms) for origin in self._upstreams())
        return Place(self._own, role, area, upstreams, cut_off)

    def _offer(self, place: Place) -> None:
        if place != self._place:
            self._place = place
            self._outbox.begin_anew()
        journal, now_ms = self._hub.journal, self._hub.now_ms()
        news = list(self._outbox.news(journal.vector(), NEWS_AT_ONCE))
        news += self._outbox.early_news(journal.early({}), now_ms + self._hub.shift_ms)
        for found in news:
            rule = self._rules.by_kind.get(found.event.kind)
            heard_ms = found.heard_ms - self._hub.shift_ms
            if rule is None or now_ms - heard_ms > rule.hours * 3_600_000:
                continue
            for grant in self._addressees(found):
                partner = self.courier.partners.get(grant.origin)
                if partner is not None and partner.lacks(found.event) and concerns(found, grant, place):
                    self._consign(found, heard_ms, partner)

    def _addressees(self, found: Found) -> Iterable[Grant]:
        """Whom it can concern at all: of hundreds of units one, or all, or none."""
        unit = addressed_to(found.event)
        if unit is None:
            return self._everybody
        addressee = self.registry.cards.get(self.registry.author(unit) or b"")
        return self._offices if addressee is None else (*self._offices, addressee.grant)

    def _consign(self, found: Found, heard_ms: int, partner: Partner) -> None:
        room, parts = self.courier.room, self._rules.sending.parts
        with suppress(CodeError):  # what the book has no words for is left to the wide link
            code = write_event(found.event, Between(self._own, partner.origin), lambda size: messages_for(size, room), parts)
            partner.offer(Ware(found.event, self._rules.by_kind[found.event.kind], heard_ms, code))

    # -- the courier's desk ----------------------------------------------------------------------------------------------------

    def transmit(self, to: str, content: bytes) -> None:
        self.terminal.order(Transmit(to, content))

    def keep(self) -> None:
        self._store.save()

    def store(self, events: Sequence[Early], via: Origin) -> bool:
        try:
            for early in events:
                self._hub.journal.trust.check_relay(early.origin, early.topic.partition("/")[0], via)
        except Refused:
            return False
        return not self._hub.take_early(events)

    def author(self, prefix: bytes) -> Origin | None:
        return self.registry.author(prefix)

    def reaches(self, origin: Origin) -> bool:
        """Whether short messages go to this peer now."""
        partner = self.courier.partners.get(origin)
        return partner is not None and not partner.linked and self.state == "ready"

    def name_of(self, origin: Origin) -> str:
        """For a person."""
        grant = self._hub.journal.trust.grant(origin)
        return "" if grant is None else grant.label
