"""The map files that the map panel keeps between starts (`MapPanel.save_state`). No Qt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from console.views.ready.known import MapFile


def map_files(state: str) -> list[MapFile]:
    """Anything else than such a state holds none."""
    try:
        held: Any = json.loads(state) if state else {}
    except ValueError:
        return []
    files = held.get("files") if isinstance(held, dict) else None
    return [
        MapFile(Path(file["path"]), str(file.get("datum", "")))
        for file in (files if isinstance(files, list) else [])
        if isinstance(file, dict) and isinstance(file.get("path"), str)
    ]
