"""Bundles of running peers: real threads, sockets and journals."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from console.comms.carriers.bundle import taking
from console.comms.carriers.bundle.orders import Halt, Job, Look, Made, Make, Plan, Planned, Show, Shown, Take, Taken, Work
from console.comms.carriers.bundle.volume import VolumeWriter
from console.comms.peer import Peer
from console.errors import Fault
from console.models.journal import known
from console.models.journal.reading import Reader
from console.models.paths import DataDir
from tests.comms.peers import House, house, link, position, report
from tests.waiting import deadline

__all__ = ["house"]


def done(peer: Peer, order: Work) -> Job:
    job = peer.bundle(order).result(10)
    return deadline(lambda: (now := peer.bundle(Look(job.number)).result(10)).state != "running" and now, f"{order} is done", 60)


def made(peer: Peer, name: str, out: Path) -> str:
    job = done(peer, Make(name, str(out)))
    assert isinstance(job.result, Made), job
    return job.result.files[0][0]


def taken(peer: Peer, *files: str) -> Taken:
    job = done(peer, Take(list(files)))
    assert isinstance(job.result, Taken), job
    return job.result


def test_cut_off_peers_meet_by_stick_while_both_go_on(house: House, tmp_path: Path) -> None:
    node = house.node()
    console = house.joined(node, "console", role="console", area="6527")
    unit = house.joined(node)
    unit.deliver([report(unit), position(unit)]).result(10)
    deadline(lambda: house.heads("console") == house.heads("node"), "in step")
    for peer in (node, console):
        peer.cut(600).result(5)
    for turn in range(3):
        writing = [peer.write([report(peer, f"{turn} {n}"), position(peer)]) for peer in (node, console) for n in range(40)]
        down = made(node, "console", tmp_path / f"down{turn}.fsb")
        for future in writing:
            future.result(10)
        assert taken(console, down).refusals == 0
        up = made(console, "node", tmp_path / f"up{turn}.fsb")
        node.write([report(node, "meanwhile")]).result(5)
        assert taken(node, up).refusals == 0
    taken(console, made(node, "console", tmp_path / "last.fsb"))
    assert house.heads("console") == house.heads("node")
    assert sum(_planned(node, "console").events.values()) in (0, 1)  # what came with the last one is not receipted yet


def _planned(peer: Peer, name: str) -> Planned:
    job = done(peer, Plan(name))
    assert isinstance(job.result, Planned)
    return job.result


def test_what_a_peer_holds_is_known_after_a_new_start(house: House, tmp_path: Path) -> None:
    node = house.node()
    console = house.joined(node, "console", role="console", area="6527")
    node.write([report(node, str(n)) for n in range(50)]).result(5)
    deadline(lambda: house.heads("console") == house.heads("node"), "in step")
    deadline(lambda: link(node, "console").waiting == {}, "acknowledged")
    node.stop()
    node = house.start(Peer(DataDir(house.root / "node"), local=False))
    console.stop()
    assert _planned(node, "console").events == {"command": 0, "report": 0, "telemetry": 0}
    node.write([report(node, "new")]).result(5)
    assert _planned(node, "console").events == {"command": 0, "report": 1, "telemetry": 0}


def test_what_a_peer_holds_is_kept_when_its_link_ends(house: House) -> None:
    node = house.node()
    unit = house.joined(node)
    unit.deliver([report(unit)]).result(10)
    unit.stop()

    def kept() -> int:
        reader = Reader(DataDir(house.root / "node").journal)
        try:
            held = known.read(reader.connection, bytes.fromhex(unit.origin))
        finally:
            reader.close()
        return 0 if held is None else sum(held.vector().values())

    deadline(kept, "what the unit holds is in the journal")


def test_a_receipt_settles_a_delivery(house: House, tmp_path: Path) -> None:
    """Who waits for an event to be durable elsewhere is told by the stick that comes back."""
    node = house.node()
    console = house.joined(node, "console", role="console", area="6527")
    deadline(lambda: house.heads("console") == house.heads("node"), "in step")
    for peer in (node, console):
        peer.cut(600).result(5)
    waiting = node.deliver([report(node, "by hand")])
    taken(console, made(node, "console", tmp_path / "down.fsb"))
    assert not waiting.done()
    taken(node, made(console, "node", tmp_path / "receipt.fsb"))
    assert waiting.result(5)[0].kind == "unit.report"


def test_links_count_what_waits_by_the_receipt_and_say_that_a_stick_brought_it(house: House, tmp_path: Path) -> None:
    node = house.node()
    console = house.joined(node, "console", role="console", area="6527")
    deadline(lambda: house.heads("console") == house.heads("node"), "in step")
    for peer in (node, console):
        peer.cut(600).result(5)
    node.write([report(node, str(n)) for n in range(5)]).result(5)
    assert link(node, "console", state="gone").waiting == {"report": 5}
    taken(console, made(node, "console", tmp_path / "down.fsb"))
    assert link(console, "node").carrier == "bundle"
    taken(node, made(console, "node", tmp_path / "receipt.fsb"))
    told = link(node, "console")
    assert (told.waiting, told.carrier) == ({}, "bundle")
    assert told.heard_ms is not None


def test_the_loop_goes_on_while_a_large_bundle_is_made_and_taken(house: House, tmp_path: Path) -> None:
    node = house.node()
    console = house.joined(node, "console", role="console", area="6527")
    deadline(lambda: house.heads("console") == house.heads("node"), "in step")
    for peer in (node, console):
        peer.cut(600).result(5)
    for start in range(0, 4000, 500):
        node.write([report(node, f"report {start + n}") for n in range(500)]).result(30)
    file = made(node, "console", tmp_path / "large.fsb")
    job = console.bundle(Take([file])).result(10)
    worst_s, turns = 0.0, 0
    while console.bundle(Look(job.number)).result(10).state == "running":
        began = time.monotonic()
        console.me()
        worst_s, turns = max(worst_s, time.monotonic() - began), turns + 1
    assert turns > 10
    assert worst_s < 1, worst_s  # on a machine with other things to do
    assert house.heads("console") == house.heads("node")


def test_one_job_at_a_time_and_it_can_be_stopped(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = house.node()
    house.joined(node, "console", role="console", area="6527")
    node.write([report(node, str(n)) for n in range(20)]).result(5)
    slow = threading.Event()
    add = VolumeWriter.add

    def patient(self: VolumeWriter, *args: object, **more: object) -> int:
        slow.wait(20)
        return add(self, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(VolumeWriter, "add", patient)
    job = node.bundle(Make("console", str(tmp_path / "a.fsb"))).result(5)
    with pytest.raises(Fault, match="being made or taken already"):
        node.bundle(Show([str(tmp_path / "a.fsb")])).result(5)
    node.bundle(Halt(job.number)).result(5)
    slow.set()
    ended = deadline(lambda: (now := node.bundle(Look(job.number)).result(5)).state != "running" and now, "it stopped")
    assert ended.state == "stopped"
    assert not list(tmp_path.glob("a.fsb*"))
    with pytest.raises(Fault, match="over and forgotten"):
        node.bundle(Look(job.number + 5)).result(5)


def test_a_peer_that_ends_in_the_middle_leaves_nothing_running(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = house.node()
    console = house.joined(node, "console", role="console", area="6527")
    node.write([report(node, str(n)) for n in range(2000)]).result(20)
    for peer in (node, console):
        peer.cut(600).result(5)
    file = made(node, "console", tmp_path / "a.fsb")
    monkeypatch.setattr(taking, "SLICE_EVENTS", 1)
    console.bundle(Take([file])).result(5)
    console.stop()


def test_what_is_shown_is_what_is_taken(house: House, tmp_path: Path) -> None:
    node = house.node()
    console = house.joined(node, "console", role="console", area="6527")
    deadline(lambda: house.heads("console") == house.heads("node"), "in step")
    for peer in (node, console):
        peer.cut(600).result(5)
    node.write([report(node, str(n)) for n in range(7)]).result(5)
    file = made(node, "console", tmp_path / "a.fsb")
    job = done(console, Show([file]))
    assert isinstance(job.result, Shown)
    [volume] = job.result.volumes
    assert (volume.name, volume.role, volume.new, volume.waiting) == ("node", "node", {"report": 7}, 0)
    assert [(kind.kind, kind.count) for kind in volume.kinds if kind.lane == "report"] == [("unit.report", 7)]
    assert taken(console, file).events == {"report": 7}


def test_a_fault_is_told_and_the_next_job_runs(house: House, tmp_path: Path) -> None:
    node = house.node()
    house.joined(node, "console", role="console", area="6527")
    job = done(node, Show([str(tmp_path / "none.fsb")]))
    assert (job.state, job.exit_code) == ("failed", 3)
    assert "none.fsb cannot be read" in job.reason
    assert done(node, Plan("console")).state == "done"
