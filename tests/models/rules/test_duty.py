"""Every status is counted once, and the same everywhere."""

from __future__ import annotations

import pytest

from console.models.kinds import TASK_STATES, UNIT_STATUSES
from console.models.rules.duty import BUSY, ON_CALL, OPEN, can_be_sent, is_at_work, is_free


@pytest.mark.parametrize("task", ["", *TASK_STATES])
@pytest.mark.parametrize("status", ["", "a word of tomorrow", *UNIT_STATUSES])
def test_nobody_is_free_and_at_work_and_who_is_free_can_be_sent(status: str, task: str) -> None:
    assert not (is_free(status, task) and is_at_work(status, task))
    assert not (can_be_sent(status, task) and is_at_work(status, task))
    assert can_be_sent(status, task) or not is_free(status, task)


def test_every_word_is_known_and_in_one_place() -> None:
    known = {*UNIT_STATUSES, ""}
    assert set(BUSY) | set(ON_CALL) < known
    assert not set(BUSY) & set(ON_CALL)
    assert known - set(BUSY) - set(ON_CALL) == {"unavailable"}
    assert set(OPEN) < set(TASK_STATES)


def test_at_hospital_is_at_work_and_an_open_order_binds() -> None:
    assert is_at_work("hospital", "")
    assert is_at_work("available", "assigned")
    assert not is_free("available", "started")
    assert is_free("available", "done")
    assert can_be_sent("returning", "failed")
    assert not can_be_sent("unavailable", "")
