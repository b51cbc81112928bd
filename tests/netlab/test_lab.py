"""The laboratory itself: machines reach each other over its cables alone, and nothing of it outlives it, however it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from tests.e2e.processes import CHECKOUT
from tests.netlab.lab import Host, laboratory, obstacle
from tests.waiting import deadline

pytestmark = pytest.mark.skipif(bool(obstacle()), reason=obstacle() or "there is a laboratory")

_HERE = Path("/proc/thread-self/ns/net")
_KILLED = """
import sys, tempfile
from pathlib import Path
from tests.netlab.lab import laboratory
from tests.netlab.post import Post
with laboratory() as lab:
    node = Post(lab.host("node", lan="10.0.0.1"), Path(sys.argv[1]), "Node", "node", "6527")
    node.listen()
    node.up()
    print(node.process.popen.pid, flush=True)
    sys.stdin.read()
"""


def _heard(receiver: Host, sender: Host, target: str) -> bytes:
    """A datagram from one machine to another: what arrives within a second."""
    with receiver.namespace.inside(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("0.0.0.0", 7))
        ear.settimeout(1.0)
        with sender.namespace.inside(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
            mouth.sendto(b"hail", (target, 7))
        try:
            return ear.recv(100)
        except TimeoutError:
            return b""


def test_machines_of_one_network_reach_each_other_and_no_other_network() -> None:
    with laboratory() as lab:
        first, second = lab.host("first", a="10.0.0.1"), lab.host("second", a="10.0.0.2")
        both = lab.host("both", a="10.0.0.3", b="10.0.1.3")
        beyond = lab.host("beyond", b="10.0.1.2")
        assert _heard(second, first, "10.0.0.2") == b"hail"
        assert _heard(both, beyond, "10.0.1.3") == b"hail"
        with (
            first.namespace.inside(),
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth,
            pytest.raises(OSError, match="unreachable"),
        ):
            mouth.sendto(b"hail", ("10.0.1.2", 7))


def test_a_cut_cable_carries_nothing_until_it_is_healed() -> None:
    with laboratory() as lab:
        first, second = lab.host("first", a="10.0.0.1"), lab.host("second", a="10.0.0.2")
        second.cables["a"].cut()
        assert _heard(second, first, "10.0.0.2") == b""
        lab.heal()
        deadline(lambda: _heard(second, first, "10.0.0.2") == b"hail", "it carries again, once the address is asked for again", 10)


def test_a_machine_that_moves_is_reached_at_its_new_address() -> None:
    with laboratory() as lab:
        first, second = lab.host("first", a="10.0.0.1"), lab.host("second", a="10.0.0.2")
        second.move(lab.lan("a"), "10.0.0.9")
        deadline(lambda: _heard(second, first, "10.0.0.9") == b"hail", "it is reached at its new address", 10)
        assert _heard(second, first, "10.0.0.2") == b""


def test_this_process_stays_in_its_own_network_and_that_one_is_not_touched() -> None:
    before, here = psutil.net_if_addrs(), _HERE.readlink()
    with laboratory() as lab:
        host = lab.host("first", a="10.77.0.1")
        with host.namespace.inside():
            assert "eth0" in psutil.net_if_addrs()
            assert _HERE.readlink() != here
        assert _HERE.readlink() == here
        assert psutil.net_if_addrs() == before
    assert psutil.net_if_addrs() == before


def test_nothing_outlives_a_laboratory_that_was_killed(tmp_path: Path) -> None:
    lab = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(tmp_path)], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert lab.stdin is not None
    assert lab.stdout is not None
    watchdog = threading.Timer(30, lab.kill)
    watchdog.start()
    try:
        node = psutil.Process(int(lab.stdout.readline()))
        lab.send_signal(signal.SIGKILL)
        lab.wait(10)
        deadline(lambda: not node.is_running() or node.status() == psutil.STATUS_ZOMBIE, "the node ends with its laboratory")
    finally:
        watchdog.cancel()
        watchdog.join()
        lab.stdin.close()
        lab.stdout.close()
