"""The local socket: windows of one machine and their own peer, in processes of their own and in this one."""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import zmq

from console.comms.local.client import LocalClient, ask, look
from console.comms.local.messages import (
    Changed,
    Done,
    Draft,
    FromPeer,
    Hello,
    Invite,
    Join,
    LinksNow,
    Ready,
    Revoke,
    Stop,
    Welcome,
    Write,
)
from console.comms.local.process import PeerProcess, ensure_peer
from console.comms.local.running import Running, running
from console.comms.peer import Peer
from console.comms.security.keys import CurvePair
from console.errors import Fault, RefusedFault
from console.models.paths import DataDir
from tests.comms.peers import House, house, own, position, report
from tests.waiting import deadline

__all__ = ["house"]


@pytest.fixture
def office(house: House) -> Peer:
    return house.start(Peer(DataDir(house.root / "office"), name="office", area="6527"))


@pytest.fixture
def data(house: House, office: Peer) -> DataDir:
    assert office.origin, "it runs"
    return DataDir(house.root / "office")


class Window:
    """A watcher that reads when it is told to."""

    def __init__(self, data: DataDir) -> None:
        self.client = LocalClient(data)
        self.client.send(Hello(watch=True))
        self.got: list[FromPeer] = []
        self.wait(Welcome)

    def wait(self, kind: type, test: Callable[[FromPeer], bool] = lambda message: True) -> FromPeer:
        def found() -> FromPeer | None:
            self.got += self.client.receive()
            return next((message for message in self.got if isinstance(message, kind) and test(message)), None)

        answer = deadline(found, f"{kind.__name__} at the window")
        assert answer is not None
        self.got.remove(answer)
        return answer


@pytest.fixture
def window(data: DataDir) -> Iterator[Callable[[], Window]]:
    opened: list[Window] = []

    def open_window() -> Window:
        opened.append(Window(data))
        return opened[-1]

    yield open_window
    for each in opened:
        each.client.close()


def test_what_is_written_by_one_window_is_told_to_the_other(window: Callable[[], Window], office: Peer) -> None:
    first, second = window(), window()
    first.client.send(Write(id=7, drafts=[position(office, 82.5)]))
    done = first.wait(Done)
    assert isinstance(done, Done)
    assert (done.id, done.ids) == (7, [own(office)])
    for each in (first, second):
        changed = each.wait(Changed)
        assert isinstance(changed, Changed)
        assert changed.changes.fixes[own(office)].lon == 82.5


def test_a_stalled_window_costs_one_message_and_then_gets_the_latest(window: Callable[[], Window], office: Peer) -> None:
    stalled, lively = window(), window()
    for n in range(200):
        office.write([position(office, n / 10)]).result(5)
        lively.client.send(Ready())
    last = lively.wait(Changed, lambda message: message.changes.fixes[own(office)].lon == 19.9)  # type: ignore[attr-defined]
    assert isinstance(last, Changed)
    stalled.got += stalled.client.receive()
    assert len([message for message in stalled.got if isinstance(message, Changed)]) == 1
    stalled.client.send(Ready())
    deadline(lambda: len([message for message in _read(stalled) if isinstance(message, Changed)]) == 2, "the rest in one")
    merged = [message for message in stalled.got if isinstance(message, Changed)][-1]
    assert merged.changes.fixes[own(office)].lon == 19.9
    assert merged.changes.position == office.me().position


def _read(window: Window) -> list[FromPeer]:
    window.got += window.client.receive()
    return window.got


def test_links_are_told_when_they_change(window: Callable[[], Window], office: Peer) -> None:
    first = window()
    first.wait(LinksNow)
    office.write([report(office)]).result(5)
    told = first.wait(LinksNow, lambda message: message.me.position == 1)  # type: ignore[attr-defined]
    assert isinstance(told, LinksNow)


def test_requests_that_cannot_be_done_say_why(data: DataDir, office: Peer) -> None:
    with pytest.raises(RefusedFault, match="does not listen"):
        ask(data, lambda number: Invite(id=number, role="unit", area=""))
    with pytest.raises(RefusedFault, match="not a token"):
        ask(data, lambda number: Join(id=number, token="x"))
    with pytest.raises(RefusedFault, match="no peer 'nobody'"):
        ask(data, lambda number: Revoke(id=number, peer="nobody"))
    with pytest.raises(RefusedFault, match="not a kind"):
        ask(data, lambda number: Write(id=number, drafts=[Draft(kind="no.such", body=b"\x80")]))
    with pytest.raises(RefusedFault, match="area"):
        ask(data, lambda number: Write(id=number, drafts=[Draft(kind="log.entered", body=b"\x81\xa4text\xa1x", area="11", subject="i")]))
    assert look(data).me.position == office.me().position == 0


def test_bytes_that_are_no_message_change_nothing(data: DataDir, window: Callable[[], Window]) -> None:
    first = window()
    for frame in (b"", b"\xc1", b"\x80", b"\x91" * 3000, os.urandom(100)):
        first.client._socket.send(frame)
    assert look(data).me.name == "office"


def test_another_key_does_not_get_in(data: DataDir) -> None:
    found = running(data.running)
    assert found is not None
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    socket = context.socket(zmq.DEALER)
    monitor = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_AUTH)
    CurvePair.generate().dial(socket, bytes.fromhex(found.key))
    socket.connect(f"tcp://127.0.0.1:{found.port}")
    assert monitor.poll(5000)
    socket.disable_monitor()
    monitor.close(linger=0)
    context.destroy(linger=0)


def test_who_peeks_is_not_told_of_the_way_in(data: DataDir, office: Peer) -> None:
    assert running(data.running) is not None
    if sys.platform != "win32":
        assert stat.S_IMODE(data.running.stat().st_mode) == 0o600
    office.stop()
    assert not data.running.exists()


@pytest.mark.parametrize("pid", [os.getpid(), 2**22 - 3])
def test_a_stale_announcement_is_not_believed(tmp_path: Path, pid: int) -> None:
    data = DataDir(tmp_path)
    data.running.write_text(json.dumps({"pid": pid, "port": 1, "key": "00", "born_s": 1.0}))
    assert running(data.running) is None
    with pytest.raises(Fault, match="no peer runs"):
        LocalClient(data)
    data.running.write_bytes(b"\xff")
    assert running(data.running) is None


# -- the peer as a process ---------------------------------------------------------------------------------------------------


@pytest.fixture
def process(tmp_path: Path) -> Iterator[tuple[PeerProcess, DataDir]]:
    data = DataDir(tmp_path / "own")
    peer = ensure_peer(data, name="own", area="6527")
    yield peer, data
    found = running(data.running)
    if found is not None:
        os.kill(found.pid, signal.SIGKILL)
    deadline(lambda: not peer.alive() and peer._grown is None, "it is gone")


def reach(peer: PeerProcess) -> LocalClient:
    client = deadline(peer.reach, "the peer comes up", 20)
    assert client is not None
    return client


def test_it_is_started_once_and_outlives_a_window(process: tuple[PeerProcess, DataDir]) -> None:
    peer, data = process
    with reach(peer) as client:
        first = client.running
    assert peer.alive()
    with reach(ensure_peer(data)) as client:
        assert client.running == first
    assert (look(data).me.name, look(data).me.area) == ("own", "6527")
    ask(data, lambda number: Stop(id=number))
    deadline(lambda: not peer.alive(), "it ends when it is told to")


def test_its_death_is_noticed_and_it_is_started_anew(process: tuple[PeerProcess, DataDir]) -> None:
    peer, data = process
    with reach(peer) as client:
        client.send(Hello(watch=True))
        deadline(client.receive, "welcome")
        first = client.running
        os.kill(first.pid, signal.SIGKILL)
        deadline(lambda: client.lost, "the client notices")
    deadline(lambda: not peer.alive(), "it is known to be gone")
    assert data.running.exists(), "kill -9 takes nothing back"
    with reach(peer) as client:
        assert client.running.pid != first.pid


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no way to stop a process there")
def test_a_peer_that_does_not_answer_is_noticed(process: tuple[PeerProcess, DataDir], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.comms.local.client.HEARTBEAT_MS", 100)
    monkeypatch.setattr("console.comms.local.client.SILENT_MS", 300)
    peer, _ = process
    with reach(peer) as client:
        client.send(Hello(watch=True))
        deadline(client.receive, "welcome")
        psutil.Process(client.running.pid).suspend()
        deadline(lambda: client.lost, "silence is noticed", 20)
        psutil.Process(client.running.pid).resume()


def test_why_it_cannot_start_is_told(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "own")
    data.root.mkdir()
    data.journal.write_bytes(b"this is no journal" * 100)
    with pytest.raises(Fault, match=r"journal\.db"):
        deadline(ensure_peer(data, area="6527").reach, "a fault")


def test_the_log_is_bounded(process: tuple[PeerProcess, DataDir]) -> None:
    peer, data = process
    data.root.mkdir()
    data.log.write_bytes(b"x" * (1 << 21))
    reach(peer).close()
    assert data.log.stat().st_size < 1 << 20
    assert data.log.with_name("peer.log.1").exists()


def test_a_reused_pid_is_not_taken_for_the_peer() -> None:
    me = psutil.Process()
    from console.comms.local.running import alive

    assert alive(Running(me.pid, 1, "", me.create_time()))
    assert not alive(Running(me.pid, 1, "", me.create_time() - 60))
