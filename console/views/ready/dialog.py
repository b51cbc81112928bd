"""The checklist as a window beside the work: every entry with its sign, age and the button that mends it. GUI thread only.

Files are looked at on a thread of its own; while it is closed nothing is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from console.comms.local.messages import Link, Me, Power
from console.models.paths import DataDir
from console.models.rules.ready import ready_rule
from console.views.context import Context
from console.views.i18n import mark, tr, word
from console.views.ready import presenter
from console.views.ready.check import Check, Mend, State
from console.views.ready.known import Known, MapFile, look

AGAIN_MS = 5000
"""While it is open, what changes by itself (disk, rights, maps) is looked at anew this often."""
SIGNS = {State.WELL: ("●", "good"), State.DOUBT: ("▲", "caution"), State.BAD: ("✕", "bad")}
MEND_TITLES = {
    Mend.LOAD_MAP: mark("Load map..."),
    Mend.LINKS: mark("Show Links"),
    Mend.JOIN: mark("Join node"),
    Mend.CLOSE_KEYS: mark("Close the keys to others"),
    Mend.SAVE_POWER: mark("Save power"),
    Mend.OPEN_FOLDER: mark("Open the folder"),
    Mend.COPY_COMMAND: mark("Copy the command"),
}


class ReadyDialog(QDialog):
    """`maps`: the office's map files at present; `mends`: what each button does, given the entry. Attributes: `checks`, as shown.

    Signals: `looked()` after each look.
    """

    looked = Signal()
    _found = Signal(object)

    def __init__(
        self,
        context: Context,
        data: DataDir,
        maps: Callable[[], list[MapFile]],
        mends: Mapping[Mend, Callable[[Check], object]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Ready to go offline"))
        self._context, self._data, self._maps, self._mends = context, data, maps, mends
        self.checks: list[Check] = []
        self._me: Me | None = None
        self._links: list[Link] = []
        self._known: Known | None = None
        self._looking: Future[Known] | None = None
        self._thread: ThreadPoolExecutor | None = None
        self.standing = QLabel(wordWrap=True)
        self._rows: dict[str, _Row] = {}
        self._grid = QGridLayout()
        self._again = QTimer(self, interval=AGAIN_MS)
        self._again.timeout.connect(self.look)
        self._lay_out()
        self._found.connect(self._take, Qt.ConnectionType.QueuedConnection)
        context.news.second.connect(self._show_entries)

    def open(self) -> None:
        """Not modal: it stands beside the work that mends."""
        self.show()
        self.raise_()
        self.activateWindow()

    def look(self) -> None:
        """Look at files and journal anew, on the other thread; one look at a time."""
        if self._looking is not None and not self._looking.done():
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="ready")
        self._looking = self._thread.submit(look, self._data, self._maps(), ready_rule())
        self._looking.add_done_callback(lambda done: None if done.cancelled() else self._found.emit(done))

    def mend(self, key: str) -> None:
        """As if the button of that entry was pressed."""
        self._mend(next(check for check in self.checks if check.key == key))

    def end(self) -> None:
        """The thread ends with the window."""
        self._again.stop()
        if self._thread is not None:
            self._thread.shutdown(wait=True, cancel_futures=True)
            self._thread = None

    # -- what is told ---------------------------------------------------------------------------------------------------

    def _take(self, done: Future[Known]) -> None:
        """A look that raised is a bug: it is raised here, where the window reports it."""
        self._known = done.result()
        self._show_entries()
        self.looked.emit()

    def tell(self, me: Me | None, links: list[Link]) -> None:
        """What the own peer told."""
        self._me, self._links = me, links
        self._show_entries()

    def _show_entries(self) -> None:
        if self._known is None or not self.isVisible():
            return
        now_ms = self._context.time.wall_ms()
        power = Power() if self._me is None else self._me.power
        self.checks = presenter.checklist(self._known, self._me, self._links, power, ready_rule(), now_ms)
        for check in self.checks:
            self._row(check.key).show_check(check, now_ms)
        self.standing.setText(presenter.standing_text(self.checks))

    def _row(self, key: str) -> _Row:
        if key not in self._rows:
            self._rows[key] = _Row(key, self._grid, self._mend)
        return self._rows[key]

    def _mend(self, check: Check) -> None:
        self._mends[check.mend](check)
        self.look()

    # -- Qt ---------------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        font = self.standing.font()
        font.setBold(True)
        self.standing.setFont(font)
        self.standing.setText(tr("Reading..."))
        self._grid.setColumnStretch(2, 1)
        self._grid.setVerticalSpacing(10)
        self._grid.setHorizontalSpacing(14)
        page = QWidget()
        column = QVBoxLayout(page)
        column.addLayout(self._grid)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(page)
        again, close = QPushButton(tr("Look again")), QPushButton(tr("Close"))
        again.clicked.connect(self.look)
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self.standing, 1)
        buttons.addWidget(again)
        buttons.addWidget(close)
        whole = QVBoxLayout(self)
        whole.addWidget(scroll, 1)
        whole.addLayout(buttons)
        self.resize(840, 470)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._again.start()
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._again.stop()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._again.stop()
        super().closeEvent(event)


class _Row:
    """The widgets of one entry, kept: a button that has the keyboard keeps it when the entry is looked at anew."""

    def __init__(self, key: str, grid: QGridLayout, mend: Callable[[Check], None]) -> None:
        self._check: Check | None = None
        self.sign, self.title, self.age = QLabel(), QLabel(word("ready", key)), QLabel()
        self.says = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.says.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton()
        self.button.clicked.connect(partial(self._press, mend))
        self.age.setObjectName("muted")
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        row = grid.rowCount()
        for column, widget in enumerate((self.sign, self.title, self.says, self.age, self.button)):
            grid.addWidget(widget, row, column, Qt.AlignmentFlag.AlignTop if column != 2 else Qt.AlignmentFlag(0))

    def show_check(self, check: Check, now_ms: int) -> None:
        self._check = check
        sign, tone = SIGNS[check.state]
        self.sign.setText(f"{sign} {word('ready_state', check.state.value)}")
        if self.sign.property("tone") != tone:
            self.sign.setProperty("tone", tone)
            self.sign.style().unpolish(self.sign)
            self.sign.style().polish(self.sign)
        self.says.setText("\n".join(filter(None, (check.says, check.remedy))))
        self.age.setText(presenter.age(check, now_ms))
        title = MEND_TITLES.get(check.mend, "")
        self.button.setText(tr(title) if title else "")
        self.button.setAccessibleName(f"{self.title.text()}: {self.button.text()}")
        self.button.setVisible(bool(title))

    def _press(self, mend: Callable[[Check], None], _checked: bool = False) -> None:
        if self._check is not None:
            mend(self._check)
