"""Whether it sounds, is muted and until when, or cannot sound at all: in the status bar, always seen, one click or key to change."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton

from console.views.age import local
from console.views.context import Context
from console.views.i18n import tr
from console.views.sound.alarm import Alarm


class SoundBadge(QToolButton):
    def __init__(self, context: Context, alarm: Alarm) -> None:
        super().__init__()
        self.setObjectName("sound_badge")
        self.setAutoRaise(True)
        self._context, self._alarm = context, alarm
        self.clicked.connect(self.toggle)
        alarm.changed.connect(self._word)
        self._word()

    def toggle(self) -> None:
        if self._alarm.muted:
            self._alarm.unmute()
        else:
            self._alarm.mute()

    def _word(self) -> None:
        bell = self._alarm.bell
        if self._alarm.muted:
            text = tr("✕ muted until {time}", time=f"{local(bell.muted_until_ms):%H:%M}")
            tip = tr("Alarms are muted; a new one of the gravest level sounds all the same. Click to let them sound again.")
        elif self._alarm.device is False:
            text = tr("✕ no sound device")
            tip = tr("This machine has nothing to sound with: watch the strip above.")
        elif bell.levels:
            text = tr("♪ alarm ({n})", n=len(bell.levels))
            tip = tr("Sounds until it is acknowledged. Click to mute for a while.")
        else:
            text, tip = tr("♪ on"), tr("Alarms sound. Click to mute for a while.")
        if text != self.text():
            self.setText(text)
            self.setToolTip(tip)
            self.setAccessibleName(f"{tr('Sound')}: {text}")
