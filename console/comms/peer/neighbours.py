"""Peers on the same local network: found by themselves, dialled when no node above is online, let go when one is back. On the peer's thread.

What is heard on the network is a hint. Somebody is dialled only when this journal knows an enrolment of that origin, not revoked, with that
very CURVE key; the handshake then proves it. Nodes and consoles listen and are announced; units only call.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from console.comms.carriers.discovery import Announcement, Beacon, Hint, Need, Told, Vicinity, choose, domain_of
from console.comms.local.messages import Nearby
from console.comms.peer.dialler import Dialler
from console.comms.peer.hub import Hub
from console.comms.peer.line import Line
from console.comms.peer.memory import Memory, Upstream
from console.comms.security.keys import Keys
from console.comms.session import Tick
from console.errors import Fault
from console.models.event import Origin
from console.models.journal import Identity
from console.models.rules.discovery import discovery_rule
from console.models.trust import Grant, Trust

LISTENERS = ("node", "console")
FAULT = "discovery"
LET_GO = "a node above is back"


@dataclass(frozen=True)
class Surroundings:
    """What the network tells. `dial`: a link to a peer nearby; `upstreams`: the links to nodes above; `endpoints`: where this peer listens;
    `callers`: who has called us."""

    dial: Callable[[Upstream], Dialler]
    upstreams: Callable[[], Sequence[Dialler]]
    endpoints: Callable[[], Sequence[str]]
    callers: Callable[[], Iterable[Origin]]


class _Known(NamedTuple):
    hint: Hint
    grant: Grant


class Neighbours:
    """`allowed`: the process may look around at all. `post`: has the peer's loop run a call on its next turn; any thread may use it."""

    def __init__(
        self,
        hub: Hub,
        keys: Keys,
        memory: Memory,
        around: Surroundings,
        post: Callable[[Callable[[], None]], None],
        *,
        allowed: bool,
        chance: Callable[[], float] = random.random,
        beacon: Callable[[Told, Callable[[str], None]], Beacon] = Beacon,
    ) -> None:
        self._hub, self._keys, self._memory, self._around, self._post = hub, keys, memory, around, post
        self._allowed, self._chance, self._begin = allowed, chance, beacon
        self._rule = discovery_rule()
        self._vicinity = Vicinity(self._rule.max_neighbours)
        self._need = Need(self._rule, chance)
        self._beacon: Beacon | None = None
        self._ended: list[Beacon] = []
        self._announced: Announcement | None = None
        self._seek_ms = 0
        self._trust: Trust | None = None
        self._own_domains: frozenset[str] = frozenset()
        self._diallers: dict[Origin, Dialler] = {}

    # -- what is asked of it -------------------------------------------------------------------------------------------------

    @property
    def on(self) -> bool:
        """Whether peers are looked for at present: allowed, chosen, and this peer is enrolled somewhere."""
        return self._allowed and self._memory.discovery and bool(self._domains())

    @property
    def welcome(self) -> bool:
        """Whether those nearby are to be listened to, though nobody else is: by a console that they may find."""
        identity = self._hub.journal.identity
        return identity is not None and identity.role == "console" and self.on

    @property
    def may(self) -> bool:
        return self._allowed

    @property
    def diallers(self) -> list[Dialler]:
        return list(self._diallers.values())

    def lines(self) -> Iterable[Line]:
        return (dialler.line for dialler in self._diallers.values() if dialler.line is not None)

    def nearby(self) -> list[Nearby]:
        """Those enrolled who can be heard now, by name."""
        return sorted(map(self._described, self._known()), key=lambda each: (each.name, each.peer))

    def leads(self, peer: Origin) -> bool:
        """Whether it says so on the local network."""
        hint = self._vicinity.of(peer)
        return hint is not None and hint.leads

    # -- the loop's turn -----------------------------------------------------------------------------------------------------

    def turn(self, now_ms: int, tick: Tick | None) -> None:
        if tick is not None:
            self._consider(now_ms)
        for dialler in self._diallers.values():
            dialler.turn(now_ms, tick)

    def _consider(self, now_ms: int) -> None:
        identity = self._hub.journal.identity
        if identity is None or not self.on:
            self._rest()
            return
        upstreams = self._around.upstreams()
        online = any(upstream.online for upstream in upstreams)
        lonely = bool(upstreams) and identity.role != "node" and self._need.turn(now_ms, online)
        self._speak(identity, away=bool(upstreams) and not online)
        for upstream in upstreams:
            hint = self._vicinity.of(bytes.fromhex(upstream.upstream.origin))
            if hint is not None and hint.key.hex() == upstream.upstream.key:
                upstream.hint(hint.endpoints)
        self._link(self._wanted(identity, now_ms) if lonely else [])
        if bool(upstreams) and not online and now_ms >= self._seek_ms:
            self._seek(now_ms)

    def _speak(self, identity: Identity, *, away: bool) -> None:
        """Who listens is to be found at any time; who only calls is silent until it is cut off."""
        if self._beacon is None and (away or identity.role in LISTENERS):
            self._beacon = self._begin(self._heard, self._stand)
            self._announced = None
        if self._beacon is not None:
            announcement = self._announcement(identity)
            if announcement != self._announced:
                self._announced = announcement
                self._beacon.announce(announcement)

    def _announcement(self, identity: Identity) -> Announcement | None:
        port = _outward_port(self._around.endpoints())
        if port is None:
            return None
        leads = self._memory.leading_ms is not None
        origin, key = self._keys.signer.origin, self._keys.curve.public
        return Announcement(origin, key, identity.role, identity.area, self._domains(), leads, port)

    def _domains(self) -> frozenset[str]:
        """Of every node that this peer believes: who vouched for it, and who above; a node vouches itself. Kept as long as nothing in the
        trust changes: a node knows thousands."""
        journal = self._hub.journal
        if self._trust is not journal.trust:
            self._trust = trust = journal.trust
            own, identity = journal.signer.origin, journal.identity
            vouches = identity is not None and identity.role == "node"
            roots = (each for each in trust.grants.values() if trust.is_root(each.origin) and (vouches or each.origin != own))
            self._own_domains = frozenset(domain_of(each.sign_key) for each in roots)
        return self._own_domains

    def _seek(self, now_ms: int) -> None:
        linked = any(dialler.online for dialler in self._diallers.values())
        wait_s = self._rule.seek_linked_s if linked else self._rule.seek_s
        self._seek_ms = now_ms + int(wait_s * 1000 * (0.5 + self._chance()))
        if self._beacon is not None:
            self._beacon.seek()

    # -- whom to call --------------------------------------------------------------------------------------------------------

    def _known(self) -> list[_Known]:
        """Who is near and enrolled, with the key that was enrolled."""
        trust, own, domains = self._hub.journal.trust, self._keys.signer.origin, self._domains()
        found = [(hint, trust.grant(hint.origin)) for hint in self._vicinity.hints() if hint.origin != own]
        return [
            _Known(hint._replace(role=grant.role, area=grant.area), grant)
            for hint, grant in found
            if grant is not None and not grant.revoked_hlc and grant.curve_key == hint.key and not domains.isdisjoint(hint.domains)
        ]

    def _wanted(self, identity: Identity, now_ms: int) -> list[_Known]:
        own, held = self._keys.signer.origin, self._diallers.keys()
        above = {bytes.fromhex(upstream.upstream.origin) for upstream in self._around.upstreams()}
        callers = set(self._around.callers())
        waited = self._need.since_ms is not None and now_ms - self._need.since_ms >= self._rule.defer_s * 1000

        def ours(origin: Origin) -> bool:
            """One link for two: it has not called us, and we are the one of the two to call, or the other does not."""
            if origin in above or (origin in callers and (origin not in held or own > origin)):
                return False
            return origin in held or waited or identity.role not in LISTENERS or own < origin

        known = {each.hint.origin: each for each in self._known() if ours(each.hint.origin)}
        return [known[hint.origin] for hint in choose((each.hint for each in known.values()), own, held, self._rule.max_links)]

    def _link(self, wanted: Sequence[_Known]) -> None:
        origins = {each.hint.origin for each in wanted}
        for origin in [origin for origin in self._diallers if origin not in origins]:
            self._diallers.pop(origin).stop(LET_GO)
            self._hub.linked()
        for hint, grant in wanted:
            if hint.origin in self._diallers:
                self._diallers[hint.origin].hint(hint.endpoints)
            else:
                upstream = Upstream(list(hint.endpoints), grant.curve_key.hex(), hint.origin.hex(), grant.name)
                self._diallers[hint.origin] = self._around.dial(upstream)
                self._diallers[hint.origin].hint(hint.endpoints)

    def _described(self, known: _Known) -> Nearby:
        hint, grant = known
        return Nearby(
            peer=hint.origin.hex(), name=grant.name, role=grant.role, area=grant.area, leads=hint.leads, endpoint=hint.endpoints[0]
        )

    # -- what comes from the network -----------------------------------------------------------------------------------------

    def _heard(self, instance: str, hint: Hint | None) -> None:
        """On the beacon's thread."""
        self._post(lambda: self._take(instance, hint))

    def _take(self, instance: str, hint: Hint | None) -> None:
        """Only those enrolled are remembered: strangers push nobody out."""
        if hint is None:
            self._vicinity.lose(instance)
        elif self._hub.journal.trust.grant(hint.origin) is not None:
            self._vicinity.take(hint)

    def _stand(self, fault: str) -> None:
        """On the beacon's thread."""
        self._post(lambda: self._hub.stand(FAULT, fault if self.on else ""))

    # -- ends ----------------------------------------------------------------------------------------------------------------

    def _rest(self) -> None:
        """Turned off, or nowhere enrolled."""
        self._link([])
        if self._beacon is not None:
            self._beacon.end()
            self._ended.append(self._beacon)
            self._beacon = None
            self._vicinity.clear()
            self._hub.stand(FAULT, "")

    def cut(self, until_ms: int) -> None:
        for dialler in self._diallers.values():
            dialler.cut(until_ms)

    def stop(self, reason: str) -> None:
        for dialler in self._diallers.values():
            dialler.stop(reason)
        self._diallers.clear()
        with suppress(Fault):
            self._rest()
        for beacon in self._ended:
            beacon.stop()
        self._ended.clear()


def _outward_port(endpoints: Sequence[str]) -> int | None:
    """Of the first endpoint that others can reach, on every address of the machine if there is one."""
    outward = [endpoint for endpoint in endpoints if not endpoint.startswith("tcp://127.")]
    outward.sort(key=lambda endpoint: not endpoint.startswith(("tcp://0.0.0.0:", "tcp://*:")))
    port = outward[0].rpartition(":")[2] if outward else ""
    return int(port) if port.isdigit() else None
