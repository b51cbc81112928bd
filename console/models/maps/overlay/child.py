"""The process that reads one file: a request as a line of JSON on standard input, its answer likewise on standard output.

    {"path": "...", "to": "...", "folder": "...", "datum": "", "most": [bytes of memory, seconds of computing, points]}
    {"fault": "..."} or {"features": 12, "skipped": 0}

It binds itself to the limits before it looks at the file. `folder` is private and goes with the warden.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

from console.errors import Fault
from console.models.maps.overlay import limits


def main() -> int:
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), flush=True)
    return 0


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    path, allowed = Path(request["path"]), limits.Most(*request["most"])
    limits.confine(allowed)
    try:
        return _read(path, Path(request["to"]), Path(request["folder"]), str(request["datum"]), allowed.points)
    except Fault as fault:
        return {"fault": str(fault)}
    except MemoryError:
        return {
            "fault": f"{path}: reading it takes more than {allowed.memory_bytes // limits.MIB} MiB of memory. Simplify or cut the file."
        }
    except (OSError, sqlite3.Error) as error:
        return {"fault": f"{path}: could not be taken in ({getattr(error, 'strerror', None) or error}). Check the disk."}


def _read(path: Path, to: Path, folder: Path, datum: str, most_points: int) -> dict[str, Any]:
    from console.models.maps.overlay.intake import take
    from console.models.maps.overlay.levels import write
    from console.models.maps.overlay.reading import read

    taken = take(path, folder)
    features = read(path, taken, datum, most_points)
    fresh = folder / "laid"
    told = {"path": str(path), "name": path.stem, "datum": datum, "crs": features.crs, "features": str(len(features.shapes))}
    write(fresh, features, told | {"skipped": str(features.skipped)})
    fresh.replace(to)
    return {"features": len(features.shapes), "skipped": features.skipped}


if __name__ == "__main__":
    sys.exit(main())
