"""The laboratory: networks, machines, and what runs on them; all gone when it is closed."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.e2e.processes import CHECKOUT, Process
from tests.netlab.ether import Cable, Ether, Lan
from tests.netlab.namespace import Namespace

MORTAL = ("setpriv", "--pdeathsig", "KILL", "--")
"""So that what was started in a namespace does not outlive a laboratory that was killed."""


def obstacle() -> str:
    """Why there can be no laboratory here; "" when there can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "network namespaces need root on Linux"
    missing = [program for program in ("ip", "setpriv") if shutil.which(program) is None]
    if missing or not Path("/dev/net/tun").exists():
        return f"needs {', '.join(missing) or '/dev/net/tun'}"
    try:
        namespace = Namespace()
    except OSError as error:
        return f"this machine does not let a network namespace be made ({error.strerror})"
    try:
        os.close(namespace.tap("probe"))
    except OSError as error:
        return f"this machine does not let a TAP interface be made ({error.strerror})"
    finally:
        namespace.close()
    return ""


class Host:
    """One machine. `cables`: by the name of the network they lead to; `addresses`: likewise."""

    def __init__(self, name: str, ether: Ether) -> None:
        self.name = name
        self._ether = ether
        self.namespace = Namespace()
        self.cables: dict[str, Cable] = {}
        self.addresses: dict[str, str] = {}

    def plug(self, lan: Lan, address: str) -> Cable:
        """Join a network under an IPv4 address of its /24."""
        port = f"eth{len(self.cables)}"
        cable = self._ether.plug(self.namespace.tap(port), lan)
        self.namespace.ip(f"link set {port} addrgenmode none", f"link set {port} up", f"addr add {address}/24 dev {port}")
        self.namespace.ip("route replace 224.0.0.0/4 dev eth0")
        self.cables[lan.name], self.addresses[lan.name] = cable, address
        return cable

    def move(self, lan: Lan, address: str) -> None:
        """The same cable, another address: what a new lease does. Connections of the old one are dead without a word."""
        port = f"eth{list(self.cables).index(lan.name)}"
        self.namespace.ip(f"addr del {self.addresses[lan.name]}/24 dev {port}", f"addr add {address}/24 dev {port}")
        if port == "eth0":
            self.namespace.ip("route replace 224.0.0.0/4 dev eth0")
        self.addresses[lan.name] = address

    def start(self, *words: str, env: dict[str, str] | None = None) -> Process:
        """`fengsui WORDS...` on this machine."""
        with self.namespace.inside():
            return Process(*words, env=env, before=MORTAL)

    def fengsui(self, *words: str, timeout_s: float = 60.0, env: dict[str, str] | None = None) -> str:
        """Run a command of the program to its end; its standard output. Raises AssertionError with its complaint."""
        with self.namespace.inside():
            done = subprocess.run(
                [*MORTAL, sys.executable, "-m", "console", *words],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                cwd=CHECKOUT,
                env={**os.environ, **(env or {})},
                timeout=timeout_s,
                check=False,
            )
        assert done.returncode == 0, f"{self.name}: fengsui {' '.join(words)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def close(self) -> None:
        self.namespace.close()


class Lab:
    """Raises OSError where `obstacle` says why."""

    def __init__(self) -> None:
        self._made = ExitStack()
        self.ether = Ether()
        self._made.callback(self.ether.close)
        self.hosts: dict[str, Host] = {}
        self._lans: dict[str, Lan] = {}

    def lan(self, name: str) -> Lan:
        """The network of this name, made when it is first asked for."""
        return self._lans.setdefault(name, Lan(name))

    def host(self, name: str, **addresses: str) -> Host:
        """A machine with an address on each network named."""
        host = self.hosts[name] = Host(name, self.ether)
        self._made.callback(host.close)
        for lan, address in addresses.items():
            host.plug(self.lan(lan), address)
        return host

    def heal(self) -> None:
        """Every cable is good again."""
        for lan in self._lans.values():
            for cable in lan.cables:
                cable.heal()

    def close(self) -> None:
        self._made.close()


@contextlib.contextmanager
def laboratory() -> Iterator[Lab]:
    lab = Lab()
    try:
        yield lab
    finally:
        lab.close()
