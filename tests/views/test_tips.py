"""What others write is shown in tooltips as they wrote it: never taken for markup, with pictures to be fetched."""

from __future__ import annotations

import html

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from console.comms.local.messages import Me
from console.models.feeds.book import Group
from console.views import tips
from console.views.time.zone import Zone
from console.views.video.groups import GroupsModel
from console.views.window.status import Status

EVIL = '<img src="file://192.0.2.66/share/x.png"><b>河口</b>\n<!-- 2 -->'


def shown(tip: object) -> str:
    """What a person reads of it."""
    document = QTextDocument()
    document.setHtml(str(tip))
    return document.toPlainText().replace("\u2028", "\n")


def test_tags_are_read_as_they_were_written(qtbot: QtBot) -> None:
    assert shown(tips.plain(EVIL)) == EVIL
    assert tips.plain("") == ""
    model = GroupsModel(lambda _grouping, name: name)
    model.take("folder", [Group(name=EVIL, parent=None, feeds=3)], 3)
    index = model.index_of(EVIL)
    assert EVIL in shown(model.data(index, Qt.ItemDataRole.ToolTipRole))
    assert EVIL in str(model.data(index))
    status = Status(Zone())
    qtbot.addWidget(status)
    me = Me(origin="aa", name=EVIL, role="node", area="652722", version="0", pid=1, position=1)
    status.show_peer(msgspec.structs.replace(me, faults={"x": EVIL}), [])
    assert html.escape(EVIL) in status.peer.toolTip()
    assert "<img" not in status.peer.toolTip()
