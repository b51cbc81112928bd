"""The bar over the wall: layouts, presets, patrol. GUI thread only."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QSpinBox, QToolButton, QWidget

from console.models.feeds.rules import WallRule
from console.views.i18n import tr
from console.views.video.plan import LAYOUTS
from console.views.video.wall import Wall

LEAST_DWELL_S, MOST_DWELL_S = 5, 3600
NAME_CHARS = 100


class Controls(QWidget):
    """Signals: `patrol_asked()`: the owner begins one with what it lists; `full_asked()`."""

    patrol_asked = Signal()
    full_asked = Signal()

    def __init__(self, wall: Wall, rule: WallRule) -> None:
        super().__init__()
        self._wall = wall
        self.layouts = {size: QToolButton() for size in LAYOUTS}
        self.presets, self.keep, self.drop = QComboBox(), QToolButton(), QToolButton()
        self.patrol, self.before, self.hold, self.after = QToolButton(), QToolButton(), QToolButton(), QToolButton()
        self.dwell, self.full = QSpinBox(), QToolButton()
        self.dwell.setRange(LEAST_DWELL_S, MOST_DWELL_S)
        self.dwell.setValue(int(rule.dwell_s))
        self._lay_out()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        plan, patrol = self._wall.plan, self._wall.patrol
        for size, button in self.layouts.items():
            button.setChecked(size == plan.size)
        names = sorted(plan.presets)
        if not self.presets.count() or names != [self.presets.itemData(at) for at in range(1, self.presets.count())]:
            self.presets.clear()
            self.presets.addItem(tr("Presets"), None)
            for name in names:
                self.presets.addItem(name, name)
        self.patrol.setText(tr("■ End patrol") if patrol else tr("▶ Patrol"))
        for button in (self.before, self.hold, self.after):
            button.setVisible(patrol is not None)
        if patrol is not None:
            self.hold.setText("▶" if patrol.held else "❚❚")
            self.hold.setToolTip(tr("Go on") if patrol.held else tr("Stay here"))
            self.patrol.setToolTip(
                tr("{at} to {end} of {all}", at=patrol.at + 1, end=min(patrol.at + plan.size, len(patrol.feeds)), all=len(patrol.feeds))
            )
        else:
            self.patrol.setToolTip(tr("Show all listed feeds in turn, as many at a time as the wall holds"))

    def keep_preset(self) -> None:
        name, given = QInputDialog.getText(self, tr("Keep as preset"), tr("Name of the preset"))
        if given and name.strip():
            self._wall.plan.keep(name.strip()[:NAME_CHARS])
            self.refresh()

    def recall(self, at: int) -> None:
        name = self.presets.itemData(at)
        if name in self._wall.plan.presets:
            self._wall.end_patrol()
            self._wall.plan.recall(name)
            self._wall.settle()

    def drop_preset(self) -> None:
        self._wall.plan.presets.pop(self.presets.currentData(), None)
        self.refresh()

    def lay_out(self, size: int) -> None:
        self._wall.plan.lay_out(size)
        self._wall.settle()

    def toggle_patrol(self) -> None:
        if self._wall.patrol is not None:
            self._wall.end_patrol()
        else:
            self.patrol_asked.emit()

    def toggle_hold(self) -> None:
        if self._wall.patrol is not None:
            self._wall.patrol.held = not self._wall.patrol.held
            self.refresh()

    def _connect(self) -> None:
        for size, button in self.layouts.items():
            button.clicked.connect(partial(self.lay_out, size))
        self.presets.activated.connect(self.recall)
        self.keep.clicked.connect(self.keep_preset)
        self.drop.clicked.connect(self.drop_preset)
        self.patrol.clicked.connect(self.toggle_patrol)
        self.before.clicked.connect(lambda: self._wall.step_patrol(-1))
        self.after.clicked.connect(lambda: self._wall.step_patrol(1))
        self.hold.clicked.connect(self.toggle_hold)
        self.full.clicked.connect(self.full_asked)
        self._wall.changed.connect(self.refresh)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for place, (size, button) in enumerate(self.layouts.items(), 1):
            button.setText(str(size))
            button.setCheckable(True)
            button.setToolTip(tr("{n} tile ({key})|{n} tiles ({key})", n=size, key=place))
            row.addWidget(button)
        for button, text, tip in (
            (self.keep, "＋", tr("Keep as preset")),
            (self.drop, "－", tr("Forget the preset chosen")),
            (self.before, "◀", tr("The group before")),
            (self.after, "▶", tr("The next group")),
            (self.full, tr("Full screen"), tr("Full screen (F)")),
        ):
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
        self.presets.setAccessibleName(tr("Presets"))
        self.dwell.setSuffix(tr(" s"))
        self.dwell.setToolTip(tr("How long the patrol stays at each group"))
        for widget in (self.presets, self.keep, self.drop, self.patrol, self.dwell, self.before, self.hold, self.after):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.full)
