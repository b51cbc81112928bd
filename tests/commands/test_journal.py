"""`fengsui journal`, as a person and as a program use it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from console.cli import main
from console.models import kinds
from console.models.journal import NewEvent
from tests.models.voices import AREA, Voice, county, open_journal

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory whose writer is gone: one enrolment, two log entries, one position."""
    journal = open_journal(tmp_path / "journal.db")
    desk = Voice(1, "desk")
    journal.append([county().enrol(desk, "console")])
    for text in ("三号沟有泥流", "道路中断"):
        journal.append([desk.say("log.entered", "i", kinds.LogEntered(text=text))])
    journal.append([desk.say("unit.position", "u", kinds.UnitPosition(lon=82.9, lat=44.6))])
    journal.close()
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], data: Path, *words: str) -> tuple[int, str]:
    code = main(["journal", words[0], "--data", str(data), *words[1:]])
    return code, capsys.readouterr().out


def test_count(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    assert run(capsys, data, "count") == (0, "events 4\nstreams 3\ncommand 1\nreport 2\ntelemetry 1\n")
    code, out = run(capsys, data, "count", "--json", "--origin", "desk", "--topic", f"{AREA}/report")
    assert (code, json.loads(out)) == (0, {"events": 2, "streams": 1, "command": 0, "report": 2, "telemetry": 0})


def test_digest_narrows_to_topic_and_origin(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    _, whole = run(capsys, data, "digest")
    _, desk = run(capsys, data, "digest", "--origin", Voice(1).hex[:8])
    _, county_alone = run(capsys, data, "digest", "--origin", "county")
    _, by_topic = run(capsys, data, "digest", "--topic", "6527/command")
    assert len({whole, desk, county_alone}) == 3
    assert county_alone == by_topic
    assert len(whole.strip()) == 64


def test_it_works_while_the_peer_runs(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    journal = open_journal(data / "journal.db")
    try:
        assert run(capsys, data, "digest") == (0, journal.digest() + "\n")
        assert run(capsys, data, "verify")[0] == 0
    finally:
        journal.close()


def test_tail(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    code, out = run(capsys, data, "tail", "--limit", "2")
    lines = out.splitlines()
    assert code == 0
    assert len(lines) == 2
    assert "道路中断" in lines[0]
    assert "desk" in lines[0]
    _, out = run(capsys, data, "tail", "--json", "--limit", "1")
    assert json.loads(out)["body"] == {"lon": 82.9, "lat": 44.6}


def test_export(capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    code, said = run(capsys, data, "export", "--out", str(out), "--json")
    assert (code, json.loads(said)["events"]) == (0, 4)
    records = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [record["kind"] for record in records] == ["peer.enrolled", "log.entered", "log.entered", "unit.position"]
    assert records[1]["body"]["text"] == "三号沟有泥流"
    assert not list(tmp_path.glob("*.part"))


def test_export_to_a_place_that_is_none(capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path) -> None:
    assert main(["journal", "export", "--data", str(data), "--out", str(tmp_path / "no" / "where")]) == 3
    assert "cannot be written" in capsys.readouterr().err


def test_verify_says_what_is_damaged_and_exits_1(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    assert run(capsys, data, "verify") == (0, "4 events in 3 streams: chains, signatures and tables are right\n")
    connection = sqlite3.connect(data / "journal.db")
    connection.execute("UPDATE event SET subject = 'other' WHERE seq = 2 AND kind = 'log.entered'")
    connection.commit()
    connection.close()
    code, out = run(capsys, data, "verify")
    assert code == 1
    assert f"desk {AREA}/report 2: its signature does not match" in out
    code, out = run(capsys, data, "verify", "--json")
    assert (code, json.loads(out)["damage"][0]["seq"]) == (1, 2)


def test_a_reader_that_has_seen_enough_is_no_error(data: Path) -> None:
    journal = open_journal(data / "journal.db")
    body = kinds.encode_body(kinds.LogEntered(text="x" * 4000))
    journal.author([NewEvent("", "log.entered", "i", body)] * 100)
    journal.close()
    command = [sys.executable, "-m", "console", "journal", "export", "--data", str(data)]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline().startswith("{")
        child.stdout.close()
        assert child.stderr.read() == ""
    assert child.returncode == 0


def test_a_damaged_file_is_told_without_a_traceback(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    raw = bytearray((data / "journal.db").read_bytes())
    raw[4096:] = b"\x55" * (len(raw) - 4096)
    (data / "journal.db").write_bytes(raw)
    assert main(["journal", "tail", "--data", str(data)]) == 3
    assert "damaged" in capsys.readouterr().err


def test_no_journal_and_no_such_peer(capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path) -> None:
    assert main(["journal", "count", "--data", str(tmp_path / "empty")]) == 3
    assert "no journal" in capsys.readouterr().err
    assert main(["journal", "count", "--data", str(data), "--origin", "nobody"]) == 2
    assert "no peer 'nobody'" in capsys.readouterr().err
