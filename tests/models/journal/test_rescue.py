"""A damaged journal is mended in place or put away and made anew; what it proves is kept, what it does not is said."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from console.models import kinds
from console.models.event import Stream
from console.models.journal import NewEvent
from console.models.journal.ending import Losses
from console.models.journal.faults import CorruptFault
from tests.models.journal.damaged import EVENTS_EACH, Heads, cut, damage_of, flip, held, reopen, spoil, tables_of, truncate, write

PAGE = 4096


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A journal whose last run said goodbye: all of it is in the one file."""
    path = tmp_path / "journal.db"
    write(path).close()
    return path


@pytest.fixture(params=[False, True], ids=["all in the log", "half in the log"])
def killed(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A journal as a kill leaves it."""
    whole = tmp_path / "whole" / "journal.db"
    journal = write(whole, checkpointed=request.param)
    path = cut(journal, whole, tmp_path / "cut")
    journal.close()
    return path


def aside(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.glob("journal.damaged-*"))


def check_prefixes(before: Heads, path: Path, losses: Losses) -> Heads:
    """Every stream is a prefix of what it was, what is missing is told, and the journal is right in itself."""
    after = held(path)
    assert damage_of(path) == []
    told = {Stream(loss.origin, loss.topic): (loss.kept, loss.claimed) for loss in losses.streams}
    for stream, (seq, head) in after.items():
        assert seq <= before[stream][0]
        assert seq < before[stream][0] or head == before[stream][1]
    for stream, (kept, claimed) in told.items():
        assert kept == after.get(stream, (0,))[0]
        assert claimed <= before[stream][0]
    return after


def test_an_end_without_goodbye_is_told_until_it_was_told(closed: Path, killed: Path) -> None:
    journal = reopen(closed)
    assert journal.recovered is None
    journal.close()
    for _ in range(2):
        journal = reopen(killed)
        assert journal.recovered is not None
        assert journal.recovered.position == 4 * EVENTS_EACH + 1
        assert journal.recovered.ended_ms > 0
        assert not journal.recovered.aside
        journal.close()
    journal = reopen(killed)
    journal.told()
    journal.close()
    journal = reopen(killed)
    assert journal.recovered is None
    journal.close()


def _zero_header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(100))


def _zero_first_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(PAGE))


def _other_program(path: Path) -> None:
    flip(path, 69, 3)


@pytest.mark.parametrize("harm", [_zero_header, _zero_first_page, _other_program])
def test_a_lost_header_costs_nothing(closed: Path, harm: Callable[[Path], None]) -> None:
    before, tables = held(closed), tables_of(closed)
    harm(closed)
    journal = reopen(closed)
    found, losses = journal.recovered, journal.losses
    position = journal.position
    journal.close()
    assert found is not None
    assert aside(closed) == [name for name in [found.aside] if name]
    assert held(closed) == before
    assert tables_of(closed) == tables
    assert damage_of(closed) == []
    assert (losses.streams, losses.unsure) == ([], False)
    assert position == 4 * EVENTS_EACH + 1
    reopen(closed).close()
    assert aside(closed) == [name for name in [found.aside] if name], "once is enough"


def test_a_file_cut_short_keeps_what_was_before_the_cut(closed: Path) -> None:
    before = held(closed)
    truncate(closed, closed.stat().st_size * 2 // 3 + 77)
    journal = reopen(closed)
    losses, found = journal.losses, journal.recovered
    journal.close()
    assert found is not None
    assert found.aside in aside(closed)
    after = check_prefixes(before, closed, losses)
    assert sum(seq for seq, _ in after.values()) > EVENTS_EACH


def test_a_file_cut_to_nothing_is_noticed(closed: Path) -> None:
    truncate(closed, 0)
    journal = reopen(closed)
    assert journal.recovered is not None
    assert journal.recovered.damage == "it is empty"
    assert journal.losses.unsure
    journal.close()


def test_a_journal_that_is_gone_is_noticed(closed: Path) -> None:
    closed.unlink()
    journal = reopen(closed)
    assert journal.recovered is not None
    assert journal.recovered.gone
    journal.close()


def test_one_altered_report_costs_what_follows_it_in_its_stream_alone(closed: Path) -> None:
    before = held(closed)
    raw, text = closed.read_bytes(), "7 三号沟有泥流 7 ".encode()
    at = raw.find(text)
    while at >= 0:
        flip(closed, at + 3, 0)
        at = raw.find(text, at + 1)
    journal = reopen(closed)
    assert journal.recovered is None, "nothing shows at the start"
    journal.suspect("by hand")
    journal.close()
    journal = reopen(closed)
    losses, origin = journal.losses, journal.signer.origin
    said = losses.text(journal.heads())
    journal.close()
    after = check_prefixes(before, closed, losses)
    short = {stream for stream in before if after.get(stream) != before[stream]}
    assert len(short) == 1
    (loss,) = losses.streams
    assert loss.claimed == EVENTS_EACH
    assert loss.kept < 32
    assert losses.concern(origin) is (loss.origin == origin)
    assert f"{loss.claimed - loss.kept} events of it are asked for again: 0 are back" in said


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE incident SET title = 'altered'",
        "DELETE FROM timeline",
        "UPDATE unit SET lon = 1",
        "DELETE FROM search",
        "PRAGMA writable_schema = 1; DELETE FROM sqlite_master WHERE name = 'event_hlc'",
    ],
)
def test_what_is_derived_is_made_anew_in_place(closed: Path, sql: str) -> None:
    before, tables = held(closed), tables_of(closed)
    connection = sqlite3.connect(closed)
    connection.executescript(sql)
    connection.commit()
    connection.close()
    journal = reopen(closed)
    journal.suspect("by hand")
    journal.close()
    journal = reopen(closed)
    assert journal.recovered is not None
    journal.close()
    assert held(closed) == before
    assert tables_of(closed) == tables
    assert damage_of(closed) == []
    if "sqlite_master" not in sql:
        assert aside(closed) == []


def test_a_damaged_index_is_made_anew_in_place(closed: Path) -> None:
    before = held(closed)
    connection = sqlite3.connect(closed)
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event_hlc'").fetchone()
    connection.close()
    raw = closed.read_bytes()
    leaf = next(n for n in range(root, len(raw) // PAGE) if raw[(n - 1) * PAGE] == 0x0A and n != root)
    flip(closed, leaf * PAGE - 5, 2)
    journal = reopen(closed)
    journal.suspect("by hand")
    journal.close()
    journal = reopen(closed)
    assert journal.recovered is not None
    assert journal.losses.streams == []
    journal.close()
    assert held(closed) == before
    assert damage_of(closed) == []


# -- the write-ahead log ------------------------------------------------------------------------------------------------------


def test_a_whole_log_is_taken_as_it_is(killed: Path, tmp_path: Path) -> None:
    journal = reopen(killed)
    assert journal.losses == Losses()
    journal.close()
    assert held(killed) == held(tmp_path / "whole" / "journal.db")
    assert aside(killed) == []
    assert not list(killed.parent.glob("*.kept"))


def _log(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _zero_log_header(path: Path) -> None:
    with _log(path).open("r+b") as file:
        file.write(bytes(32))


def _flip_in_log(path: Path) -> None:
    flip(_log(path), _log(path).stat().st_size // 2, 5)


@pytest.mark.parametrize("harm", [_zero_log_header, _flip_in_log])
def test_a_damaged_log_is_read_past_its_damage(killed: Path, tmp_path: Path, harm: Callable[[Path], None]) -> None:
    before = held(tmp_path / "whole" / "journal.db")
    harm(killed)
    journal = reopen(killed)
    found, losses = journal.recovered, journal.losses
    journal.close()
    after = check_prefixes(before, killed, losses)
    assert found is not None
    assert found.torn > 0 or found.aside
    assert after == before, "each page of it was written again later"


def test_a_log_cut_short_is_what_sqlite_takes_it_for(killed: Path, tmp_path: Path) -> None:
    before = held(tmp_path / "whole" / "journal.db")
    truncate(_log(killed), _log(killed).stat().st_size * 2 // 3)
    journal = reopen(killed)
    losses = journal.losses
    journal.close()
    check_prefixes(before, killed, losses)


# -- in the middle of the work, and of the rescue -----------------------------------------------------------------------------


def test_a_rescue_that_is_cut_is_gone_through_again(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = held(closed)
    _zero_header(closed)
    whole = closed.read_bytes()
    for cut_at in range(1, 12):
        calls = iter(range(1, 100))

        def rename(self: Path, target: Path, at: int = cut_at, calls: object = calls, really: object = Path.rename) -> Path:
            if next(calls) == at:  # type: ignore[call-overload]
                raise KeyboardInterrupt
            return really(self, target)  # type: ignore[operator]

        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", rename)
            patch.setattr(Path, "replace", rename)
            try:
                journal = reopen(closed)
            except KeyboardInterrupt:
                journal = None
        if journal is not None:
            journal.close()
            break
        journal = reopen(closed)
        assert journal.recovered is not None
        assert journal.recovered.aside
        journal.close()
        assert held(closed) == before
        assert damage_of(closed) == []
        assert (closed.parent / journal.recovered.aside).read_bytes() == whole
        closed.write_bytes(whole)
    assert cut_at > 3


def test_damage_met_at_work_is_seen_to_at_the_next_start(closed: Path) -> None:
    before = held(closed)
    journal = reopen(closed)
    spoil(closed, PAGE * 3, closed.stat().st_size - PAGE * 3, random.Random(1))
    journal._connection.execute("PRAGMA cache_size = 0")
    draft = NewEvent("", "log.entered", "i", kinds.encode_body(kinds.LogEntered(text="x")))

    def work() -> None:
        for _ in range(100):
            journal.author([draft])

    with pytest.raises(CorruptFault):
        work()
    assert journal.damage
    journal.close()
    journal = reopen(closed)
    found, losses = journal.recovered, journal.losses
    journal.close()
    assert found is not None
    assert found.aside in aside(closed)
    assert losses.unsure or losses.streams
    after = held(closed)
    assert all(seq <= before[stream][0] + 100 for stream, (seq, _) in after.items())
