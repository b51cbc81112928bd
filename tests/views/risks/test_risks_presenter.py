"""Risks in words: order, grounds, doubts, what is written; and that every code has its word in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from console.models.hazards.rules import hazard_rules
from console.models.kinds import HAZARDS, Because, IncidentOpened, LogEntered, RiskAcknowledged
from console.models.paths import resources_dir
from console.models.sensors import Condition
from console.views.entry.outcome import EntryFault
from console.views.i18n import catalogue, use_language
from console.views.map.things.basins import basins
from console.views.map.things.quakes import quakes
from console.views.risks import drafts, presenter, shaken
from console.views.risks.wording import because_text
from tests.views.risks.world import MINUTE_MS, fill
from tests.views.tables.state import NOW_MS, State


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = State(tmp_path)
    fill(made)
    yield made
    made.close()


def test_the_most_urgent_is_first_and_says_why_in_plain_words(state: State) -> None:
    rows = presenter.read_risks(state.database)
    assert [row.id for row in rows] == ["flash_flood:g3@652722", "flash_flood:g1@652722", "rainstorm:g9@652722", "gale:rain@652722"]
    use_language("zh_CN")
    first = presenter.read_risks(state.database)[0]
    assert first.why[0] == "3 小时雨量 42 毫米 ≥ 立即转移 40 毫米 (三号沟雨量站, 16:58)"
    assert first.unsure == ("三号沟雨量站: 无声，不计入",)
    assert first.sources[0] == "该小流域的登记值"
    use_language("en")
    told = dict(presenter.card(rows[1], NOW_MS))
    assert told["Why"].startswith("1. flash flood Red I upstream in 三号沟, 30 min of travel")
    assert "default, check with your office" in told["Why"]
    assert told["Note"].startswith("Default limits")
    assert told["Time left"] == "in 29 min", "a minute has passed since it was reckoned"


def test_blind_places_and_those_over_are_told_apart(state: State) -> None:
    rows = {row.id: row for row in presenter.read_risks(state.database)}
    assert presenter.GROUPS["blind"](rows["rainstorm:g9@652722"])
    assert not presenter.GROUPS["blind"](rows["gale:rain@652722"])
    assert presenter.GROUPS["over"](rows["gale:rain@652722"])
    assert presenter.GROUPS[""](rows["rainstorm:g9@652722"])
    assert [row.id for row in rows.values() if row.fresh] == ["flash_flood:g3@652722", "flash_flood:g1@652722"]


def test_a_risk_that_grows_graver_is_to_be_acknowledged_again(state: State) -> None:
    from console.models.state import tables

    state.change(tables.Risk, "flash_flood:g3@652722", seen_level=2, seen_by="王建国", seen_ms=NOW_MS)
    state.change(tables.Risk, "flash_flood:g1@652722", seen_level=2, seen_by="王建国", seen_ms=NOW_MS)
    rows = {row.id: row for row in presenter.read_risks(state.database)}
    assert rows["flash_flood:g3@652722"].fresh
    assert not rows["flash_flood:g1@652722"].fresh


def test_an_incident_is_opened_with_its_grounds_and_the_risk_is_acknowledged_by_it(state: State) -> None:
    row = presenter.read_risks(state.database)[0]
    opened, log, seen = drafts.opening(row, "called", "王建国", "6527", NOW_MS, exercise=False)
    body = msgspec.msgpack.decode(opened.body, type=IncidentOpened)
    assert (body.hazard, body.place) == ("flash_flood", "三号沟")
    assert body.lon is not None
    assert opened.area == "652722"
    assert "42 mm" in msgspec.msgpack.decode(log.body, type=LogEntered).text
    said = msgspec.msgpack.decode(seen.body, type=RiskAcknowledged)
    assert (said.level, said.author, said.note) == (1, "王建国", "called")
    assert said.incident == opened.subject == log.subject
    with pytest.raises(EntryFault):
        drafts.acknowledging(row, "x" * 3000, "王建国", "6527")


def test_every_code_of_the_rules_has_its_word() -> None:
    rules, words = hazard_rules(), catalogue("zh_CN").words
    folder = resources_dir() / "rules"
    names = ("rain", "river", "gale", "geological", "forest_fire", "chain", "earthquake")
    held = [tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in names]
    assert set(_sources(held)) <= words["hazard_source"].keys()
    assert {f"rain.{name}" for name in rules.rain.sets} | {f"geological.{curve.key}" for curve in rules.geological.curve} <= words[
        "risk_rule"
    ].keys()
    assert set(HAZARDS) == words["risk_hazard"].keys()
    unusable = {condition.value for condition in Condition} - {"normal", "late"}
    assert {f"gauge_{condition}" for condition in unusable} <= words["risk_doubt"].keys()


def _sources(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, held in value.items():
            if key in ("source", "near_source"):
                yield held
            else:
                yield from _sources(held)
    elif isinstance(value, list):
        for held in value:
            yield from _sources(held)


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_every_kind_of_ground_is_worded(lang: str) -> None:
    use_language(lang)
    for rule in (*catalogue(lang).words["risk_rule"], "river.rise", "chain.route", "chain.rainstorm", "chain.flash_flood", "chain.basin"):
        for limit in (0.0, 4.0):
            text = because_text(Because(rule, "x", 1.0, limit, 0.5, NOW_MS, "default"), {"x": "甲"})
            assert "{" not in text
            assert rule not in text


def test_the_map_is_told_of_the_gravest_risk_of_each_basin(state: State) -> None:
    items = {item["id"]: item for item in basins(state.database, NOW_MS).items}
    assert (items["g3"]["level"], items["g3"]["armed"], items["g3"]["fresh"]) == (1, False, True)
    assert (items["g1"]["level"], items["g1"]["armed"]) == (2, True)
    assert (items["g9"]["level"], items["g9"]["blind"]) == (0, True)
    assert items["t"]["township"]
    quake = quakes(state.database, NOW_MS).items[0]
    assert [ring[0] for ring in quake["rings"]] == [6, 7, 8, 9]
    assert quakes(state.database, NOW_MS + 31 * 24 * 60 * MINUTE_MS).items == []


def test_what_lies_within_each_ring_is_counted(state: State) -> None:
    row = shaken.read_quakes(state.database)[0]
    within = shaken.look_within(state.database, row)
    assert [each.ring.intensity for each in within] == [9, 8, 7, 6]
    assert within[-1].people == 2300
    assert within[-1].counts["basin"] == 4
    card = dict(shaken.card(row, within, NOW_MS))
    assert "2,300 people in townships" in card["Intensity 6"]
    assert "Yu, Li and Xiao" in card["Note"]
