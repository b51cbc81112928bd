"""Sheets and shared strings as spreadsheet programs write nearly all of them, read at a third of the cost of an XML reader.

Nothing is guessed: what is not word for word of this form (a comment, a string of several runs, another namespace) raises
`NotPlain`, and `xlsx` reads it with an XML reader from the row or string where this one stopped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import IO

_PIECE = 1 << 16
_HEAD_BYTES = 1 << 16
_CHARS = r"[^<&\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*"
_TEXT = rf"{_CHARS}(?:&(?:amp|lt|gt|quot|apos|#[0-9]{{2,7}});{_CHARS})*"
_T = rf'<t(?: xml:space="preserve")?>({_TEXT})</t>'
_ROOT = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml version=["']1\.0["'](?: encoding=["'](?i:utf-8)["'])?(?: standalone=["'](?:yes|no)["'])?\s*\?>)?\s*"""
    rb"<(?:worksheet|sst)(?=[\s])[^<>]*?\sxmlns=[\"']http://"
    rb"(?:schemas\.openxmlformats\.org/spreadsheetml/2006|purl\.oclc\.org/ooxml/spreadsheetml)/main[\"'][^<>]*>"
)
_ATTRIBUTES = r'(?: (?!xmlns)[A-Za-z0-9:]+="[^"<>&]*")*'
_EMPTY = rf'\s*(?:<row r="[0-9]{{1,7}}"{_ATTRIBUTES}/>\s*)*'
_ROW = re.compile(rf'{_EMPTY}<row r="([0-9]{{1,7}})"{_ATTRIBUTES}>')
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})[0-9]{1,7}"(?: s="[0-9]*")?(?: t="([a-z]+|inlineStr)")?'
    rf"(?:/>|>(?:(?:<f>[^<&]*</f>)?<v>({_TEXT})</v>|<is>{_T}</is>)?</c>)|([\s\S]+)"
)
_STRING = re.compile(rf"\s*<si>{_T}(?:<phoneticPr[^<>&]*/>)?</si>|([\s\S]+)")
_ENTITY = re.compile("&(#?[a-z0-9]+);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_LEGAL = re.compile("[ -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Cell = tuple[str, str, str, str, str]
"""(letters of its column, type or "", value, text within the cell, ""); `unescaped` gives what a value or text says."""


class NotPlain(Exception):
    """It needs an XML reader."""


def plain_rows(file: IO[bytes], most_bytes: int) -> Iterator[tuple[int, int, list[Cell]]]:
    """(row elements that this one ends, number, cells) until the end of the sheet's data; what stands around that is hardly looked at.
    `most_bytes`: of a row. Raises NotPlain."""
    for text in _pieces(file, rb"<sheetData>", b"</row>", _EMPTY + "</sheetData>", most_bytes):
        for row in text.split("</row>")[:-1]:
            head = _ROW.match(row)
            if head is None:
                raise NotPlain
            cells = _CELL.findall(row, head.end())
            if cells and cells[-1][4]:
                raise NotPlain
            yield row.count("<row", 0, head.end()), int(head[1]), cells


def plain_strings(file: IO[bytes], most_bytes: int) -> Iterator[str]:
    """`most_bytes`: of a string. Raises NotPlain."""
    for text in _pieces(file, rb"<sst\s[^<>]*>", b"</si>", r"\s*</sst>", most_bytes):
        for string, other in _STRING.findall(text):
            if other:
                raise NotPlain
            yield unescaped(string) if "&" in string else string


def unescaped(text: str) -> str:
    """Raises NotPlain for a character that XML does not have."""
    return _ENTITY.sub(_entity, text)


def _entity(found: re.Match[str]) -> str:
    return _ENTITIES.get(found[1]) or _numbered(found[1])


@lru_cache(maxsize=32768)
def _numbered(entity: str) -> str:
    code = int(entity[1:])
    char = chr(code) if code < 0x110000 else ""
    if not _LEGAL.fullmatch(char):
        raise NotPlain
    return char


def _pieces(file: IO[bytes], begin: bytes, end: bytes, close: str, most_bytes: int) -> Iterator[str]:
    """What stands between `begin` and `close` in pieces that end with `end`. Raises NotPlain, UnicodeDecodeError."""
    closing = re.compile(close.encode())
    held = file.read(_HEAD_BYTES)
    begun, root = re.search(begin, held), _ROOT.match(held)
    if begun is None or root is None or b"<!" in held[: begun.end()]:
        raise NotPlain
    held = held[begun.end() :]
    while True:
        cut = held.rfind(end) + len(end)
        if cut >= len(end):
            yield held[:cut].decode()
            held = held[cut:]
        if closing.match(held):
            return
        piece = file.read(_PIECE)
        if not piece or len(held) > most_bytes:
            raise NotPlain
        held += piece
