"""The video panel on a real file of feeds: found, listed, opened, filed with an incident, imported."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.comms.feeds.health import Health
from console.comms.feeds.keys import FeedKeys
from console.models.changes import Changes
from console.models.feeds.address import Secrets
from console.models.kinds import MAX_PREVIEW_BYTES, FeedsListed, MediaFiled, decode_body
from console.models.state import tables
from console.views import i18n
from console.views.context import Thing
from console.views.video.panel import VideoPanel
from tests.views.tables.desk import NOW_MS, Desk
from tests.views.video import servers

WAIT_MS = 40_000
RIVER = [[(82.8, 44.5), (83.0, 44.5), (83.0, 44.7), (82.8, 44.7)]]
HILLS = [[(82.8, 44.7), (83.0, 44.7), (83.0, 44.9), (82.8, 44.9)]]


class Shown(NamedTuple):
    desk: Desk
    panel: VideoPanel

    def listed(self) -> list[str]:
        table = self.panel.list.table
        return [table.row_at(at).id for at in range(table.rowCount())]


def fill(desk: Desk) -> None:
    pack = msgspec.msgpack.encode
    desk.put(tables.Incident, id="slide", title="滑坡", status="open", lon=82.9, lat=44.6, area="652722", hlc=5)
    desk.put(tables.Basin, id="river", name="河", outer=pack(RIVER))
    desk.put(tables.Basin, id="hills", name="山", downstream="river", outer=pack(HILLS))
    rows = [
        {"id": "gate", "name": "闸口", "lon": 82.901, "lat": 44.6, "bearing_deg": 270.0, "view_deg": 60.0, "range_m": 500.0, "road": "G30"},
        {
            "id": "away",
            "name": "背向",
            "lon": 82.9005,
            "lat": 44.6,
            "bearing_deg": 90.0,
            "view_deg": 60.0,
            "range_m": 500.0,
            "folder": "精河",
        },
        {"id": "above", "name": "上游", "basin": "hills", "folder": "精河/山"},
        {"id": "far", "name": "远处", "lon": 80.0, "lat": 44.0, "code": "65272200001320000001"},
        {"id": "old", "name": "撤销", "withdrawn": True},
    ]
    for row in rows:
        desk.put(tables.Feed, **({"area": "652722", "url": "rtsp://127.0.0.1:1/1"} | row))


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    desk = Desk(tmp_path)
    fill(desk)
    panel = VideoPanel(desk.context)
    qtbot.addWidget(panel)
    panel.resize(1100, 640)
    panel.show()
    yield Shown(desk, panel)
    panel.end()
    panel.close()
    desk.close()


def test_feeds_are_listed_searched_and_grouped(shown: Shown, qtbot: QtBot) -> None:
    panel = shown.panel
    assert shown.listed() == ["above", "away", "far", "gate"]
    qtbot.keyClicks(panel.list.filter, "652722000013")
    assert shown.listed() == ["far"]
    panel.list.filter.clear()
    panel.groups.setCurrentIndex(panel.groups.groups.index_of("精河"))
    assert shown.listed() == ["above", "away"]
    panel.grouping.setCurrentIndex(panel.grouping.findData("road"))
    assert shown.listed() == ["above", "away", "far", "gate"]
    panel.shelf.health["far"] = Health("down", NOW_MS)
    panel.chips.choose("down")
    assert shown.listed() == ["far"]
    panel.chips.choose("")
    panel.list.view.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    assert shown.listed()[:2] == ["above", "away"]


def test_it_is_made_ready_to_be_typed_in_and_finds_by_initials(shown: Shown, qtbot: QtBot) -> None:
    panel = shown.panel
    qtbot.waitUntil(lambda: panel.shelf.book._names is not None)
    for typed, found in (("yc", ["far"]), ("yuanchu", ["far"]), ("远", ["far"]), ("yc 6527", ["far"]), ("yz", [])):
        panel.list.filter.setText(typed)
        assert shown.listed() == found, typed


def test_what_changes_is_read_again_and_the_choice_stays(shown: Shown) -> None:
    panel = shown.panel
    panel.list.view.select_id("far")
    shown.desk.change(tables.Feed, "gate", name="改名")
    shown.desk.put(tables.Feed, id="new", name="新点", area="652722")
    shown.desk.tell(feed={"gate", "new"})
    assert {row.name for row in panel.list.table.rows()} == {"上游", "远处", "背向", "改名", "新点"}
    assert panel.list.view.current_id() == "far"
    shown.desk.change(tables.Feed, "far", withdrawn=True)
    shown.desk.tell(feed={"far"})
    assert "far" not in shown.listed()


def test_cameras_that_see_an_incident_come_first_then_those_above_it(shown: Shown) -> None:
    panel = shown.panel
    shown.desk.context.selection.cameras_requested.emit(Thing.INCIDENT, "slide")
    assert shown.listed() == ["gate", "above", "away"]
    why = next(at for at, column in enumerate(panel.list.table.columns) if column.key == "why")
    told = [panel.list.table.index(at, why).data() for at in range(3)]
    assert told[0].startswith("sees it, ")
    assert told[1] == "in the basin, 1 basin above"
    assert told[2].startswith("near, ")
    assert not panel.list.view.isColumnHidden(why)
    assert panel._about_text.text() == "3 cameras for 滑坡"
    panel.leave_about.click()
    assert len(shown.listed()) == 4
    shown.desk.context.selection.cameras_requested.emit(Thing.INCIDENT, "unknown")
    assert "not known where" in panel._about_text.text()


def test_a_feed_chosen_on_the_map_is_the_current_row_and_a_key_opens_it(shown: Shown, tmp_path: Path) -> None:
    panel = shown.panel
    shown.desk.context.selection.select(Thing.FEED, "far")
    assert panel.list.view.current_id() == "far"
    assert panel.card.pairs()["GB/T 28181 id"] == "65272200001320000001"
    panel.open_current()
    assert panel.wall.plan.slots[0] == "far"


def test_what_was_open_is_not_opened_by_itself_and_presets_are_kept(shown: Shown, qtbot: QtBot) -> None:
    panel = shown.panel
    panel.wall.plan.show_all(["gate", "far"])
    panel.wall.plan.keep("河口")
    again = VideoPanel(shown.desk.context)
    qtbot.addWidget(again)
    again.restore_state(panel.save_state())
    assert again.wall.plan.presets.keys() == {"河口"}
    assert not any(again.wall.plan.slots)
    again.restore_state("garbage")
    again.restore_state(json.dumps({"wall": 5, "dwell_s": "x"}))
    again.end()


def test_the_past_is_told_apart_from_video(shown: Shown) -> None:
    shown.desk.time.live = False
    shown.desk.context.news.second.emit()
    assert shown.panel._past.isVisible()
    assert not shown.panel.filing.snap.isEnabled()


# -- with the video process ------------------------------------------------------------------------------------------------------


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    if servers.without_ffmpeg():
        pytest.skip(servers.without_ffmpeg())
    made = tmp_path / "clip.mp4"
    command = [str(servers.FFMPEG), "-loglevel", "error", "-f", "lavfi", "-i", servers.PICTURE, "-t", "20", *servers.ENCODED, str(made)]
    subprocess.run(command, check=True, timeout=60)
    desk = Desk(tmp_path)
    fill(desk)
    desk.put(tables.Feed, id="clip", name="录像", area="652722", url=made.as_uri(), lon=82.9, lat=44.6)
    panel = VideoPanel(replace(desk.context, data=tmp_path / "data"))
    qtbot.addWidget(panel)
    panel.resize(1100, 640)
    panel.show()
    yield Shown(desk, panel)
    panel.end()
    panel.close()
    desk.close()


def test_pictures_and_clips_go_into_the_incident(running: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    desk, panel = running
    panel.list.view.select_id("clip")
    qtbot.keyClick(panel.list.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.wall.tiles[0].last_image is not None, timeout=WAIT_MS)
    panel.wall.setFocus()
    panel.filing.choose_incident("slide")
    panel.filing.refresh()
    assert panel.filing.snap.isEnabled()

    qtbot.keyClick(panel.wall, Qt.Key.Key_S)
    told = filed(desk, qtbot)
    assert (told.mime, told.feed, told.incident, told.author) == ("image/jpeg", "clip", "slide", "王建国")
    assert 0 < len(told.preview) <= MAX_PREVIEW_BYTES
    path = tmp_path / "data" / "media" / f"{told.sha256}.jpg"
    assert path.stat().st_size == told.size
    assert path.stat().st_mode & 0o077 == 0
    desk.writing.save()
    assert panel.filing.outcome.text().startswith("录像: Saved")

    qtbot.keyClick(panel.wall, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: panel.wall.viewings[0].recording > 0, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: panel.wall.viewings[0].recording_s > 1, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "REC" in panel.wall.tiles[0].accessibleName(), timeout=WAIT_MS)
    qtbot.keyClick(panel.wall, Qt.Key.Key_R)
    told = filed(desk, qtbot)
    assert told.mime == "video/x-msvideo"
    assert told.name.startswith("Clip of 录像")
    qtbot.keyClick(panel.wall, Qt.Key.Key_L)
    assert filed(desk, qtbot).mime == "video/x-msvideo"
    assert {path.suffix for path in (tmp_path / "data" / "media").iterdir()} == {".jpg", ".avi"}

    panel.wall.plan.clear(0)
    panel.wall.settle()
    qtbot.waitUntil(lambda: any((tmp_path / "data" / "video" / "last").glob("*.jpg")), timeout=WAIT_MS)


def test_the_sweep_tells_who_answers_and_keeps_it(running: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    _, panel = running
    panel.sweeping.box.setChecked(True)
    health = panel.shelf.health
    qtbot.waitUntil(lambda: {"clip", "gate"} <= health.keys(), timeout=WAIT_MS)
    assert (health["clip"].code, health["gate"].code) == ("up", "down")
    panel.chips.choose("up")
    qtbot.waitUntil(lambda: running.listed() == ["clip"], timeout=WAIT_MS)
    assert json.loads(panel.save_state())["sweep"] is True
    panel.sweeping.box.setChecked(False)
    assert (tmp_path / "data" / "video" / "health.msgpack").exists()


def filed(desk: Desk, qtbot: QtBot) -> MediaFiled:
    """What was written next."""
    qtbot.waitUntil(lambda: bool(desk.writing.drafts), timeout=WAIT_MS)
    (draft,) = desk.writing.drafts
    desk.writing.drafts = []
    told = decode_body(draft.kind, draft.body)
    assert isinstance(told, MediaFiled)
    assert draft.area == ""
    return told


def test_a_table_is_imported_or_told_by_row(shown: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    desk, panel = shown
    importing = panel.importing
    importing._keys = FeedKeys(tmp_path / "keys-of-test", NoRing())
    path = tmp_path / "table.csv"
    path.write_text("名称,地址\n好,rtsp://192.0.2.1/1\n,rtsp://192.0.2.2/1\n", "utf-8")
    importing.take(path)
    qtbot.waitUntil(lambda: not importing.busy, timeout=WAIT_MS)
    assert importing.faults.toPlainText() == "Row 3: Column name: it is empty."
    assert desk.writing.drafts == []

    path.write_text("名称,地址\n" + "".join(f"点{at},rtsp://u:pw{at}@192.0.2.1/{at}\n" for at in range(1000)), "utf-8")
    importing.take(path)
    qtbot.waitUntil(lambda: len(desk.writing.drafts) == 4, timeout=WAIT_MS)
    assert not any(b"pw1" in draft.body for draft in desk.writing.drafts)
    first = desk.writing.drafts
    desk.writing.save()
    assert importing.told.text() == "800 of 1000 written"
    assert [draft.kind for draft in desk.writing.drafts] == ["feeds.listed"]
    assert desk.writing.drafts != first
    desk.writing.save()
    assert not importing.busy
    assert importing.told.text() == "table.csv: 1000 new, 0 changed, 0 shown again, 0 as they were"
    body = decode_body(first[0].kind, first[0].body)
    assert isinstance(body, FeedsListed)
    assert importing._keys.get(body.feeds[0].id) == Secrets("u", "pw0", servers=["192.0.2.1"])


class NoRing(dict[tuple[str, str], str]):
    """A keyring in memory."""

    def get_password(self, service: str, username: str) -> str | None:
        return self.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self[service, username]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_everything_is_reached_by_keys_and_said_in_both_languages(qtbot: QtBot, tmp_path: Path, language: str) -> None:
    i18n.use_language(language)
    desk = Desk(tmp_path)
    panel = VideoPanel(desk.context)
    qtbot.addWidget(panel)
    texts = [action.text() for action in panel.actions_for_palette()]
    assert len(texts) == len(set(texts)) >= 15
    assert ("视频" in texts[0]) == (language == "zh_CN")
    panel.end()
    desk.close()


def test_many_feeds_that_change_at_once_are_read_once_a_second(shown: Shown, qtbot: QtBot) -> None:
    news, shelf = shown.desk.context.news, shown.panel.shelf
    qtbot.waitUntil(lambda: not shelf._asked, timeout=WAIT_MS)
    book = shelf.book
    for batch in range(10):
        news.changed.emit(Changes(ids={"feed": {f"x{batch}.{at}" for at in range(800)}}, fixes={}))
    assert not shelf._asked
    with qtbot.waitSignal(shelf.listed, timeout=WAIT_MS) as told:
        news.second.emit()
    assert told.args[0].fresh == frozenset(), "so many are read as a whole"
    assert shelf.book is not book
    assert not shelf._wanted
