"""The checklist in a real window: looked at beside the work, its buttons mend, the keyboard reaches them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.comms.local.messages import Me, Power
from console.models.paths import DataDir
from console.views.ready.check import Check, Mend, State
from console.views.ready.dialog import ReadyDialog
from console.views.ready.known import MapFile, close_keys
from tests.views.ready.test_ready_presenter import ME, NODE
from tests.views.tables.desk import Desk
from tests.views.window.sample_journal import data_with_history


@dataclass
class Shown:
    desk: Desk
    data: DataDir
    dialog: ReadyDialog
    pressed: list[Check]
    maps: list[MapFile] = field(default_factory=list)

    def state(self, key: str) -> State:
        return next(check.state for check in self.dialog.checks if check.key == key)

    def tell(self, me: Me | None = ME) -> None:
        self.dialog.tell(me, [] if me is None else [msgspec.structs.replace(NODE, in_step_ms=self.desk.time.wall_ms())])


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    data = data_with_history(tmp_path / "data", minutes=1)
    data.keys.mkdir(mode=0o700)
    (data.keys / "sign.key").write_text("x", encoding="utf-8")
    (data.keys / "sign.key").chmod(0o600)
    desk, pressed, maps = Desk(tmp_path), [], []  # type: ignore[var-annotated]
    mends = dict.fromkeys(Mend, pressed.append) | {Mend.CLOSE_KEYS: lambda check: (pressed.append(check), close_keys(data))}
    dialog = ReadyDialog(desk.context, data, lambda: maps, mends)
    qtbot.addWidget(dialog)
    yield Shown(desk, data, dialog, pressed, maps)
    dialog.close()
    dialog.end()
    desk.close()


def opened(shown: Shown, qtbot: QtBot) -> None:
    shown.tell()
    with qtbot.waitSignal(shown.dialog.looked):
        shown.dialog.open()


def test_nothing_is_looked_at_before_it_is_opened(shown: Shown) -> None:
    shown.tell()
    shown.desk.pass_time(60)
    assert shown.dialog.checks == []


def test_it_is_filled_and_counts_on(shown: Shown, qtbot: QtBot) -> None:
    opened(shown, qtbot)
    assert [check.key for check in shown.dialog.checks] == ["maps", "sync", "keys", "battery", "disk", "clock", "recording"]
    assert shown.dialog.standing.text().startswith("Ready, but look at")
    shown.desk.pass_time(90)
    assert shown.dialog._rows["sync"].age.text() == "90 s"
    shown.desk.pass_time(3600)
    assert shown.state("sync") is State.DOUBT


@pytest.mark.skipif(os.name != "posix", reason="rights are not mode bits there")
def test_a_button_mends_and_the_entry_is_looked_at_anew(shown: Shown, qtbot: QtBot) -> None:
    (shown.data.keys / "sign.key").chmod(0o644)
    opened(shown, qtbot)
    assert shown.state("keys") is State.BAD
    button = shown.dialog._rows["keys"].button
    assert button.accessibleName() == "Keys: Close the keys to others"
    button.setFocus()
    with qtbot.waitSignal(shown.dialog.looked):
        qtbot.keyClick(button, Qt.Key.Key_Space)
    assert shown.state("keys") is State.DOUBT  # nobody vouched for this one; it is no longer bad
    assert [check.mend for check in shown.pressed] == [Mend.CLOSE_KEYS]


def test_what_the_peer_tells_is_taken_at_once(shown: Shown, qtbot: QtBot) -> None:
    opened(shown, qtbot)
    shown.tell(msgspec.structs.replace(ME, power=Power(percent=12, plugged=False)))
    assert shown.state("battery") is State.BAD
    assert shown.dialog.standing.text() == "Not ready: 1 to mend first."
    assert shown.dialog._rows["battery"].sign.text() == "✕ mend"
    shown.tell(None)
    assert shown.state("sync") is State.BAD


def test_a_map_that_is_loaded_meanwhile_is_seen(shown: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    opened(shown, qtbot)
    assert shown.state("maps") is State.DOUBT
    shown.maps.append(MapFile(tmp_path / "gone.mbtiles"))
    with qtbot.waitSignal(shown.dialog.looked):
        shown.dialog.look()
    assert shown.state("maps") is State.BAD


def test_closed_it_looks_no_more(shown: Shown, qtbot: QtBot) -> None:
    opened(shown, qtbot)
    shown.dialog.close()
    assert not shown.dialog._again.isActive()
    held = shown.dialog.checks
    shown.tell(None)
    assert shown.dialog.checks is held
