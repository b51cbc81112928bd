"""pytest plugin (`-p tests.the_rest`): the tests that `tests.without_qt` leaves out, so that none is run twice."""

from __future__ import annotations

from pathlib import Path

from tests.without_qt import is_qt_free


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    if collection_path.suffix != ".py" or not collection_path.name.startswith("test_"):
        return None
    return True if is_qt_free(collection_path) else None
