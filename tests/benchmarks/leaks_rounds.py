"""`KIND SCRATCH TIMES`: starts and stops one of `tests/comms/rounds.py` so often, and says what is held after each tenth time."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.harness import say
from tests.comms.rounds import ROUNDS, held
from tests.waiting import deadline

EACH = 10


def wait_for(threads: float) -> None:
    deadline(lambda: held().threads <= threads, "threads have ended", 20)


def main(kind: str, scratch: str, times: str) -> None:
    samples: list[dict[str, float]] = []
    with ExitStack() as stack:
        one = ROUNDS[kind](stack, Path(scratch))
        for at in range(int(times)):
            one(at)
            if (at + 1) % EACH == 0:
                wait_for(samples[0]["threads"] if samples else held().threads)
                samples.append({"times": float(at + 1)} | held()._asdict())
        one.check(int(times))
        say(samples=samples)


if __name__ == "__main__":
    main(*sys.argv[1:])
