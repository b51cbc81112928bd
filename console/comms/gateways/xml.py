"""XML from strangers, read within bounded memory: no document type, no entities, no network, libxml2's own limits kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from console.comms.gateways.recording import Ledger
from console.errors import Fault

MAX_EVENTS = 12_000_000
"""The start and end of each element. A track of a million points, each with height, time and speed, has 8 million."""


def local_name(element: etree._Element) -> str:
    """The tag without its namespace, "" for comments and processing instructions."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def line_of(element: etree._Element) -> int:
    line: Any = element.sourceline
    return int(line or 0)


def text_of(element: etree._Element, name: str) -> str:
    """Stripped text of the first child called `name`, whatever its namespace."""
    for child in element:
        if local_name(child) == name:
            return (child.text or "").strip()
    return ""


def refuse_doctype(path: Path, element: etree._Element) -> None:
    """No format read here has a document type; what has one is an attack or another format."""
    info: Any = element.getroottree().docinfo
    if info.doctype:
        raise Fault(f"{path}: line {line_of(element)}: the file carries a DOCTYPE, which is refused; ask its source for one without")


def stream(path: Path, ledger: Ledger) -> Iterator[tuple[str, etree._Element]]:
    """("start" | "end", element) of a file, going on after broken markup, which is noted in the ledger.

    Raises Fault for a file with a DOCTYPE or one that cannot be opened.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise Fault(f"{path}: cannot be read: {error.strerror or error}") from error
    with file:
        parser = etree.iterparse(
            file, events=("start", "end"), recover=True, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
        )
        first = True
        try:
            for count, (event, element) in enumerate(parser):
                if count > MAX_EVENTS:
                    raise Fault(f"{path}: line {line_of(element)}: more than {MAX_EVENTS // 2:,} elements; split the file")
                if first:
                    refuse_doctype(path, element)
                    first = False
                yield event, element
        except etree.XMLSyntaxError as error:
            ledger.note(error.lineno or 0, "broken XML", str(error.msg))
        for entry in parser.error_log:
            ledger.note(entry.line, "broken XML", entry.message)


def release(element: etree._Element) -> None:
    """Give an element that has been read back to memory, and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
