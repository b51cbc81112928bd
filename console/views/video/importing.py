"""A table of feeds taken in: read on a thread of its own, written through this machine's peer a batch at a time. GUI thread only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLabel, QPlainTextEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from console.comms.feeds.importing import Batch, Plan, planned
from console.comms.feeds.keys import FeedKeys
from console.comms.gateways.feeds_table import FeedTable, RowFault, Stopped, read_feeds
from console.errors import Fault
from console.views.context import Context
from console.views.i18n import tr
from console.views.reasons import said
from console.views.video.shelf import Shelf


class Readied(NamedTuple):
    """What the thread made of the file. `fault`: why nothing could be; `secrets`: how many feeds have a password; `unkept`: no place for these."""

    table: FeedTable | None
    plan: Plan | None
    fault: str
    secrets: int
    unkept: bool


class Importing(QWidget):
    """Attributes: `busy`. Signals: `ended(written)`, on the GUI thread."""

    ended = Signal(int)
    _rows = Signal(int)
    _readied = Signal(object)

    def __init__(self, context: Context, shelf: Shelf, keys: FeedKeys | None = None) -> None:
        super().__init__()
        self._context, self._shelf, self._keys = context, shelf, keys
        self.busy = False
        self._stop = threading.Event()
        self._path = Path()
        self._batches: Iterator[Batch] = iter(())
        self._plan: Plan | None = None
        self._written = 0
        self._own_area = ""
        self.choose, self.cancel, self.bar = QPushButton(tr("Choose a table...")), QPushButton(tr("Cancel")), QProgressBar()
        self.allow = QCheckBox(tr("Keep passwords in a file that only this user can read (there is no keyring)"))
        self.told, self.faults = QLabel(), QPlainTextEdit()
        self._lay_out()
        self.choose.clicked.connect(self.ask_for_file)
        self.cancel.clicked.connect(self.stop)
        self._rows.connect(lambda rows: self.told.setText(tr("{n} row read|{n} rows read", n=rows)))
        self._readied.connect(self._on_readied)
        context.news.links.connect(self._on_links)

    def ask_for_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Table of feeds"), "", tr("Tables (*.csv *.xlsx *.txt)"))
        if path:
            self.take(Path(path))

    def take(self, path: Path) -> None:
        """Begin; nothing while one is under way."""
        if self.busy:
            return
        self.busy, self._path, self._written = True, path, 0
        self._stop.clear()
        self._show_busy()
        self.faults.hide()
        self.bar.setRange(0, 0)
        self.told.setText(tr("Reading {name}", name=path.name))
        known, author, area, allow = self._shelf.book.entries, self._context.author(), self._own_area, self.allow.isChecked()

        def work() -> None:
            readied = _ready(path, known, author, area, self._keys_at(), allow, self._on_rows)
            try:
                self._readied.emit(readied)
            except RuntimeError:
                return  # the panel is gone

        threading.Thread(target=work, daemon=True, name="feeds import").start()

    def stop(self) -> None:
        """What is written stays; the rest follows when the same table is taken again."""
        self._stop.set()

    # -- inside ------------------------------------------------------------------------------------------------------------

    def _keys_at(self) -> FeedKeys | None:
        return self._keys or (FeedKeys(self._context.data) if self._context.data else None)

    def _on_rows(self, rows: int) -> bool:
        self._rows.emit(rows)
        return not self._stop.is_set()

    def _on_readied(self, readied: Readied) -> None:
        if readied.fault:
            self._end(said(readied.fault))
        elif readied.table is None:
            self._end(tr("Cancelled; nothing was written."))
        elif readied.table.faults:
            self._show_faults(readied.table.faults)
        elif readied.unkept:
            self.allow.show()
            text = tr(
                "{n} feed has a password, and this machine has no keyring to keep it in. Nothing was written.|"
                "{n} feeds have passwords, and this machine has no keyring to keep them in. Nothing was written.",
                n=readied.secrets,
            )
            self._end(text)
        elif readied.plan is not None:
            self._plan, self._batches = readied.plan, readied.plan.batches()
            self.bar.setRange(0, max(1, readied.plan.steps))
            self._write_next()

    def _write_next(self) -> None:
        assert self._plan is not None
        batch = None if self._stop.is_set() else next(self._batches, None)
        if batch is None:
            self._end(self._summary(self._plan))
            return

        def done(_ids: list[str]) -> None:
            self._written += batch.steps
            self.bar.setValue(self._written)
            self.told.setText(tr("{n} of {all} written", n=self._written, all=self._plan.steps if self._plan else 0))
            self._write_next()

        self._context.writing.write(batch.drafts, done, lambda reason: self._end(tr("Not written: {why}", why=said(reason))))

    def _summary(self, plan: Plan) -> str:
        if self._stop.is_set() and self._written < plan.steps:
            return tr("Cancelled: {n} of {all} written. Take the same table again for the rest.", n=self._written, all=plan.steps)
        return tr(
            "{name}: {new} new, {changed} changed, {restored} shown again, {same} as they were",
            name=self._path.name,
            new=plan.new,
            changed=plan.changed,
            restored=plan.restored,
            same=plan.same,
        )

    def _show_faults(self, faults: list[RowFault]) -> None:
        lines = [said(fault.text) if not fault.row else tr("Row {row}: {text}", row=fault.row, text=said(fault.text)) for fault in faults]
        self.faults.setPlainText("\n".join(lines))
        self.faults.show()
        self._end(tr("{name}: nothing was taken. Mend these and try again.", name=self._path.name))

    def _end(self, text: str) -> None:
        self.busy = False
        self.told.setText(text)
        self._show_busy()
        self.ended.emit(self._written)

    def _on_links(self, me: object, _links: object) -> None:
        self._own_area = getattr(me, "area", self._own_area)

    def _show_busy(self) -> None:
        self.cancel.setVisible(self.busy)
        self.bar.setVisible(self.busy)
        self.choose.setEnabled(not self.busy)

    def _lay_out(self) -> None:
        self.told.setWordWrap(True)
        self.told.setText(
            tr("CSV or XLSX with a heading: name, address, and what else is known (GB/T 28181 id, folder, owner, road, basin, position).")
        )
        self.faults.setReadOnly(True)
        for widget in (self.faults, self.bar, self.cancel, self.allow):
            widget.hide()
        row = QHBoxLayout()
        for widget in (self.choose, self.cancel, self.bar):
            row.addWidget(widget)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        layout.addWidget(self.allow)
        layout.addWidget(self.told)
        layout.addWidget(self.faults, 1)
        layout.addStretch(0)


def _ready(path: Path, known: object, author: str, area: str, keys: FeedKeys | None, allow: bool, progress: object) -> Readied:
    """On the thread: the file read, what it changes, its passwords put where they stay."""
    try:
        table = read_feeds(path, progress)  # type: ignore[arg-type]
        if table.faults:
            return Readied(table, None, "", 0, False)
        secrets = {feed.id: feed.secrets for feed in table.feeds if feed.secrets}
        if secrets:
            if keys is not None and not keys.place and allow:
                keys.allow_file()
            if keys is None or not keys.place:
                return Readied(table, None, "", len(secrets), True)
            keys.put(secrets)
        return Readied(table, planned(known, table.feeds, author, area), "", len(secrets), False)  # type: ignore[arg-type]
    except Stopped:
        return Readied(None, None, "", 0, False)
    except Fault as fault:
        return Readied(None, None, str(fault), 0, False)
