"""Day, night and dim: Fusion, a palette and a small style sheet, from colours in `resources/themes/`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from string import Template

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from console.models.form import read_toml
from console.models.paths import resources_dir

THEMES = ("day", "night", "dim")
STYLE = "fusion"
TEXT_SIZES_PT = {"small": 9, "normal": 10, "large": 12, "huge": 15}
CHINESE_FAMILIES = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei")
NIGHT_HOURS = (20, 8)
"""When the desktop does not say whether it is dark: night from 20:00 to 08:00 local."""


class _File(msgspec.Struct):
    colours: dict[str, str]
    contrast: dict[str, list[str]]


@dataclass(frozen=True)
class Theme:
    """`colours`: name -> #rrggbb; `pairs`: (text colour, background colour) names that must be readable."""

    name: str
    colours: dict[str, str]
    pairs: tuple[tuple[str, str], ...]

    @property
    def base(self) -> str:
        """Day or night: dim is night with less light."""
        return "day" if self.name == "day" else "night"


def load(name: str) -> Theme:
    """The theme `name` of THEMES. Raises Fault when its file is not readable."""
    held = read_toml(resources_dir() / "themes" / f"{name}.toml", _File)
    pairs = tuple((text, ground) for text, grounds in held.contrast.items() for ground in grounds)
    return Theme(name, held.colours, pairs)


def resolve(choice: str, scheme: Qt.ColorScheme, local: datetime) -> str:
    """`choice` is one of THEMES or auto: auto follows the desktop, or the hour where the desktop does not say."""
    if choice in THEMES:
        return choice
    if scheme != Qt.ColorScheme.Unknown:
        return "night" if scheme == Qt.ColorScheme.Dark else "day"
    return "night" if local.hour >= NIGHT_HOURS[0] or local.hour < NIGHT_HOURS[1] else "day"


def apply(app: QApplication, theme: Theme, text_size: str) -> None:
    if app.style().name() != STYLE:  # once: every widget there is would be made ready anew, which takes seconds
        app.setStyle(STYLE)
    app.setFont(_font(TEXT_SIZES_PT.get(text_size, TEXT_SIZES_PT["normal"])))
    app.setPalette(_palette(theme.colours))


def sheet(theme: Theme) -> str:
    """The style sheet, for a top-level widget once it is composed: set before, every widget added would be polished again."""
    text = (resources_dir() / "themes" / "window.qss").read_text(encoding="utf-8")
    return Template(text).substitute(theme.colours)


def _font(size_pt: int) -> QFont:
    """A face with Chinese glyphs first, so that mixed lines keep one height."""
    held = set(QFontDatabase.families())
    font = QFont([family for family in CHINESE_FAMILIES if family in held] or [QApplication.font().family()])
    font.setPointSize(size_pt)
    return font


def _palette(colours: dict[str, str]) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for which, name in {
        role.Window: "window",
        role.WindowText: "text",
        role.Base: "base",
        role.AlternateBase: "alternate",
        role.Text: "text",
        role.PlaceholderText: "muted",
        role.Button: "button",
        role.ButtonText: "text",
        role.Highlight: "accent",
        role.HighlightedText: "on_accent",
        role.Link: "link",
        role.LinkVisited: "link",
        role.ToolTipBase: "base",
        role.ToolTipText: "text",
        role.BrightText: "bad",
        role.Accent: "accent",
        role.Mid: "border",
    }.items():
        palette.setColor(which, QColor(colours[name]))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours["muted"]))
    return palette


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two #rrggbb colours, 1 to 21 (WCAG 2.1, definition of contrast ratio)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
