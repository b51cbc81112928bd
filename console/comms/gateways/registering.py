"""A registry against what is known already: what of it is news."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from console.comms.gateways.registry import Entry
from console.comms.local.messages import Draft
from console.errors import Fault
from console.models.identity import owned_subject
from console.models.journal.reading import Reader
from console.models.kinds import SensorRegistered, encode_body

_FIELDS = SensorRegistered.__struct_fields__


def news_of(entries: Iterable[Entry], origin: str, own_area: str, journal: Path) -> tuple[list[Draft], dict[str, int]]:
    """(drafts of what is new or changed, counts of new, changed and same). `origin` in hex: of the peer to which the sensors belong.

    Raises Fault for an area that the peer may not speak for.
    """
    drafts: list[Draft] = []
    told = {"new": 0, "changed": 0, "same": 0}
    known = _known(journal)
    for entry in entries:
        if entry.area and not entry.area.startswith(own_area):
            raise Fault(f"row {entry.row}: nothing was imported: area {entry.area} is outside {own_area}, for which this peer speaks.")
        subject = owned_subject(bytes.fromhex(origin), entry.code)
        said = tuple(getattr(entry.body, field) for field in _FIELDS)
        held = known.get(subject)
        how = "new" if held is None else "same" if held == said else "changed"
        told[how] += 1
        if how != "same":
            drafts.append(Draft(kind="sensor.registered", subject=subject, area=entry.area, body=encode_body(entry.body)))
    return drafts, told


def _known(journal: Path) -> dict[str, tuple[object, ...]]:
    reader = Reader(journal)
    try:
        columns = ", ".join(f'"{field}"' for field in _FIELDS)
        return {row[0]: tuple(row[1:]) for row in reader.connection.execute(f"SELECT id, {columns} FROM sensor WHERE quantity <> ''")}
    finally:
        reader.close()
