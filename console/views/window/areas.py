"""Places by their Chinese names, for choosing where an office sits. No Qt."""

from __future__ import annotations

import json
import logging
from typing import NamedTuple

from console.models.paths import resources_dir

log = logging.getLogger(__name__)


class Area(NamedTuple):
    """`code`: GB/T 2260, 4 digits a prefecture, 6 a county or city."""

    code: str
    name: str


FALLBACK = (
    Area("6527", "博尔塔拉蒙古自治州"),
    Area("652701", "博乐市"),
    Area("652702", "阿拉山口市"),
    Area("652722", "精河县"),
    Area("652723", "温泉县"),
    Area("654004", "霍尔果斯市"),
    Area("654202", "乌苏市"),
)
"""Used when the map bundle has not been built (GB/T 2260 codes of the offices this console was first made for)."""


def areas() -> list[Area]:
    """Prefectures and counties of the map bundle, by code."""
    path = resources_dir() / "map" / "bundle" / "areas.json"
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return list(FALLBACK)
    except (OSError, ValueError) as error:
        log.warning("%s is not readable (%s); build the map bundle again", path, error)
        return list(FALLBACK)
    return sorted(found for found in _pairs(held) if len(found.code) in (2, 4, 6)) or list(FALLBACK)


def _pairs(held: object) -> list[Area]:
    if isinstance(held, dict):
        return [Area(code, name) for code, name in held.items() if isinstance(name, str)]
    return []
