"""zeroconf behind one thread of our own: what is said and heard on the local network, through whatever interfaces come and go.

zeroconf's calls block (a registration for half a second), so none is made on the peer's thread. This thread takes orders, looks at the machine's
networks, and hands over what was heard; the owner gets it by `told` and `stand`, on this thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from console.comms.carriers.discovery.announcement import SERVICE, Announcement, Hint, NoHint, parse
from console.comms.carriers.discovery.networks import Networks, nearby, networks, own_addresses

if TYPE_CHECKING:
    from zeroconf import ServiceBrowser, ServiceInfo, ServiceStateChange, Zeroconf

LOOK_S = 1.0
RETRY_S = 5.0
RECORD_TTL_S = 120
"""Who dies without a goodbye is forgotten after this; RFC 6762 section 10 has it for records of a host."""
MAX_WAITING = 256
ASK_MS = 300
MAX_ASKED = 4
STOP_S = 5.0
_log = logging.getLogger(__name__)

Told = Callable[[str, Hint | None], None]
"""`told(instance, hint)`: heard under this name; None: it said goodbye, or was not heard for too long."""


class Beacon:
    """`stand(text)`: why nothing can be said or heard at present, "" when it can. `seek` and `announce` may be called from any thread."""

    def __init__(self, told: Told, stand: Callable[[str], None], look: Callable[[], Networks] = networks) -> None:
        self._told, self._stand, self._look = told, stand, look
        self._wake = threading.Event()
        self._announcement: Announcement | None = None
        self._seeking = False
        self._ending = False
        self._heard: deque[tuple[str, bool]] = deque(maxlen=MAX_WAITING)
        self._said: tuple[Announcement, Networks] | None = None
        self._info: ServiceInfo | None = None
        self._networks: Networks = ()
        self._zeroconf: Zeroconf | None = None
        self._browser: ServiceBrowser | None = None
        self._fault = ""
        self._asked = 0
        self._retry_s = 0.0
        logging.getLogger("zeroconf").setLevel(logging.CRITICAL)  # it tells of every packet that it cannot read, and of faults we tell once
        self._thread = threading.Thread(target=self._run, name="discovery", daemon=True)
        self._thread.start()

    def announce(self, announcement: Announcement | None) -> None:
        """Say this from now on; None: say nothing, only listen."""
        self._announcement = announcement
        self._wake.set()

    def seek(self) -> None:
        """Ask the network anew who is there: whoever joined it unheard answers."""
        self._seeking = True
        self._wake.set()

    def end(self) -> None:
        """Say goodbye, without waiting for it."""
        self._ending = True
        self._wake.set()

    def stop(self) -> None:
        """Say goodbye, and wait for the thread. Idempotent."""
        self.end()
        self._thread.join(STOP_S)

    # -- on the thread -------------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._ending:
            try:
                self._turn()
            except Exception as error:  # noqa: BLE001 - no multicast, no interface, port taken: it stands as a fault and is tried again
                _log.debug("discovery", exc_info=True)
                self._close()
                self._retry_s = time.monotonic() + RETRY_S
                self._say(f"peers on the local network cannot be found: {str(error) or type(error).__name__}. It is tried again by itself.")
            self._wake.wait(LOOK_S)
            self._wake.clear()
        self._close()

    def _turn(self) -> None:
        ours = self._look()
        if ours != self._networks or (self._zeroconf is None and time.monotonic() >= self._retry_s):
            self._follow(ours)
        if self._zeroconf is not None:
            self._publish(self._zeroconf)
            if self._seeking:
                self._browse(self._zeroconf)
            self._hand_over(self._zeroconf)

    def _follow(self, ours: Networks) -> None:
        """The machine's networks changed, or it is the first time."""
        from zeroconf import InterfaceChoice, IPVersion, Zeroconf

        self._networks = ours
        if not ours:
            raise OSError("this machine has no network at present")
        if self._zeroconf is None:
            self._zeroconf = Zeroconf(interfaces=InterfaceChoice.All, ip_version=IPVersion.V4Only)
        else:
            self._zeroconf.update_interfaces()
        self._seeking = True
        self._say("")

    def _publish(self, zeroconf: Zeroconf) -> None:
        """Say what is to be said, when it is not what was said last."""
        wanted = None if self._announcement is None else (self._announcement, self._networks)
        if wanted == self._said:
            return
        from zeroconf import ServiceInfo

        before, self._said, self._info = self._info, None, None
        if wanted is None:
            if before is not None:
                zeroconf.unregister_service(before)
            return
        announcement, ours = wanted
        info = ServiceInfo(
            SERVICE,
            announcement.instance,
            port=announcement.port,
            properties=announcement.txt(),
            server=announcement.host,
            parsed_addresses=own_addresses(ours),
            host_ttl=RECORD_TTL_S,
            other_ttl=RECORD_TTL_S,
        )
        if before is not None and before.name == info.name:
            zeroconf.update_service(info)
        else:
            if before is not None:
                zeroconf.unregister_service(before)
            zeroconf.register_service(info, cooperating_responders=True)  # nobody can keep us from our name by having it first
        self._said, self._info = wanted, info

    def _browse(self, zeroconf: Zeroconf) -> None:
        """Begin anew: a browser asks aloud only when it begins."""
        from zeroconf import ServiceBrowser

        self._seeking = False
        if self._browser is not None:
            self._browser.cancel()
        self._browser = ServiceBrowser(zeroconf, SERVICE, handlers=[self._changed])

    def _changed(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:  # noqa: ARG002
        """On a thread of zeroconf's. A flood pushes out what waits longest: it is heard again when the network is asked anew."""
        from zeroconf import ServiceStateChange

        self._heard.append((name, state_change is not ServiceStateChange.Removed))
        self._wake.set()

    def _hand_over(self, zeroconf: Zeroconf) -> None:
        self._asked = 0
        names: dict[str, bool] = {}
        while self._heard:
            name, here = self._heard.popleft()
            names[name] = here
        for name, here in names.items():
            if self._ending:
                return
            hint = self._hint(zeroconf, name) if here else None
            if hint is not None or not here:
                self._told(name, hint)

    def _hint(self, zeroconf: Zeroconf, name: str) -> Hint | None:
        from zeroconf import IPVersion, ServiceInfo

        info = ServiceInfo(SERVICE, name)
        if not info.load_from_cache(zeroconf) and not self._ask(zeroconf, info):
            return None
        try:
            return parse(name, info.properties, nearby(info.parsed_addresses(IPVersion.V4Only), self._networks), info.port)
        except NoHint as no:
            _log.debug("%r is no hint: %s", name, no)
            return None

    def _ask(self, zeroconf: Zeroconf, info: ServiceInfo) -> bool:
        """What did not come with the name. It takes time, so a crowd of half names is not asked about: each is heard again."""
        self._asked += 1
        return self._asked <= MAX_ASKED and info.request(zeroconf, ASK_MS)

    def _say(self, fault: str) -> None:
        if fault != self._fault:
            self._fault = fault
            self._stand(fault)

    def _close(self) -> None:
        """Say goodbye where that is possible."""
        zeroconf, browser = self._zeroconf, self._browser
        self._zeroconf = self._browser = self._info = self._said = None
        for end in (browser.cancel if browser is not None else None, zeroconf.close if zeroconf is not None else None):
            if end is not None:
                try:
                    end()
                except Exception:  # noqa: BLE001 - it is gone either way
                    _log.debug("closing", exc_info=True)
