"""Ten thousand steps and more through outages of every kind, and not one counterexample."""

from __future__ import annotations

import pytest

from tests.sync.telling import tell

CHAPTERS, STORIES, LEAST_STEPS = 4, 42, 2_500


@pytest.mark.timeout(900)  # a failure is made smaller for up to five minutes
@pytest.mark.parametrize("chapter", range(1, CHAPTERS + 1))
def test_all_is_told_and_whole_after_any_story(chapter: int) -> None:
    steps = tell(chapter, STORIES)
    print(f"chapter {chapter}: {steps} steps")
    assert steps >= LEAST_STEPS


def test_the_chapters_together_are_long_enough() -> None:
    assert CHAPTERS * LEAST_STEPS >= 10_000
