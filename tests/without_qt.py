"""pytest plugin (`-p tests.without_qt`): make Qt unimportable and run the tests that must pass without it.

Those are the tests of models, comms, presenters and translations, by where they lie: everything in QT_FREE, and under
tests/views each file whose name says presenter or i18n. A file there that imports Qt after all fails; it is not skipped.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

QT = frozenset({"PySide6", "shiboken6", "pyqtgraph"})
QT_FREE = ("models", "comms")
_TESTS = Path(__file__).resolve().parent


class QtIsAbsent(MetaPathFinder):
    """Answers for Qt's packages as a machine without them does."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname.partition(".")[0] in QT:
            raise ModuleNotFoundError(f"No module named {fullname!r} (made absent by tests.without_qt)", name=fullname)
        return None


def is_qt_free(path: Path) -> bool:
    """Whether a test file must pass without Qt."""
    parts = path.relative_to(_TESTS).parts
    if parts[0] in QT_FREE:
        return True
    return parts[0] == "views" and ("presenter" in path.name or "i18n" in path.name)


def pytest_addoption(parser: pytest.Parser) -> None:
    for name in ("qt_api", "qt_log_level_fail"):
        parser.addini(name, "read by pytest-qt where Qt is present")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    if collection_path.suffix != ".py" or not collection_path.name.startswith("test_"):
        return None
    return None if is_qt_free(collection_path) else True


def pytest_configure(config: pytest.Config) -> None:
    if any(name.partition(".")[0] in QT for name in sys.modules):
        raise pytest.UsageError("tests.without_qt must be loaded before Qt is: give -p no:pytest-qt too")
    sys.meta_path.insert(0, QtIsAbsent())
    _spare_conftests(config.pluginmanager)


def _spare_conftests(manager: Any) -> None:
    """A room's conftest.py that needs Qt offers nothing here, but does not stop the room's Qt-free tests.

    pytest has no public way to leave out one conftest.py.
    """
    load = manager._importconftest

    def load_or_nothing(path: Path, *args: Any, **kwargs: Any) -> ModuleType:
        try:
            return load(path, *args, **kwargs)  # type: ignore[no-any-return]
        except Exception as failure:
            cause = getattr(failure, "cause", None)
            if isinstance(cause, ModuleNotFoundError) and (cause.name or "").partition(".")[0] in QT:
                return ModuleType(f"{path.parent.name}_without_qt")
            raise

    manager._importconftest = load_or_nothing
