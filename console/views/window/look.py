"""What was asked for on the command line about the window's looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.views.window.settings import Settings


@dataclass(frozen=True)
class Look:
    """None: as last chosen. `size`: (width, height) in pixels."""

    language: str | None = None
    theme: str | None = None
    size: tuple[int, int] | None = None

    def remember(self, settings: Settings) -> None:
        if self.language is not None:
            settings.language = self.language
        if self.theme is not None:
            settings.theme = self.theme
