"""Habits that a machine can hold everyone to."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.without_qt import QT_FREE, is_qt_free

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
NAP = re.compile(r"\b(sleep|qWait|qSleep|msleep)$")


def naps(source: str) -> list[int]:
    """Line numbers of calls that wait for time to pass rather than for a fact."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if NAP.search(ast.unparse(call.func))]


def test_naps_are_seen() -> None:
    assert naps("import time\ntime.sleep(1)\nqtbot.wait_until(f)\nQTest.qWait(5)\n") == [2, 4]


def test_no_test_sleeps() -> None:
    files = sorted(TESTS.rglob("*.py"))
    assert files
    found = [f"{file.relative_to(ROOT)}:{line}" for file in files for line in naps(file.read_text(encoding="utf-8"))]
    assert not found, f"wait on a fact with a deadline (tests/waiting.py) instead: {found}"


@pytest.mark.parametrize("room", QT_FREE)
def test_each_qt_free_room_has_tests(room: str) -> None:
    assert list((TESTS / room).rglob("test_*.py"))


def test_each_presenter_is_tested_without_qt() -> None:
    presenters = sorted((ROOT / "console" / "views").glob("*/presenter.py"))
    assert presenters
    untested = [p.parent.name for p in presenters if not any(map(is_qt_free, (TESTS / "views" / p.parent.name).glob("test_*.py")))]
    assert not untested


def test_the_packaging_folder_never_shadows_the_package_of_that_name() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_nothing_in_the_tree_names_the_machine_it_was_written_on() -> None:
    suffixes = {".py", ".toml", ".md", ".sh", ".txt", ".js", ".css", ".html", ".json", ""}
    folders = ("console", "tests", "packaging", "resources", ".ci")
    files = [f for folder in folders for f in (ROOT / folder).rglob("*") if f.is_file() and f.suffix in suffixes]
    outside = [f for f in files if not {"node_modules", "bundle", "__pycache__"} & set(f.parts) and f != Path(__file__)]
    named = [str(f.relative_to(ROOT)) for f in outside if re.search(r"(?<![\w.])/work/|/root/", f.read_text(encoding="utf-8"))]
    assert not named
