"""The process that makes a road graph of one file: a request as JSON on standard input, lines of JSON on standard output.

    {"path": "...", "to": "...", "folder": "...", "now_ms": 0, "example": false}
    ->  {"step": "reading"} {"step": "joining", "ways": 12} {"step": "writing"} and last {"done": true} or {"fault": "..."}

It binds itself to the limits before it looks at the file. `folder` is private and goes with the warden.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from console.errors import Fault
from console.models.maps.overlay import limits
from console.models.roads.taking import CPU_S, FILE_BYTES, MEMORY_BYTES, MOST_POINTS


def main() -> int:
    request = json.loads(sys.stdin.readline())
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ["CPL_TMPDIR"] = request["folder"]
    limits.confine(limits.Most(MEMORY_BYTES, CPU_S, MOST_POINTS))
    path = Path(request["path"])
    try:
        _make(path, request)
        _say(done=True)
    except Fault as fault:
        _say(fault=str(fault))
    except MemoryError:
        _say(fault=f"{path}: reading it takes more than {MEMORY_BYTES >> 20} MiB of memory. Cut out the area that you need.")
    except OSError as error:
        _say(fault=f"{path}: could not be read ({error.strerror or error}). Check the file and the disk.")
    return 0


def _make(path: Path, request: dict[str, Any]) -> None:
    from console.models.roads.graph import Origin, build, save
    from console.models.roads.reading import DRIVERS, read
    from console.models.roads.rule import default_rule

    suffix = path.suffix.lower()
    if suffix not in DRIVERS:
        raise Fault(f"{path}: not a kind of file that roads are read from: {', '.join(DRIVERS)}.")
    _say(step="reading")
    taken, status = Path(request["folder"]) / f"roads{suffix}", path.stat()
    _copy(path, taken)
    rule = default_rule()
    found = read(path, taken, rule)
    taken.unlink()
    _say(step="joining", ways=len(found.ways))
    origin = Origin(
        file=str(path),
        size=status.st_size,
        modified_ms=status.st_mtime_ns // 1_000_000,
        read_ms=int(request["now_ms"]),
        skipped=found.skipped,
        spoilt=found.spoilt,
        example=bool(request["example"]),
    )
    graph = build(found.ways, rule.match.joint_m, origin)
    _say(step="writing")
    save(graph, Path(request["to"]))


def _copy(path: Path, to: Path) -> None:
    """Into the private folder: what a reader writes beside a file goes with it. An XML that opens to more than it holds is refused."""
    if not path.is_file():
        raise Fault(f"{path}: not a file. Choose the file of roads itself.")
    size, first = 0, True
    with path.open("rb") as file, to.open("xb") as out:
        while chunk := file.read(1 << 20):
            if first and path.suffix.lower() == ".osm" and b"<!DOCTYPE" in chunk[:65536]:
                raise Fault(f"{path}: carries a DOCTYPE, which is refused. Ask its source for a file without one.")
            size, first = size + len(chunk), False
            if size > FILE_BYTES:
                raise Fault(f"{path}: more than {FILE_BYTES >> 20} MiB. Cut out the area that you need.")
            out.write(chunk)
    if not size:
        raise Fault(f"{path}: there is nothing in it. Get it again from where it came from.")


def _say(**words: Any) -> None:
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    sys.exit(main())
