"""The status bar gives way: a long name of an office never makes the window wider than the screen."""

from __future__ import annotations

import msgspec
from pytestqt.qtbot import QtBot

from console.comms.local.messages import Link, Me
from console.views.time.zone import Zone
from console.views.window.status import Status

ME = Me(origin="aa", name="desk", role="node", area="652722", version="0", pid=1, position=1_000_000)


def test_long_names_are_shortened_and_whole_in_the_tip(qtbot: QtBot) -> None:
    status = Status(Zone())
    qtbot.addWidget(status)
    status.show_peer(ME, [Link(id="l", state="gone", waiting={"command": 3})])
    status.show_power("Battery 97 %, about 4 h 00 min left (SIMULATED) · saving power", "caution")
    with qtbot.waitExposed(status):
        status.show()
    least_px = status.minimumSizeHint().width()
    name = "博尔塔拉蒙古自治州应急管理局应急指挥中心" * 4
    status.show_operator(name)
    status.show_peer(msgspec.structs.replace(ME, name=name), [Link(id="l", state="gone", waiting={"command": 3})])
    qtbot.waitUntil(lambda: status.peer.text().count("博") == 4)
    assert status.minimumSizeHint().width() <= least_px
    assert name in status.peer.toolTip()
    assert name in status.operator.toolTip()
