"""What the network laboratory measures (`tests/netlab`): the first order after a cut, and orders on a link of 9,600 bit/s. Needs root on Linux."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.benchmarks.harness import ROOT, percentile
from tests.benchmarks.report import Figure, Goal

PLAYED_S = 1800.0


def _played(module: str, *words: str) -> Any:
    """What a scene of the laboratory found. Raises RuntimeError where there can be none."""
    done = subprocess.run([sys.executable, "-m", module, "--json", *words], cwd=ROOT, capture_output=True, text=True, timeout=PLAYED_S)
    if done.returncode:
        raise RuntimeError(f"{module}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def reconnect() -> list[Figure]:
    """p95 of the time from a cable's healing until an order, and until a report, that was written meanwhile is through, over cuts of 3, 10 and
    40 s."""
    found = _played("tests.netlab.reconnect", "--rounds", "7")
    return [_returned(found, "order"), _returned(found, "report")]


def _returned(found: list[dict[str, float]], what: str) -> Figure:
    waits = [float(each[f"{what}_s"]) for each in found]
    parts = {f"worst after {cut:g} s": max(each[f"{what}_s"] for each in found if each["cut_s"] == cut) for cut in (3.0, 10.0, 40.0)}
    return Figure(
        name=f"reconnect-{what}",
        value=percentile(waits, 0.95),
        unit="s",
        goal=Goal.VALUE_AT_MOST,
        bound=1.0,
        parts=parts | {"rounds": len(waits)},
    )


def narrow() -> list[Figure]:
    """p95 of an order's way to its unit behind 9,600 bit/s with 50 units reporting."""
    found = _played("tests.netlab.narrow", "--rounds", "20")
    parts = {"answer_p95_s": percentile(found["answer_s"], 0.95), "up_bps": float(found["up_bps"]), "down_bps": float(found["down_bps"])}
    return [
        Figure(name="narrow-order", value=percentile(found["order_s"], 0.95), unit="s", goal=Goal.VALUE_AT_MOST, bound=2.0, parts=parts)
    ]
