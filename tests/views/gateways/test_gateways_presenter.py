"""Sources of gateways: whose they are, how they are, and what was refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.models.identity import owned_subject
from console.views import i18n
from console.views.gateways import presenter
from console.views.monitoring.bringers import SILENT_S, Bringer

NOW_MS = 1_790_000_000_000
OWN, OTHER = "ab" * 16, "cd" * 16


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = i18n.language()
    i18n.use_language(i18n.ENGLISH)
    yield
    i18n.use_language(before)


def told(origin: str, name: str, state: str = "working", heard_ms: int | None = NOW_MS, **values: object) -> Bringer:
    held: dict[str, object] = {"fault": "", "taken": 0, "refused": {}, "example": "", "newest_ms": None} | values
    subject = owned_subject(bytes.fromhex(origin), f"gateway-{name}")
    return Bringer(subject, name, "csv", "/in", state, heard_ms=heard_ms, **held)  # type: ignore[arg-type]


def test_one_of_this_machine_may_be_removed_and_one_that_told_nothing_yet_is_there_too() -> None:
    made = presenter.rows([told(OWN, "a"), told(OTHER, "b")], [("a", "csv", "/in"), ("new", "mqtt", "h:1883")], OWN)
    assert [(row.told.name, row.here) for row in made] == [("a", True), ("b", False), ("new", True)]
    assert made[2].state(NOW_MS) == "connecting"
    assert "only it can change them" in dict(presenter.card(made[1], NOW_MS))["Settings"]


def test_of_the_same_name_elsewhere_it_is_not_ours() -> None:
    made = presenter.rows([told(OTHER, "a")], [("a", "csv", "/in")], OWN)
    assert [row.here for row in made] == [False, True]


def test_a_fault_counts_more_than_a_state_and_silence_more_than_what_was_said_last() -> None:
    (row,) = presenter.rows([told(OWN, "a", fault="broken")], [], OWN)
    assert row.state(NOW_MS) == "faulty"
    (row,) = presenter.rows([told(OWN, "a")], [], OWN)
    assert (row.state(NOW_MS), row.state(NOW_MS + SILENT_S * 1000 + 1)) == ("working", "unheard")
    (row,) = presenter.rows([told(OWN, "a", "stopped")], [], OWN)
    assert row.state(NOW_MS * 2) == "stopped"


def test_refusals_are_counted_by_reason_with_the_last_one() -> None:
    (row,) = presenter.rows([told(OWN, "a", refused={"time": 2, "value": 40}, example="in.csv: line 3")], [], OWN)
    card = dict(presenter.card(row, NOW_MS))
    assert row.refused == 42
    assert card["Refused"] == "40 value, 2 time"
    assert card["Refused last"] == "in.csv: line 3"
    assert presenter.wrong_text(row) == "in.csv: line 3"


def test_every_column_has_a_text_for_a_source_that_told_nothing() -> None:
    (row,) = presenter.rows([], [("new", "csv", "/in")], "")
    assert all(isinstance(column.text(row, NOW_MS), str) for column in presenter.columns())
    assert {column.key: column.text(row, NOW_MS) for column in presenter.columns()}["heard"] == "–"
