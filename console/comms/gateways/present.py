"""A recording's moments said in the present: ids of the peer that speaks, times on today's clock, validity at the pace of the play."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from console.comms.gateways.recording import Moment, Recording
from console.comms.local.messages import Draft
from console.models.kinds import (
    BasinRegistered,
    Because,
    Body,
    FeedRegistered,
    GaugeWeight,
    MediaFiled,
    PlotChanged,
    PlotDrawn,
    QuakeReported,
    RiskAssessed,
    SensorRegistered,
    SensorSeries,
    TaskAnswered,
    TaskAssigned,
    UnitPosition,
    WarningAcknowledged,
    WarningReceived,
    encode_body,
)

MIN_VALID_S = 15.0
"""However fast a recording is played, a position stays current for so long: screens are looked at in real time."""
MIN_INTERVAL_S = 1.0
MAX_VALID_S = 604_800.0

_STORY_FAMILIES = frozenset({"incident", "log", "loss", "task", "media"})
_WARNING_TIMES = ("sent_ms", "effective_ms", "onset_ms", "expires_ms")
_TIMES = ("occurred_ms", "due_ms", "since_ms", "taken_ms")
_PLOT_TIMES = ("at_ms", "until_ms")
_OF_NOBODY = frozenset({"warning", "mode", "quake"})  # what they are about has the same id everywhere: an alert of elsewhere, an area


class Present:
    """Drafts of one lap over a recording. `own`: id of a scenario's peer ("" elsewhere) -> what makes its id of a local one."""

    def __init__(self, recording: Recording, own: Mapping[str, Callable[[str], str]], *, speed: float, area: str, lap: int = 1) -> None:
        self._owners = recording.owners
        self._own_clock = recording.own_clock
        self._own = own
        self._speed = speed
        self._area = area
        self._lap = lap

    def draft(self, moment: Moment, now_ms: int) -> Draft:
        """`now_ms`: what the moment's own time is today."""
        return Draft(
            kind=moment.kind,
            subject=self._subject(moment),
            area=self._area or moment.area,
            body=encode_body(self._body(moment, now_ms)),
        )

    def _subject(self, moment: Moment) -> str:
        family = moment.kind.partition(".")[0]
        if family == "risk":
            hazard, _, place = moment.subject.partition(":")
            return f"{hazard}:{self._owned(place, moment.peer, story=False)}"
        return moment.subject if family in _OF_NOBODY else self._owned(moment.subject, moment.peer, story=family in _STORY_FAMILIES)

    def _owned(self, local: str, peer: str, *, story: bool) -> str:
        """Incidents and tasks are new on every lap; units, gauges and stocks are the same ones again."""
        own = self._own[self._owners.get(local, peer)]
        return own(f"{local}~{self._lap}" if story and self._lap > 1 else local)

    def _body(self, moment: Moment, now_ms: int) -> Body:
        body = moment.body
        changed: dict[str, Any] = {}
        if isinstance(body, TaskAssigned | TaskAnswered | WarningAcknowledged):
            changed["unit"] = self._owned(body.unit, moment.peer, story=False)
        if incident := getattr(body, "incident", ""):
            changed["incident"] = self._owned(incident, moment.peer, story=True)
        changed |= self._of_places(body, moment, now_ms)
        if isinstance(body, QuakeReported):
            changed["at_ms"] = self._now(body.at_ms, moment, now_ms)
        if isinstance(body, PlotDrawn | PlotChanged):
            stated_by = {name: getattr(body, name) for name in _PLOT_TIMES}
            changed |= {name: self._now(at_ms, moment, now_ms) for name, at_ms in stated_by.items() if isinstance(at_ms, int)}
        if isinstance(body, SensorSeries):
            changed["times_ms"] = list(_rising(self._now(at_ms, moment, now_ms) for at_ms in body.times_ms))
        for name in _TIMES if not isinstance(body, WarningReceived) else _WARNING_TIMES if self._own_clock else ():
            stated = getattr(body, name, None)
            if stated is not None:
                changed[name] = self._now(stated, moment, now_ms)
        if isinstance(body, UnitPosition | SensorRegistered):
            changed["valid_s"] = min(MAX_VALID_S, max(body.valid_s / self._speed, min(body.valid_s, MIN_VALID_S)))
        if isinstance(body, SensorRegistered) and body.interval_s:
            changed["interval_s"] = max(MIN_INTERVAL_S, body.interval_s / self._speed)
        return msgspec.structs.replace(body, **changed) if changed else body

    def _of_places(self, body: Body, moment: Moment, now_ms: int) -> dict[str, Any]:
        """Of basins and of risk: what they refer to, and times of travel at the pace of the play."""
        changed: dict[str, Any] = {}
        if isinstance(body, BasinRegistered):
            changed["gauges"] = [GaugeWeight(self._owned(each.sensor, moment.peer, story=False), each.weight) for each in body.gauges]
            changed["downstream"] = self._owned(body.downstream, moment.peer, story=False) if body.downstream else ""
            changed["travel_s"] = None if body.travel_s is None else body.travel_s / self._speed
        if isinstance(body, FeedRegistered) and body.basin:
            changed["basin"] = self._owned(body.basin, moment.peer, story=False)
        if isinstance(body, MediaFiled) and body.feed:
            changed["feed"] = self._owned(body.feed, moment.peer, story=False)
        if isinstance(body, RiskAssessed):
            changed["place"] = self._owned(body.place, moment.peer, story=False)
            changed["at_ms"] = self._now(body.at_ms, moment, now_ms)
            changed["why"] = [self._because(each, moment, now_ms) for each in body.why]
        return changed

    def _because(self, because: Because, moment: Moment, now_ms: int) -> Because:
        thing = self._owned(because.thing, moment.peer, story=False)
        return msgspec.structs.replace(because, thing=thing, at_ms=self._now(because.at_ms, moment, now_ms) if because.at_ms else 0)

    def _now(self, stated_ms: int, moment: Moment, now_ms: int) -> int:
        """A time of the recording on today's clock."""
        return now_ms + round((stated_ms - moment.at_ms) / self._speed)


def _rising(times_ms: Iterable[int]) -> Iterator[int]:
    """Moments that the speed of the play brings onto one another stay apart by a millisecond."""
    last_ms: int | None = None
    for at_ms in times_ms:
        last_ms = at_ms if last_ms is None or at_ms > last_ms else last_ms + 1
        yield last_ms
