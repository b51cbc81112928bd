"""Which sound for which level, how often, and how long "mute" lasts. Figures: `resources/rules/sound.toml`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.form import rules

Tone = tuple[Annotated[float, Meta(ge=0, le=8000)], Annotated[float, Meta(gt=0, le=5)]]


class Sound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`tones`: (Hz, s), 0 Hz is silence; `repeat_s`: 0 once."""

    level: Annotated[int, Meta(ge=1, le=4)]
    tones: Annotated[list[Tone], Meta(min_length=1, max_length=40)]
    repeat_s: Annotated[float, Meta(ge=0, le=3600)]


class SoundRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rest_s`: from one tone to the next of the same level or a lesser one, however many risks come at once."""

    volume: Annotated[float, Meta(ge=0, le=1)]
    mute_s: Annotated[float, Meta(gt=0, le=86400)]
    mute_least_level: Annotated[int, Meta(ge=0, le=4)]
    rest_s: Annotated[float, Meta(ge=0, le=60)]
    sound: Annotated[list[Sound], Meta(max_length=4)]

    def of(self, level: int) -> Sound | None:
        return next((sound for sound in self.sound if sound.level == level), None)


def sound_rule() -> SoundRule:
    return rules("sound", SoundRule)
