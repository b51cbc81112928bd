"""What the window remembers: one INI file in the data directory."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from console.views.i18n import LANGUAGES, language_of_locale
from console.views.time.zone import DEFAULT_ZONE
from console.views.window.theme import TEXT_SIZES_PT, THEMES

THEME_CHOICES = (*THEMES, "auto")


class Settings:
    """Typed access. A value that is not one of the choices (an edited file, another version) counts as not set."""

    def __init__(self, path: Path) -> None:
        self._held = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def language(self) -> str:
        return self._choice("language", tuple(LANGUAGES), language_of_locale())

    @language.setter
    def language(self, code: str) -> None:
        self._held.setValue("language", code)

    @property
    def theme(self) -> str:
        return self._choice("theme", THEME_CHOICES, "auto")

    @theme.setter
    def theme(self, choice: str) -> None:
        self._held.setValue("theme", choice)

    @property
    def text_size(self) -> str:
        return self._choice("text_size", tuple(TEXT_SIZES_PT), "normal")

    @text_size.setter
    def text_size(self, size: str) -> None:
        self._held.setValue("text_size", size)

    @property
    def zone(self) -> str:
        return self._text("zone", DEFAULT_ZONE)

    @zone.setter
    def zone(self, name: str) -> None:
        self._held.setValue("zone", name)

    @property
    def operator(self) -> str:
        return self._text("operator", "")

    @operator.setter
    def operator(self, name: str) -> None:
        self._held.setValue("operator", name.strip())

    @property
    def stop_with_window(self) -> bool:
        """Whether this machine's peer ends with its last window (it keeps running otherwise, and keeps receiving)."""
        return self._text("stop_with_window", "no") == "yes"

    @stop_with_window.setter
    def stop_with_window(self, stop: bool) -> None:
        self._held.setValue("stop_with_window", "yes" if stop else "no")

    def panel(self, key: str) -> str:
        """What the panel `key` keeps (its `save_state`); "" when it never kept anything."""
        return self._text(f"panel/{key}", "")

    def save_panel(self, key: str, state: str) -> None:
        self._held.setValue(f"panel/{key}", state)

    @property
    def workspace(self) -> str:
        return self._text("workspace", "")

    @workspace.setter
    def workspace(self, key: str) -> None:
        self._held.setValue("workspace", key)

    def geometry(self) -> QByteArray:
        """Of the main window as last saved; empty when never."""
        return self._bytes("geometry")

    def save_geometry(self, geometry: QByteArray) -> None:
        self._held.setValue("geometry", geometry)

    def arrangement(self, workspace: str) -> QByteArray:
        """How the panels of a workspace were left; empty when they never were moved."""
        return self._bytes(f"arrangement/{workspace}")

    def save_arrangement(self, workspace: str, state: QByteArray) -> None:
        self._held.setValue(f"arrangement/{workspace}", state)

    def sync(self) -> None:
        self._held.sync()

    def _text(self, key: str, default: str) -> str:
        value = self._held.value(key, default)
        return value if isinstance(value, str) else default

    def _choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self._text(key, default)
        return value if value in choices else default

    def _bytes(self, key: str) -> QByteArray:
        value = self._held.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()
