"""Files cut short at any place and altered at any byte: never a crash, and never a state that is wrong and does not say so.

The same cases in every run; `RESCUE_CASES=2000` looks further.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from console.errors import Fault
from console.models.event import GENESIS, Head, Stream, chain
from console.models.journal.reading import Reader
from console.models.journal.verify import verify
from tests.models.journal.damaged import cut, flip, held, reopen, spoil, truncate, write

CASES = int(os.environ.get("RESCUE_CASES", "60"))
EACH = 32
USER_VERSION = range(60, 64)
Truth = dict[Stream, dict[int, Head]]
Harm = Callable[[Path, random.Random], None]


def _cut_short(path: Path, rng: random.Random) -> None:
    truncate(path, rng.randrange(path.stat().st_size))


def _flip_one(path: Path, rng: random.Random) -> None:
    flip(path, rng.randrange(path.stat().st_size), rng.randrange(8))


def _flip_some(path: Path, rng: random.Random) -> None:
    for _ in range(rng.randrange(2, 40)):
        _flip_one(path, rng)


def _spoil_pages(path: Path, rng: random.Random) -> None:
    for _ in range(rng.randrange(1, 4)):
        spoil(path, rng.randrange(max(1, path.stat().st_size // 4096)) * 4096, 4096, rng)


def _zero_some(path: Path, rng: random.Random) -> None:
    at = rng.randrange(path.stat().st_size)
    with path.open("r+b") as file:
        file.seek(at)
        file.write(bytes(min(path.stat().st_size - at, rng.randrange(1, 20_000))))


HARMS: list[Harm] = [_cut_short, _flip_one, _flip_one, _flip_some, _spoil_pages, _zero_some]


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], Truth]:
    """One that ended well, and two that were killed: with all, and with half of it in the log."""
    root = tmp_path_factory.mktemp("originals")
    paths = []
    for name, checkpointed in (("all", False), ("half", True)):
        whole = root / name / "journal.db"
        journal = write(whole, checkpointed=checkpointed, each=EACH)
        paths.append(cut(journal, whole, root / f"{name} cut"))
        journal.close()
    return [root / "all" / "journal.db", *paths], _truth(root / "all" / "journal.db")


def _truth(path: Path) -> Truth:
    """Of every stream the head after each event."""
    reader = Reader(path)
    try:
        found: Truth = {}
        for row_id, origin, topic in reader.connection.execute("SELECT id, origin, topic FROM stream").fetchall():
            head, heads = GENESIS, found.setdefault(Stream(origin, topic), {0: GENESIS})
            rows = reader.connection.execute("SELECT seq, hlc, kind, subject, body FROM event WHERE stream = ? ORDER BY seq", (row_id,))
            for seq, *said in rows:
                head = heads[seq] = chain(head, origin, topic, seq, *said)
        return found
    finally:
        reader.close()


def _copy(original: Path, to: Path) -> Path:
    to.mkdir()
    for each in original.parent.glob("journal.db*"):
        if not each.name.endswith("-shm"):
            shutil.copy(each, to / each.name)
    return to / original.name


def _verdict(path: Path) -> list[str]:
    reader = Reader(path)
    try:
        return [each.what for each in verify(reader.connection).damage]
    finally:
        reader.close()


@pytest.mark.parametrize("case", range(CASES))
def test_no_harm_is_silent(originals: tuple[list[Path], Truth], tmp_path: Path, case: int) -> None:
    rng = random.Random(case)
    paths, truth = originals
    path = _copy(rng.choice(paths), tmp_path / "harmed")
    log = path.with_name(path.name + "-wal")
    target = log if log.exists() and log.stat().st_size and rng.random() < 0.5 else path
    before = path.read_bytes()[:100]
    rng.choice(HARMS)(target, rng)
    if (
        target == path
        and path.stat().st_size >= 100
        and path.read_bytes()[60:64] != before[60:64]
        and path.read_bytes()[:16] == before[:16]
    ):
        with pytest.raises(Fault, match="newer version"):  # which nobody can tell from one that is
            reopen(path)
        return
    reopen(path).close()
    wrong = _verdict(path)
    if wrong:  # what the start does not find, the thorough look does: the peer then starts anew
        journal = reopen(path)
        journal.suspect(wrong[0])
        journal.close()
        journal = reopen(path)
        assert journal.recovered is not None
        losses = journal.losses
        journal.close()
        assert _verdict(path) == []
    else:
        journal = reopen(path)
        losses = journal.losses
        journal.close()
    after = held(path)
    for stream, (seq, head) in after.items():
        assert truth[stream].get(seq) == head, "a stream is a prefix of what it was"
    for loss in losses.streams:
        assert loss.claimed <= max(truth.get(Stream(loss.origin, loss.topic), {0: GENESIS})) + 100_000
