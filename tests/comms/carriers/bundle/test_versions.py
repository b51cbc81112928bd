"""Bundles of every version that was ever released are read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.comms.carriers.bundle.people import Company, company

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
