"""What the map page may ask for by path, and how each answer is read. No Qt; called on a reading thread, never the GUI's."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from console.errors import Fault
from console.models.maps.overlay.file import OverlayFile
from console.models.maps.tile import TileArchive, mime_of

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
    tiles: dict[str, TileArchive] = field(default_factory=dict)
    overlays: dict[str, OverlayFile] = field(default_factory=dict)
    readers: dict[str, Callable[[str], Answer]] = field(default_factory=dict)

    def serve(self, head: str, reader: Callable[[str], Answer]) -> None:
        self.readers[head] = reader

    def read(self, path: str) -> Answer:
        """The answer to `/page.html`, `/static/..`, `/bundle/..`, `/tiles/<id>/<z>/<x>/<y>` and `/overlay/<id>/..`."""
        head, _, rest = path.lstrip("/").partition("/")
        if head == "page.html" and not rest:
            return _file(self.bundle, "page.html")
        if head == "static":
            return _file(self.static, rest)
        if head == "bundle":
            return _file(self.bundle, rest)
        if head == "tiles":
            return self._tile(rest)
        if head == "overlay":
            return self._overlay(rest)
        if head in self.readers:
            return self.readers[head](rest)
        return NOT_FOUND

    def _tile(self, rest: str) -> Answer:
        words = rest.split("/")
        held = self.tiles.get(words[0])
        if held is None or len(words) != 4 or not all(map(_is_count, words[1:])):
            return NOT_FOUND
        zoom, column, row = map(int, words[1:])
        try:
            body = held.tile(zoom, column, row)
        except Fault:
            return NOT_FOUND
        return NOT_FOUND if body is None else Answer(mime_of(body), body)

    def _overlay(self, rest: str) -> Answer:
        """`<id>/view/<zoom>/<west>/<south>/<east>/<north>` and `<id>/about/<feature>`."""
        word, _, asked = rest.partition("/")
        held = self.overlays.get(word)
        kind, *words = asked.split("/")
        if held is None:
            return NOT_FOUND
        try:
            if kind == "view" and len(words) == 5 and _is_count(words[0]):
                west, south, east, north = map(float, words[1:])
                return Answer("application/octet-stream", held.within(int(words[0]), (west, south, east, north)))
            if kind == "about" and len(words) == 1 and _is_count(words[0]):
                about = held.about(int(words[0]))
                return NOT_FOUND if about is None else Answer("application/json", msgspec.json.encode(about))
        except (Fault, ValueError):
            pass
        return NOT_FOUND


def _is_count(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 9


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
