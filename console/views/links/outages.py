"""Links that were lost and came back, counted: what one line of the banner says instead of a pop-up for each. No Qt.

Told of every list of links; nothing is said of a link that was up all the time. A link that returns is catching up until the other side
itself has said that neither lacks anything, and not a moment earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from console.comms.local.messages import Link
from console.models.event import LANES_BY_URGENCY
from console.views.age import age_text, clock_text
from console.views.i18n import tr, word
from console.views.links.presenter import AT_WORK, Lanes, by_urgency

WINDOW_MS = 600_000
"""Losses are counted over so long."""
PATIENCE_MS = 10_000
"""Whom we call has so long to answer at first before its absence is told."""
IN_STEP_SHOWN_MS = 30_000
STOPPED = "it was stopped"
"""The reason of a link whose other side ended as it should (`console.comms.peer.network.STOPPING`)."""
SINGLY = 2
"""So many links have a line of their own, those above first; the others are counted together."""
NAMES = 3
URGENT_LANES = 2
"""Of LANES_BY_URGENCY: commands and reports."""


@dataclass
class Course:
    """What became of the links to one peer. `totals`: the most that was left of each lane since it returned; None: not catching up."""

    name: str = ""
    outward: bool = False
    up: bool = False
    ever_up: bool = False
    left_well: bool = False
    since_ms: int = 0
    heard_ms: int | None = None
    losses_ms: list[int] = field(default_factory=list)
    waiting: Lanes = ()
    totals: Lanes | None = None
    left: Lanes = ()
    stepped_ms: int | None = None

    @property
    def catching_up(self) -> bool:
        return self.totals is not None and self.stepped_ms is None


class Outages:
    """Fed with `take`; `lines` are for the banner, most important first; `stamp` changes when something happened that is worth a look
    although the banner was hidden."""

    def __init__(self) -> None:
        self._courses: dict[str, Course] = {}
        self.stamp = 0

    def take(self, links: Sequence[Link], now_ms: int) -> None:
        by_peer: dict[str, list[Link]] = {}
        for link in links:
            if link.state != "refused":
                by_peer.setdefault(link.peer or link.id, []).append(link)
        for peer in self._courses.keys() - by_peer.keys():
            del self._courses[peer]
        for peer, known in by_peer.items():
            self._follow(peer, min(known, key=_standing), now_ms)

    def _follow(self, peer: str, link: Link, now_ms: int) -> None:
        course = self._courses.get(peer)
        first = course is None
        if course is None:
            course = self._courses[peer] = Course()
        up = link.state in AT_WORK
        course.name, course.outward = link.name or link.peer[:8] or tr("unknown peer"), link.direction == "out"
        course.waiting, course.heard_ms = by_urgency(link.waiting), link.heard_ms
        course.left_well = link.reason == STOPPED and not course.outward
        if up and not course.up:
            self._returned(course, link, first, now_ms)
        elif course.up and not up:
            course.losses_ms.append(now_ms)
            course.since_ms, course.totals, course.stepped_ms = now_ms, None, None
            self.stamp += 1
        elif first:
            course.since_ms = min(link.since_ms, now_ms)
        course.up, course.ever_up = up, course.ever_up or up
        if up:
            self._progress(course, link)

    def _returned(self, course: Course, link: Link, first: bool, now_ms: int) -> None:
        """Also a link that is up when it is first seen, when it has never been in step and more than telemetry, which always trails, is left."""
        course.since_ms = min(link.since_ms, now_ms)
        if not first or (link.in_step_ms is None and any(_left(link)[:URGENT_LANES])):
            course.totals, course.stepped_ms = _left(link), None

    def _progress(self, course: Course, link: Link) -> None:
        if course.totals is None:
            return
        course.left = _left(link)
        course.totals = tuple(max(pair) for pair in zip(course.totals, course.left, strict=True))
        if course.stepped_ms is None and link.in_step_ms is not None and link.in_step_ms > course.since_ms:
            course.stepped_ms = link.in_step_ms

    def lines(self, now_ms: int) -> list[str]:
        told = [course for course in self._courses.values() if self._worth_telling(course, now_ms)]
        told.sort(key=lambda course: (not course.outward, course.up, course.name))
        singly = [_line(course, now_ms) for course in told[:SINGLY]]
        return [line for line in (*singly, _together(told[SINGLY:])) if line]

    def _worth_telling(self, course: Course, now_ms: int) -> bool:
        course.losses_ms = [at for at in course.losses_ms if now_ms - at < WINDOW_MS]
        if course.up:
            return course.catching_up or _lately(course, now_ms) or len(course.losses_ms) > 1
        if course.outward:
            return course.ever_up or now_ms - course.since_ms >= PATIENCE_MS
        return bool(course.losses_ms) and not course.left_well


def _lately(course: Course, now_ms: int) -> bool:
    return course.stepped_ms is not None and now_ms - course.stepped_ms < IN_STEP_SHOWN_MS


def _standing(link: Link) -> tuple[bool, bool]:
    """Of several links to one peer the one that works, else the one that we call."""
    return link.state not in AT_WORK, link.direction != "out"


def _left(link: Link) -> Lanes:
    """What either side has that the other lacks."""
    return tuple(map(sum, zip(by_urgency(link.waiting), by_urgency(link.lacking), strict=True)))


def _line(course: Course, now_ms: int) -> str:
    losses = len(course.losses_ms)
    if not course.up:
        return _away(course, losses, now_ms)
    parts = [tr("Link to {name} lost {n} times in 10 min, now up.", name=course.name, n=losses)] if losses > 1 else []
    if course.catching_up:
        parts.append(tr("Catching up with {name}: {progress}.", name=course.name, progress=_progress_text(course)))
    elif _lately(course, now_ms):
        parts.append(tr("In step with {name} as of {at}.", name=course.name, at=clock_text(course.stepped_ms, now_ms)))
    return " ".join(parts)


def _away(course: Course, losses: int, now_ms: int) -> str:
    parts = [tr("No link to {name} for {age}.", name=course.name, age=age_text(course.since_ms, now_ms))]
    if losses > 1:
        parts.append(tr("Lost {n} times in 10 min.", n=losses))
    if any(course.waiting):
        parts.append(tr("Waiting to be sent: {lanes}.", lanes=_lanes_text(course.waiting)))
    return " ".join(parts)


def _progress_text(course: Course) -> str:
    """By urgency, which is the order in which they go; a lane of which nothing was left is not named."""
    lanes = zip(LANES_BY_URGENCY, course.totals or (), course.left, strict=True)
    parts = [
        tr("{lane} {done} of {total}", lane=word("lane", lane.value), done=f"{total - left:,}", total=f"{total:,}")
        for lane, total, left in lanes
        if total
    ]
    return ", ".join(parts) or tr("comparing what each holds")


def _lanes_text(lanes: Lanes) -> str:
    return ", ".join(f"{word('lane', lane.value)} {count:,}" for lane, count in zip(LANES_BY_URGENCY, lanes, strict=True) if count)


def _together(courses: Iterable[Course]) -> str:
    away = [course.name for course in courses if not course.up]
    if not away:
        return ""
    names = ", ".join(away[:NAMES]) + (", …" if len(away) > NAMES else "")
    return tr("{n} more link lost: {names}.|{n} more links lost: {names}.", n=len(away), names=names)
