"""A filed picture in the timeline: shown, where the whole of it is, and what is no small picture is not decoded."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from console.models.feeds.keeping import file_away, media_dir, opened_for_owner
from console.models.kinds import MediaFiled, encode_body
from console.models.state import tables
from console.views.incidents.panel import IncidentsPanel
from console.views.incidents.preview import Preview, read_preview
from console.views.incidents.timeline import Media
from tests.views.tables.desk import NOW_MS, Desk


def jpeg(width: int, height: int) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPG")
    return bytes(buffer.data().data())


@pytest.mark.parametrize("data", [b"", b"no picture", os.urandom(4000), jpeg(4000, 10), jpeg(64, 48)[:100], b"P6 9999 9999 255 x"])
@pytest.mark.qt_log_level_fail("CRITICAL")
def test_what_is_no_small_jpeg_is_not_shown(qtbot: QtBot, data: bytes) -> None:
    assert read_preview(data) is None


def test_it_says_where_the_whole_is(qtbot: QtBot, tmp_path: Path) -> None:
    made = media_dir(tmp_path) / "made.jpg"
    with opened_for_owner(made) as file:
        file.write(b"whole")
    filed = file_away(tmp_path, made, "image/jpeg")
    preview = Preview(tmp_path)
    qtbot.addWidget(preview)
    preview.show_media(Media(jpeg(64, 48), filed.sha256, "image/jpeg"), "picture")
    assert str(filed.path) in preview.place.text()
    assert not preview.picture.pixmap().isNull()
    preview.show_media(Media(b"", "0" * 64, "image/jpeg"), "")
    assert "on the machine where it was taken" in preview.place.text()
    assert preview.picture.isHidden()
    preview.show_media(None, "")
    assert preview.isHidden()


def test_choosing_the_entry_shows_the_picture(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put(tables.Incident, id="slide", title="滑坡", status="open", hlc=5, opened_ms=NOW_MS)
    body = MediaFiled(incident="slide", name="河口截图", mime="image/jpeg", size=12_345, sha256="0" * 64, taken_ms=5, preview=jpeg(64, 48))
    told = {"hlc": 9, "origin": "aa", "topic": "652722/report", "seq": 1, "kind": "media.filed", "subject": "m", "body": encode_body(body)}
    desk.put(tables.Timeline, incident="slide", **told)
    panel = IncidentsPanel(desk.context)
    qtbot.addWidget(panel)
    panel.show()
    row = panel.timeline.table.row_at(0)
    assert row.sentence == "河口截图 · 12 kB"
    panel.timeline.view.setCurrentIndex(panel.timeline.table.index(0, 0))
    assert panel.preview.isVisibleTo(panel)
    assert not panel.preview.picture.pixmap().isNull()
    panel.close()
    desk.close()
