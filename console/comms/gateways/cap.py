"""CAP alerts: OASIS CAP 1.0, 1.1 and 1.2, alone or inside Atom and RSS, and the Chinese national profile (12379).

Sections of CAP 1.2 (OASIS, 1 July 2010): alert 3.2.1, info 3.2.2, area 3.2.4, dates and polygons 3.3. The national profile states
severity in colours (Red, Orange, Yellow, Blue) and radii in metres, OASIS in words and in kilometres: an info block whose severity is a
colour is read by the profile. What an alert says is passed on as it is; an outline too large for one event is made simpler, and
that is said. Nothing is ever fetched.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from console.comms.gateways.instants import instant_ms
from console.comms.gateways.outline import NotAnOutline, Ring, circle, polygon, simpler
from console.comms.gateways.recording import Ledger, Moment, Recording
from console.comms.gateways.xml import line_of, local_name, refuse_doctype, text_of
from console.errors import Fault
from console.models.event import MAX_SUBJECT_CHARS
from console.models.files import size_of
from console.models.kinds import WarningArea, WarningReceived

MAX_FILE_BYTES = 8 * 1024 * 1024
MAX_RING_POINTS = 20_000
MAX_POINTS = 100_000
EVENT_POINTS = 2000
"""Points of all outlines in one event: 19 bytes each, well within an event's 64 KiB beside the texts."""
MAX_TEXT_CHARS = 2000
MAX_INSTRUCTION_CHARS = 2000
MAX_NAME_CHARS = 200
MAX_GEOCODES = 200
MAX_REFERENCES = 64

COLOUR_SEVERITY = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate", "blue": "Minor"}
_CAP_NAMESPACES = re.compile(r"urn:oasis:names:tc:emergency:cap:1\.[12]|http://www\.incident\.com/cap/1\.0")
_COLOUR_PARAMETERS = frozenset({"awareness_level", "colour", "color", "severitycolor", "colourcode", "colorcode"})


def read_cap(path: Path, *, lang: str = "zh") -> Recording:
    """Raises Fault, naming line and remedy, when there is no alert in the file that can be used."""
    ledger = Ledger()
    root = _parse(path)
    moments = []
    for alert in _alerts(path, root):
        try:
            moments.append(_Alert(alert, ledger, lang).moment())
        except NotAnAlert as problem:
            ledger.note(line_of(alert), str(problem))
    if not moments:
        raise Fault(f"{path}: {ledger.listed[0]}; ask its issuer for a complete CAP alert")
    moments.sort(key=lambda moment: moment.at_ms)
    return Recording(format="cap", title=path.name, moments=moments, ledger=ledger)


def warning_id(sender: str, identifier: str) -> str:
    """`<sender>,<identifier>`, the end replaced by a hash where it would be too long for a subject."""
    whole = f"{sender},{identifier}"
    if len(whole) <= MAX_SUBJECT_CHARS:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return f"{whole[: MAX_SUBJECT_CHARS - len(digest) - 1]}~{digest}"


def _reference(text: str) -> str:
    """`sender,identifier,sent` with sender and identifier as `warning_id` writes them."""
    sender, _, rest = text.partition(",")
    identifier, _, sent = rest.partition(",")
    return f"{warning_id(sender, identifier)},{sent}"[:260]


class NotAnAlert(ValueError):
    """The alert lacks what makes it one."""


def _parse(path: Path) -> etree._Element:
    try:
        size = size_of(path)
        if size > MAX_FILE_BYTES:
            raise Fault(f"{path}: {size} bytes; no alert is larger than {MAX_FILE_BYTES}, so it is refused")
        data = path.read_bytes()
    except OSError as error:
        raise Fault(f"{path}: cannot be read: {error.strerror or error}") from error
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line, reason = getattr(error, "lineno", None) or 1, getattr(error, "msg", None) or error
        raise Fault(f"{path}: line {line}: not XML that can be read ({reason}); ask its issuer for the file again") from error
    refuse_doctype(path, root)
    return root


def _alerts(path: Path, root: etree._Element) -> list[etree._Element]:
    """The alert itself, or those inside a feed."""
    if local_name(root) == "alert":
        return [root]
    found = [element for element in root.iter() if local_name(element) == "alert" and _CAP_NAMESPACES.match(_namespace(element))]
    if found:
        return found
    entries = sum(local_name(element) in ("entry", "item") for element in root.iter())
    if local_name(root) in ("feed", "rss", "RDF"):
        raise Fault(
            f"{path}: a feed of {entries} links and no alert; links are never followed, save the alerts they point to and play those"
        )
    raise Fault(f"{path}: line {line_of(root)}: <{local_name(root)}> is not a CAP alert")


def _namespace(element: etree._Element) -> str:
    return str(element.tag).partition("}")[0].removeprefix("{")


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if local_name(child) == name)


def _pairs(element: etree._Element, name: str) -> Iterator[tuple[str, str]]:
    """(valueName, value) of eventCode, parameter or geocode; CAP 1.0 writes `name=value`."""
    for child in _children(element, name):
        if len(child):
            yield text_of(child, "valueName"), text_of(child, "value")
        elif child.text:
            key, _, value = child.text.strip().partition("=")
            yield key.strip(), value.strip()


class _Alert:
    """One alert on its way to one moment."""

    def __init__(self, alert: etree._Element, ledger: Ledger, lang: str) -> None:
        self._alert = alert
        self._ledger = ledger
        self._line = line_of(alert)
        self._info = self._choose_info(lang)
        severity = self._of("severity").lower()
        self._national = severity in COLOUR_SEVERITY
        self._severity = COLOUR_SEVERITY.get(severity, self._of("severity") or "Unknown")
        self._colour = severity.capitalize() if self._national else self._stated_colour()

    def _choose_info(self, lang: str) -> etree._Element | None:
        """The first info block in the wanted language, else in English, else the first (3.2.2: language, default en-US)."""
        infos = list(_children(self._alert, "info"))

        def rank(info: etree._Element) -> int:
            language = (text_of(info, "language") or "en-US").lower()
            return 0 if language.startswith(lang) else 1 if language.startswith("en") else 2

        chosen = min(infos, key=rank, default=None)
        for info in infos:
            if chosen is not None and info is not chosen:
                same = text_of(info, "language") == text_of(chosen, "language")
                self._ledger.note(
                    line_of(info), "another info block" if same else "info block in another language", text_of(info, "language")
                )
        return chosen

    def _of(self, name: str) -> str:
        return "" if self._info is None else text_of(self._info, name)

    def _stated_colour(self) -> str:
        """Colour in an OASIS alert, when its issuer states one as a parameter."""
        for name, value in _pairs(self._info, "parameter") if self._info is not None else ():
            if name.lower() in _COLOUR_PARAMETERS:
                for colour in COLOUR_SEVERITY:
                    if colour in value.lower():
                        return colour.capitalize()
        return ""

    def moment(self) -> Moment:
        """Raises NotAnAlert."""
        identifier, sender = (text_of(self._alert, name) for name in ("identifier", "sender"))
        sent_text = text_of(self._alert, "sent")
        sent_ms = instant_ms(sent_text)
        for name, value in (("identifier", identifier), ("sender", sender), ("sent", sent_text)):
            if not value:
                raise NotAnAlert(f"alert without <{name}> (CAP 1.2 sec. 3.2.1)")
        if sent_ms is None:
            raise NotAnAlert(f"<sent> {sent_text[:40]!r} is not a time")
        if max(len(identifier), len(sender)) > MAX_NAME_CHARS:
            raise NotAnAlert(f"identifier or sender longer than {MAX_NAME_CHARS} characters")
        subject = warning_id(sender, identifier)
        status = text_of(self._alert, "status")
        if not status:
            self._ledger.remark(f"line {self._line}: alert {identifier} states no status and is shown as Unknown, not as Actual")
        codes = [f"{name}={value}" for name, value in _pairs(self._info, "eventCode")] if self._info is not None else []
        body = WarningReceived(
            identifier=identifier,
            sender=sender,
            sent_ms=sent_ms,
            cap_status=status[:64] or "Unknown",
            msg_type=text_of(self._alert, "msgType")[:64] or "Alert",
            references=self._references(),
            language=self._of("language")[:64],
            event=self._cut("event", 200),
            event_code="; ".join(codes)[:200],
            headline=self._cut("headline", 500),
            description=self._cut("description", MAX_TEXT_CHARS),
            instruction=self._cut("instruction", MAX_INSTRUCTION_CHARS),
            severity=self._severity[:64],
            urgency=self._of("urgency")[:64] or "Unknown",
            certainty=self._of("certainty")[:64] or "Unknown",
            colour=self._colour,
            effective_ms=self._instant("effective"),
            onset_ms=self._instant("onset"),
            expires_ms=self._instant("expires"),
            sender_name=self._cut("senderName", 200),
            web=self._cut("web", 500),
            areas=self._areas(),
        )
        return Moment(sent_ms, subject, "warning.received", body)

    def _references(self) -> list[str]:
        """`sender,identifier,sent` of the alerts it updates or cancels (3.2.1)."""
        every = text_of(self._alert, "references").split()
        if len(every) > MAX_REFERENCES:
            self._ledger.remark(f"line {self._line}: the first {MAX_REFERENCES} of {len(every)} references are kept")
        return [_reference(reference) for reference in every[:MAX_REFERENCES]]

    def _cut(self, name: str, most: int) -> str:
        text = self._of(name)
        if len(text) > most:
            self._ledger.remark(f"line {self._line}: <{name}> of {len(text)} characters is cut to {most}")
        return text[:most]

    def _instant(self, name: str) -> int | None:
        text = self._of(name)
        at_ms = instant_ms(text) if text else None
        if text and at_ms is None:
            self._ledger.note(self._line, f"<{name}> that is not a time", text)
        return at_ms

    # -- areas ----------------------------------------------------------------------------------------------------------------

    def _areas(self) -> list[WarningArea]:
        elements = list(_children(self._info, "area"))[:256] if self._info is not None else []
        outlines = [self._polygons(element) for element in elements]
        points = sum(len(ring) for rings in outlines for ring in rings)
        if points > MAX_POINTS:
            raise NotAnAlert(f"{points} points in its outlines")
        if points > EVENT_POINTS:
            outlines = self._simplify(outlines, points)
        room = max(1, MAX_GEOCODES // max(1, len(elements)))
        return [
            WarningArea(
                description=text_of(element, "areaDesc")[: 4000 // max(1, len(elements))],
                polygons=rings,
                circles=self._circles(element),
                geocodes=self._geocodes(element, room),
            )
            for element, rings in zip(elements, outlines, strict=True)
        ]

    def _polygons(self, area: etree._Element) -> list[Ring]:
        rings: list[Ring] = []
        for element in list(_children(area, "polygon"))[:256]:
            text = (element.text or "").strip()
            if not text:
                self._ledger.note(line_of(element), "empty polygon")
                continue
            try:
                rings.append(polygon(text, MAX_RING_POINTS))
            except NotAnOutline as problem:
                self._ledger.note(line_of(element), f"polygon: {problem}")
        return rings

    def _simplify(self, outlines: list[list[Ring]], points: int) -> list[list[Ring]]:
        share = [max(4, EVENT_POINTS * sum(map(len, rings)) // points) for rings in outlines]
        result, worst_m = [], 0.0
        for rings, most in zip(outlines, share, strict=True):
            thinned, tolerance_m = simpler(rings, most)
            worst_m = max(worst_m, tolerance_m)
            result.append(thinned)
        left = sum(len(ring) for rings in result for ring in rings)
        self._ledger.remark(f"line {self._line}: outline made simpler from {points} to {left} points, within {worst_m:.0f} m")
        return result

    def _circles(self, area: etree._Element) -> list[tuple[float, float, float]]:
        circles = []
        for element in list(_children(area, "circle"))[:64]:
            try:
                circles.append(circle((element.text or "").strip(), 1.0 if self._national else 1000.0))
            except NotAnOutline as problem:
                self._ledger.note(line_of(element), f"circle: {problem}")
        return circles

    def _geocodes(self, area: etree._Element, room: int) -> list[tuple[str, str]]:
        every = [(name[:64], value[:64]) for name, value in _pairs(area, "geocode")]
        if len(every) > room:
            self._ledger.remark(f"line {line_of(area)}: the first {room} of {len(every)} geocodes are kept")
        return every[:room]


def is_cap(head: bytes) -> bool:
    """Whether the first bytes look like an alert or a feed that could carry one."""
    plain = head.replace(b"\0", b"")
    return any(mark in plain for mark in (b"emergency:cap", b"incident.com/cap", b"<alert", b"<feed", b"<rss", b"<rdf:RDF"))
