"""Reads what is held, has it judged, and says what ought to be written. On the watch's thread; a pure function of the database and the time."""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec
import numpy as np
import peewee as pw

from console.comms.watch.closing import Orphan, closing, orphans
from console.comms.watch.said import Said
from console.comms.watch.told import Told, worth
from console.comms.watch.who import QUANTITIES, Who
from console.models.hazards.assessor import Assessor, Standing
from console.models.hazards.basins import read_basins
from console.models.hazards.grade import level_of
from console.models.hazards.history import KEEP_MS, History
from console.models.hazards.rules import Rules
from console.models.hazards.verdict import Verdict
from console.models.journal import NewEvent
from console.models.kinds import QUALITIES, WITHDRAWN, RiskAssessed, encode_body, kind_of
from console.models.sensors import Gauge, SensorRules, Series, read_gauges, series
from console.models.sensors.series import SUSPECT

UNSETTLED_MS = 5000
"""What was handed over to be written counts as said for so long, whether or not the table has it yet."""
NEVER_MS = 1 << 53
_encode = msgspec.msgpack.Encoder().encode


class Desk:
    """`database`: a read-only connection of its own; `said`: what the table `risk` says. `breathe` is called between gauges, so that a long
    read can be ended: it may raise."""

    def __init__(
        self, database: pw.SqliteDatabase, rules: Rules, sensor_rules: SensorRules, breathe: Callable[[], None] = lambda: None
    ) -> None:
        self._breathe = breathe
        self._database, self._rules, self._sensor_rules = database, rules, sensor_rules
        self._counts: dict[str, int] = {}
        self._ahead: set[str] = set()
        self._floor_ms: dict[str, int] = {}
        self._handed: dict[str, tuple[Told, int]] = {}
        self._first_ms: dict[str, int] = {}
        self.said = Said(database)
        self._verdicts: dict[str, Verdict] | None = None
        self._orphans: list[Orphan] = []
        self._look = True  # for risks whose place was withdrawn
        self._assessor: Assessor | None = None

    def load(self, now_ms: int) -> None:
        """Everything anew: the registry or the basins changed."""
        basins = read_basins(self._database)
        gauges = {each.id: each for each in read_gauges(self._database).values() if each.quantity in QUANTITIES}
        held = {} if self._assessor is None else self._assessor.histories
        histories = {}
        for gauge in gauges.values():
            self._breathe()
            kept = held.get(gauge.id)
            same = kept is not None and _registry(kept.gauge) == _registry(gauge)
            histories[gauge.id] = kept if same and kept is not None else self._read(gauge, now_ms)
        self.said.anew()
        if self._assessor is None:
            self._assessor = Assessor(basins, histories, self._rules)
            self._resume({risk: told for risk, told in self.said.now().items() if told.level})
        else:
            self._assessor.histories = histories
            self._assessor.lay_out(basins)

    def judge(self, now_ms: int, touched: Collection[str] = (), *, whole: bool = True) -> dict[str, Verdict]:
        """What stands, after the new readings of the sensors `touched`; `whole`: look at all the others too, as time has gone by."""
        if self._assessor is None:
            self.load(now_ms)
        assert self._assessor is not None
        if touched:
            present = read_gauges(self._database, sorted(touched), present=True)
            rows = [each for each in present.values() if each.quantity in QUANTITIES]
            held = self._assessor.histories
            gone = any(sensor in held and sensor not in present for sensor in touched)
            if gone or any(each.id not in held or _registry(held[each.id].gauge) != _registry(each) for each in rows):
                self.load(now_ms)
                whole = True
            for gauge in rows:
                self._take(gauge, self._assessor.histories, now_ms)
        if whole:
            self._look = True
            self.said.anew()
        if whole or touched or self._verdicts is None:  # else only others said something
            self._verdicts = self._assessor.judge(now_ms, None if whole else touched)
        return self._verdicts

    def owed(self, verdicts: dict[str, Verdict], who: Who, now_ms: int) -> list[NewEvent]:
        """The events that say what is not said yet, the gravest first."""
        said, watch = self.said.now(), self._rules.watch
        self._forget(now_ms)
        self._follow(said, who)
        found: list[tuple[int, NewEvent]] = []
        for risk, verdict in verdicts.items():
            handed = self._handed.get(risk)
            told = handed[0] if handed is not None else said.get(risk)
            area = self._area_of(verdict.place)
            if not area.startswith(who.area):
                continue
            now = worth(verdict, told, who.name, now_ms, watch)
            if not (now.at_once or now.detail):
                self._first_ms.pop(risk, None)
                continue
            first_ms = self._first_ms.setdefault(risk, now_ms)
            if who.waits(area) and now_ms - first_ms < watch.patience_s * 1000:
                continue
            found.append((-verdict.up, self._event(verdict, area, who, 0 if told is None else told.level)))
        found.sort(key=lambda each: each[0])
        chosen = [event for _, event in found[: watch.most_per_turn]]
        for event in chosen:
            self._hand_over(verdicts[event.subject], event.subject, who, now_ms)
        return chosen + self._closing(who, now_ms)[: watch.most_per_turn - len(chosen)]

    @property
    def waiting(self) -> bool:
        """Whether something waits for whoever stands closer."""
        return bool(self._first_ms)

    def _closing(self, who: Who, now_ms: int) -> list[NewEvent]:
        """What closes the risks of places that were withdrawn; whoever stands closer closes them first."""
        if self._look or self._orphans:
            self._orphans, self._look = orphans(self._database), False
        due = []
        for orphan in self._orphans:
            handed = self._handed.get(orphan.subject)
            if (handed is not None and handed[0].stage == WITHDRAWN) or not orphan.area.startswith(who.area):
                continue
            first_ms = self._first_ms.setdefault(orphan.subject, now_ms)
            if not who.waits(orphan.area) or now_ms - first_ms >= self._rules.watch.patience_s * 1000:
                due.append(orphan)
        for orphan in due:
            self._handed[orphan.subject] = (Told(stage=WITHDRAWN, author=who.name, heard_ms=now_ms), now_ms)
            self._first_ms.pop(orphan.subject, None)
        return closing(self._database, due, who.name[:200])

    # -- readings ------------------------------------------------------------------------------------------------------------

    def _read(self, gauge: Gauge, now_ms: int) -> History:
        floor_ms = now_ms + gauge.ahead_ms - KEEP_MS
        self._counts[gauge.id], self._floor_ms[gauge.id] = self._said(gauge, floor_ms, NEVER_MS), floor_ms
        found = series(self._database, gauge.id, floor_ms, NEVER_MS)
        return History(gauge, self._with_newest(gauge, found), self._sensor_rules)

    def _take(self, gauge: Gauge, histories: dict[str, History], now_ms: int) -> None:
        """The readings after those held; where older ones came late or were said anew, or one came ahead of its stream, all of them."""
        held = histories[gauge.id]
        last_ms = int(held.tail.times_ms[-1]) if len(held.tail) else self._floor_ms.get(gauge.id, 0)
        before = self._said(gauge, self._floor_ms.get(gauge.id, 0), last_ms)
        if gauge.id in self._ahead or before != self._counts.get(gauge.id, 0):
            histories[gauge.id] = self._read(gauge, now_ms)
            return
        later_said = self._said(gauge, last_ms + 1, NEVER_MS)
        later = series(self._database, gauge.id, last_ms + 1, NEVER_MS)
        self._counts[gauge.id] = before + later_said
        held.put(gauge, self._with_newest(gauge, later))

    def _said(self, gauge: Gauge, from_ms: int, to_ms: int) -> int:
        """How often something was said of the readings of that time: a corrected one counts twice."""
        query = "SELECT count(*) FROM reading WHERE sensor = ? AND at_ms BETWEEN ? AND ?"
        return int(self._database.execute_sql(query, (gauge.id, from_ms, to_ms)).fetchone()[0])  # type: ignore[no-untyped-call]

    def _with_newest(self, gauge: Gauge, held: Series) -> Series:
        """And what came by a narrow way, ahead of its stream: until that is here the gauge's row alone has it."""
        last_ms = int(held.times_ms[-1]) if len(held) else self._newest_read_ms(gauge)
        self._ahead.discard(gauge.id)
        if gauge.value is None or gauge.heard_ms is None or gauge.at_ms <= last_ms:
            return held
        self._ahead.add(gauge.id)
        quality = QUALITIES.index(gauge.quality) if gauge.quality in QUALITIES else SUSPECT
        return Series(
            np.append(held.times_ms, np.int64(gauge.at_ms)), np.append(held.values, gauge.value), np.append(held.quality, np.uint8(quality))
        )

    def _newest_read_ms(self, gauge: Gauge) -> int:
        query = "SELECT max(at_ms) FROM reading WHERE sensor = ?"
        newest = self._database.execute_sql(query, (gauge.id,)).fetchone()[0]  # type: ignore[no-untyped-call]
        return -NEVER_MS if newest is None else int(newest)

    # -- what is said ---------------------------------------------------------------------------------------------------------

    def _follow(self, said: dict[str, Told], who: Who) -> None:
        """What others said stands here too, until it is settled."""
        self._resume({risk: told for risk, told in said.items() if told.level and told.author != who.name and risk not in self._handed})

    def _resume(self, said: dict[str, Told]) -> None:
        """Of places that are known here: of others nobody here can judge, however many are told of."""
        assert self._assessor is not None
        known = (self._assessor.network.by_id, self._assessor.histories)
        standing = {risk: _standing(told) for risk, told in said.items() if any(risk.partition(":")[2] in places for places in known)}
        if self._assessor.resume(standing):
            self._verdicts = None

    def _area_of(self, place: str) -> str:
        assert self._assessor is not None
        basin = self._assessor.network.by_id.get(place)
        if basin is not None:
            return basin.area
        history = self._assessor.histories.get(place)
        return history.gauge.area if history is not None else ""

    def _event(self, verdict: Verdict, area: str, who: Who, before: int) -> NewEvent:
        """`before`: the level said last, 0 for none."""
        level = level_of(verdict.up)
        body = RiskAssessed(
            hazard=verdict.hazard,
            place=verdict.place,
            level=level,
            stage=verdict.stage,
            lead_s=None if verdict.lead_s is None else float(round(verdict.lead_s)),
            at_ms=verdict.at_ms,
            why=verdict.why,
            unsure=verdict.doubts(),
            share=min(1.0, max(0.0, round(verdict.share, 3))),
            rose=0 < level < before,
            author=who.name[:200],
        )
        return NewEvent(area, kind_of(body), verdict.id, encode_body(body))

    def _hand_over(self, verdict: Verdict, risk: str, who: Who, now_ms: int) -> None:
        told = Told(
            level_of(verdict.up),
            verdict.stage,
            verdict.lead_s,
            verdict.at_ms,
            _encode(verdict.why),
            _encode(verdict.doubts()),
            verdict.share,
            who.name,
            now_ms,
        )
        self._handed[risk] = (told, now_ms)
        self._first_ms.pop(risk, None)

    def _forget(self, now_ms: int) -> None:
        self._handed = {risk: held for risk, held in self._handed.items() if now_ms - held[1] < UNSETTLED_MS}


def _standing(told: Told) -> Standing:
    return Standing(told.level, told.at_ms or told.heard_ms, told.stage)


def _registry(gauge: Gauge) -> Gauge:
    """Without what it read."""
    return gauge._replace(value=None, quality="", at_ms=0, heard_ms=None)
