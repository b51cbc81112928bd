"""When which sound is due. No Qt and no clock of its own."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping

from console.models.rules.sound import Sound, SoundRule

RATE_HZ = 22_050
EDGE_S = 0.008
"""A tone swells and fades for so long: without it each would begin with a click."""


class Bell:
    """Attributes: `levels`, what is not acknowledged now, by id; `muted_until_ms`, 0: not muted."""

    def __init__(self, rule: SoundRule) -> None:
        self.rule = rule
        self.levels: dict[str, int] = {}
        self.muted_until_ms = 0
        self._sounded_ms: int | None = None
        self._sounded = 0  # the level of that
        self._owed = 0  # what was new while the one before had to be heard first

    def show(self, levels: Mapping[str, int], now_ms: int) -> int:
        """What is not acknowledged now. The level to sound at once for what is new or graver than before; 0 for none."""
        before, self.levels = self.levels, {risk: level for risk, level in levels.items() if level}
        new = [level for risk, level in self.levels.items() if risk not in before or level < before[risk]]
        gravest = min(new, default=0)
        if gravest and (not self.muted(now_ms) or gravest <= self.rule.mute_least_level):
            self._owed = min(self._owed or gravest, gravest)
        if min(self.levels.values(), default=5) > self._owed:
            self._owed = 0  # it was acknowledged, or is over, before it could be heard
        return self._pay(now_ms)

    def tick(self, now_ms: int) -> int:
        """The level to sound now, of what is owed or again; 0 for none."""
        if self._owed:
            return self._pay(now_ms)
        gravest = min(self.levels.values(), default=0)
        sound = self.rule.of(gravest) if gravest else None
        if sound is None or not sound.repeat_s or self.muted(now_ms):
            return 0
        if self._sounded_ms is not None and now_ms - self._sounded_ms < sound.repeat_s * 1000:
            return 0
        return self._sound(gravest, now_ms)

    def _pay(self, now_ms: int) -> int:
        """What is owed, once the tone before has been heard; what is graver than that does not wait."""
        if not self._owed:
            return 0
        since_ms = self.rule.rest_s * 1000 if self._sounded_ms is None else now_ms - self._sounded_ms
        if 0 <= since_ms < self.rule.rest_s * 1000 and self._owed >= self._sounded:
            return 0
        return self._sound(self._owed, now_ms)

    def _sound(self, level: int, now_ms: int) -> int:
        self._sounded_ms, self._sounded, self._owed = now_ms, level, 0
        return level

    def mute(self, now_ms: int) -> None:
        self.muted_until_ms = now_ms + round(self.rule.mute_s * 1000)
        if self._owed > self.rule.mute_least_level:
            self._owed = 0

    def unmute(self) -> None:
        self.muted_until_ms = 0

    def muted(self, now_ms: int) -> bool:
        return now_ms < self.muted_until_ms


def wave(sound: Sound, volume: float) -> bytes:
    """A WAV file of its tones: 16 bit, one channel, RATE_HZ."""
    samples: list[int] = []
    for hertz, seconds in sound.tones:
        count = round(seconds * RATE_HZ)
        for at in range(count):
            swell = min(1.0, at / (EDGE_S * RATE_HZ), (count - at) / (EDGE_S * RATE_HZ))
            value = math.sin(2 * math.pi * hertz * at / RATE_HZ) * swell * volume if hertz else 0.0
            samples.append(round(value * 32000))
    data = struct.pack(f"<{len(samples)}h", *samples)
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1, RATE_HZ, RATE_HZ * 2, 2, 16, b"data", len(data)
    )
    return head + data
