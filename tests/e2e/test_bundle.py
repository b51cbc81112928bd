"""A stick carried by a person, with real processes: killed in the middle of it, and begun again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from console.comms.local.running import running
from console.models import kinds
from console.models.journal import NewEvent
from console.models.journal.reading import Reader
from tests.comms.carriers.bundle.people import Company, Person
from tests.e2e.processes import CHECKOUT, Process, fengsui, fengsui_json
from tests.waiting import deadline

REPORTS = 6000


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[tuple[Person, Path, str]]:
    """(the receiver, whose peer is at rest, a bundle for it, the digest it leads to)."""
    with ExitStack() as stack:
        company = Company(tmp_path, stack)
        node, desk = company.node, company.person("desk", "console", "6527")
        for start in range(0, REPORTS, 1000):
            body = [kinds.encode_body(kinds.UnitReport(text=f"report {start + n}")) for n in range(1000)]
            node.journal.author([NewEvent("652701", "unit.report", node.own(), each) for each in body])
        [file] = node.make("desk", tmp_path / "carried.fsb")
        for person in (node, desk):
            person.close()
            person.keep_keys()
        yield desk, file, node.data.root.name


def held(data: Path) -> int:
    reader = Reader(data / "journal.db")
    try:
        return sum(seq for seq, _ in reader.heads().values())
    finally:
        reader.close()


def begin(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "console", "bundle", *words], cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_killed_in_the_middle_of_taking_it_goes_on_when_it_is_begun_again(stick: tuple[Person, Path, str], tmp_path: Path) -> None:
    desk, file, node = stick
    data = desk.data.root
    for part in (500, 2500):
        with begin("import", str(file), "--data", str(data)) as process:
            deadline(lambda: held(data) > part or process.poll() is not None, f"{part} events are taken", 60)  # noqa: B023
            process.kill()
            process.communicate(timeout=10)
        assert part < held(data) < REPORTS
    before = held(data)
    result = fengsui_json("bundle", "import", str(file), "--data", str(data))
    assert isinstance(result, dict)
    assert result["events"]["report"] + before == REPORTS + 1
    assert fengsui("journal", "digest", "--data", str(data)) == fengsui("journal", "digest", "--data", str(tmp_path / node))
    assert "chains, signatures and tables are right" in fengsui("journal", "verify", "--data", str(data))
    again = fengsui_json("bundle", "import", str(file), "--data", str(data))
    assert isinstance(again, dict)
    assert (again["events"], again["held"]) == ({}, REPORTS + 1)


def test_a_peer_killed_in_the_middle_of_taking_loses_nothing(stick: tuple[Person, Path, str], tmp_path: Path) -> None:
    desk, file, node = stick
    data = desk.data.root
    with Process("node", "--data", str(data), "--local") as peer:
        deadline(lambda: running(data / "running.json"), "it runs", 30)
        with begin("import", str(file), "--data", str(data)) as asking:
            deadline(lambda: held(data) > 1000 or asking.poll() is not None, "some of it is taken", 60)
            peer.kill()
            _, said = asking.communicate(timeout=60)
        assert asking.returncode == 3
        assert "ended before it answered" in said
        assert "Traceback" not in said
    assert 1000 < held(data) < REPORTS
    with Process("node", "--data", str(data), "--local"):
        deadline(lambda: running(data / "running.json"), "it runs again", 30)
        fengsui("bundle", "import", str(file), "--data", str(data))
    assert fengsui("journal", "digest", "--data", str(data)) == fengsui("journal", "digest", "--data", str(tmp_path / node))


def test_interrupted_it_stops_the_running_peers_job(stick: tuple[Person, Path, str]) -> None:
    desk, file, _ = stick
    data = desk.data.root
    with Process("node", "--data", str(data), "--local"):
        deadline(lambda: running(data / "running.json"), "it runs", 30)
        with begin("import", str(file), "--data", str(data)) as asking:
            deadline(lambda: held(data) > 300 or asking.poll() is not None, "some of it is taken", 60)
            asking.send_signal(2)
            asking.communicate(timeout=60)
        assert asking.returncode == 130
        shown = json.loads(fengsui("bundle", "show", str(file), "--data", str(data), "--json"))
        assert 0 < shown["volumes"][0]["new"]["report"] < REPORTS
