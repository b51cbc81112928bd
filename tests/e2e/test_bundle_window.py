"""A stick taken in the whole real window, by its own peer's process: asked for in the palette, looked into, taken, on the map's tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from console.app import Console
from console.models import kinds
from console.models.paths import resources_dir
from console.views import i18n
from console.views.bundle.making import MakeDialog
from console.views.bundle.taking import TakeDialog
from console.views.window.crash import CrashReports
from console.views.window.opening import Opening
from console.views.window.peer_process import own_peer
from console.views.window.settings import Settings
from tests.comms.carriers.bundle.people import Company, Person
from tests.views.conftest import qapp_cls

__all__ = ["qapp_cls"]
pytestmark = [
    pytest.mark.leaves_processes,
    pytest.mark.qt_log_ignore("ulkan", "GPU", extend=True),
    pytest.mark.skipif(not (resources_dir() / "map/bundle/page.html").is_file(), reason="the map bundle has not been built"),
]
WAIT_MS = 30_000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Person, Path]]:
    """(a console whose peer is at rest, a bundle for it about an incident it does not know)."""
    with ExitStack() as stack:
        company = Company(tmp_path, stack)
        node, desk = company.node, company.person("desk", "console", "6527")
        slide = node.own("slide")
        node.write("incident.opened", slide, kinds.IncidentOpened(title="托里镇山体滑坡", lon=82.9, lat=44.6), "652701")
        [file] = node.make("desk", tmp_path / "carried.fsb", incident=slide)
        for person in (node, desk):
            person.close()
            person.keep_keys()
        yield desk, file


@pytest.fixture
def console(qapp: QApplication, desk: tuple[Person, Path], tmp_path: Path) -> Iterator[Console]:
    language = i18n.language()
    i18n.use_language("en")
    settings = Settings(tmp_path / "console.ini")
    settings.language, settings.theme, settings.stop_with_window = "en", "day", True
    opening = Opening(desk[0].data)
    made = Console(qapp, opening, own_peer(opening), settings, CrashReports(tmp_path), renew=lambda: None)
    made.open((1366, 768))
    yield made
    pid = made.peer.me.pid if made.peer.me is not None else None
    made.close()
    if pid is not None and psutil.pid_exists(pid):
        psutil.Process(pid).wait(WAIT_MS / 1000)
    i18n.use_language(language)


def run_from_palette(console: Console, typed: str) -> None:
    palette = console.window.palette_
    palette.open()
    palette.query.setText(typed)
    palette._search(typed)
    palette.run_current()


def dialog(console: Console, kind: type[QDialog]) -> QDialog:
    [found] = console.window.findChildren(kind)
    return found


def test_from_the_palette_to_the_list_of_incidents(qtbot: QtBot, console: Console, desk: tuple[Person, Path], tmp_path: Path) -> None:
    _, file = desk
    qtbot.waitUntil(lambda: console.peer.me is not None, timeout=WAIT_MS)
    run_from_palette(console, "take a bundle from a stick")
    take = dialog(console, TakeDialog)
    assert isinstance(take, TakeDialog)
    qtbot.waitUntil(take.isVisible, timeout=WAIT_MS)
    take.look_into([str(file)])
    qtbot.waitUntil(lambda: take.shown is not None, timeout=WAIT_MS)
    assert take.inside.pairs()["About"] == "托里镇山体滑坡"
    take.start.click()
    qtbot.waitUntil(lambda: take.note.text().startswith("Taken:"), timeout=WAIT_MS)
    incidents = console.panels.get("incidents")
    qtbot.waitUntil(lambda: any(row.title == "托里镇山体滑坡" for row in incidents.list.table.rows()), timeout=WAIT_MS)
    take.close()
    run_from_palette(console, "make a bundle for a stick")
    make = dialog(console, MakeDialog)
    assert isinstance(make, MakeDialog)
    qtbot.waitUntil(lambda: make.peer.count() > 1, timeout=WAIT_MS)
    make.peer.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "known to have all of it" in make.estimate.text(), timeout=WAIT_MS)
    make.out.setText(str(tmp_path / "receipt.fsb"))
    make.start.click()
    qtbot.waitUntil(lambda: (tmp_path / "receipt.fsb").is_file() and not make.watch.busy, timeout=WAIT_MS)
    make.close()
