"""The link to a real peer process: news, requests, absence and return."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest
from pytestqt.qtbot import QtBot

from console.comms.local.messages import Done, Draft, Invite, Link, Me
from console.comms.local.process import ensure_peer
from console.models import kinds
from console.models.changes import Changes
from console.models.journal.reading import Reader
from console.models.paths import DataDir
from console.views.context import News
from console.views.time.mode import TimeMode
from console.views.window.peer_link import PeerLink

WAIT_MS = 20_000


class Heard:
    def __init__(self, news: News) -> None:
        self.changes: list[Changes] = []
        self.resets = 0
        self.peers: list[Me | None] = []
        news.changed.connect(self.changes.append)
        news.reset.connect(self._on_reset)
        news.links.connect(self._on_links)

    def _on_reset(self) -> None:
        self.resets += 1

    def _on_links(self, me: Me | None, links: list[Link]) -> None:
        assert links == []
        self.peers.append(me)


@pytest.fixture
def news(qapp: object) -> News:
    return News()


@pytest.fixture
def time_mode(qapp: object) -> TimeMode:
    return TimeMode()


@pytest.fixture
def link(tmp_path: Path, news: News, time_mode: TimeMode, qtbot: QtBot) -> Iterator[PeerLink]:
    made = PeerLink(
        ensure_peer(DataDir(tmp_path), name="Test centre", area="6527", listen=["tcp://127.0.0.1:0"]), news, time_mode, "starting"
    )
    made.start()
    qtbot.waitUntil(lambda: made.me is not None, timeout=WAIT_MS)
    yield made
    qtbot.waitUntil(lambda: made.me is not None, timeout=WAIT_MS)
    peer = psutil.Process(made.me.pid)
    made.end_peer()
    peer.wait(WAIT_MS / 1000)
    made.stop()


def log_entry(text: str) -> Draft:
    return Draft(kind="log.entered", subject="incident-1", body=msgspec.msgpack.encode(kinds.LogEntered(text=text)))


def test_a_peer_is_started_and_what_is_written_comes_back_as_news(link: PeerLink, news: News, qtbot: QtBot) -> None:
    heard = Heard(news)
    assert (link.me.name, link.me.area, link.reason) == ("Test centre", "6527", "")
    done: list[list[str]] = []
    link.write([log_entry("first")], done.append)
    qtbot.waitUntil(lambda: bool(done) and bool(heard.changes), timeout=WAIT_MS)
    assert done == [["incident-1"]]
    assert link.me.position >= 1


def test_the_words_of_a_closed_incident_are_destroyed_by_the_peer(link: PeerLink, tmp_path: Path, qtbot: QtBot) -> None:
    done: list[list[str]] = []
    refused: list[str] = []
    link.write([log_entry("a name")], done.append)
    link.purge("incident-1", "the response is over", "Wang", done.append, refused.append)
    closed = Draft(kind="incident.closed", subject="incident-1", body=msgspec.msgpack.encode(kinds.IncidentClosed()))
    link.write([closed], done.append)
    link.purge("incident-1", "the response is over", "Wang", done.append, refused.append)
    qtbot.waitUntil(lambda: len(done) + len(refused) == 4, timeout=WAIT_MS)
    assert (len(done), [reason.split(":")[0] for reason in refused]) == (3, ["Not purged"])
    reader = Reader(DataDir(tmp_path).journal)
    try:
        marks = reader.connection.execute("SELECT kind, mark, body FROM timeline WHERE kind = 'log.entered'").fetchall()
    finally:
        reader.close()
    assert [(kind, mark, b"a name" in body) for kind, mark, body in marks] == [("log.entered", "erased", False)]


def test_a_request_is_answered_once_by_its_own_answer(link: PeerLink, qtbot: QtBot) -> None:
    answers: list[Done] = []
    refused: list[str] = []
    link.ask(lambda number: Invite(id=number, role="unit", area="652722"), answers.append, refused.append)
    link.ask(lambda number: Invite(id=number, role="unit", area="11"), answers.append, refused.append)
    qtbot.waitUntil(lambda: len(answers) + len(refused) == 2, timeout=WAIT_MS)
    assert len(answers) == 1
    assert answers[0].token
    assert refused[0]


def test_while_the_time_is_fixed_nothing_is_written_and_no_news_comes(
    link: PeerLink, news: News, time_mode: TimeMode, tmp_path: Path, qtbot: QtBot
) -> None:
    time_mode.fix(1)
    heard = Heard(news)
    refused: list[str] = []
    link.write([log_entry("no")], failed=refused.append)
    link.purge("incident-1", "the response is over", "Wang", failed=refused.append)
    assert all("Not live" in reason for reason in refused)
    assert len(refused) == 2
    position = link.me.position
    other = PeerLink(ensure_peer(DataDir(tmp_path)), News(), TimeMode(), "starting")  # a second window on the same peer
    other.start()
    qtbot.waitUntil(lambda: other.me is not None, timeout=WAIT_MS)
    other.write([log_entry("by the other window")])
    qtbot.waitUntil(lambda: link.me.position > position, timeout=WAIT_MS)
    other.stop()
    assert heard.changes == []


def test_a_killed_peer_is_missed_at_once_and_comes_back_by_itself(link: PeerLink, news: News, qtbot: QtBot) -> None:
    heard = Heard(news)
    first = link.me.pid
    with qtbot.waitSignal(link.went_away, timeout=WAIT_MS):
        psutil.Process(first).kill()
    assert link.me is None
    refused: list[str] = []
    link.write([log_entry("while away")], failed=refused.append)
    assert "away" in refused[0]
    qtbot.waitUntil(lambda: link.me is not None, timeout=WAIT_MS)
    assert link.me.pid != first
    assert None in heard.peers
    assert heard.peers[-1] is not None
    assert heard.resets == 1


def test_what_was_asked_of_a_peer_that_dies_fails(link: PeerLink, qtbot: QtBot) -> None:
    process = psutil.Process(link.me.pid)
    process.suspend()
    failed: list[str] = []
    done: list[list[str]] = []
    link.write([log_entry("unanswered")], done.append, failed.append)
    process.kill()
    qtbot.waitUntil(lambda: bool(failed), timeout=WAIT_MS)
    assert "before it answered" in failed[0]
    assert done == []
