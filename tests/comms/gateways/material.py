"""Small files of our own for the readers, and where the recorded ones are when they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.comms.gateways.recording import Moment, Recording

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "real"

needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=f"recorded data is not here: {REAL}")


def moments_of(recording: Recording) -> list[Moment]:
    """All moments, checked to be in time order."""
    moments = list(recording.moments)
    assert [m.at_ms for m in moments] == sorted(m.at_ms for m in moments)
    return moments


def of_kind(moments: list[Moment], kind: str) -> list[Moment]:
    return [moment for moment in moments if moment.kind == kind]
