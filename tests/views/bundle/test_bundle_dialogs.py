"""Making and taking bundles in real dialogs, with a real peer behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import peewee as pw
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.comms.local.messages import Bundle, Done
from console.comms.peer import Peer
from console.errors import Fault
from console.models.journal.reading import open_read_only
from console.models.paths import DataDir
from console.views.bundle.frame import JobDialog
from console.views.bundle.making import MakeDialog
from console.views.bundle.taking import TakeDialog
from console.views.bundle.view import BundleView
from console.views.context import Context, News, Selection
from tests.comms.peers import House, house, report
from tests.views.tables.desk import Asking, Time
from tests.waiting import deadline

__all__ = ["house"]


class PeerAsking:
    """As `PeerLink`, without a socket between."""

    def __init__(self, peer: Peer) -> None:
        self._peer, self._asked = peer, 0
        self.away = False

    def ask(self, request: Callable[[int], object], done: Callable[[Done], None], failed: Callable[[str], None]) -> None:
        self._asked += 1
        asked = request(self._asked)
        assert isinstance(asked, Bundle)
        if self.away:
            failed("The own peer is away.")
            return
        try:
            job = self._peer.bundle(asked.order).result(10)
        except Fault as fault:
            failed(str(fault))
            return
        done(Done(id=self._asked, job=job))


class NowReading:
    def __init__(self, path: Path) -> None:
        self._path = path

    def run(self, _tag: str, work: Callable[[pw.SqliteDatabase], object], done: Callable[[object], None]) -> None:
        database = open_read_only(self._path)
        try:
            done(work(database))
        finally:
            database.close()


class NoWriting:
    def write(self, drafts: object, done: object = None, failed: object = None) -> None:
        raise AssertionError("nothing is written here")

    def purge(self, *_: object, **_by_name: object) -> None:
        raise AssertionError("nothing is destroyed here")


@dataclass
class Desk:
    peer: Peer
    context: Context

    @property
    def asking(self) -> PeerAsking:
        assert isinstance(self.context.asking, PeerAsking)
        return self.context.asking


def desk(peer: Peer, root: Path) -> Desk:
    reading = NowReading(DataDir(root).journal)
    return Desk(peer, Context(reading, NoWriting(), Time(), Selection(), News(), lambda: "王", PeerAsking(peer)))  # type: ignore[arg-type]


@pytest.fixture
def pair(house: House) -> Iterator[tuple[Desk, Desk]]:
    """A node and a console, in step and then cut off from each other; the node has said three things since."""
    node = house.node()
    console = house.joined(node, "console", role="console", area="6527")
    deadline(lambda: house.heads("console") == house.heads("node"), "in step")
    for peer in (node, console):
        peer.cut(600).result(5)
    node.write([report(node, str(n)) for n in range(3)]).result(5)
    return desk(node, house.root / "node"), desk(console, house.root / "console")


def idle(qtbot: QtBot, dialog: JobDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.watch.busy and dialog._next is None, timeout=10_000)


@pytest.fixture
def making(qtbot: QtBot, pair: tuple[Desk, Desk]) -> Iterator[MakeDialog]:
    dialog = MakeDialog(pair[0].context)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.open_for()
    idle(qtbot, dialog)
    yield dialog
    idle(qtbot, dialog)
    dialog.close()


@pytest.fixture
def taking(qtbot: QtBot, pair: tuple[Desk, Desk]) -> Iterator[TakeDialog]:
    dialog = TakeDialog(pair[1].context)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show_beside()
    yield dialog
    idle(qtbot, dialog)
    dialog.close()


def test_made_in_one_dialog_and_taken_in_the_other(
    qtbot: QtBot, making: MakeDialog, taking: TakeDialog, house: House, tmp_path: Path
) -> None:
    assert not making.start.isEnabled()
    assert making.start.toolTip() == "Choose for whom it is."
    making.peer.setCurrentIndex(making.peer.findText("console", Qt.MatchFlag.MatchStartsWith))
    idle(qtbot, making)
    assert "report 3" in making.estimate.text()
    assert making.out.text().endswith(".fsb")
    making.out.setText(str(tmp_path / "stick.fsb"))
    qtbot.mouseClick(making.start, Qt.MouseButton.LeftButton)
    idle(qtbot, making)
    assert making.note.text().startswith("Written for console: stick.fsb")
    assert making.outcome.text().startswith("Done ")
    taking.look_into([str(tmp_path / "stick.fsb")])
    idle(qtbot, taking)
    assert taking.note.text().endswith("events are new here.")
    assert taking.inside.pairs()["New here"] == "report 3"
    assert taking.kinds.rowCount() >= 1
    assert house.heads("console") != house.heads("node")
    qtbot.mouseClick(taking.start, Qt.MouseButton.LeftButton)
    idle(qtbot, taking)
    assert "report 3" in taking.note.text()
    assert house.heads("console") == house.heads("node")
    assert not taking.start.isEnabled()


def test_an_altered_file_is_refused_with_the_event_and_nothing_can_be_taken(
    qtbot: QtBot, making: MakeDialog, taking: TakeDialog, tmp_path: Path
) -> None:
    making.peer.setCurrentIndex(making.peer.findText("console", Qt.MatchFlag.MatchStartsWith))
    idle(qtbot, making)
    making.out.setText(str(tmp_path / "a.fsb"))
    making.go()
    idle(qtbot, making)
    content = bytearray((tmp_path / "a.fsb").read_bytes())
    content[500] ^= 1
    (tmp_path / "a.fsb").write_bytes(content)
    taking.look_into([str(tmp_path / "a.fsb")])
    idle(qtbot, taking)
    if taking.start.isEnabled():  # the byte lies in an event: the list of contents is sound
        taking.go()
        idle(qtbot, taking)
    assert "was altered or damaged" in taking.outcome.text()


def test_a_file_that_exists_is_not_replaced_unless_it_was_asked(qtbot: QtBot, making: MakeDialog, tmp_path: Path) -> None:
    out = tmp_path / "a.fsb"
    out.write_text("a letter")
    making.peer.setCurrentIndex(making.peer.findText("console", Qt.MatchFlag.MatchStartsWith))
    making.out.setText(str(out))
    making.go()
    idle(qtbot, making)
    assert "exists already" in making.outcome.text()
    making._confirmed = str(out)
    making.go()
    idle(qtbot, making)
    assert out.read_bytes().startswith(b"FSBUNDLE")


def test_the_chosen_peer_of_links_is_proposed(qtbot: QtBot, pair: tuple[Desk, Desk]) -> None:
    node, console = pair
    over = QWidget()
    qtbot.addWidget(over)
    view = BundleView(node.context, over, lambda: console.peer.origin)
    make, _ = view.buttons()
    dialog = view.make()
    idle(qtbot, dialog)
    assert dialog.peer.currentData() == console.peer.origin
    assert "report 3" in dialog.estimate.text()
    dialog.close()
    assert view.make() is dialog
    idle(qtbot, dialog)
    dialog.close()
    make.deleteLater()


def test_without_a_peer_and_with_one_that_goes_away_it_says_so(qtbot: QtBot, making: MakeDialog, pair: tuple[Desk, Desk]) -> None:
    pair[0].asking.away = True
    making._plan() if making.peer.currentData() else making.peer.setCurrentIndex(1)
    idle(qtbot, making)
    assert "The own peer is away" in making.outcome.text()
    making._context.asking = None
    making._plan()
    idle(qtbot, making)
    assert "no peer behind this view" in making.outcome.text()


def test_a_job_that_goes_on_is_shown_and_can_be_stopped(qtbot: QtBot, pair: tuple[Desk, Desk]) -> None:
    from console.comms.carriers.bundle.orders import Halt, Job, Look, Show, Take

    asking = Asking()
    pair[1].context.asking = asking
    dialog = TakeDialog(pair[1].context)
    qtbot.addWidget(dialog)
    dialog.show_beside()
    dialog.begin(Take(["/a.fsb"]))
    asking.answer(job=Job(7, "running", "checking", 5, 20))
    assert dialog.bar.isVisible()
    assert dialog.bar.text() == "Checking 5 / 20"
    assert dialog.stop.isEnabled()
    qtbot.waitUntil(lambda: len(asking.requests) == 2)
    assert asking.requests[-1] == Bundle(id=2, order=Look(7))
    qtbot.mouseClick(dialog.stop, Qt.MouseButton.LeftButton)
    assert asking.requests[-1] == Bundle(id=3, order=Halt(7))
    asking.answer(job=Job(7, "stopped", reason="it was stopped. What was taken until then is kept; the same bundle can be taken again."))
    assert "it was stopped" in dialog.outcome.text()
    assert not dialog.stop.isEnabled()
    assert isinstance(asking.requests[0], Bundle)
    assert not isinstance(asking.requests[0].order, Show)
    dialog.close()


def test_everything_is_reached_by_keyboard(qtbot: QtBot, making: MakeDialog, taking: TakeDialog) -> None:
    for dialog in (making, taking):
        reached, widget = set(), dialog.nextInFocusChain()
        while widget is not dialog and widget not in reached:
            reached.add(widget)
            widget = widget.nextInFocusChain()
        wanted = [dialog.start, dialog.stop, dialog.shut]
        wanted += [making.peer, making.about, making.out, making.volumes] if dialog is making else [taking.choose, taking.kinds]
        assert all(each in reached and each.focusPolicy() & Qt.FocusPolicy.TabFocus for each in wanted)
