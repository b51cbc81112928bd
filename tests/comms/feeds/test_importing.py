"""What a table changes: through a real peer, all of it new, then only what differs; and its passwords nowhere but in their place."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from console.comms.feeds.importing import Batch, planned
from console.comms.feeds.keys import FeedKeys
from console.comms.gateways.feeds_table import read_feeds
from console.comms.peer import Peer
from console.comms.peer.foreground import running_peer
from console.errors import Fault
from console.models.feeds.address import Secrets
from console.models.feeds.book import Book
from console.models.journal.reading import Reader
from console.models.paths import DataDir
from tests.disks import filled, small_disk

__all__ = ["small_disk"]

SECRET = "Gh7-kL9_pW2xQ"


class Ring:
    """A keyring that keeps what it is given, or is locked."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise RuntimeError(f"locked, asked with {SECRET}")
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


def write_table(path: Path, road: str, extra: str = "") -> Path:
    lines = [f"点{at},rtsp://admin:{SECRET}@192.0.2.{at}/1,{road if at < 3 else 'S20'},{82 + at / 100},44.5" for at in range(50)]
    path.write_text("\n".join(["名称,地址,道路,经度,纬度", *lines, extra]), "utf-8")
    return path


def book_of(data: DataDir) -> Book:
    reader = Reader(data.journal)
    try:
        return Book.read(reader.database)
    finally:
        reader.close()


def test_a_table_goes_in_and_again_only_what_differs(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "peer")
    with running_peer(Peer(data, name="desk", area="652722", discovery=False)) as peer:
        feeds = read_feeds(write_table(tmp_path / "a.csv", "G30")).feeds
        plan = planned({}, feeds, "王", "652722")
        assert (plan.new, plan.changed, plan.same) == (50, 0, 0)
        for batch in plan.batches():
            peer.write(batch.drafts).result(10)
        held = book_of(data)
        assert len(held.entries) == 50
        assert planned(held.entries, feeds, "王", "652722").drafts == []

        again = planned(
            held.entries, read_feeds(write_table(tmp_path / "b.csv", "G3016", "新点,rtsp://192.0.2.99/1,,,")).feeds, "王", "652722"
        )
        assert (again.new, again.changed, again.same) == (1, 3, 47)
        for batch in again.batches():
            peer.write(batch.drafts).result(10)
        changed = book_of(data)
        assert sorted(entry.name for entry in changed.entries.values() if entry.road == "G3016") == ["点0", "点1", "点2"]
        assert all("@" not in entry.url for entry in changed.entries.values())
    for path in data.root.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


def test_passwords_stay_in_the_keyring(tmp_path: Path) -> None:
    ring = Ring()
    keys = FeedKeys(tmp_path, ring)
    keys.put({"feed:1": Secrets("admin", SECRET)})
    assert keys.place == "keyring"
    assert keys.get("feed:1") == Secrets("admin", SECRET)
    assert keys.get("feed:2") == Secrets()
    assert list(tmp_path.rglob("*")) == []
    ring.locked = True
    with pytest.raises(Fault, match="Unlock it") as told:
        keys.get("feed:1")
    assert SECRET not in str(told.value)
    keys.forget("feed:1")
    assert ring.held == {}


def test_without_a_keyring_nothing_is_kept_before_somebody_allows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.comms.feeds.keys.system_ring", lambda: None)
    keys = FeedKeys(tmp_path)
    assert keys.place == ""
    with pytest.raises(Fault, match="no keyring"):
        keys.put({"feed:1": Secrets("admin", SECRET)})
    keys.allow_file()
    keys.put({"feed:1": Secrets("admin", SECRET)})
    assert FeedKeys(tmp_path).get("feed:1") == Secrets("admin", SECRET)
    path = tmp_path / "keys" / "feeds.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    keys.forget("feed:1")
    assert SECRET not in path.read_text()


def write_often(peer: Peer, batch: Batch) -> None:
    """Until nothing more goes in: some room is left within the files."""
    for _ in range(200):
        peer.write(batch.drafts).result(10)


def test_a_disk_that_is_full_takes_none_of_a_batch_and_the_same_table_goes_in_when_there_is_room(small_disk: Path) -> None:
    data = DataDir(small_disk / "peer")
    with running_peer(Peer(data, name="desk", area="652722", discovery=False)) as peer:
        keys = FeedKeys(data.root, None)
        keys.allow_file()
        keys.put({"feed:0": Secrets("admin", SECRET)})
        feeds = read_feeds(write_table(small_disk / "a.csv", "G30")).feeds
        filler = filled(small_disk)
        (batch,) = planned({}, feeds, "王", "652722").batches()
        with pytest.raises(Fault, match=r"(?i)room|full|space"):
            keys.put({feed.id: feed.secrets for feed in feeds})
        assert keys.get("feed:0") == Secrets("admin", SECRET), "what was kept is kept"
        with pytest.raises(Fault, match=r"(?i)room|full|space"):
            write_often(peer, batch)
        held = book_of(data).entries
        assert len(held) in (0, 50)
        filler.unlink()
        keys.put({feed.id: feed.secrets for feed in feeds})
        for again in planned(book_of(data).entries, feeds, "王", "652722").batches():
            peer.write(again.drafts).result(10)
        assert len(book_of(data).entries) == 50
        assert keys.get(feeds[0].id).password == SECRET
