"""`fengsui feeds`, with a real peer: imported in whole or not at all, taken again for what differs, listed, checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.cli import main
from console.comms.peer import Peer
from console.comms.peer.foreground import running_peer
from console.models.paths import DataDir

SECRET = "Gh7-kL9_pW2xQ"


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.comms.feeds.keys.system_ring", lambda: None)


def test_imported_taken_again_listed_and_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, table, clip = DataDir(tmp_path / "peer"), tmp_path / "feeds.csv", tmp_path / "a.mp4"
    clip.touch()
    table.write_text(f"名称,地址,道路\n河口,rtsp://admin:{SECRET}@127.0.0.1:1/1,G30\n片段,{clip.as_uri()},\n", "utf-8")
    words = ["--data", str(data.root)]
    assert main(["feeds", "import", str(table), "--dry-run", *words]) == 0
    with running_peer(Peer(data, name="desk", area="652722", patient=True, discovery=False)):
        assert main(["feeds", "import", str(table), *words]) == 3, "no keyring, and nobody allowed a file"
        assert main(["feeds", "import", str(table), "--passwords-in-file", *words]) == 0
        assert main(["feeds", "import", str(table), *words]) == 0
        table.write_text("名称,地址\n,rtsp://127.0.0.1/1\n", "utf-8")
        assert main(["feeds", "import", str(table), *words]) == 1
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "would write: 2 new, 0 changed, 0 shown again, 0 as they were",
        "2 new, 0 changed, 0 shown again, 0 as they were",
        "0 new, 0 changed, 0 shown again, 2 as they were",
    ]
    assert "row 2: Column name: it is empty." in told.err
    assert main(["feeds", "list", "g30", "--json", *words]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == ["河口"]
    assert main(["feeds", "check", "--json", *words]) == 1
    assert {row["name"]: row["answer"] for row in json.loads(capsys.readouterr().out)} == {"河口": "down", "片段": "up"}
    assert main(["feeds", "forget", "河口", *words]) == 0
    assert SECRET not in told.out + told.err
    assert [path.name for path in data.root.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()] == []
