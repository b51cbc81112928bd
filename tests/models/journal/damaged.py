"""Journals to be damaged: what was in them, and what a start makes of them."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from console.models import kinds
from console.models.event import Head, Stream
from console.models.identity import Signer, owned_subject
from console.models.journal import Journal, NewEvent
from console.models.journal.reading import Reader
from console.models.journal.verify import Damage, verify
from tests.models.voices import Voice, county, fixed_wall, join, open_journal, tables

SEED = 100
EVENTS_EACH = 120
Heads = dict[Stream, tuple[int, Head]]


def write(path: Path, *, checkpointed: bool = False, each: int = EVENTS_EACH) -> Journal:
    """Own reports and positions, and those of a unit: four streams and the enrolment. Left open. `checkpointed`: the first half of it is in
    the file, else all is in its log."""
    journal = open_journal(path, seed=SEED, role="gateway", area="65")
    root, unit = county(), Voice(1)
    journal.append([root.enrol(unit, "unit")])
    for n in range(each // 4):
        if checkpointed and n == each // 8:
            journal._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        text = f"三号沟有泥流 {n} " + "x" * (n * 40)  # the later ones on overflow pages
        report, position = kinds.LogEntered(text=text), kinds.UnitPosition(lon=82 + n / 100, lat=44.6)
        journal.author([NewEvent("", "log.entered", "i", kinds.encode_body(report))] * 4)
        journal.author([NewEvent("", "unit.position", owned_subject(journal.signer.origin, "mine"), kinds.encode_body(position))] * 4)
        journal.append([join([unit.say("unit.report", unit.own("u"), kinds.UnitReport(text=f"{n} {text}")) for _ in range(4)])])
        journal.append([join([unit.say("unit.position", unit.own("u"), position) for _ in range(4)])])
    return journal


def cut(journal: Journal, path: Path, to: Path) -> Path:
    """The files as a killed writer leaves them; the writer goes on."""
    to.mkdir()
    for suffix in ("", "-wal", ".lock"):
        source = path.with_name(path.name + suffix)
        if source.exists():
            shutil.copy(source, to / source.name)
    return to / path.name


def reopen(path: Path) -> Journal:
    return Journal.open(path, Signer(bytes([SEED]) * 32), wall=fixed_wall)


def held(path: Path) -> Heads:
    reader = Reader(path)
    try:
        return reader.heads()
    finally:
        reader.close()


def damage_of(path: Path) -> list[Damage]:
    reader = Reader(path)
    try:
        return verify(reader.connection).damage
    finally:
        reader.close()


def tables_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    reader = Reader(path)
    try:
        return tables(reader.connection)
    finally:
        reader.close()


def flip(path: Path, offset: int, bit: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 1 << bit]))


def spoil(path: Path, offset: int, count: int, rng: random.Random) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(rng.randbytes(count))


def truncate(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)
