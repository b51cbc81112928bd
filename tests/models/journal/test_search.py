"""Search over what was said, in Chinese too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.models import kinds
from console.models.clock import hlc_from_ms
from console.models.journal.reading import Reader
from console.models.journal.search import find
from console.models.state.instant import Instant
from tests.models.voices import NOW_MS, Voice, county, open_journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    journal = open_journal(tmp_path / "journal.db")
    desk = Voice(1)
    said: list[tuple[str, str, kinds.Body]] = [
        ("incident.opened", "i", kinds.IncidentOpened(title="精河县牧场滑坡", place="托里镇")),
        ("log.entered", "i", kinds.LogEntered(text="三号沟有泥流,道路中断", author="王值班")),
        ("unit.registered", "u", kinds.UnitRegistered(name="Rescue One", callsign="R-1")),
        ("log.entered", "i", kinds.LogEntered(text='100% of "tents" sent_out')),
        ("resource.registered", "r", kinds.ResourceRegistered(name="帐篷", place="精河县")),
    ]
    journal.append([county().enrol(desk, "console")])
    for second, (kind, subject, body) in enumerate(said):
        journal.append([desk.say(kind, subject, body, hlc_from_ms(NOW_MS + 1000 * second + 1))])
    journal.close()
    return tmp_path / "journal.db"


@pytest.fixture
def reader(path: Path) -> Iterator[Reader]:
    reader = Reader(path)
    yield reader
    reader.close()


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("滑坡", ["i"]),
        ("精河", ["r", "i"]),
        ("精河县牧场", ["i"]),
        ("道路中断", ["i"]),
        ("断", ["i"]),
        ("rescue", ["u"]),
        ("RESCUE one", ["u"]),
        ("R-1", ["u"]),
        ("精河 滑坡", ["i"]),
        ("精河县 帐篷", ["r"]),
        ("100%", ["i"]),
        ("%", ["i"]),
        ("_o", ["i"]),
        ('"tents"', ["i"]),
        ("rescue OR tents", []),
        ("resc*", []),
        ("洪水", []),
        ("  ", []),
        ("王值班", ["i"]),
    ],
)
def test_find(reader: Reader, query: str, subjects: list[str]) -> None:
    assert [found.subject for found in find(reader.database, query)] == subjects


def test_newest_first_and_no_more_than_asked_for(reader: Reader) -> None:
    found = find(reader.database, "精河", limit=1)
    assert [(each.kind, each.text) for each in found] == [("resource.registered", "帐篷\n精河县")]


def test_at_an_instant_nothing_later_is_found(path: Path) -> None:
    instant = Instant(path)
    try:
        hlc = hlc_from_ms(NOW_MS + 2500)
        assert [each.subject for each in find(instant.database, "精河", until_hlc=hlc)] == ["i"]
    finally:
        instant.close()
