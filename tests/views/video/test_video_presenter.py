"""What a tile says: never "live" of an old picture, why it is not, when it is tried again; in Chinese too. No Qt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.feeds.health import Health
from console.models.feeds.rules import default_rule
from console.models.feeds.watch import State, Watch
from console.views import i18n
from console.views.video.presenter import Kept, face, health_text, in_group, reason_text

RULE = default_rule().watch
WALL_MS = 1_404_464_400_000
VALID_S = 14_400.0


def watch(*, is_file: bool = False) -> Watch:
    seen = Watch(RULE, is_file=is_file, chance=lambda: 0.0)
    seen.begin(0)
    return seen


def told(seen: Watch, now_s: float, *, kept: Kept | None = None, is_file: bool = False) -> tuple[str, str, str, str]:
    return tuple(face(seen, now_s, WALL_MS, is_file=is_file, kept=kept))  # type: ignore[return-value]


def test_from_opening_to_live_to_frozen_to_the_next_attempt() -> None:
    seen = watch()
    assert told(seen, 1) == ("opening", "", "opening", "")
    seen.seen(1, 2)
    assert told(seen, 2.5) == ("live", "", "live", "16:59:59")
    kind, banner, line, clock = told(seen, 14)
    assert (kind, banner, line, clock) == ("dead", "NOT LIVE · 12 s old", "no new picture", "16:59:48"), "before any tick"
    seen.failed(14, "unreachable", "Connection refused")
    kind, banner, line, _ = told(seen, 14)
    assert (kind, banner) == ("dead", "NOT LIVE · 12 s old")
    assert line == "it cannot be reached (Connection refused); next attempt in 1 s"


def test_a_kept_picture_is_never_live() -> None:
    kind, banner, _, clock = told(watch(), 1, kept=Kept(WALL_MS - 7_200_000))
    assert (kind, banner, clock) == ("dead", "NOT LIVE · 2 h 00 min old", "15:00:00")


def test_without_any_picture_that_is_said() -> None:
    seen = watch()
    seen.failed(1, "denied")
    assert told(seen, 1)[:2] == ("dead", "NO PICTURE")
    assert "name or password was refused" in told(seen, 1)[2]


def test_a_file_says_that_it_is_one() -> None:
    seen = watch(is_file=True)
    seen.seen(1, 1)
    assert told(seen, 1, is_file=True) == ("file", "RECORDING, not live", "", "")
    seen.failed(2, "ended")
    assert told(seen, 2, is_file=True)[2] == "played to its end"


def test_a_picture_that_never_changes_is_doubted() -> None:
    seen = watch()
    seen.seen(1, 100, same_since_s=100 - RULE.same_s)
    kind, banner, *_ = told(seen, 100)
    assert kind == "live"
    assert banner == "The same picture for 60 s: the camera may hang"


def test_no_secret_gets_on_the_screen() -> None:
    said = reason_text("unreachable", "rtsp://admin:Gh7-kL9@192.0.2.7/x failed")
    assert "Gh7" not in said
    assert "192.0.2.7/x" in said


@given(st.floats(0, 100), st.floats(0, 100), st.sampled_from(["", "en", "zh_CN"]))
def test_live_is_said_of_a_fresh_picture_alone(frame_s: float, later_s: float, language: str) -> None:
    i18n.use_language(language or "en")
    seen = watch()
    seen.seen(1, frame_s)
    seen.tick(frame_s + later_s)
    kind, banner, line, _ = told(seen, frame_s + later_s)
    fresh = seen.age_s(frame_s + later_s) <= RULE.frozen_s
    assert (kind == "live") == fresh
    assert (line in ("live", "实时")) == fresh
    assert bool(banner) == (not fresh)
    i18n.use_language("en")


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_words(state: State) -> None:
    seen = watch()
    seen.state = state
    assert told(seen, 1)[2] or state is State.IDLE


def test_what_the_sweep_found_shows_its_age_and_grows_old() -> None:
    found = Health("up", WALL_MS - 60_000)
    assert health_text(found, WALL_MS, VALID_S) == "answers, 60 s ago"
    assert health_text(None, WALL_MS, VALID_S) == "not asked yet"
    old = WALL_MS + int(VALID_S * 1000)
    assert health_text(found, old, VALID_S).startswith("asked too long ago")
    assert in_group("up", found, WALL_MS, VALID_S)
    assert not in_group("up", found, old, VALID_S)
    assert in_group("never", found, old, VALID_S)
    assert in_group("down", Health("missing", WALL_MS), WALL_MS, VALID_S)
    assert in_group("", None, WALL_MS, VALID_S)
