"""The wall: up to 16 feeds side by side, opened, watched and opened again; everything on the keyboard. GUI thread only.

Whether a picture is live is counted here, from when frames were last told of: a video process that hangs cannot keep one looking alive.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from console.comms.feeds.messages import Beat, Close, Open, Picture, Show, Trouble
from console.models.feeds.book import Entry
from console.models.feeds.rules import VideoRule
from console.models.feeds.watch import Do
from console.views.i18n import tr, word
from console.views.video import presenter
from console.views.video.eyes import Eyes
from console.views.video.lookup import Looked, Lookup
from console.views.video.plan import MOST, Patrol, Plan
from console.views.video.tile import TileView, empty_hint
from console.views.video.viewing import Viewing

TICK_MS = 200
NOTE_S = 10.0
"""For so long it is said that the video process was started anew."""
_STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class Wall(QWidget):
    """Attributes: `plan`, `eyes`, `tiles`, `patrol` (None: none goes on). Signals: `changed()` when what is open, or current, is another;
    `asked(what)` a key for the owner: snap, ring, record or full."""

    changed = Signal()
    asked = Signal(str)

    def __init__(
        self, root: Path, rule: VideoRule, entry_of: Callable[[str], Entry | None], wall_ms: Callable[[], int], lookup: Lookup | None = None
    ) -> None:
        super().__init__()
        self._rule, self._entry_of, self._wall_ms = rule, entry_of, wall_ms
        self.plan, self.eyes = Plan(), Eyes(root, rule.wall, self)
        self.patrol: Patrol | None = None
        self._lookup = lookup or Lookup(root, rule.keep, parent=self)
        self.viewings: dict[int, Viewing] = {}
        self._note, self._note_s = "", 0.0
        self._sized: dict[int, tuple[int, int, float]] = {}
        self.tiles = [TileView(number) for number in range(MOST)]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Video wall"))
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._connect()
        self._arrange()

    # -- what the panel asks -------------------------------------------------------------------------------------------------

    def open(self, feed: str) -> int:
        tile = self.plan.put(feed)
        self.settle()
        return tile

    def settle(self) -> None:
        """Open and close what the plan says; what is open and stays is not touched."""
        moved = {viewing.entry.id: (tile, viewing) for tile, viewing in self.viewings.items()}
        for tile, feed in enumerate(self.plan.slots):
            held = self.viewings.get(tile)
            if held is not None and held.entry.id != feed:
                self._close(tile)
        for tile, feed in enumerate(self.plan.slots):
            if feed and tile not in self.viewings:
                self._open(tile, feed, moved.get(feed))
        if any(self.plan.slots):
            self._tick.start()
        self._arrange()
        self.changed.emit()

    def retry(self) -> None:
        """Do not wait any longer for the current one."""
        tile, viewing = self.plan.current, self.viewings.get(self.plan.current)
        if viewing is not None:
            self._do(tile, viewing, viewing.watch.again(time.monotonic()))

    def renew(self, feeds: frozenset[str]) -> None:
        """These were read again (none: all): open those anew whose address is another."""
        for tile, viewing in list(self.viewings.items()):
            entry = self._entry_of(viewing.entry.id) if not feeds or viewing.entry.id in feeds else viewing.entry
            if entry is None or entry.withdrawn:
                self.plan.clear(tile)
            elif (entry.url, entry.snapshot_url) != (viewing.entry.url, viewing.entry.snapshot_url):
                self._close(tile)
            else:
                viewing.entry = entry
        self.settle()

    def begin_patrol(self, feeds: list[str], dwell_s: float) -> None:
        self.patrol = Patrol(feeds, dwell_s, time.monotonic())
        self._show_group()

    def end_patrol(self) -> None:
        self.patrol = None
        self.changed.emit()

    def step_patrol(self, by: int) -> None:
        if self.patrol is not None:
            self.patrol.step(time.monotonic(), self.plan.size, by)
            self._show_group()

    def current(self) -> Viewing | None:
        return self.viewings.get(self.plan.current)

    def end(self) -> None:
        """Close everything; the video process ends."""
        self._tick.stop()
        self.viewings.clear()
        self.eyes.end()

    # -- feeds ------------------------------------------------------------------------------------------------------------------

    def _open(self, tile: int, feed: str, moved: tuple[int, Viewing] | None) -> None:
        entry = self._entry_of(feed)
        if entry is None:
            self.plan.clear(tile)
            return
        viewing = self.viewings[tile] = Viewing(entry, self._rule)
        if moved is not None:
            viewing.secrets, viewing.kept = moved[1].secrets, moved[1].kept
            self.tiles[tile].show_image(self.tiles[moved[0]].last_image)
        if viewing.refused:
            return
        self.eyes.begin()
        viewing.watch.begin(time.monotonic())
        if viewing.secrets is None:
            self._lookup.look(feed)
        else:
            self._do(tile, viewing, Do.OPEN)

    def _close(self, tile: int) -> None:
        if self.viewings.pop(tile, None) is not None:
            self.eyes.send(Close(tile=tile))
        self.tiles[tile].show_image(None)

    def _do(self, tile: int, viewing: Viewing, do: Do) -> None:
        if do is Do.OPEN and viewing.secrets is not None and self.eyes.running:
            viewing.recording = 0
            turn = viewing.next_turn()
            self._ask_for(tile)
            asked = Open(
                tile=tile, turn=turn, url=viewing.address, feed=viewing.entry.id, period_s=viewing.period_s, tries=viewing.watch.tries
            )
            self.eyes.send(asked)
        elif do is Do.CLOSE:
            self.eyes.send(Close(tile=tile))

    def _on_found(self, looked: Looked) -> None:
        for tile, viewing in self.viewings.items():
            if viewing.entry.id != looked.feed or viewing.secrets is not None:
                continue
            viewing.secrets = looked.secrets
            if looked.image is not None and viewing.watch.frame_s is None:
                viewing.kept = presenter.Kept(looked.taken_ms)
                self.tiles[tile].show_image(looked.image)
            if looked.fault:
                self._say(looked.fault)
            self._do(tile, viewing, Do.OPEN)

    def _on_started(self) -> None:
        now_s = time.monotonic()
        self._sized.clear()
        for tile, viewing in self.viewings.items():
            if not viewing.refused:
                self._do(tile, viewing, viewing.watch.begin(now_s))

    def _on_fell(self, reason: str) -> None:
        self._say(word("video_reason", reason))
        for viewing in self.viewings.values():
            viewing.watch.failed(time.monotonic(), reason)

    def _on_beat(self, beat: Beat) -> None:
        now_s = time.monotonic()
        for told in beat.tiles:
            viewing = self.viewings.get(told.tile)
            if viewing is not None and viewing.turn == told.turn:
                viewing.watch.seen(told.frames, now_s - told.age_s, now_s - told.same_s)
                viewing.size, viewing.recording_s = (told.width, told.height), told.recording_s

    def _on_picture(self, picture: Picture) -> None:
        viewing = self.viewings.get(picture.tile)
        if viewing is None or viewing.turn != picture.turn or len(picture.pixels) != 4 * picture.width * picture.height:
            return
        image = QImage(picture.pixels, picture.width, picture.height, 4 * picture.width, QImage.Format.Format_RGB32)
        self.tiles[picture.tile].show_image(image.copy())
        viewing.kept = None
        viewing.watch.pictured(time.monotonic() - picture.age_s)

    def _on_trouble(self, trouble: Trouble) -> None:
        viewing = self.viewings.get(trouble.tile)
        if viewing is not None and viewing.turn == trouble.turn:
            self._do(trouble.tile, viewing, viewing.watch.failed(time.monotonic(), trouble.reason, trouble.detail))

    def _on_tick(self) -> None:
        now_s = time.monotonic()
        if self.patrol is not None and self.patrol.turn(now_s, self.plan.size):
            self._show_group()
        for tile, viewing in self.viewings.items():
            self._do(tile, viewing, viewing.watch.tick(now_s))
        self.show_faces()
        if not self.viewings and self.patrol is None:
            self._tick.stop()

    def _show_group(self) -> None:
        assert self.patrol is not None
        group = self.patrol.group(self.plan.size)
        self.plan.slots = (group + [""] * MOST)[:MOST]
        self.settle()

    def _say(self, note: str) -> None:
        self._note, self._note_s = note, time.monotonic()

    # -- showing -----------------------------------------------------------------------------------------------------------------

    def show_faces(self) -> None:
        now_s, wall_ms = time.monotonic(), self._wall_ms()
        note = self._note if now_s - self._note_s < NOTE_S else ""
        for tile in self.plan.shown:
            view, viewing = self.tiles[tile], self.viewings.get(tile)
            is_current = tile == self.plan.current and not self.plan.single and self.plan.size > 1
            if viewing is None:
                view.show_face("", presenter.Face("idle", "", "", ""), is_current=is_current, hint=empty_hint())
                continue
            face = presenter.face(viewing.watch, now_s, wall_ms, is_file=viewing.is_file, kept=viewing.kept, note=note)
            if viewing.refused:
                face = presenter.Face("dead", tr("NO PICTURE"), tr("Not opened: {why}", why=presenter.refusal_text(viewing.refused)), "")
            recording = tr("● REC {n} s", n=int(viewing.recording_s)) if viewing.recording else ""
            view.show_face(viewing.entry.name, face, recording=recording, is_current=is_current)

    def _arrange(self) -> None:
        shown = self.plan.shown
        for view in self.tiles:
            self._grid.removeWidget(view)
            view.setVisible(view.number in shown)
        for place, tile in enumerate(shown):
            self._grid.addWidget(self.tiles[tile], *divmod(place, self.plan.columns))
        for line in range(4):
            stretch = 1 if line < self.plan.columns else 0
            self._grid.setRowStretch(line, stretch)
            self._grid.setColumnStretch(line, stretch)
        self.show_faces()
        QTimer.singleShot(0, self, self._ask_for_all)

    def _ask_for_all(self) -> None:
        for tile in self.viewings:
            self._ask_for(tile)

    def _ask_for(self, tile: int) -> None:
        """Tell the video process how large, and how often, a tile is drawn; not at all while it is not in view."""
        in_view = self.isVisible() and tile in self.plan.shown
        size: QSize = self.tiles[tile].size() * self.devicePixelRatioF()
        drawn = sum(tile in self.viewings for tile in self.plan.shown)
        wanted = (size.width(), size.height(), self._rule.wall.of_tiles(drawn) if in_view else 0.0)
        if self._sized.get(tile) != wanted and self.eyes.running:
            self._sized[tile] = wanted
            self.eyes.send(Show(tile=tile, width=wanted[0], height=wanted[1], per_s=wanted[2]))

    # -- Qt -------------------------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._ask_for_all)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._ask_for_all)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ask_for_all()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._take_key(event):
            super().keyPressEvent(event)

    def _take_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in _STEPS:
            (self.plan.carry if ctrl else self.plan.step)(*_STEPS[key])
        elif ctrl or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return False
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.plan.single = not self.plan.single
        elif key == Qt.Key.Key_Escape and self.plan.single:
            self.plan.single = False
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.plan.clear(self.plan.current)
        elif key in _LAYOUT_KEYS:
            self.plan.lay_out(_LAYOUT_KEYS[key])
        elif key == Qt.Key.Key_Space:
            self.retry()
        elif key in _ASKED:
            self.asked.emit(_ASKED[key])
        else:
            return False
        self.settle()
        return True

    def choose(self, tile: int) -> None:
        if tile != self.plan.current:
            self.plan.current = tile
            self.show_faces()
            self.changed.emit()

    def _large(self, tile: int) -> None:
        self.plan.current, self.plan.single = tile, not self.plan.single
        self.settle()

    def _dropped(self, tile: int, feed: str) -> None:
        self.plan.put_at(tile, feed)
        self.settle()

    def _exchange(self, tile: int, other: int) -> None:
        if 0 <= other < MOST:
            self.plan.swap(other, tile)
            self.settle()

    def _connect(self) -> None:
        eyes = self.eyes
        eyes.started.connect(self._on_started)
        eyes.fell.connect(self._on_fell)
        eyes.beat.connect(self._on_beat)
        eyes.picture.connect(self._on_picture)
        eyes.trouble.connect(self._on_trouble)
        self._lookup.found.connect(self._on_found)
        for view in self.tiles:
            view.setFocusProxy(self)
            view.chosen.connect(lambda tile=view.number: self.choose(tile))
            view.asked_large.connect(lambda tile=view.number: self._large(tile))
            view.dropped_feed.connect(lambda feed, tile=view.number: self._dropped(tile, feed))
            view.dropped_tile.connect(lambda other, tile=view.number: self._exchange(tile, other))


_LAYOUT_KEYS = {Qt.Key.Key_1: 1, Qt.Key.Key_2: 4, Qt.Key.Key_3: 9, Qt.Key.Key_4: 16}
_ASKED = {Qt.Key.Key_S: "snap", Qt.Key.Key_L: "ring", Qt.Key.Key_R: "record", Qt.Key.Key_F: "full"}
