"""An event as one sentence in the language of the screen, built from its body. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from console.models import kinds
from console.views.age import moment_text
from console.views.i18n import tr, word
from console.views.incidents.conflicts import field_text
from console.views.incidents.presenter import LOSSES, loss_label
from console.views.plot.history import sentence_of
from console.views.tables.marks import Mark, Shape, Tone

UNKNOWN_MARK = Mark(Shape.RING, Tone.GREY)
KIND_MARKS = {
    "incident.opened": Mark(Shape.TRIANGLE, Tone.RED),
    "incident.changed": Mark(Shape.DIAMOND, Tone.ORANGE),
    "incident.closed": Mark(Shape.SQUARE, Tone.GREY),
    "log.entered": Mark(Shape.BAR, Tone.BLUE),
    "loss.reported": Mark(Shape.DOWN, Tone.RED),
    "unit.status": Mark(Shape.CIRCLE, Tone.GREEN),
    "unit.report": Mark(Shape.HALF, Tone.GREEN),
    "task.assigned": Mark(Shape.TRIANGLE, Tone.VIOLET),
    "task.answered": Mark(Shape.DOWN, Tone.VIOLET),
    "resource.changed": Mark(Shape.SQUARE, Tone.YELLOW),
    "unit.help": Mark(Shape.TRIANGLE, Tone.RED),
    "unit.helped": Mark(Shape.CIRCLE, Tone.GREEN),
    "road.closed": Mark(Shape.CROSS, Tone.RED),
    "road.opened": Mark(Shape.CIRCLE, Tone.GREEN),
    "record.withdrawn": Mark(Shape.RING, Tone.GREY),
    "record.restored": Mark(Shape.CIRCLE, Tone.BLUE),
    "conflict.reviewed": Mark(Shape.DIAMOND, Tone.GREEN),
    "hold.placed": Mark(Shape.PLUS, Tone.VIOLET),
    "hold.lifted": Mark(Shape.RING, Tone.VIOLET),
    "incident.purged": Mark(Shape.CROSS, Tone.GREY),
    "media.filed": Mark(Shape.SQUARE, Tone.BLUE),
    "risk.assessed": Mark(Shape.RING, Tone.GREY),
    "risk.acknowledged": Mark(Shape.BAR, Tone.ORANGE),
    "plot.drawn": Mark(Shape.PLUS, Tone.BLUE),
    "plot.changed": Mark(Shape.PLUS, Tone.YELLOW),
}
Names = Mapping[str, str]
"""id -> name of units and resources; an id without a name is shown as it is."""


def sentence(kind: str, subject: str, body: bytes, names: Names) -> str:
    """Never raises: what cannot be read says so, and is in the journal all the same."""
    try:
        told = kinds.decode_body(kind, body)
    except msgspec.DecodeError:
        return tr("This entry cannot be read by this version ({kind}). It is kept unchanged in the journal.", kind=kind)
    tell = _TELL.get(kind)
    if told is None or tell is None:
        return tr("{kind}: this version has no words for this kind of entry. It is kept unchanged in the journal.", kind=kind)
    return tell(told, subject, names)


def author_of(kind: str, body: bytes) -> str:
    """The person named in the body, "" where none is."""
    try:
        return str(getattr(kinds.decode_body(kind, body), "author", ""))
    except msgspec.DecodeError:
        return ""


def ids_named(kind: str, subject: str, body: bytes) -> set[str]:
    """Ids of units, resources and places of risk that the sentence would name."""
    if kind.startswith("risk."):
        return {subject.partition(":")[2]}
    if kind in ("unit.status", "unit.report", "unit.help", "unit.helped", "resource.changed", "unit.registered", "resource.registered"):
        return {subject}
    if kind in ("task.assigned", "task.answered"):
        try:
            return {str(getattr(kinds.decode_body(kind, body), "unit", ""))}
        except msgspec.DecodeError:
            return set()
    return set()


def _opened(body: Any, _subject: str, _names: Names) -> str:
    what = [tr("Opened: {title}", title=body.title), word("level", str(body.level)), body.place]
    if body.exercise:
        what.insert(0, tr("EXERCISE"))
    return _listed(what)


def _changed(body: Any, _subject: str, _names: Names) -> str:
    what = []
    if body.level is not UNSET:
        what.append(tr("Level: {level}", level=word("level", str(body.level))))
    if body.response_level is not UNSET:
        what.append(tr("Response: {level}", level=word("response_level", str(body.response_level))))
    if body.title is not UNSET:
        what.append(tr("Title: {title}", title=body.title))
    if body.category is not UNSET:
        what.append(tr("Category: {category}", category=word("category", body.category)))
    if body.hazard is not UNSET:
        what.append(tr("Hazard: {hazard}", hazard=word("hazard", body.hazard)))
    if body.place is not UNSET:
        what.append(tr("Place: {place}", place=body.place))
    if body.lon is not UNSET and body.lat is not UNSET and body.lon is not None and body.lat is not None:
        what.append(tr("Position: {lon}, {lat}", lon=f"{body.lon:.5f}", lat=f"{body.lat:.5f}"))
    return _listed([*what, body.note]) or tr("Changed nothing")


def _closed(body: Any, _subject: str, _names: Names) -> str:
    return tr("Closed: {summary}", summary=body.summary) if body.summary else tr("Closed")


def _log(body: Any, _subject: str, _names: Names) -> str:
    return str(body.text)


def _loss(body: Any, _subject: str, _names: Names) -> str:
    told = [(loss_label(name), getattr(body, name)) for name in LOSSES]
    return _listed([tr("{label}: {value}", label=label, value=f"{value:,}") for label, value in told if value is not UNSET] + [body.text])


def _unit_status(body: Any, subject: str, names: Names) -> str:
    return _listed([tr("{unit}: {what}", unit=names.get(subject, subject), what=word("unit_status", body.status)), body.note])


def _unit_report(body: Any, subject: str, names: Names) -> str:
    return tr("{unit} reports: {words}", unit=names.get(subject, subject), words=body.text)


def _assigned(body: Any, _subject: str, names: Names) -> str:
    told = tr("Task to {unit}: {words}", unit=names.get(body.unit, body.unit), words=body.text)
    return told if body.due_ms is None else tr("{told} (due {time})", told=told, time=moment_text(body.due_ms))


def _answered(body: Any, _subject: str, names: Names) -> str:
    return _listed([tr("{unit}: task {state}", unit=names.get(body.unit, body.unit), state=word("task_state", body.state)), body.note])


def _resource(body: Any, subject: str, names: Names) -> str:
    what = [tr("Resource {name}", name=names.get(subject, subject))]
    if body.quantity is not UNSET:
        what.append(tr("quantity {value}", value=f"{body.quantity:g}"))
    if body.status is not UNSET:
        what.append(word("resource_status", body.status))
    return _listed([*what, body.note])


def _registered(body: Any, _subject: str, _names: Names) -> str:
    return tr("Registered: {name}", name=body.name)


def _warning(body: Any, _subject: str, _names: Names) -> str:
    return tr("Warning received: {headline}", headline=body.headline or body.event)


def _help(body: Any, subject: str, names: Names) -> str:
    told = tr("{unit} CALLS FOR HELP: {nature}", unit=names.get(subject, subject), nature=word("help_nature", body.nature))
    return _listed([told, tr("{n} person|{n} people", n=body.people) if body.people else "", body.text])


def _helped(body: Any, subject: str, names: Names) -> str:
    return _listed([tr("{unit}: call for help met", unit=names.get(subject, subject)), body.note])


def _plot(body: Any, _subject: str, _names: Names) -> str:
    return sentence_of(body)


def _road_closed(body: Any, _subject: str, _names: Names) -> str:
    told = tr("Road cut: {road} ({reason})", road=body.name, reason=word("road_reason", body.reason))
    since = tr("since {time}", time=moment_text(body.since_ms)) if body.since_ms is not None else ""
    return _listed([told, since, tr("word of {source}", source=body.source) if body.source else "", body.note])


def _road_opened(body: Any, subject: str, names: Names) -> str:
    told = tr("Road open again: {road}", road=names.get(subject, subject))
    return _listed([told, tr("word of {source}", source=body.source) if body.source else "", body.note])


def _mode(body: Any, subject: str, _names: Names) -> str:
    level = word("response_level", str(body.response_level)) if body.response_level else ""
    return _listed([tr("{area}: {mode} mode", area=subject, mode=word("mode", body.mode)), level, body.why])


def _withdrawn(body: Any, _subject: str, _names: Names) -> str:
    return _listed([tr("Withdrawn: entered in error"), body.why])


def _restored(body: Any, _subject: str, _names: Names) -> str:
    return _listed([tr("Shown again"), body.why])


def _reviewed(body: Any, _subject: str, _names: Names) -> str:
    return _listed([tr("Conflict reviewed: {field}", field=field_text(body.field)), body.note])


def _hold(body: Any, _subject: str, _names: Names) -> str:
    return tr("Held for inquiry: {why}", why=body.why)


def _lifted(body: Any, _subject: str, _names: Names) -> str:
    return _listed([tr("No longer held for inquiry"), body.why])


def _purged(body: Any, _subject: str, _names: Names) -> str:
    count = len(body.erased)
    return _listed([tr("Personal data destroyed: {n} entry|Personal data destroyed: {n} entries", n=count), body.why])


def _took_note(body: Any, _subject: str, names: Names) -> str:
    unit = names.get(body.unit, body.unit)
    told = tr("{unit} took note of the warning and acts", unit=unit) if body.acted else tr("{unit} took note of the warning", unit=unit)
    return _listed([told, body.note])


def _media(body: Any, _subject: str, names: Names) -> str:
    size = tr("{n} MB", n=f"{body.size / 1e6:.1f}") if body.size >= 100_000 else tr("{n} kB", n=max(1, round(body.size / 1000)))
    return _listed([body.name, tr("of {feed}", feed=names[body.feed]) if body.feed in names else "", size, body.note])


def _risk(body: Any, _subject: str, names: Names) -> str:
    """Assessments stand in a timeline where they close a risk that was taken care of there."""
    place = names.get(body.place, body.place)
    by_whom = next((because.source for because in body.why if because.source), "")
    told = tr("Risk closed, not over: {hazard} {place} was withdrawn", hazard=word("risk_hazard", body.hazard), place=place)
    return _listed([told, by_whom])


def _risk_seen(body: Any, subject: str, names: Names) -> str:
    hazard, _, place = subject.partition(":")
    level = word("risk_level", str(body.level)) if body.level else ""
    told = tr("Risk acknowledged: {hazard} {place}", hazard=word("risk_hazard", hazard), place=names.get(place, place))
    return _listed([told, level, body.note])


def _listed(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)


_TELL: dict[str, Callable[[Any, str, Names], str]] = {
    "incident.opened": _opened,
    "incident.changed": _changed,
    "incident.closed": _closed,
    "log.entered": _log,
    "loss.reported": _loss,
    "unit.registered": _registered,
    "unit.status": _unit_status,
    "unit.report": _unit_report,
    "task.assigned": _assigned,
    "task.answered": _answered,
    "resource.registered": _registered,
    "resource.changed": _resource,
    "warning.received": _warning,
    "warning.acknowledged": _took_note,
    "unit.help": _help,
    "unit.helped": _helped,
    "plot.drawn": _plot,
    "plot.changed": _plot,
    "road.closed": _road_closed,
    "road.opened": _road_opened,
    "mode.switched": _mode,
    "record.withdrawn": _withdrawn,
    "record.restored": _restored,
    "conflict.reviewed": _reviewed,
    "hold.placed": _hold,
    "hold.lifted": _lifted,
    "incident.purged": _purged,
    "media.filed": _media,
    "risk.assessed": _risk,
    "risk.acknowledged": _risk_seen,
}
