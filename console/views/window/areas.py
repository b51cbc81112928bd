"""Places by their Chinese names, for choosing where an office sits. No Qt."""

from __future__ import annotations

import json
import logging
from typing import NamedTuple

from console.models.paths import resources_dir

log = logging.getLogger(__name__)


class Area(NamedTuple):
    """`code`: GB/T 2260, 4 digits a prefecture, 6 a county or city. `name`: with that of the prefecture before it."""

    code: str
    name: str


DIGITS = (2, 4, 6)
"""Region, prefecture, county; townships are too many to choose from."""
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
    names = {code: name for code, name in held.items() if isinstance(name, str)} if isinstance(held, dict) else {}
    return [Area(code, _full_name(code, names)) for code in sorted(names) if len(code) in DIGITS] or list(FALLBACK)


def _full_name(code: str, names: dict[str, str]) -> str:
    prefecture = names.get(code[:4], "") if len(code) > 4 else ""
    return f"{prefecture} {names[code]}".strip()
