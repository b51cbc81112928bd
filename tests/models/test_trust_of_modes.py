"""An area's mode is switched by those who may speak for that area, whatever topic they say it on."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.models.kinds import ModeSwitched
from tests.models.voices import Voice, county, open_journal


@pytest.mark.parametrize(
    ("role", "subject", "refusal"),
    [
        ("console", "652722", None),
        ("console", "652722101", None),
        ("console", "6527", "area"),
        ("console", "65", "area"),
        ("console", "652701", "area"),
        ("console", "everywhere", "area"),
        ("unit", "652722", "role"),
    ],
)
def test_who_may_switch_what(tmp_path: Path, role: str, subject: str, refusal: str | None) -> None:
    root, desk = county(), Voice(1)
    journal = open_journal(tmp_path / "journal.db")
    journal.append([root.enrol(desk, role)])
    outcome = journal.append([desk.say("mode.switched", subject, ModeSwitched(mode="emergency", why="山洪"))]).outcomes[0]
    assert (outcome.refusal.code if outcome.refusal else None) == refusal
    held = journal._connection.execute("SELECT count(*) FROM mode").fetchone()[0]
    assert held == (0 if refusal else 1)
    journal.close()
