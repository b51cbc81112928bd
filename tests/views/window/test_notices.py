"""What the banner says of a real peer, of joining a real node, and of reading that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from console.comms.local.messages import Done, Invite, Join
from console.comms.local.process import ensure_peer
from console.models.journal.reading import Reader
from console.models.paths import DataDir
from console.models.state.instant import Instant
from console.views.context import News
from console.views.time.history import History
from console.views.time.mode import TimeMode
from console.views.window import notices
from console.views.window.banner import Banner
from console.views.window.crash import CrashReports
from console.views.window.notices import Notices
from console.views.window.peer_link import PeerLink
from console.views.window.reader import BackgroundReading

WAIT_MS = 30_000


class Office:
    """A peer, the link to it, and a banner with its notices."""

    def __init__(self, folder: Path, name: str, area: str) -> None:
        self.folder, self.time, self.news = folder, TimeMode(), News()
        data = DataDir(folder)
        self.peer = PeerLink(ensure_peer(data, name=name, area=area, listen=["tcp://127.0.0.1:0"]), self.news, self.time, "starting")
        self.reading = BackgroundReading(lambda: Reader(data.journal), lambda: Instant(data.journal))
        self.banner = Banner(self.time.go_live)
        self.history = History(self.time, self.reading, self.news)
        self.notices = Notices(self.banner, self.reading, self.peer, self.history, CrashReports(folder), absence=True)

    def close(self) -> None:
        pid = None if self.peer.me is None else self.peer.me.pid
        self.peer.end_peer()
        self.peer.stop()
        self.reading.close()
        self.banner.deleteLater()
        if pid is not None:
            psutil.Process(pid).wait(WAIT_MS / 1000)


@pytest.fixture
def open_office(qapp: object, tmp_path: Path) -> Iterator[Callable[[str, str], Office]]:
    made: list[Office] = []

    def make(name: str, area: str) -> Office:
        made.append(Office(tmp_path / name, name, area))
        return made[-1]

    yield make
    for office in made:
        office.close()


def token_of(node: Office, qtbot: QtBot) -> str:
    answers: list[Done] = []
    node.peer.ask(lambda number: Invite(id=number, role="node", area="652722"), answers.append, pytest.fail)
    qtbot.waitUntil(lambda: bool(answers), timeout=WAIT_MS)
    return answers[0].token


def test_an_office_joins_with_its_token_and_a_used_token_is_refused_in_the_banner(
    open_office: Callable[[str, str], Office], qtbot: QtBot
) -> None:
    node = open_office("prefecture", "6527")
    node.peer.start()
    qtbot.waitUntil(lambda: node.peer.me is not None, timeout=WAIT_MS)
    token = token_of(node, qtbot)
    first, second = open_office("first", "652722"), open_office("second", "652722")
    first.notices.join(lambda number: Join(id=number, token=token))
    first.peer.start()
    qtbot.waitUntil(lambda: any(link.state == "online" for link in first.peer.links), timeout=WAIT_MS)
    assert "join" not in first.banner.faults
    second.notices.join(lambda number: Join(id=number, token=token))
    second.peer.start()
    qtbot.waitUntil(lambda: "join" in second.banner.faults, timeout=WAIT_MS)
    assert "Joining the node failed" in second.banner.faults["join"].text


def test_a_peer_that_stays_away_is_told_with_a_retry_and_cleared_when_it_is_back(
    open_office: Callable[[str, str], Office], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "PATIENCE_MS", 10)
    office = open_office("alone", "652722")
    qtbot.waitUntil(lambda: "peer" in office.banner.faults, timeout=WAIT_MS)
    assert office.banner.faults["peer"].remedy is not None
    office.peer.start()
    qtbot.waitUntil(lambda: office.peer.me is not None, timeout=WAIT_MS)
    assert "peer" not in office.banner.faults


def test_reading_that_fails_is_told_and_cleared_by_the_first_that_works(open_office: Callable[[str, str], Office], qtbot: QtBot) -> None:
    office = open_office("reader", "652722")
    office.reading.release()
    office.reading.run("early", lambda database: None, lambda found: None)
    qtbot.waitUntil(lambda: "reading" in office.banner.faults, timeout=WAIT_MS)
    assert "no journal" in office.banner.faults["reading"].text
    office.peer.start()
    qtbot.waitUntil(lambda: office.peer.me is not None, timeout=WAIT_MS)
    office.history.read_again()
    qtbot.waitUntil(lambda: "reading" not in office.banner.faults, timeout=WAIT_MS)


def test_an_earlier_crash_is_told(open_office: Callable[[str, str], Office], tmp_path: Path) -> None:
    folder = tmp_path / "crashed" / "crashes"
    folder.mkdir(parents=True)
    (folder / "20260101T000000.000000Z.txt").write_text("RuntimeError", encoding="utf-8")
    office = open_office("crashed", "652722")
    assert "when it ran last" in office.banner.faults["crash"].text
