"""The peer's thread: poll, drain what has come, settle it in one commit, answer, send what is due."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import zmq

from console import __version__
from console.comms.carriers.bundle.orders import Job, Order
from console.comms.local import running
from console.comms.local.codec import DOMAIN as LOCAL
from console.comms.local.messages import Draft, Link, Me, Request, SavePower
from console.comms.local.server import Answer, LocalServer
from console.comms.peer.delivery import Delivered
from console.comms.peer.gate import Gate
from console.comms.peer.holdings import Holdings
from console.comms.peer.hub import Hub
from console.comms.peer.inbox import Inbox
from console.comms.peer.listener import DOMAIN as PEERS
from console.comms.peer.media import Media
from console.comms.peer.memory import Memory
from console.comms.peer.network import Network, Options
from console.comms.peer.power import PowerWatch, last_recorded, supply_source
from console.comms.peer.recovery import remembered
from console.comms.peer.requests import answer_of, answers
from console.comms.peer.risks import Risks
from console.comms.peer.satellite import SatelliteSlot
from console.comms.peer.sources import Sources
from console.comms.peer.upkeep import Upkeep
from console.comms.security.keys import Keys, open_keys
from console.comms.security.zap import ZapHandler
from console.errors import Fault
from console.models import heap
from console.models.changes import Changes
from console.models.clock import SteadyWall
from console.models.identity import owned_subject
from console.models.journal import Journal, NewEvent
from console.models.journal.reading import Reader
from console.models.kinds import PowerChanged, encode_body, kind_of
from console.models.paths import DataDir
from console.models.rules.power import Pace, power_rule
from console.models.rules.upkeep import upkeep_rule

if TYPE_CHECKING:
    from console.comms.carriers.bundle.office import Office

MAX_SLEEP_MS = 200
HURRIED_SLEEP_MS = 50
REST_MS = 8
FAULT_REST_S = 0.2
TICK_MS = 500
_log = logging.getLogger(__name__)


class Loop:
    """Made, run and closed by the peer's thread. Raises Fault on construction when something stands in the way."""

    def __init__(
        self, data_dir: DataDir, inbox: Inbox, options: Options, *, name: str, role: str, area: str, local: bool, wall: Callable[[], int]
    ) -> None:
        self._clock = SteadyWall(wall)
        steady = self._clock.now_ms
        self._ending = False
        self._started_ms = wall()
        self._tick_ms = 0
        self._given_back_ms = steady()
        self._sources = Sources()
        with ExitStack() as made:
            context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
            made.callback(context.term)
            keys = open_keys(data_dir.keys)
            memory = Memory(data_dir.root)
            journal = Journal.open(
                data_dir.journal, keys.signer, wall=wall, now=steady, remembered=remembered(memory.member, keys.signer.origin)
            )
            made.callback(journal.close)
            if journal.identity is None and area:
                journal.set_identity(name, role, area)
            reader = Reader(data_dir.journal)
            made.callback(reader.close)
            self.hub = Hub(journal, steady, self._told)
            self._media = Media(reader.connection, data_dir.root)
            self._upkeep = Upkeep(self.hub, data_dir.root, self._clock, upkeep_rule().journal)
            made.callback(self._upkeep.close)
            self._holdings = Holdings(journal, steady)
            made.callback(self._holdings.save)
            made.callback(self.hub.deliveries.fail, Fault("the peer was stopped before it was acknowledged."))
            made.callback(self.hub.recovery.fail, Fault("not written: the peer was stopped before its own earlier events were back."))
            gate = Gate(journal, reader.connection)
            domains = {LOCAL: lambda key, _address: key == keys.local_client.public, PEERS: self._allow}
            zap = ZapHandler(context, domains)
            made.callback(zap.close)
            self.network = Network(context, self._sources, self.hub, gate, keys, memory, options, wall, inbox.post)
            made.callback(self.network.stop)
            upstreams = self.network.upstreams
            self.satellite = SatelliteSlot(self.hub, reader.connection, keys.curve, upstreams, data_dir.root, inbox, options.satellite)
            made.callback(self.satellite.close)
            self._local = LocalServer(context, keys.local_server, self)
            made.callback(self._local.close)
            self._power = self._watch_power(reader, recorded=local)
            self._risks = Risks(self.hub, self.network, inbox, data_dir.journal, steady)
            made.callback(self._risks.close)
            self._risks.start(reader.connection)
            if local:
                announced = _announce(data_dir, self._local.port, keys)
                made.callback(self._withdraw, data_dir, announced)
            self._office: Office | None = None
            self._open_office: Callable[[], Office] = lambda: _office(
                self.hub, self.network, inbox, self._holdings, keys, data_dir, wall, steady
            )
            made.callback(self._close_office)
            self._opened = made.pop_all()
        self._answers = answers(self)
        self._sources.watch(inbox.reader.fileno(), inbox.run)
        self._sources.watch(zap.socket, zap.answer)
        self._sources.watch(self._local.socket, self._local.drain)

    def _allow(self, key: bytes, address: str) -> bool:
        return self.network.listener.allow(key, address)

    def _withdraw(self, data_dir: DataDir, announced: running.Running) -> None:
        """A peer that is made anew in the same process is still there: nobody need start another."""
        if not self.damaged:
            running.withdraw(data_dir.running, announced)

    def _told(self, changes: Changes) -> None:
        self._local.changed(changes)
        self._risks.changed(changes)
        self._media.changed(changes)

    def run(self) -> None:
        """Until `end`, or until damage to the journal was met. A turn that fails is a bug or a full disk: it is logged, stands as a fault, and
        the next one is taken."""
        while not self._ending and not self.damaged:
            try:
                self._turn()
            except Exception as error:  # noqa: BLE001
                _log.exception("a turn of the peer failed")
                self._upkeep.met(error)
                reason = str(error) if isinstance(error, Fault) else f"{type(error).__name__}: {error}"
                self.hub.stand("peer", f"This machine's peer had a fault and goes on; its log says more. {reason}")
                time.sleep(FAULT_REST_S)
            else:
                self.hub.stand("peer", "")

    def _turn(self) -> None:
        now_ms = self.hub.now_ms()
        longest_ms = self._pace.wake_ms if self._pace is not None else MAX_SLEEP_MS
        waits = (HURRIED_SLEEP_MS if self.network.hurried else longest_ms, self._local.wait_ms(now_ms), self.hub.wait_ms(now_ms))
        if waits[-1]:  # telemetry is being gathered: take what comes meanwhile together, a turn costs more than an event
            time.sleep(min(REST_MS, waits[-1]) / 1000)
        self._sources.poll(min(wait for wait in waits if wait is not None))
        self.hub.commit()
        now_ms = self.hub.now_ms()
        tick = None
        if now_ms - self._tick_ms >= TICK_MS:
            self._tick_ms = now_ms
            tick = self.hub.tick(self._look_at_power(now_ms))
            self._upkeep.turn(now_ms, saving=self._power.saving)
            self._risks.turn()
            if now_ms - self._given_back_ms >= heap.EVERY_S * 1000:
                self._given_back_ms = now_ms
                heap.give_back()
        self.network.turn(now_ms, tick)
        if tick is not None or self.hub.relinked:
            self.hub.relinked = False
            self._holdings.turn(now_ms, self.hub.lines())
        self.satellite.turn(now_ms)
        self._local.turn(now_ms)

    def _watch_power(self, reader: Reader, *, recorded: bool) -> PowerWatch:
        """`recorded`: this peer speaks for the machine."""
        station = owned_subject(self.hub.journal.signer.origin, "station")

        def record(body: PowerChanged) -> None:
            if recorded:
                self.hub.author([NewEvent("", kind_of(body), station, encode_body(body))])

        return PowerWatch(supply_source(), power_rule(), record, last_recorded(reader.connection, station))

    def _look_at_power(self, now_ms: int) -> int | None:
        """Per cent in the battery, None on mains."""
        self._power.turn(now_ms)
        self.hub.stand("battery", self._power.fault)
        self._local.slow(self._pace)
        return self._power.percent

    @property
    def _pace(self) -> Pace | None:
        return power_rule().pace if self._power.saving else None

    def save_power(self, request: SavePower) -> None:
        self._power.choose(request.on, request.author)
        self._local.slow(self._pace)

    def end(self) -> None:
        self._ending = True

    @property
    def damaged(self) -> bool:
        """Whether it has to be made anew: the journal is rescued when it is opened."""
        return bool(self.hub.journal.damage) and not self._ending

    def close(self) -> None:
        """Say goodbye and close everything, in the reverse order of opening."""
        self._opened.close()

    # -- what windows, commands and other threads ask ------------------------------------------------------------------------

    @property
    def origin(self) -> str:
        return self.hub.journal.signer.origin.hex()

    def me(self) -> Me:
        journal = self.hub.journal
        identity = journal.identity
        return Me(
            origin=self.origin,
            name=identity.name if identity else "",
            role=identity.role if identity else "",
            area=identity.area if identity else "",
            version=__version__,
            pid=os.getpid(),
            listen=self.network.endpoints,
            position=journal.position,
            started_ms=self._started_ms,
            refused=self.network.refused() | ({"local": self._local.malformed} if self._local.malformed else {}),
            faults=dict(self.hub.faults),
            recovered=self._upkeep.recovered,
            clock_ms=self._clock.base_ms,
            leading_ms=self.network.leading_ms,
            discovery=self.network.neighbours.on,
            nearby=self.network.neighbours.nearby(),
            power=self._power.told,
            satellite=self.satellite.told(),
        )

    def links(self) -> list[Link]:
        links = self.network.links()
        self._holdings.mark(links)
        self.satellite.mark(links)
        return links

    def write(self, drafts: Sequence[Draft], future: Future[list[str]]) -> None:
        self.hub.when_whole(lambda: future.set_result([event.subject for event in self.hub.author(_new(drafts))]), future)

    def deliver(self, drafts: Sequence[Draft], future: Future[list[Delivered]]) -> None:
        self.hub.when_whole(lambda: self.hub.deliver(_new(drafts), future), future)

    def bundle(self, order: Order) -> Job:
        """How the job is that the order begins, or is about. What works with bundles is loaded with the first."""
        if self._office is None:
            self._office = self._open_office()
        return self._office.order(order)

    def _close_office(self) -> None:
        if self._office is not None:
            self._office.close()

    def request(self, request: Request, answer: Answer) -> None:
        """From a window or a command, over the local socket."""
        future: Future[Any] = Future()
        future.add_done_callback(lambda settled: answer(answer_of(request.id, settled)))
        try:
            self._answers[type(request)](request, future)
        except Exception as error:  # noqa: BLE001 - whoever asked is told, the loop goes on
            if not future.done():
                future.set_exception(error)


def _office(
    hub: Hub,
    network: Network,
    inbox: Inbox,
    holdings: Holdings,
    keys: Keys,
    data_dir: DataDir,
    wall: Callable[[], int],
    steady: Callable[[], int],
) -> Office:
    from console.comms.carriers.bundle.office import Office

    return Office(hub, network, inbox, holdings, keys, data_dir.journal, wall, steady)


def _announce(data_dir: DataDir, port: int, keys: Keys) -> running.Running:
    try:
        return running.announce(data_dir.running, port, keys.local_server.public)
    except OSError as error:
        raise Fault(f"{data_dir.running} cannot be written ({error.strerror}). Check the rights of the directory and the disk.") from error


def _new(drafts: Sequence[Draft]) -> list[NewEvent]:
    return [NewEvent(draft.area, draft.kind, draft.subject, draft.body) for draft in drafts]
