"""When a sound is due, and that its tones are what the rule says."""

from __future__ import annotations

import io
import wave as wavefile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_a_flood_is_heard_once_and_what_is_graver_at_once() -> None:
    bell = Bell(sound_rule())
    heard = []
    levels: dict[str, int] = {}
    for step in range(300):
        levels = levels | {f"r{step}.{at}": 2 for at in range(10)}
        heard += [level for level in (bell.show(levels, step * 33),) if level]
    assert 1 <= len(heard) <= 1 + 300 * 33 / 1000 / sound_rule().rest_s
    assert bell.show({**levels, "red": 1}, 300 * 33) == 1


def test_a_risk_that_flickers_does_not_rattle() -> None:
    bell = Bell(sound_rule())
    heard = sum(bool(bell.show({"a": 1} if step % 2 else {}, step * 40)) for step in range(500))
    assert heard <= 1 + 500 * 40 / 1000 / sound_rule().rest_s


_SHOWN = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 4), max_size=6)


@given(st.lists(st.tuples(st.integers(1, 3000), _SHOWN), max_size=60))
def test_nothing_new_is_left_unheard_and_nothing_rattles(steps: list[tuple[int, dict[str, int]]]) -> None:
    """Of what is new and stays, a tone at least as grave is heard within the rest and a second; the same level not sooner than after it."""
    rule = sound_rule()
    bell, now_ms = Bell(rule), 0
    heard: list[tuple[int, int]] = []
    owed: dict[str, tuple[int, int]] = {}
    before: dict[str, int] = {}

    def listen(level: int) -> None:
        if not level:
            return
        if heard:
            assert now_ms - heard[-1][0] >= rule.rest_s * 1000 or level < heard[-1][1]
        heard.append((now_ms, level))
        for risk in [risk for risk, (_, due) in owed.items() if level <= due]:
            del owed[risk]

    for wait_ms, levels in steps:
        end_ms = now_ms + wait_ms
        while now_ms + 1000 < end_ms:
            now_ms += 1000
            listen(bell.tick(now_ms))
        now_ms = end_ms
        listen(bell.tick(now_ms))
        owed = {risk: due for risk, due in owed.items() if levels.get(risk) == due[1]}
        owed |= {risk: (now_ms, level) for risk, level in levels.items() if risk not in before or level < before[risk]}
        before = levels
        listen(bell.show(levels, now_ms))
        late = [risk for risk, (since_ms, _) in owed.items() if now_ms - since_ms > rule.rest_s * 1000 + 1000]
        assert not late
