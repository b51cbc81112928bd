"""The import contracts hold, and each of them breaks when what it forbids is planted: none passes for want of anything to check."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")

PLANTS = {
    "Arrows point down": ("comms/local/messages.py", "import console.views.i18n"),
    "Models know no Qt": ("models/event.py", "import zmq"),
    "Comms know no Qt": ("comms/local/messages.py", "import PySide6.QtCore"),
    "Presenters and translations know no Qt": ("views/i18n.py", "import PySide6.QtCore"),
}


def contracts(folder: Path) -> dict[str, bool]:
    """Contract name -> kept, as lint-imports says of the package in `folder`."""
    done = subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    lines = [line.rpartition(" ") for line in done.stdout.splitlines() if line.endswith((" KEPT", " BROKEN"))]
    assert lines, done.stdout + done.stderr
    return {name: verdict == "KEPT" for name, _, verdict in lines}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "console", tmp_path / "console", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_contracts_are_kept() -> None:
    kept = contracts(ROOT)
    assert len(kept) == len(PLANTS)
    assert all(kept.values()), kept


@pytest.mark.parametrize("contract", PLANTS)
def test_contract_breaks_on_a_planted_import(copy: Path, contract: str) -> None:
    place, line = PLANTS[contract]
    file = copy / "console" / place
    head, mark, rest = file.read_text(encoding="utf-8").partition("from __future__ import annotations\n")
    file.write_text(f"{head}{mark}{line}\n{rest}", encoding="utf-8")
    broken = [name for name, kept in contracts(copy).items() if not kept]
    assert any(name.startswith(contract) for name in broken), broken


def test_every_presenter_is_under_contract(copy: Path) -> None:
    presenters = sorted((copy / "console" / "views").glob("*/presenter.py"))
    assert presenters
    for presenter in presenters:
        presenter.write_text("import PySide6.QtCore\n", encoding="utf-8")
    done = subprocess.run([LINT, "--no-cache"], cwd=copy, capture_output=True, text=True, check=False, timeout=60)
    for presenter in presenters:
        assert f"console.views.{presenter.parent.name}.presenter" in done.stdout
