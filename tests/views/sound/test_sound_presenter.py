"""When a sound is due, and that its tones are what the rule says."""

from __future__ import annotations

import io
import wave as wavefile
from pathlib import Path

import pytest

from console.errors import Fault
from console.models.form import read_toml
from console.models.rules.sound import SoundRule, sound_rule
from console.views.sound.presenter import RATE_HZ, Bell, wave


def test_what_is_new_or_graver_sounds_at_once_and_repeats_by_its_level() -> None:
    bell = Bell(sound_rule())
    assert bell.show({"a": 3}, 0) == 3
    assert bell.show({"a": 3}, 1000) == 0
    assert bell.show({"a": 2, "b": 4}, 2000) == 2
    assert bell.tick(31_000) == 0
    assert bell.tick(32_000) == 2
    assert bell.show({"b": 4}, 33_000) == 0
    assert bell.tick(10_000_000) == 0, "blue sounds once"


def test_a_mute_ends_by_itself_and_never_hides_a_new_red() -> None:
    rule = sound_rule()
    bell = Bell(rule)
    bell.show({"a": 2}, 0)
    bell.mute(1000)
    assert bell.tick(100_000) == 0
    assert bell.show({"a": 2, "b": 2}, 100_000) == 0
    assert bell.show({"a": 2, "b": 2, "c": 1}, 101_000) == 1
    after_ms = 1000 + round(rule.mute_s * 1000)
    assert bell.tick(after_ms) == 1


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_tones_are_a_wav_file_of_their_length(level: int) -> None:
    sound = sound_rule().of(level)
    assert sound is not None
    with wavefile.open(io.BytesIO(wave(sound, 1.0))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE_HZ, 1, 2)
        assert abs(file.getnframes() / RATE_HZ - sum(seconds for _, seconds in sound.tones)) < 0.01


def test_a_broken_rule_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "sound.toml").write_text("volume = 3\n", encoding="utf-8")
    with pytest.raises(Fault, match=r"sound\.toml"):
        read_toml(tmp_path / "sound.toml", SoundRule)
