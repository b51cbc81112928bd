"""What the page tells the window, word by word. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable

from console.views.context import Context, Thing

Words = dict[str, str]


class Said:
    """`on(what, handler)`: the page's `say(what, words)` reaches `handler(words)`; a word nobody listens for is let go."""

    def __init__(self) -> None:
        self._handlers: dict[str, Callable[[Words], None]] = {}

    def on(self, what: str, handler: Callable[[Words], None]) -> None:
        """Raises ValueError when the word is taken."""
        if what in self._handlers:
            raise ValueError(f"two listen for {what!r} of the map's page")
        self._handlers[what] = handler

    def __call__(self, words: Words) -> None:
        handler = self._handlers.get(words.get("what", ""))
        if handler is not None:
            handler(words)


def listen_to_clicks(said: Said, context: Context) -> None:
    """A click selects what it hits; while a place is asked for it is the form's, and without coordinates the operator ended it."""

    def clicked(words: Words) -> None:
        thing = words.get("thing", "")
        context.selection.select(Thing(thing) if thing in list(Thing) else None, words.get("id", ""))

    def picked(words: Words) -> None:
        try:
            context.picking.click(float(words["lon"]), float(words["lat"]))
        except (KeyError, ValueError):
            context.picking.end()

    said.on("click", clicked)
    said.on("picked", picked)


def centre_of(words: Words) -> tuple[float, float, float] | None:
    """Longitude, latitude, zoom that the page says it looks at."""
    try:
        return float(words["lon"]), float(words["lat"]), float(words["zoom"])
    except (KeyError, ValueError):
        return None
