"""Both themes reach WCAG AA, measured, and name the same colours."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from console.models.paths import resources_dir
from console.views.window import theme

AA = 4.5


@pytest.mark.parametrize("name", theme.THEMES)
def test_every_pair_is_readable(name: str) -> None:
    held = theme.load(name)
    measured = {pair: theme.contrast(held.colours[pair[0]], held.colours[pair[1]]) for pair in held.pairs}
    assert {pair: round(ratio, 2) for pair, ratio in measured.items() if ratio < AA} == {}


def test_all_themes_name_the_same_colours_and_pairs() -> None:
    day, *others = (theme.load(name) for name in theme.THEMES)
    for other in others:
        assert (set(day.colours), set(day.pairs)) == (set(other.colours), set(other.pairs))


def test_dim_gives_half_the_light_of_night_at_most() -> None:
    night, dim = theme.load("night").colours, theme.load("dim").colours
    for name in ("window", "base", "alternate", "text", "title"):
        assert theme._luminance(dim[name]) <= theme._luminance(night[name]) / 2


def test_contrast_is_that_of_the_standard() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("choice", "scheme", "hour", "wanted"),
    [
        ("night", Qt.ColorScheme.Light, 12, "night"),
        ("auto", Qt.ColorScheme.Dark, 12, "night"),
        ("auto", Qt.ColorScheme.Light, 23, "day"),
        ("auto", Qt.ColorScheme.Unknown, 23, "night"),
        ("auto", Qt.ColorScheme.Unknown, 7, "night"),
        ("auto", Qt.ColorScheme.Unknown, 8, "day"),
    ],
)
def test_auto_follows_the_desktop_then_the_hour(choice: str, scheme: Qt.ColorScheme, hour: int, wanted: str) -> None:
    assert theme.resolve(choice, scheme, datetime(2026, 1, 1, hour, tzinfo=UTC)) == wanted


def test_the_sheet_has_every_colour_it_names_and_icons_that_exist() -> None:
    for name in theme.THEMES:
        text = theme.sheet(theme.load(name))
        assert "${" not in text
        for path in re.findall(r'url\("([^"]+)"\)', text):
            assert Path(path).is_file()


@pytest.mark.parametrize("name", theme.THEMES)
def test_icons_of_the_panels_stand_out_of_their_title(name: str) -> None:
    """WCAG 2.1, 1.4.11: 3:1 for what is not text."""
    for icon in ("close", "detach"):
        colour = re.findall(r'stroke="(#[0-9a-f]{6})"', (resources_dir() / "icons" / f"{icon}.svg").read_text(encoding="utf-8"))[0]
        assert theme.contrast(colour, theme.load(name).colours["title"]) >= 3
