"""How stories are told: chapters of so many, the same ones in every run unless another look is asked for."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.story import Story

STEPS = 80
"""Of one story: about what hypothesis lets a test draw."""


def tell(chapter: int, stories: int, *, shrink: bool = True) -> int:
    """Tell stories until one fails, and raise what that raises; how many steps were taken.

    A chapter is a seed, so that a change is judged by the change and not by luck, and what fails on one machine fails on all.
    `HYPOTHESIS_PROFILE=search` tells twenty times as many, others in every run.
    """
    search = os.environ.get("HYPOTHESIS_PROFILE") == "search"
    before = Story.steps
    run_state_machine_as_test(
        Story if search else seed(chapter)(type(Story.__name__, (Story,), {})),
        settings=settings(
            max_examples=stories * 20 if search else stories,
            stateful_step_count=STEPS,
            derandomize=False,
            database=None,
            deadline=None,
            print_blob=False,
            report_multiple_bugs=False,
            phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Story.steps - before
