"""Bundles of every version that was ever released are read."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from console.comms.carriers.bundle import layout, record
from console.comms.carriers.bundle.layout import About
from console.models.clock import hlc_from_ms
from console.models.kinds import UnitPosition, encode_body
from console.models.run import Entry
from tests.comms.carriers.bundle.people import NOW_MS, Company, company
from tests.comms.carriers.bundle.test_hostile import forged, listing

__all__ = ["company"]
SAVED = sorted((Path(__file__).parent / "data").glob("bundle-v*.fsb"))


@pytest.mark.parametrize("file", SAVED, ids=lambda file: file.stem)
def test_a_saved_bundle_is_read(company: Company, file: Path) -> None:
    said = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    desk = company.person("desk", "console", "6527")
    [volume] = desk.show(file).volumes
    assert {kind.kind: kind.count for kind in volume.kinds} == said["kinds"]
    taken = desk.take(file)
    assert (taken.refusals, taken.waiting) == (0, 0)
    assert desk.journal.digest() == said["digest"]


def test_the_first_version_is_among_them() -> None:
    assert SAVED[0].stem == "bundle-v1"


def test_fields_of_a_later_version_are_passed_over(company: Company, tmp_path: Path) -> None:
    """At the end of every struct, as the format's specification promises."""
    desk, bad = company.person("desk", "console", "6527"), company.person("later", "console", "6527")
    desk.take(*company.node.make("desk", tmp_path / "grants.fsb"))
    entry = Entry(hlc_from_ms(NOW_MS), "unit.position", bad.own(), encode_body(UnitPosition(lon=82.0, lat=44.0)))
    longer = record.deflate(_longer(msgspec.msgpack.encode(entry)))
    about = About(bad.keys.signer.public_key, bytes(16), 1, NOW_MS, hlc_from_ms(NOW_MS))

    def contents(size: int) -> object:
        segments, *others = msgspec.msgpack.decode(layout.encode(listing(bad)(size)))
        return [[[*segment, "later"] for segment in segments], *others, {"later": 1}]

    path = forged(bad, desk, [longer], contents, about=record.deflate(_longer(layout.encode(about))))
    assert desk.take(path).events == {"telemetry": 1}


def _longer(packed: bytes) -> bytes:
    return msgspec.msgpack.encode([*msgspec.msgpack.decode(packed), "later", 7])
