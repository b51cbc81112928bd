"""A bug leaves a report, a hard crash too, and the next start tells of it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.views.window.crash import MAX_REPORTS, CrashReports

ROOT = Path(__file__).parents[3]


@pytest.fixture
def reports(tmp_path: Path) -> Iterator[CrashReports]:
    made = CrashReports(tmp_path)
    made.install()
    yield made
    made.uninstall()


def raise_uncaught(text: str) -> None:
    try:
        raise RuntimeError(text)
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def test_an_uncaught_error_is_reported_and_told_once_each(
    reports: CrashReports, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[Path] = []
    reports.reported = told.append
    raise_uncaught("first")
    assert "RuntimeError: first" in told[0].read_text(encoding="utf-8")
    assert "Fengsui" in told[0].read_text(encoding="utf-8")
    assert CrashReports(tmp_path).unseen() == told
    assert "RuntimeError: first" in capsys.readouterr().err


def test_errors_of_other_threads_are_reported_too(reports: CrashReports) -> None:
    told: list[Path] = []
    reports.reported = told.append

    def fail() -> None:
        raise ValueError("in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "in a thread" in told[0].read_text(encoding="utf-8")


@pytest.mark.usefixtures("reports")
def test_an_error_that_repeats_does_not_fill_the_disk(tmp_path: Path) -> None:
    for number in range(3 * MAX_REPORTS):
        raise_uncaught(str(number))
    assert len(CrashReports(tmp_path).unseen()) == MAX_REPORTS


def test_a_report_that_was_shown_is_kept_but_not_shown_again(reports: CrashReports, tmp_path: Path) -> None:
    raise_uncaught("once")
    reports.uninstall()
    later = CrashReports(tmp_path)
    later.mark_seen()
    assert later.unseen() == []
    assert any(path.suffix == ".seen" for path in (tmp_path / "crashes").iterdir())


def test_a_crash_below_python_is_found_by_the_next_start(tmp_path: Path) -> None:
    program = (
        "import sys, ctypes; from pathlib import Path; from console.views.window.crash import CrashReports;"
        "CrashReports(Path(sys.argv[1])).install(); ctypes.string_at(0)"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, timeout=30)
    assert ended.returncode != 0
    found = CrashReports(tmp_path).unseen()
    assert len(found) == 1
    assert "Segmentation fault" in found[0].read_text(encoding="utf-8")
