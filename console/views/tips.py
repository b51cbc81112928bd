"""Texts of others in tooltips."""

from __future__ import annotations

import html


def plain(text: str) -> str:
    """Shown as it is, in lines of a readable length: Qt would take a text with tags in it for markup, fetch its pictures and leave out words."""
    return f'<span style="white-space: pre-wrap">{html.escape(text)}</span>' if text else ""
