"""Starting and stopping what runs for long leaves nothing behind and loses nothing; a hundred of each: `python -m tests.benchmarks --only leaks`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.comms.gateways.live.brokers import MOSQUITTO
from tests.comms.rounds import ROUNDS, held
from tests.waiting import deadline

WARM, TIMES = 4, 6


@pytest.mark.parametrize("kind", ROUNDS)
def test_nothing_is_left_by_starting_and_stopping(kind: str, tmp_path: Path) -> None:
    if kind == "mqtt" and MOSQUITTO is None:
        pytest.skip("mosquitto is not installed (Debian package mosquitto)")
    with ExitStack() as stack:
        one = ROUNDS[kind](stack, tmp_path)
        for at in range(WARM):
            one(at)
        before = held()
        for at in range(WARM, TIMES):
            one(at)
        deadline(lambda: all(now <= then for now, then in zip(held()[:4], before[:4], strict=True)), f"as much as {before}: {held()}")
        one.check(TIMES)
