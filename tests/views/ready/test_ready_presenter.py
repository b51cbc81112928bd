"""Every entry of the checklist: well, doubtful and bad, with its age and what mends it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.comms.local.messages import Link, Me, Power
from console.errors import Fault
from console.models.form import read_toml
from console.models.paths import resources_dir
from console.models.rules.ready import ReadyRule, ready_rule
from console.views import i18n
from console.views.ready import presenter
from console.views.ready.check import Check, Mend, State
from console.views.ready.known import Holdings, Known, Layer
from tests.views.tables.state import NOW_MS

RULE = ready_rule()
MINUTE_MS = 60_000
WELL, DOUBT, BAD = State.WELL, State.DOUBT, State.BAD
MAP = Layer("精河 1:5万", NOW_MS - 86_400_000, 15, 40)
KNOWN = Known(
    places=40,
    basemap_missing=[],
    layers=[MAP],
    holdings=Holdings("enrolled", "652722", units=12, people=96, resources=31),
    keys=4,
    loose=[],
    free_mb=80_000.0,
)
ME = Me(origin="aa", name="laptop", role="console", area="652722", version="0", pid=1)
NODE = Link(
    id="l",
    peer="bb",
    name="精河县",
    role="node",
    direction="out",
    state="online",
    heard_ms=NOW_MS - 2000,
    skew_ms=300,
    in_step_ms=NOW_MS - MINUTE_MS,
)
FULL = Power(percent=97, plugged=False, left_s=14_400)


def checks(known: Known = KNOWN, me: Me | None = ME, links: list[Link] | None = None, power: Power = FULL) -> dict[str, Check]:
    told = presenter.checklist(known, me, [NODE] if links is None else links, power, RULE, NOW_MS)
    return {check.key: check for check in told}


def test_all_is_well() -> None:
    told = checks()
    assert list(told) == ["maps", "sync", "keys", "battery", "disk", "clock", "recording"]
    assert [(check.state, check.remedy, check.mend) for check in told.values()] == [(WELL, "", Mend.NONE)] * 7
    assert presenter.standing_text(list(told.values())) == "Ready to go offline."
    assert [presenter.age(check, NOW_MS) for check in told.values()] == ["1 d 0 h", "60 s", "now", "now", "now", "2 s", "now"]
    assert told["sync"].says == "12 units with 96 people and 31 resources are here. In step with 精河县 as of 16:59:00."


def test_each_doubtful_or_bad_entry_says_what_to_do() -> None:
    for check in _everything_wrong():
        assert (check.state is WELL) == (check.remedy == ""), check


def _everything_wrong() -> list[Check]:
    found = [check for case in CASES for check in checks(*_case(case[1])).values()]
    assert len(found) > 7
    return found


def _case(change: dict[str, Any]) -> tuple[Known, Me | None, list[Link], Power]:
    known = dataclasses.replace(KNOWN, **change.get("known", {}))
    links = [] if change.get("alone") else [msgspec.structs.replace(NODE, **change.get("link", {}))]
    return known, None if change.get("away") else ME, [] if change.get("away") else links, change.get("power", FULL)


CASES: list[tuple[str, dict[str, Any], State, Mend, str]] = [
    ("maps", {"known": {"basemap_missing": ["page.html"]}}, BAD, Mend.NONE, "page.html"),
    ("maps", {"known": {"layers": []}}, DOUBT, Mend.LOAD_MAP, "no roads"),
    ("maps", {"known": {"layers": [MAP, Layer("x", fault="x.mbtiles: damaged")]}}, BAD, Mend.LOAD_MAP, "x.mbtiles: damaged"),
    ("maps", {"known": {"layers": [dataclasses.replace(MAP, covered=35)]}}, DOUBT, Mend.LOAD_MAP, "35 of 40"),
    ("maps", {"known": {"layers": [dataclasses.replace(MAP, max_zoom=9)]}}, DOUBT, Mend.LOAD_MAP, "zoom 9"),
    ("maps", {"known": {"places": 0}}, DOUBT, Mend.LOAD_MAP, "of 0"),
    ("maps", {"known": {"layers": [dataclasses.replace(MAP, covered=36), Layer("other", covered=2)]}}, WELL, Mend.NONE, "36 of 40"),
    ("sync", {"link": {"in_step_ms": NOW_MS - 16 * MINUTE_MS}}, DOUBT, Mend.LINKS, "as of 16:44:00"),
    ("sync", {"link": {"in_step_ms": None, "lacking": {"report": 1200}}}, BAD, Mend.LINKS, "1,200 events left"),
    ("sync", {"link": {"in_step_ms": None, "state": "gone"}}, BAD, Mend.LINKS, "Not yet in step"),
    ("sync", {"alone": True}, DOUBT, Mend.JOIN, "no node above"),
    ("sync", {"link": {"role": "unit"}}, DOUBT, Mend.JOIN, "no node above"),
    ("sync", {"away": True}, BAD, Mend.NONE, "does not run"),
    ("sync", {"known": {"fault": "there is no journal"}}, BAD, Mend.NONE, "no journal"),
    ("keys", {"known": {"loose": [Path("keys/sign.key")]}}, BAD, Mend.CLOSE_KEYS, "sign.key"),
    ("keys", {"known": {"holdings": Holdings("revoked")}}, BAD, Mend.JOIN, "does not accept"),
    ("keys", {"link": {"state": "refused", "reason": "its key is not enrolled there"}}, BAD, Mend.JOIN, "Its key is not enrolled there"),
    ("keys", {"known": {"holdings": Holdings("none")}}, BAD, Mend.JOIN, "no identity"),
    ("keys", {"known": {"keys": 0}}, BAD, Mend.JOIN, "no identity"),
    ("keys", {"known": {"holdings": Holdings("alone")}}, DOUBT, Mend.JOIN, "Nobody vouched"),
    ("battery", {"power": Power()}, DOUBT, Mend.NONE, "No battery"),
    ("battery", {"power": Power(percent=79, plugged=False)}, DOUBT, Mend.SAVE_POWER, "79 %"),
    ("battery", {"power": Power(percent=79, plugged=False, saving=True)}, DOUBT, Mend.NONE, "79 %"),
    ("battery", {"power": Power(percent=30, plugged=True)}, DOUBT, Mend.NONE, "on mains"),
    ("battery", {"power": Power(percent=30, plugged=False)}, BAD, Mend.SAVE_POWER, "30 %"),
    ("battery", {"power": Power(percent=85, plugged=False, simulated=True)}, WELL, Mend.NONE, "SIMULATED"),
    ("disk", {"known": {"free_mb": 4999.0}}, DOUBT, Mend.OPEN_FOLDER, "5.0 GB free"),
    ("disk", {"known": {"free_mb": 499.0}}, BAD, Mend.OPEN_FOLDER, "499 MB free"),
    ("disk", {"known": {"free_mb": None}}, BAD, Mend.OPEN_FOLDER, "cannot be told"),
    ("clock", {"link": {"skew_ms": 12_400}}, DOUBT, Mend.COPY_COMMAND, "12 s behind"),
    ("clock", {"link": {"skew_ms": -61_000}}, BAD, Mend.COPY_COMMAND, "61 s ahead"),
    ("clock", {"link": {"skew_ms": None}}, DOUBT, Mend.NONE, "Not compared"),
    ("clock", {"away": True}, DOUBT, Mend.NONE, "Not compared"),
    ("recording", {"known": {"free_mb": 5000.0}}, DOUBT, Mend.OPEN_FOLDER, "Room for 0 h"),
    ("recording", {"known": {"free_mb": 30_000.0}}, WELL, Mend.NONE, "Room for 28 h"),
    ("recording", {"known": {"free_mb": None}}, BAD, Mend.NONE, "cannot be told"),
]


@pytest.mark.parametrize(("key", "change", "state", "mend", "words"), CASES)
def test_an_entry(key: str, change: dict[str, Any], state: State, mend: Mend, words: str) -> None:
    check = checks(*_case(change))[key]
    assert (check.state, check.mend) == (state, mend), check
    assert words in check.says


def test_of_several_nodes_the_one_in_step_last_counts() -> None:
    older = msgspec.structs.replace(NODE, id="o", name="older", in_step_ms=NOW_MS - 60 * MINUTE_MS)
    never = msgspec.structs.replace(NODE, id="n", name="never", in_step_ms=None)
    assert "精河县" in checks(links=[older, NODE, never])["sync"].says


def test_all_in_one_line() -> None:
    one_bad = list(checks(power=Power(percent=9, plugged=False)).values())
    assert presenter.standing_text(one_bad) == "Not ready: 1 to mend first."
    one_doubt = list(checks(power=Power()).values())
    assert presenter.standing_text(one_doubt) == "Ready, but look at 1 entry."


@pytest.mark.parametrize(
    ("skew_ms", "platform", "wanted"),
    [
        (12_400, "linux", "sudo date -s '+12 seconds'"),
        (-61_000, "linux", "sudo date -s '-61 seconds'"),
        (-61_000, "darwin", "sudo date -v-61S"),
        (12_400, "win32", "Set-Date -Adjust (New-TimeSpan -Seconds 12)"),
    ],
)
def test_the_command_that_sets_the_clock(skew_ms: int, platform: str, wanted: str) -> None:
    assert presenter.clock_command(skew_ms, platform) == wanted


def test_in_chinese() -> None:
    i18n.use_language("zh_CN")
    for check in _everything_wrong():
        text = (check.says + check.remedy).replace(check.command, "")
        assert any("一" <= letter <= "鿿" for letter in text), check


@pytest.mark.parametrize(
    ("old", "new"),
    [("least_mb = 500", "least_mb = 9000"), ("worst_s = 60", "worst_s = 1"), ("mbit_s = 2.0", "mbit_s = 0"), ("[sync]", "[sink]")],
)
def test_a_broken_rule_file_is_named(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "ready.toml"
    path.write_text((resources_dir() / "rules" / "ready.toml").read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(Fault, match=r"ready\.toml"):
        read_toml(path, ReadyRule)
