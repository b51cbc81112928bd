"""What an operator writes about roads, as drafts of events. No Qt. Each raises `EntryFault` for what cannot be sent."""

from __future__ import annotations

from console.comms.local.messages import Draft
from console.models.kinds import RoadClosed, RoadOpened, encode_body, kind_of
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import points_of, required, since_of, within
from console.views.i18n import tr

NAME_CHARS, TEXT_CHARS, MOST_POINTS = 200, 8000, 1000


def closing(
    *, name: str, reason: str, place: str, since: str, source: str, note: str, incident: str, area: str, author: str, now_ms: int
) -> Draft:
    """A point where one position was given, a line where several were; without any it is listed and warned of, but not on the map."""
    points = points_of(place)
    if len(points) > MOST_POINTS:
        raise EntryFault(tr("The line has {n} points: {most} are enough.", n=len(points), most=MOST_POINTS))
    lon, lat = points[0] if points else (None, None)
    body = RoadClosed(
        name=within(required(name, tr("The road")), tr("The road"), NAME_CHARS),
        reason=reason,
        lon=lon,
        lat=lat,
        line=points if len(points) > 1 else [],
        since_ms=since_of(since, now_ms),
        source=within(required(source, tr("By whose word")), tr("By whose word"), NAME_CHARS),
        note=within(note, tr("Note"), TEXT_CHARS),
        incident=incident,
        author=author,
    )
    return Draft(kind=kind_of(body), body=encode_body(body), area=area)


def opening(*, road: str, source: str, note: str, incident: str, area: str, author: str) -> Draft:
    body = RoadOpened(
        source=within(required(source, tr("By whose word")), tr("By whose word"), NAME_CHARS),
        note=within(note, tr("Note"), TEXT_CHARS),
        incident=incident,
        author=author,
    )
    return Draft(kind=kind_of(body), body=encode_body(body), subject=road, area=area)
