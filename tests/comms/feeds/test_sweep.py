"""The sweep: what real servers answer, in which order they are asked, and that it keeps to its budget."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from console.comms.feeds.health import Health
from console.comms.feeds.probe import Answer, probe
from console.comms.feeds.sweep import Found, Sweep, Targets, read_health, write_health
from console.models.feeds.rules import SweepRule, default_rule
from tests.waiting import deadline

RULE = default_rule().sweep


@contextmanager
def answering(*answers: bytes, hang: bool = False) -> Iterator[int]:
    """A server that gives these answers to one client, one a request."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def run() -> None:
        client, _ = server.accept()
        with client:
            for answer in answers:
                client.recv(4096)
                client.sendall(answer)
            if hang:
                over.wait(10)

    thread = threading.Thread(target=run)
    thread.start()
    yield server.getsockname()[1]
    over.set()
    thread.join()
    server.close()


def asked(url: str, timeout_s: float = 2.0) -> Answer:
    return asyncio.run(probe(url, timeout_s))


@pytest.mark.parametrize(
    ("scheme", "answers", "code"),
    [
        ("rtsp", (b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n", b"RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n"), "up"),
        ("rtsp", (b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n", b"RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\n\r\n"), "locked"),
        ("rtsp", (b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n", b"RTSP/1.0 404 Not Found\r\nCSeq: 2\r\n\r\n"), "missing"),
        ("rtsp", (b"RTSP/1.0 503 Service Unavailable\r\n\r\n",), "down"),
        ("http", (b"HTTP/1.1 200 OK\r\n\r\n",), "up"),
        ("http", (b"HTTP/1.1 405 Method Not Allowed\r\n\r\n",), "up"),
        ("http", (b"HTTP/1.1 401 Unauthorized\r\n\r\n",), "locked"),
        ("http", (b"HTTP/1.1 404 Not Found\r\n\r\n",), "missing"),
        ("http", (b"x" * 40_000,), "down"),
        ("http", (b"SSH-2.0-OpenSSH\r\n\r\n",), "down"),
    ],
)
def test_what_a_server_answers_is_told(scheme: str, answers: tuple[bytes, ...], code: str) -> None:
    with answering(*answers) as port:
        assert asked(f"{scheme}://127.0.0.1:{port}/cam").code == code


def test_who_does_not_answer_costs_no_more_than_the_timeout() -> None:
    with answering(hang=True) as port:
        told = asked(f"rtsp://127.0.0.1:{port}/cam", 0.2)
    assert (told.code, told.detail) == ("down", "no answer within 0.2 s")


def test_what_cannot_be_asked_is_not(tmp_path: Path) -> None:
    assert asked("udp://@:5000").code == "unknown"
    assert asked((tmp_path / "a.mp4").as_uri()).code == "missing"
    (tmp_path / "a.mp4").touch()
    assert asked((tmp_path / "a.mp4").as_uri()).code == "up"


def run_for(sweep: Sweep, done: Callable[[], bool]) -> None:
    async def main() -> None:
        running = asyncio.create_task(sweep.run())
        await asyncio.to_thread(deadline, done, "the sweep has asked", 5.0)
        running.cancel()

    asyncio.run(main())


def quick(**fields: object) -> SweepRule:
    return msgspec.structs.replace(RULE, **({"per_s": 1000.0} | fields))


def test_those_never_asked_come_first_then_the_oldest() -> None:
    order: list[str] = []

    async def ask(url: str, _timeout_s: float) -> Answer:
        order.append(url)
        return Answer("up", "", 1)

    sweep = Sweep(quick(at_once=1), lambda found: None, ask, lambda: 10_000_000_000)
    sweep.recall({"a": Health("up", 5_000_000), "b": Health("down", 4_000_000), "fresh": Health("up", 9_999_999_999)})
    sweep.take(Targets(urls={"a": "A", "b": "B", "c": "C", "fresh": "F"}))
    run_for(sweep, lambda: len(order) == 3)
    assert order == ["C", "B", "A"]
    assert sweep.health["c"] == Health("up", 10_000_000_000)
    assert sweep.due() == []


def test_the_budget_in_bytes_slows_it_down() -> None:
    """What an answer cost is paid for before the next is asked: 4,000 bytes at 40,000 a second take a tenth of a second."""
    times: list[float] = []

    async def ask(_url: str, _timeout_s: float) -> Answer:
        times.append(asyncio.get_running_loop().time())
        return Answer("up", "", 4000)

    sweep = Sweep(quick(most_bytes_per_s=40_000), lambda found: None, ask)
    sweep.take(Targets(urls={str(at): "u" for at in range(4)}))
    run_for(sweep, lambda: len(times) == 4)
    assert times[3] - times[1] >= 0.19


def test_an_address_that_changed_is_asked_anew_and_what_was_found_is_told_once() -> None:
    told: list[Found] = []

    async def ask(_url: str, _timeout_s: float) -> Answer:
        return Answer("up", "", 1)

    sweep = Sweep(quick(), told.append, ask)
    sweep.take(Targets(urls={"a": "A"}))
    run_for(sweep, lambda: "a" in sweep.health)
    sweep.tell(1.0)
    sweep.tell(1.0)
    assert [sorted(found.found) for found in told] == [["a"]]
    sweep.take(Targets(urls={"a": "B"}))
    assert sweep.due() == ["a"]


def test_what_was_found_outlives_the_process(tmp_path: Path) -> None:
    write_health(tmp_path, {"a": Health("down", 7, "nothing listens there")})
    assert read_health(tmp_path) == {"a": Health("down", 7, "nothing listens there")}
    (tmp_path / "video" / "health.msgpack").write_bytes(b"\xff")
    assert read_health(tmp_path) == {}
