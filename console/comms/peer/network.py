"""Everything of a peer that leaves the machine: where it listens, whom it dials, whom it lets in. On the peer's thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import zmq

from console.comms.interest import Interest, limit_for, shared_with, wanted_from
from console.comms.local.messages import Link
from console.comms.peer.dialler import Dialler
from console.comms.peer.door import Door
from console.comms.peer.enrolment import Joined, Joining, Registrar, nodes_above
from console.comms.peer.gate import Gate, Invited
from console.comms.peer.hub import Hub
from console.comms.peer.line import Line
from console.comms.peer.listener import House, Listener
from console.comms.peer.memory import Memory, Upstream
from console.comms.peer.neighbours import LET_GO, LISTENERS, Neighbours, Surroundings
from console.comms.peer.record import Record
from console.comms.peer.recovery import member_of, restore
from console.comms.peer.sources import Sources
from console.comms.security.keys import Keys
from console.comms.security.token import Token, decode_token
from console.comms.session import Connected, Session, Side, State, Tick
from console.comms.wire import Enrol, Enrolled, Refused, Wants
from console.errors import Fault, RefusedFault
from console.models.clock import ms_of
from console.models.event import Lane, Origin, Vector
from console.models.identity import origin_of, owned_subject
from console.models.journal import NewEvent
from console.models.kinds import LeadDeclared, encode_body
from console.models.trust import Grant

NEARBY = "nearby"
SKEW_MS = 60_000
STOPPING = "it was stopped"


@dataclass(frozen=True)
class Options:
    """`listen`: endpoints, () for those of the last time; `announce`: where they can be dialled from elsewhere, when that is another
    address; `patient`: a port that is taken is a standing fault, tried again, instead of the end; `discovery`: peers on the local network may
    be looked for, and a console listens there; `satellite`: serial port of a terminal, "" that of the last time, `off` none."""

    listen: Sequence[str] = ()
    announce: Sequence[str] = ()
    patient: bool = False
    discovery: bool = False
    satellite: str = ""


class Unheard(NamedTuple):
    """As `record.Known`, of a node that has not been heard since this peer started."""

    wants: Wants
    acked: Vector
    lanes: frozenset[Lane] = frozenset(Lane)
    revisions: Mapping[Lane, int] = dict.fromkeys(Lane, 0)


class Network:
    """Raises Fault on construction when it cannot listen (unless `patient`)."""

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        sources: Sources,
        hub: Hub,
        gate: Gate,
        keys: Keys,
        memory: Memory,
        options: Options,
        wall: Callable[[], int],
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        self._context, self._sources, self._hub, self._gate, self._keys = context, sources, hub, gate, keys
        self._memory, self._wall = memory, wall
        self._know_again()
        self._joinings: list[Joining] = []
        self._diallers: list[Dialler] = []
        self.registrar = Registrar(gate, keys, memory, hub.author, wall)
        house = House(self._inbound, self._greet_inbound, self._enrol)
        self.listener = Listener(context, keys.curve, gate, hub, house, ())
        self._door = Door(self.listener, sources, hub, memory, options.listen, options.announce, patient=options.patient)
        self._door.open()
        for upstream in memory.upstreams:
            self._dial(upstream)
        around = Surroundings(self._dial_near, lambda: self._diallers, lambda: self.endpoints, self._callers)
        self.neighbours = Neighbours(hub, keys, memory, around, post, allowed=options.discovery)
        hub.lines, hub.when_linked = self.lines, self._learn_above

    def _know_again(self) -> None:
        """A journal that was made anew beside keys and memory of old is told who this is, and waits for what this peer had said."""
        journal, member = self._hub.journal, self._memory.member
        if member is not None and member.roots and not any(journal.trust.is_root(origin_of(root.sign_key)) for root in member.roots):
            self._memory.set_recovering(True)
            restore(journal, member)
        if journal.losses.concern(journal.signer.origin):
            others = any(origin != journal.signer.origin for origin in journal.trust.grants)
            self._memory.set_recovering(others)
        self._memory.set_member(member_of(journal))
        self._hub.recovery.awaited = self._memory.recovering
        self._hub.stand("recovering", self._hub.recovery.text)

    # -- listening ---------------------------------------------------------------------------------------------------------

    @property
    def endpoints(self) -> list[str]:
        return self._door.endpoints

    def _inbound(self, grant: Grant) -> Session:
        """A node wants all that its callers have to say; a console what it would ask its own node for."""
        identity = self._hub.journal.identity
        listens = identity is not None and identity.role != "node"
        wants = Interest(identity.role, identity.area).wants() if identity is not None and listens else wanted_from(grant.area)
        return Session(self._side(wants), grant.origin, limit_for(grant))

    def _callers(self) -> set[Origin]:
        return {line.peer for line in self.listener.lines() if not line.over}

    def _greet_inbound(self, grant: Grant) -> Connected:
        return self._hub.greeting(shared_with(grant, self._hub.journal.vector()))

    def _side(self, wants: Wants) -> Side:
        identity = self._hub.journal.identity
        if identity is None:
            raise Fault("this peer was not given an identity yet.")
        above = nodes_above(self._hub.journal.trust, identity.origin) if identity.role == "node" else ()
        return Side(identity.origin, identity.role, identity.name, identity.area, wants, above)

    # -- dialling ----------------------------------------------------------------------------------------------------------

    def _dial(self, upstream: Upstream) -> None:
        journal = self._hub.journal
        if journal.identity is None or journal.trust.grant(bytes.fromhex(upstream.origin)) is None:
            self._hub.stand("upstream", f"this journal does not know {upstream.name}. Join it again with a new token.")
            return
        dialler = Dialler(
            self._context, self._sources, self._hub, self._keys.curve, upstream, self._outbound, self._greet_outbound, moved=self._moved
        )
        dialler.record.last = self._unheard(bytes.fromhex(upstream.origin))
        self._diallers.append(dialler)

    def _dial_near(self, upstream: Upstream) -> Dialler:
        return Dialler(self._context, self._sources, self._hub, self._keys.curve, upstream, self._outbound, self._greet_outbound, near=True)

    def _moved(self, upstream: Upstream) -> None:
        """It answered elsewhere. Not to be able to write that down is told by whatever else has to be written."""
        with suppress(Fault):
            self._memory.set_upstream(upstream)

    def _unheard(self, node: Origin) -> Unheard | None:
        """What a node above is taken to want and hold until it says so itself: all of this area, and what it was last known to hold; if it
        never was, all that others said, nothing of our own."""
        journal = self._hub.journal
        if journal.identity is None:
            return None
        others = {stream: seq for stream, seq in journal.vector().items() if stream.origin != journal.signer.origin}
        known = journal.known_of(node)
        return Unheard(wanted_from(journal.identity.area), others if known is None else known.vector())

    def _outbound(self, upstream: Upstream) -> Session:
        origin = bytes.fromhex(upstream.origin)
        root = self._hub.journal.trust.grant(origin)
        identity = self._hub.journal.identity
        if identity is None or root is None:
            raise Fault(f"this journal does not know {upstream.name}. Join it again with a new token.")
        return Session(self._side(Interest(identity.role, identity.area).wants()), origin, limit_for(root))

    def _greet_outbound(self) -> Connected:
        journal = self._hub.journal
        own = {stream: seq for stream, seq in journal.vector().items() if stream.origin == journal.signer.origin}
        return self._hub.greeting(own | journal.vector())

    # -- enrolment -----------------------------------------------------------------------------------------------------------

    def _enrol(self, invited: Invited, message: Enrol) -> Enrolled | Refused:
        identity = self._hub.journal.identity
        assert identity is not None  # it listens
        return self.registrar.enrol(identity, invited, message)

    def invite(self, role: str, area: str, valid_s: int) -> str:
        return self.registrar.invite(self._hub.journal.identity, self._door.announced, role, area, valid_s)

    def join(self, text: str, name: str, future: Future[list[str]]) -> None:
        """Enrol with the node of a token. The future gives its name; Fault when it refused or cannot be reached."""
        token = decode_token(text)
        held = next((upstream for upstream in self._memory.upstreams if upstream.key == token.node_key.hex()), None)
        if held is not None and self._is(token):
            future.set_result([held.name])
            return
        self._check_may_become(token)
        identity = self._hub.journal.identity
        name = name or (identity.name if identity is not None else "")
        if not name:
            raise Fault("a peer needs a name to be known by. Give it one with --name.")
        now_ms = self._hub.now_ms()
        self._joinings.append(
            Joining(
                self._context,
                self._sources,
                self._keys,
                token,
                name,
                now_ms,
                lambda joined: self._joined(joined, future),
                future.set_exception,
            )
        )

    def _is(self, token: Token) -> bool:
        """Already what the token would make it: the same command line may be used again."""
        identity = self._hub.journal.identity
        return identity is not None and (identity.role, identity.area) == (token.role, token.area)

    def _check_may_become(self, token: Token) -> None:
        """What was written under the present role and area must be believed under the new ones, or nothing would ever be sent."""
        identity, journal = self._hub.journal.identity, self._hub.journal
        own = [stream.topic for stream in journal.heads() if stream.origin == journal.signer.origin]
        if any(not topic.startswith(token.area) for topic in own):
            raise RefusedFault(f"this peer has written events outside the token's area {token.area}. Use another data directory to join.")
        if identity is not None and identity.role != token.role and own:
            raise RefusedFault(
                f"this peer has written events as a {identity.role} and cannot become a {token.role}. "
                f"Ask for a token with --role {identity.role}, or use another data directory."
            )

    def _joined(self, joined: Joined, future: Future[list[str]]) -> None:
        enrolled, root = joined.enrolled, joined.enrolled.root
        journal = self._hub.journal
        try:
            for node in (root, *enrolled.above):
                journal.add_root(origin_of(node.sign_key), node.sign_key, node.name, node.role, node.area, node.curve_key)
            journal.set_identity(enrolled.name, enrolled.role, enrolled.area)
            ordered = [joined.endpoint, *(endpoint for endpoint in joined.token.endpoints if endpoint != joined.endpoint)]
            upstream = Upstream(ordered, root.curve_key.hex(), origin_of(root.sign_key).hex(), root.name)
            self._memory.add_upstream(upstream)
            self._memory.set_member(member_of(journal))
        except Fault as fault:
            future.set_exception(fault)
            return
        for dialler in [held for held in self._diallers if held.upstream.origin == upstream.origin]:
            dialler.stop("joined anew")
            self._diallers.remove(dialler)
        self._hub.stand("upstream", "")
        self._dial(upstream)
        self._greet_anew()
        future.set_result([root.name])

    def _learn_above(self) -> None:
        """A node above may have joined one still further up since it enrolled us; then those enrolled here are told by a new Hello."""
        journal, learned = self._hub.journal, False
        for dialler in self._diallers:
            hello = dialler.line.session.peer if dialler.line is not None else None
            if hello is None or not journal.trust.is_root(hello.origin):
                continue
            for node in hello.above:
                known = journal.trust.is_root(origin_of(node.sign_key)) or origin_of(node.sign_key) == journal.signer.origin
                if not known and node.role == "node" and hello.area.startswith(node.area):
                    journal.add_root(origin_of(node.sign_key), node.sign_key, node.name, node.role, node.area, node.curve_key)
                    learned = True
        if learned:
            self._memory.set_member(member_of(journal))
            self._greet_anew()

    def _greet_anew(self) -> None:
        for line in list(self.listener.lines()):
            line.bye("changed", "there is a new node above; it may connect anew")

    # -- those nearby ------------------------------------------------------------------------------------------------------------

    def lead(self, on: bool, author: str = "") -> None:
        """Lead those around this machine, or no more: they hear it on the local network and prefer this peer, everybody else by an event.
        Raises Fault: it cannot."""
        identity = self._hub.journal.identity
        if identity is None or identity.role not in LISTENERS:
            raise RefusedFault("only a console or a node can lead: enrol this machine as one first, with a token of the node's operator.")
        if on:
            self.discover(True)
        if on != (self._memory.leading_ms is not None):
            subject = owned_subject(self._hub.journal.signer.origin, "station")
            body = LeadDeclared(leads=on, author=author)
            self._hub.author([NewEvent(identity.area, "lead.declared", subject, encode_body(body))])
            self._memory.set_leading(self._wall() if on else None)

    def discover(self, on: bool) -> None:
        """Whether peers on the local network are looked for, and find this one. Raises Fault: it was started with another word."""
        if on and not self.neighbours.may:
            raise RefusedFault("this peer was started with --no-discovery: stop it and start it without, or open the window anew.")
        if not on and self._memory.leading_ms is not None:
            raise RefusedFault("this peer leads those around it: end that first, or they could not find it any more.")
        self._memory.set_discovery(on)

    @property
    def leading_ms(self) -> int | None:
        return self._memory.leading_ms

    # -- the loop's turn -------------------------------------------------------------------------------------------------------

    def lines(self) -> Iterable[Line]:
        return chain(
            self.listener.lines(), (dialler.line for dialler in self._diallers if dialler.line is not None), self.neighbours.lines()
        )

    def turn(self, now_ms: int, tick: Tick | None) -> None:
        self.listener.turn(now_ms, tick)
        for dialler in self._diallers:
            dialler.turn(now_ms, tick)
        for joining in self._joinings:
            joining.turn(now_ms)
        self._joinings = [joining for joining in self._joinings if not joining.over]
        self.neighbours.turn(now_ms, tick)
        self._door.turn(now_ms, nearby=self.neighbours.welcome)
        if tick is not None:
            self.listener.forget(LET_GO)
            self._compare_clocks()
        if not self._hub.recovery.holding:
            self._memory.set_recovering(False)
            self._hub.journal.give_up()

    def upstreams(self) -> list[Origin]:
        """The nodes that this peer is enrolled with."""
        return [bytes.fromhex(upstream.origin) for upstream in self._memory.upstreams]

    @property
    def hurried(self) -> bool:
        """Whether something is under way that wants short turns."""
        return bool(self._joinings) or any(dialler.trying for dialler in (*self._diallers, *self.neighbours.diallers))

    def _compare_clocks(self) -> None:
        clock = self._hub.journal.clock
        apart = (line.session.skew_ms for line in self.lines())
        clock.agree([ms_of(clock.last) + skew_ms for skew_ms in apart if skew_ms is not None])
        skews = [dialler.line.session.skew_ms for dialler in self._diallers if dialler.line is not None]
        wrong = next((skew for skew in skews if skew is not None and abs(skew) > SKEW_MS), None)
        text = (
            f"this machine's clock is {abs(wrong) // 1000} s {'behind' if wrong > 0 else 'ahead of'} the node's. Set it." if wrong else ""
        )
        self._hub.stand("clock", text)

    def nodes_heard(self) -> tuple[str, ...]:
        """Areas of the nodes with which a link stands now."""
        return tuple(record.area for record in self._records() if record.role == "node" and record.state in (State.ONLINE, State.SLOW))

    def links(self) -> list[Link]:
        trust = self._hub.journal.trust
        for record in self._records():
            grant = trust.grant(bytes.fromhex(record.peer))
            believed = grant is not None and not grant.revoked_hlc
            record.keep_waiting(self._hub.waiting(record) if believed else {}, self._hub.oldest_ms(record) if believed else {})
        shift_ms = self._hub.shift_ms
        return [self._told(record.link(shift_ms)) for record in self._records()]

    def _told(self, link: Link) -> Link:
        link.leads = bool(link.peer) and self.neighbours.leads(bytes.fromhex(link.peer))
        if link.id.startswith("near:") or (link.direction == "in" and not self._door.asked):
            link.carrier = NEARBY
        return link

    def refused(self) -> dict[str, int]:
        """Over all links: code -> count."""
        return dict(sum((record.refused for record in self._records()), Counter()))

    def told_otherwise(self, peer: Origin, holds: Vector) -> None:
        """Something else than a link brought this peer's word of what it holds: what waits for it, while it is away, is counted by that."""
        for record in self._records():
            last = record.last
            if record.peer == peer.hex() and record.session is None and last is not None:
                record.last = Unheard(last.wants, {**last.acked, **holds}, frozenset(last.lanes))

    def _records(self) -> list[Record]:
        return [*self.listener.records.values(), *(dialler.record for dialler in (*self._diallers, *self.neighbours.diallers))]

    def cut(self, seconds: float) -> None:
        """Drop everything that leaves the machine without a word, and take it up again after `seconds`."""
        until_ms = self._hub.now_ms() + int(seconds * 1000)
        self._door.cut(until_ms)
        for dialler in self._diallers:
            dialler.cut(until_ms)
        self.neighbours.cut(until_ms)

    def stop(self) -> None:
        """Say goodbye to everybody. Idempotent."""
        for joining in self._joinings:
            joining.stop()
        for dialler in self._diallers:
            dialler.stop(STOPPING)
        self.neighbours.stop(STOPPING)
        self._door.stop(STOPPING)
