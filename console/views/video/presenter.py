"""What the video workspace says: of a feed, of what is in a tile, of the sweep. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from console.comms.feeds.health import Health
from console.models.feeds.address import scrubbed
from console.models.feeds.book import Entry
from console.models.feeds.code import parse
from console.models.feeds.seeing import Sight
from console.models.feeds.watch import State, Watch
from console.views.age import age_text, clock_text, moment_text, span_text
from console.views.i18n import tr, word
from console.views.reasons import said
from console.views.tables.columns import Column, natural
from console.views.tables.marks import Mark, Shape, Tone

HEALTH_MARKS = {
    "up": Mark(Shape.CIRCLE, Tone.GREEN),
    "locked": Mark(Shape.HALF, Tone.GREEN),
    "down": Mark(Shape.CROSS, Tone.RED),
    "missing": Mark(Shape.DIAMOND, Tone.ORANGE),
    "unknown": Mark(Shape.RING, Tone.GREY),
    "old": Mark(Shape.RING, Tone.GREY),
    "never": Mark(Shape.RING, Tone.GREY),
}
"""up: it answers; locked: it answers and asks for a password; down: no answer; missing: the server is there, the feed is not; unknown: it cannot be
asked without opening it; old: asked too long ago to count; never: not asked yet."""
HEALTH_GROUPS = ("", "up", "down", "never")
FACE_MARKS = {
    "live": Mark(Shape.CIRCLE, Tone.GREEN),
    "opening": Mark(Shape.HALF, Tone.BLUE),
    "dead": Mark(Shape.CROSS, Tone.RED),
    "file": Mark(Shape.SQUARE, Tone.VIOLET),
    "idle": Mark(Shape.RING, Tone.GREY),
}


class Face(NamedTuple):
    """What stands in and over a tile. `kind`: a key of FACE_MARKS; `banner`: across the picture, "" while it is live; `line`: state and reason;
    `clock`: when the picture was taken."""

    kind: str
    banner: str
    line: str
    clock: str


class Kept(NamedTuple):
    """The last good picture from before, still shown. `taken_ms`: UTC."""

    taken_ms: int


def face(watch: Watch, now_s: float, wall_ms: int, *, is_file: bool, kept: Kept | None, note: str = "") -> Face:
    """`now_s`: of the watch's clock; `wall_ms`: UTC now; `note`: what else is to be said, such as that the video process was started anew."""
    age_s = watch.age_s(now_s)
    shown_ms = int(wall_ms - age_s * 1000) if watch.frame_s is not None else kept.taken_ms if kept else None
    clock = "" if shown_ms is None else clock_text(shown_ms, wall_ms)
    line = state_text(watch, now_s)
    line = tr("{told}; {more}", told=line, more=note) if note else line
    if is_file:
        return Face("file", tr("RECORDING, not live"), line if watch.state is not State.LIVE else "", "")
    if watch.is_live(now_s):
        same_s = watch.unchanged_s(now_s)
        banner = tr("The same picture for {span}: the camera may hang", span=span_text(int(same_s))) if same_s else ""
        return Face("live", banner, line, clock)
    if watch.state is State.OPENING and shown_ms is None:
        return Face("opening", "", line, "")
    if shown_ms is None:
        return Face("idle" if watch.state is State.IDLE else "dead", tr("NO PICTURE") if watch.state is not State.IDLE else "", line, "")
    old = age_text(shown_ms, wall_ms)
    return Face("dead", tr("NOT LIVE · {span} old", span=old), line, clock)


def state_text(watch: Watch, now_s: float) -> str:
    """State and reason in words, and when it is tried again."""
    match watch.state:
        case State.LIVE:
            return tr("live") if watch.is_live(now_s) else tr("no new picture")
        case State.FROZEN:
            return tr("no new picture")
        case State.OPENING:
            return tr("opening, attempt {n}", n=watch.tries + 1) if watch.tries else tr("opening")
        case State.ENDED:
            return tr("played to its end")
        case State.WAITING:
            why = reason_text(watch.reason, watch.detail)
            return tr("{why}; next attempt in {n} s", why=why, n=max(0, round(watch.next_s - now_s)))
    return ""


def reason_text(reason: str, detail: str = "") -> str:
    """Why a feed failed. `detail`: what a library said, in its own language."""
    told = word("video_reason", reason)
    return (
        tr("{told} ({detail})", told=told, detail=scrubbed(detail)) if detail and reason in ("error", "unreadable", "unreachable") else told
    )


def refusal_text(told: str) -> str:
    """Why an address is not opened, in the language of the screen."""
    return said(told)


# -- the list ---------------------------------------------------------------------------------------------------------------------


class Around(NamedTuple):
    """Cameras that have to do with a place. `title`: of what; `sights`: by feed id, in their order."""

    title: str
    sights: Mapping[str, Sight]


def columns(health_of: Callable[[str], Health | None], sight_of: Callable[[str], Sight | None], valid_s: float) -> list[Column[Entry]]:
    def standing(row: Entry, now_ms: int) -> str:
        return health_code(health_of(row.id), now_ms, valid_s)

    return [
        Column(
            "name",
            lambda: tr("Feed"),
            lambda row, _now: row.name,
            lambda row: natural(row.name),
            lambda row, now_ms: HEALTH_MARKS[standing(row, now_ms)],
            tip=lambda row, now_ms: f"{row.name}\n{health_text(health_of(row.id), now_ms, valid_s)}",
            width_chars=22,
            wide=True,
        ),
        Column("why", lambda: tr("Why"), lambda row, _now: sight_text(sight_of(row.id)), width_chars=16, hidden=True),
        Column("kind", lambda: tr("Kind"), lambda row, _now: word("feed_kind", row.kind), width_chars=8),
        Column("folder", lambda: tr("Folder"), lambda row, _now: row.folder, width_chars=14, hidden=True),
        Column("owner", lambda: tr("Owner"), lambda row, _now: row.owner, width_chars=12, hidden=True),
        Column("road", lambda: tr("Road"), lambda row, _now: row.road, width_chars=8),
        Column("area", lambda: tr("Area"), lambda row, _now: row.area, width_chars=9, hidden=True),
        Column("basin", lambda: tr("Basin"), lambda row, _now: row.basin, width_chars=8, hidden=True),
        Column("code", lambda: tr("GB/T 28181 id"), lambda row, _now: row.code, width_chars=21, hidden=True),
        Column(
            "health",
            lambda: tr("Answers"),
            lambda row, now_ms: health_text(health_of(row.id), now_ms, valid_s),
            width_chars=14,
            ages=True,
            hidden=True,
        ),
    ]


def health_code(health: Health | None, now_ms: int, valid_s: float) -> str:
    if health is None:
        return "never"
    return "old" if now_ms - health.at_ms > valid_s * 1000 else health.code


def health_text(health: Health | None, now_ms: int, valid_s: float) -> str:
    """What the sweep found, and how long ago."""
    code = health_code(health, now_ms, valid_s)
    told = word("feed_health", code)
    return told if health is None else tr("{told}, {span} ago", told=told, span=age_text(health.at_ms, now_ms))


def in_group(group: str, health: Health | None, now_ms: int, valid_s: float) -> bool:
    code = health_code(health, now_ms, valid_s)
    if group == "down":
        return code in ("down", "missing")
    if group == "never":
        return code in ("never", "old", "unknown")
    return not group or code in ("up", "locked")


def sight_text(sight: Sight | None) -> str:
    if sight is None:
        return ""
    told = word("feed_sight", sight.why)
    if sight.why == "basin":
        return told if not sight.steps else tr("{told}, {n} basin above|{told}, {n} basins above", told=told, n=sight.steps)
    return (
        tr("{told}, {m} m", told=told, m=round(sight.distance_m))
        if sight.distance_m < 10_000
        else tr("{told}, {km} km", told=told, km=round(sight.distance_m / 1000))
    )


def card(entry: Entry, health: Health | None, now_ms: int, valid_s: float) -> list[tuple[str, str]]:
    """(label, value) of all that is known of one feed."""
    code = parse(entry.code)
    looks = "" if entry.bearing_deg is None else f"{round(entry.bearing_deg) % 360:03d}°"
    known = [
        (tr("Kind"), word("feed_kind", entry.kind)),
        (tr("GB/T 28181 id"), entry.code),
        (tr("Device by its id"), word("feed_kind", code.kind) if code else ""),
        (tr("Area"), entry.area),
        (tr("Folder"), entry.folder),
        (tr("Owner"), entry.owner),
        (tr("Road"), entry.road),
        (tr("Basin"), entry.basin),
        (tr("Position"), "" if entry.lon is None or entry.lat is None else f"{entry.lon:.5f}, {entry.lat:.5f}"),
        (tr("Looks towards"), looks),
        (tr("View angle"), "" if entry.view_deg is None else f"{entry.view_deg:g}°"),
        (tr("Sees as far as"), "" if entry.range_m is None else tr("{m} m", m=round(entry.range_m))),
        (tr("Address"), scrubbed(entry.url)),
        (tr("Single pictures"), scrubbed(entry.snapshot_url)),
        (tr("Answers"), health_text(health, now_ms, valid_s)),
        (tr("Note"), entry.note),
    ]
    return [(label, value) for label, value in known if value]


def filed_text(name: str, taken_ms: int, span_s: float) -> str:
    """The note under which a picture or clip is filed."""
    if span_s:
        return tr("Clip of {name}, {n} s from {time}", name=name, n=max(1, round(span_s)), time=moment_text(taken_ms))
    return tr("Picture of {name}, {time}", name=name, time=moment_text(taken_ms))
