"""Plays the sounds of alarm. GUI thread only; without a device for sound it is silent and says so."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal

from console.models.rules.sound import sound_rule
from console.views.context import Context
from console.views.sound.presenter import Bell, wave

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QSoundEffect


class Alarm(QObject):
    """Attributes: `bell`, what is due; `played`, the levels sounded so far. Signals: `changed()`: sounding, muted or device."""

    changed = Signal()

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bell = Bell(sound_rule())
        self.played: list[int] = []
        self.device: bool | None = None
        self._context = context
        self._effects: dict[int, QSoundEffect] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        context.news.second.connect(self._on_second)
        self.destroyed.connect(self._effects.clear)

    def show_levels(self, levels: Mapping[str, int]) -> None:
        """What is not acknowledged now: id -> level."""
        self._sound(self.bell.show(levels, self._context.time.wall_ms()))
        self.changed.emit()

    def mute(self) -> None:
        self.bell.mute(self._context.time.wall_ms())
        for effect in self._effects.values():
            effect.stop()
        self.changed.emit()

    def unmute(self) -> None:
        self.bell.unmute()
        self.changed.emit()

    @property
    def muted(self) -> bool:
        return self.bell.muted(self._context.time.wall_ms())

    def _on_second(self) -> None:
        self._sound(self.bell.tick(self._context.time.wall_ms()))
        self.changed.emit()

    def _sound(self, level: int) -> None:
        if not level:
            return
        self.played = [*self.played[-99:], level]
        effect = self._effect(level)
        if effect is not None:
            effect.play()

    def _effect(self, level: int) -> QSoundEffect | None:
        """Made with the first alarm: most windows never need it, and the libraries of sound take their time."""
        sound = self.bell.rule.of(level)
        if self.device is None:
            self.device = can_sound() and _has_output()
        if sound is None or not self.device:
            return None
        if level not in self._effects:
            from PySide6.QtMultimedia import QSoundEffect

            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="fengsui-sound-")
            path = Path(self._folder.name) / f"level{level}.wav"
            path.write_bytes(wave(sound, 1.0))
            effect = QSoundEffect(self)
            effect.setSource(QUrl.fromLocalFile(str(path)))
            effect.setVolume(self.bell.rule.volume)
            self._effects[level] = effect
        return self._effects[level]


def can_sound() -> bool:
    """Whether there is anything at all to sound with; elsewhere than on Linux the library finds out without complaint."""
    if sys.platform != "linux":
        return True
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", "/run/user/0"))
    servers = (runtime / "pulse" / "native", runtime / "pipewire-0", Path("/dev/snd"))
    return bool(os.environ.get("PULSE_SERVER")) or any(path.exists() for path in servers)


def _has_output() -> bool:
    from PySide6.QtMultimedia import QMediaDevices

    return not QMediaDevices.defaultAudioOutput().isNull()
