"""A small real journal: an hour of one incident, made by the journal's own writer on an injected clock."""

from __future__ import annotations

from pathlib import Path

import msgspec

from console.models import kinds
from console.models.identity import Signer, owned_subject
from console.models.journal.journal import Journal
from console.models.journal.outcome import NewEvent
from console.models.paths import DataDir

START_MS = 1_404_460_800_000
"""2014-07-04 16:00:00 in Beijing."""
MINUTE_MS = 60_000
UNITS = ("精河消防一队", "Jinghe Medical 2")


class Clock:
    def __init__(self) -> None:
        self.ms = START_MS

    def __call__(self) -> int:
        return self.ms


def write_history(data: DataDir, minutes: int = 60) -> None:
    """Minute 0: an incident is opened and two units register; every minute a position each; minute 30: the level rises."""
    clock, signer = Clock(), Signer.generate()
    journal = Journal.open(data.journal, signer, wall=clock)
    try:
        journal.set_identity("Test centre", "node", "6527")
        journal.author(
            [_new("incident.opened", "incident-1", kinds.IncidentOpened(title="精河山体滑坡", level=4, place="精河", exercise=True))]
        )
        units = [owned_subject(signer.origin, f"unit-{number}") for number in range(len(UNITS))]
        journal.author([_new("unit.registered", unit, kinds.UnitRegistered(name=name)) for unit, name in zip(units, UNITS, strict=True)])
        for minute in range(minutes):
            clock.ms = START_MS + minute * MINUTE_MS
            journal.author(
                [
                    _new("unit.position", unit, kinds.UnitPosition(lon=82.5 + minute / 100, lat=44.5 + place / 10))
                    for place, unit in enumerate(units)
                ]
            )
            if minute == 30:
                journal.author([_new("incident.changed", "incident-1", kinds.IncidentChanged(level=3))])
    finally:
        journal.close()


def _new(kind: str, subject: str, body: kinds.Body) -> NewEvent:
    return NewEvent("", kind, subject, msgspec.msgpack.encode(body))


def data_with_history(root: Path, minutes: int = 60) -> DataDir:
    data = DataDir(root)
    write_history(data, minutes)
    return data
