"""What the map page may ask for by path, and how each answer is read. No Qt; called on a reading thread, never the GUI's."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from console.errors import Fault
from console.views.map.overlay import Overlay
from console.views.map.tiles import TileFile, mime_of

MAX_FILE_BYTES = 16 * 1024 * 1024
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".geojson": "application/json", ".json": "application/json"}


@dataclass(frozen=True)
class Answer:
    """`body` None: there is no such thing."""

    mime: str = ""
    body: bytes | None = None


NOT_FOUND = Answer()


@dataclass
class Sources:
    """`static`: our own scripts; `bundle`: the built map data; `tiles`, `overlays`: what the office loaded, by id; `readers`: by the first
    word of a path what gives its answer from the rest, on the reading thread."""

    static: Path
    bundle: Path
    tiles: dict[str, TileFile] = field(default_factory=dict)
    overlays: dict[str, Overlay] = field(default_factory=dict)
    readers: dict[str, Callable[[str], Answer]] = field(default_factory=dict)

    def serve(self, head: str, reader: Callable[[str], Answer]) -> None:
        self.readers[head] = reader

    def read(self, path: str) -> Answer:
        """The answer to `/page.html`, `/static/..`, `/bundle/..`, `/tiles/<id>/<z>/<x>/<y>` and `/overlay/<id>`."""
        head, _, rest = path.lstrip("/").partition("/")
        if head == "page.html" and not rest:
            return _file(self.bundle, "page.html")
        if head == "static":
            return _file(self.static, rest)
        if head == "bundle":
            return _file(self.bundle, rest)
        if head == "tiles":
            return self._tile(rest)
        if head == "overlay" and rest in self.overlays:
            return Answer("application/json", self.overlays[rest].content)
        if head in self.readers:
            return self.readers[head](rest)
        return NOT_FOUND

    def _tile(self, rest: str) -> Answer:
        words = rest.split("/")
        held = self.tiles.get(words[0])
        if held is None or len(words) != 4 or not all(word.isascii() and word.isdigit() and len(word) < 9 for word in words[1:]):
            return NOT_FOUND
        zoom, column, row = map(int, words[1:])
        try:
            body = held.tile(zoom, column, row)
        except Fault:
            return NOT_FOUND
        return NOT_FOUND if body is None else Answer(mime_of(body), body)


def _file(root: Path, rest: str) -> Answer:
    """A file below `root`, wherever links and dots in `rest` may point."""
    try:
        inside = root.resolve()
        path = (inside / rest).resolve()
        if not path.is_relative_to(inside) or not path.is_file() or path.stat().st_size > MAX_FILE_BYTES:
            return NOT_FOUND
        return Answer(TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes())
    except (OSError, ValueError):
        return NOT_FOUND
