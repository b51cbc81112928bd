"""What a window loads to read: not the writer, nothing that signs, no asyncio. It is part of how fast the window stands."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"asyncio", "cryptography", "ulid", "console.models.journal.journal", "console.models.journal.batch"}


@pytest.mark.parametrize("module", ["console.models.journal.reading", "console.models.state.instant", "console.comms.local.client"])
def test_readers_are_lean(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=30).stdout.split())
    assert module in loaded
    assert not loaded & HEAVY


def test_the_writer_is_there_when_asked_for() -> None:
    import console.models.journal as package
    from console.models.journal import Journal

    assert package.Journal is Journal
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        package.Nothing  # noqa: B018
