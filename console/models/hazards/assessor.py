"""All risk at an instant: rain over basins, the chain, rivers, wind and fire, with hysteresis. No I/O and no clock of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from console.models.hazards.basins import Basin, Network
from console.models.hazards.chain import FORECAST, OBSERVED, RECEDING, Onset, arm, route, townships
from console.models.hazards.grade import Held, grade_of, settle
from console.models.hazards.history import History
from console.models.hazards.rain import Field, over_basins
from console.models.hazards.river import HAZARD as RIVER
from console.models.hazards.river import judge_river
from console.models.hazards.rules import Rules
from console.models.hazards.storms import Storms
from console.models.hazards.verdict import Verdict
from console.models.hazards.weather import Station, judge_fire, judge_gale, stations

BLIND = "no_data"


class Standing(NamedTuple):
    """What was said of a risk: its level, since when, and in which stage."""

    level: int
    since_ms: int
    stage: str = OBSERVED


class Assessor:
    """Attributes: `histories` by sensor (put readings there, then `touch`), `held`: what stands by risk id, `onsets`: floods that stand, by basin.

    `judge(now_ms)` looks at everything; with `only` touched sensors it looks at what those concern and leaves the rest as it was.
    """

    def __init__(self, basins: Iterable[Basin], histories: dict[str, History], rules: Rules) -> None:
        self._rules, self.histories = rules, histories
        self.held: dict[str, Held] = {}
        self.onsets: dict[str, Onset] = {}
        self.settled: dict[str, Verdict] = {}
        self._others: dict[str, Verdict] = {}
        self._down_after_s = {
            "rainstorm": rules.rain.down_after_s,
            "flash_flood": rules.chain.down_after_s,
            "landslide": rules.geological.down_after_s,
            "debris_flow": rules.geological.down_after_s,
            RIVER: rules.river.down_after_s,
            "gale": rules.gale.down_after_s,
            "forest_fire": rules.forest_fire.down_after_s,
        }
        self.lay_out(basins)

    def lay_out(self, basins: Iterable[Basin]) -> None:
        """Basins or the registry of sensors changed. What stands goes on standing."""
        rules = self._rules
        gauges = {sensor: history.gauge for sensor, history in self.histories.items()}
        self.network = Network(basins, gauges, rules.rain.believe.radius_km)
        self._field = Field(self.network, self.histories, rules)
        self._storms = Storms(self._field, rules)
        self._stations = stations(self.histories, rules.forest_fire.near_km)
        self._station_of = {history.gauge.id: station for station in self._stations for history in station.of.values()}
        self._whole = True

    def resume(self, said: Mapping[str, Standing]) -> bool:
        """What was said before, by risk id: after a start, or by another peer. It stands until it is settled otherwise. A hazard that no rule
        here knows is left to who said it; a flood that was only expected does not run on from where it was expected. Whether more stands now."""
        more = False
        for risk, standing in said.items():
            grade, (hazard, _, place) = grade_of(standing.level), risk.partition(":")
            if hazard in self._down_after_s and grade > self.held.get(risk, Held()).grade:
                self.held[risk], more = Held(grade), True
                if hazard == "flash_flood" and standing.stage == OBSERVED:
                    self.onsets.setdefault(place, Onset(grade, standing.since_ms))
        return more

    def judge(self, now_ms: int, touched: Iterable[str] | None = None) -> dict[str, Verdict]:
        """What stands of every risk, `up` being the grade that stands; risks that are nothing and were nothing are left out."""
        sensors = None if touched is None or self._whole else list(touched)
        self._whole = False
        verdicts = self._rain(now_ms, sensors)
        self._elsewhere(now_ms, sensors)
        verdicts.update(self._others)
        self.settled = {risk: self._settle(risk, verdict, now_ms) for risk, verdict in self._with_held(verdicts).items()}
        self._note_onsets(now_ms)
        for risk in [risk for risk, held in self.held.items() if not held.grade]:
            del self.held[risk]
        return self.settled | townships(self.settled, self.network)

    # -- what each says ---------------------------------------------------------------------------------------------------

    def _rain(self, now_ms: int, sensors: list[str] | None) -> dict[str, Verdict]:
        network = self.network
        rows = None if sensors is None else np.array([network.gauge_row[each] for each in sensors if each in network.gauge_row], np.intp)
        if rows is None or len(rows):
            self._field.refresh(now_ms, rows)
        over = over_basins(self._field)
        wanted: dict[str, list[int]] = {}
        for risk in self.held:
            hazard, _, place = risk.partition(":")
            if place in network.row:
                wanted.setdefault(hazard, []).append(network.row[place])
        verdicts = self._storms.judge(over, wanted)
        for row in np.flatnonzero(~over.usable).tolist():
            basin = network.basins[row]
            if basin.can("rainstorm") or basin.can("flash_flood"):
                blind = Verdict("rainstorm", basin.id, share=0.0, known=False)
                blind = verdicts.setdefault(blind.id, blind)
                blind.more, blind.doubted = (BLIND,), partial(self._storms.unsure, row, "rainstorm", self._storms.rain)
        rule = self._rules.chain
        route(verdicts, network, self.onsets, now_ms, rule)
        arm(verdicts, network, rule)
        return verdicts

    def _elsewhere(self, now_ms: int, sensors: list[str] | None) -> None:
        """Rivers and stations: those touched, or all."""
        if sensors is None:
            self._others = {}
            rivers: Iterable[History] = self.histories.values()
            of_station: Iterable[Station] = self._stations
        else:
            rivers = [self.histories[each] for each in sensors if each in self.histories]
            of_station = {id(station): station for each in sensors if (station := self._station_of.get(each)) is not None}.values()
        for history in rivers:
            self._put(judge_river(history, now_ms, self._rules.river))
        for station in of_station:
            self._put(judge_gale(station, now_ms, self._rules.gale))
            self._put(judge_fire(station, now_ms, self._rules.forest_fire))

    def _put(self, verdict: Verdict | None) -> None:
        if verdict is None:
            return
        if verdict.up or verdict.hold or verdict.id in self.held:
            self._others[verdict.id] = verdict
        else:
            self._others.pop(verdict.id, None)

    # -- what stands --------------------------------------------------------------------------------------------------------

    def _with_held(self, verdicts: dict[str, Verdict]) -> dict[str, Verdict]:
        """Also of what stands and is said nothing of any more."""
        for risk in self.held:
            hazard, _, place = risk.partition(":")
            if risk not in verdicts and place not in self.network.members:
                silent = place in self.histories  # nothing of it was read for so long; else the place, or the hazard there, is no more
                verdicts[risk] = Verdict(hazard, place, known=not silent, share=0.0)
                verdicts[risk].more = (BLIND,) if silent else ()
        return verdicts

    def _settle(self, risk: str, verdict: Verdict, now_ms: int) -> Verdict:
        before = self.held.get(risk, Held())
        after = settle(before, now_ms, verdict.up, max(verdict.up, verdict.hold), self._down_after_s[verdict.hazard], known=verdict.known)
        self.held[risk] = after
        verdict = verdict.copy()
        if after.grade > verdict.up:
            verdict.stage, verdict.lead_s = RECEDING if verdict.known else OBSERVED, None
            if not verdict.known:
                verdict.more = (BLIND, *verdict.more)
        verdict.up = after.grade
        verdict.possible = max(verdict.possible, after.grade)
        return verdict

    def _note_onsets(self, now_ms: int) -> None:
        """Floods that are there, not those expected: only these run on."""
        for verdict in self.settled.values():
            if verdict.hazard != "flash_flood":
                continue
            if verdict.up and verdict.stage == OBSERVED:
                since_ms = self.onsets[verdict.place].since_ms if verdict.place in self.onsets else verdict.at_ms or now_ms
                self.onsets[verdict.place] = Onset(verdict.up, since_ms)
            elif verdict.stage in (FORECAST, RECEDING) or not verdict.up:
                self.onsets.pop(verdict.place, None)
