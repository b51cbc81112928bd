"""Scenario files: what they turn into, what is refused and how it is said, and the example incident that ships."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from console.comms.gateways.cameras import seen_at
from console.comms.gateways.present import Present
from console.comms.gateways.recording import Cast, Cut
from console.comms.gateways.scenario import read_scenario
from console.errors import Fault
from console.models.kinds import KINDS, RoadClosed, decode_body
from console.models.paths import resources_dir
from console.views import i18n
from tests.comms.gateways.material import moments_of, of_kind

STORY = """
[scenario]
format = 1
title = { zh = "演练", en = "Drill" }
exercise = true
area = "652722"
duration = "+01:00:00"
[[peer]]
id = "desk"
role = "console"
name = "值班台"
[[peer]]
id = "hills"
role = "unit"
name = { zh = "山地队", en = "Hill party" }
[[unit]]
id = "team"
peer = "hills"
kind = "rescue"
name = { zh = "一组" }
position = [82.0, 44.0]
idle_s = 600
[[route]]
unit = "team"
at = "+00:10:00"
speed_kmh = 36
path = [[82.0, 44.09]]
interval_s = 300
status = "enroute"
arrived = "onscene"
incident = "slide"
[[incident]]
id = "slide"
peer = "desk"
at = "+00:05:00"
occurred = "+00:04:00"
title = { zh = "滑坡", en = "Slide" }
position = [82.0, 44.09]
[[sensor]]
id = "gauge"
peer = "hills"
name = "雨量"
quantity = "rain"
every_s = 600
series = [["+00:00:00", 0.0], ["+00:30:00", 30.0]]
[[resource]]
id = "tents"
peer = "desk"
name = "帐篷"
quantity = 10
[[event]]
at = "+00:06:00"
kind = "task.assigned"
subject = "go"
body = { unit = "team", incident = "slide", text = { zh = "出发", en = "Go" }, due_ms = "+00:30:00" }
[[event]]
at = "+00:07:00"
kind = "task.answered"
subject = "go"
body = { unit = "team", state = "acknowledged" }
[[cut]]
at = "+00:20:00"
for_s = 300
peer = "hills"
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "story.toml"
    path.write_text(text, encoding="utf-8")
    return path


def minutes(moments: list[Any]) -> list[float]:
    return [moment.at_ms / 60_000 for moment in moments]


def test_who_says_what_and_whose_it_is(tmp_path: Path) -> None:
    recording = read_scenario(write(tmp_path, STORY))
    moments = moments_of(recording)
    assert recording.cast == (Cast("desk", "console", "值班台"), Cast("hills", "unit", "山地队"))
    assert recording.cuts == (Cut(1_200_000, 300, "hills"),)
    assert recording.owners == {"team": "hills", "slide": "desk", "gauge": "hills", "tents": "desk", "go": "desk"}
    said = {moment.kind: moment.peer for moment in moments}
    assert said["task.assigned"] == said["incident.opened"] == said["resource.registered"] == "desk"
    assert said["task.answered"] == said["unit.position"] == said["sensor.reading"] == "hills"
    assert {moment.area for moment in moments} == {"652722"}
    assert recording.exercise
    assert of_kind(moments, "incident.opened")[0].body.exercise
    assert of_kind(moments, "incident.opened")[0].body.occurred_ms == 240_000
    assert of_kind(moments, "task.assigned")[0].body.due_ms == 1_800_000


def test_texts_come_in_the_language_asked_for_and_else_in_chinese(tmp_path: Path) -> None:
    path = write(tmp_path, STORY)
    english = read_scenario(path, lang="en")
    moments = moments_of(english)
    assert (english.title, english.cast[1].name) == ("Drill", "Hill party")
    assert [of_kind(moments, kind)[0].body.text for kind in ("task.assigned",)] == ["Go"]
    assert of_kind(moments, "unit.registered")[0].body.name == "一组"


def test_a_unit_stands_moves_and_stands(tmp_path: Path) -> None:
    moments = moments_of(read_scenario(write(tmp_path, STORY)))
    positions = of_kind(moments, "unit.position")
    assert minutes(positions) == pytest.approx([0, 10, 15, 20, 25, 26.68, 36.68, 46.68, 56.68], abs=0.01)
    moving = positions[2].body
    assert moving.speed_mps == 10
    assert moving.heading_deg == pytest.approx(0, abs=0.1)
    assert moving.lat == pytest.approx(44.027, abs=0.0005), "3,000 m in 300 s"
    assert (positions[-1].body.lat, positions[-1].body.speed_mps) == (44.09, 0)
    statuses = of_kind(moments, "unit.status")
    assert [m.body.status for m in statuses] == ["available", "enroute", "onscene"]
    assert minutes(statuses) == pytest.approx([0, 10, 26.68], abs=0.01)


def test_a_new_route_starts_from_where_the_unit_is(tmp_path: Path) -> None:
    turn = '[[route]]\nunit = "team"\nat = "+00:18:20"\nspeed_kmh = 36\npath = [[82.0, 44.0]]\ninterval_s = 300\n'
    positions = of_kind(moments_of(read_scenario(write(tmp_path, STORY + turn))), "unit.position")
    lats = [moment.body.lat for moment in positions]
    assert max(lats) == pytest.approx(44.045, abs=0.0005), "turned round after 5,000 m"
    assert lats[-1] == 44.0


def test_gauges_follow_their_series_on_a_straight_line(tmp_path: Path) -> None:
    readings = of_kind(moments_of(read_scenario(write(tmp_path, STORY))), "sensor.reading")
    assert [(m.at_ms // 60_000, m.body.value) for m in readings] == [(0, 0), (10, 10), (20, 20), (30, 30)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("format = 1", "format = 2", "[scenario], field format"),
        ("exercise = true", "exercise = false", "[scenario], field exercise: must be true"),
        ("[scenario]", "[scenario", "not TOML"),
        ('kind = "rescue"', 'kind = "wizard"', "[[unit]] 1, field kind: 'wizard' is none of"),
        ('peer = "hills"\nkind', 'peer = "valley"\nkind', "[[unit]] 1, field peer: 'valley' is no [[peer]]"),
        ("position = [82.0, 44.0]", "position = [44.0, 82.0, 1.0]", "[[unit]] 1, field position"),
        ("position = [82.0, 44.0]", "position = [82.0, 144.0]", "[[unit]] 1, field position[1]"),
        ("idle_s = 600", "idle_s = 0", "[[unit]] 1, field idle_s"),
        ("idle_s = 600", "idel_s = 600", "[[unit]] 1: Object contains unknown field `idel_s`"),
        ('unit = "team"\nat', 'unit = "teams"\nat', "[[route]] 1, field unit: 'teams' is no [[unit]]"),
        ('arrived = "onscene"', 'arrived = "there"', "[[route]] 1, field arrived: 'there' is none of"),
        ("speed_kmh = 36", "speed_kmh = 0", "[[route]] 1, field speed_kmh"),
        ('at = "+00:05:00"', 'at = "00:05"', "[[incident]] 1, field at"),
        ('at = "+00:05:00"', 'at = "+02:00:00"', "[[incident]] 1, field at: +02:00:00 is after the duration"),
        ('id = "tents"', 'id = "team"', "[[resource]] 1, field id: 'team' is used twice"),
        ('["+00:30:00", 30.0]', '["+00:00:00", 30.0]', "[[sensor]] 1, field series: times must go up"),
        ('["+00:30:00", 30.0]', '["+00:30:00", nan]', "[[sensor]] 1, field series"),
        ('kind = "task.assigned"', 'kind = "task.invented"', "[[event]] 1, field kind: 'task.invented'"),
        ('kind = "task.assigned"', 'kind = "peer.revoked"', "[[event]] 1, field kind"),
        ('kind = "task.assigned"', 'kind = "unit.registered"', "[[event]] 1, field kind: unit.registered is said by a table of its own"),
        ('subject = "go"\nbody = { unit = "team", state', 'subject = "stop"\nbody = { unit = "team", state', "[[event]] 2, field subject"),
        ('unit = "team", incident', 'unit = "tents", incident', "[[event]] 1, field body.unit: 'tents' is no [[unit]]"),
        ('incident = "slide", text', 'incident = "fire", text', "[[event]] 1, field body.incident: 'fire' is no [[incident]]"),
        ('due_ms = "+00:30:00"', "due_ms = 5", "[[event]] 1, body: due_ms: 5 is not a time"),
        ('due_ms = "+00:30:00"', 'due = "+00:30:00"', "[[event]] 1, field body.due: task.assigned has no such field"),
        ('text = { zh = "出发", en = "Go" }', "text = 5", "[[event]] 1, body"),
        ('state = "acknowledged"', "state = []", "[[event]] 2, body"),
        (
            'subject = "go"\nbody = { unit',
            'subject = "go"\npeer = "hills"\nbody = { unit',
            "[[event]] 1, field peer: 'hills' may not give orders",
        ),
        ('role = "console"', 'role = "gateway"', "[[event]] 1, field peer: 'desk' may not give orders"),
        ('for_s = 300\npeer = "hills"', 'for_s = 300\npeer = "x"', "[[cut]] 1, field peer: 'x' is no [[peer]]"),
        ("[[cut]]", "[[cuts]]", "Object contains unknown field `cuts`"),
    ],
)
def test_what_is_wrong_is_said_with_file_table_and_field(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in STORY
    with pytest.raises(Fault, match=r"story\.toml: ") as caught:
        moments_of(read_scenario(write(tmp_path, STORY.replace(old, new, 1))))
    assert says in str(caught.value)


def test_a_unit_is_spoken_for_by_its_own_peer_alone(tmp_path: Path) -> None:
    extra = '[[event]]\nat = "+00:08:00"\nkind = "resource.changed"\nsubject = "tents"\npeer = "hills"\nbody = { quantity = 5 }\n'
    with pytest.raises(Fault, match=r"\[\[event\]\] 3, field peer: 'tents' belongs to 'desk', not to 'hills'"):
        read_scenario(write(tmp_path, STORY + extra))


@given(st.binary(max_size=200))
def test_garbage_is_never_worse_than_a_fault(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage.toml"
    path.write_bytes(garbage)
    with pytest.raises(Fault):
        read_scenario(path)


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5) | st.sampled_from(["+00:01:00", "team", "slide"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["zh", "en", "unit", "at", "x"]), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
def test_any_value_anywhere_is_taken_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    tables = tomllib.loads(STORY)
    table = data.draw(st.sampled_from(sorted(tables)))
    held = tables[table] if isinstance(tables[table], dict) else tables[table][-1]
    target = held["body"] if "body" in held and data.draw(st.booleans()) else held
    field = data.draw(st.sampled_from(sorted(target)))
    target[field] = data.draw(_values)
    path = tmp_path_factory.getbasetemp() / "mutant.toml"
    path.write_text(_toml(tables), encoding="utf-8")
    try:
        recording = read_scenario(path)
    except Fault as fault:
        assert "mutant.toml" in str(fault)  # noqa: PT017 - a refusal is one of two right answers
        return
    assert moments_of(recording)


def _toml(value: dict[str, Any]) -> str:
    """The tables as TOML, every value inline (None left out)."""
    lines = [f"{key} = {_inline(held)}" for key, held in value.items() if held is not None]
    return "\n".join(lines)


def _inline(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return (
            '"'
            + "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in value if not 0xD800 <= ord(c) < 0xE000)
            + '"'
        )
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_inline(held)}" for key, held in value.items() if held is not None) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(held) for held in value if held is not None) + "]"
    return repr(value)


# -- the example incident -------------------------------------------------------------------------------------------------------------

EXAMPLE = resources_dir() / "scenarios" / "jinghe-landslide.toml"
NOT_OF_THE_STORY = ("peer.", "card.", "lead.", "power.", "record.", "conflict.", "hold.", "incident.purged", "gateway.", "feeds.")
"""What peers say of themselves, and what mends mistakes."""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_example_is_whole_and_shows_every_part_of_the_window(lang: str) -> None:
    recording = read_scenario(EXAMPLE, lang=lang)
    moments = moments_of(recording)
    assert {moment.kind for moment in moments} == {kind for kind in KINDS if not kind.startswith(NOT_OF_THE_STORY)}
    assert 9 * 60 <= (moments[-1].at_ms - moments[0].at_ms) / 1000 / 60 <= 12 * 60, "at 60x between 9 and 12 minutes"
    assert len(of_kind(moments, "unit.registered")) == 24
    assert recording.cuts, "a link is cut"
    assert recording.exercise
    assert all(moment.body.exercise for moment in of_kind(moments, "incident.opened"))


def test_roads_belong_to_who_closed_them_and_a_mode_to_its_area(tmp_path: Path) -> None:
    story = """
[[event]]
at = "+00:06:00"
kind = "road.closed"
subject = "pass"
peer = "hills"
body = { name = "达坂", since_ms = "+00:05:00" }
[[event]]
at = "+00:07:00"
kind = "road.opened"
subject = "pass"
peer = "desk"
[[event]]
at = "+00:08:00"
kind = "mode.switched"
subject = "652722"
peer = "desk"
body = { mode = "emergency", why = "滑坡" }
"""
    recording = read_scenario(write(tmp_path, STORY + story))
    assert recording.owners["pass"] == "hills"
    own = {"desk": lambda local: f"desk:{local}", "hills": lambda local: f"hills:{local}"}
    present = Present(recording, own, speed=60, area="")
    drafts = {moment.kind: present.draft(moment, 1_000_000_000) for moment in moments_of(recording)}
    assert [drafts[kind].subject for kind in ("road.closed", "road.opened", "mode.switched")] == ["hills:pass", "hills:pass", "652722"]
    closed = decode_body("road.closed", drafts["road.closed"].body)
    assert isinstance(closed, RoadClosed)
    assert closed.since_ms == 1_000_000_000 - 1000, "a minute before it was said, at 60x"


def test_the_example_has_every_text_in_both_languages() -> None:
    def texts(value: Any, place: str) -> list[str]:
        if isinstance(value, dict):
            if value.keys() & {"zh", "en"}:
                return [] if value.keys() == {"zh", "en"} and all(value.values()) else [place]
            return [bad for key, held in value.items() for bad in texts(held, f"{place}.{key}")]
        if isinstance(value, list):
            return [bad for index, held in enumerate(value) for bad in texts(held, f"{place}[{index}]")]
        return [place] if isinstance(value, str) and not value.isascii() and not place.endswith(".callsign") else []

    assert texts(tomllib.loads(EXAMPLE.read_text("utf-8")), "") == []


def test_there_is_something_plotted_before_anybody_has_looked_for_long() -> None:
    early = [moment for moment in of_kind(moments_of(read_scenario(EXAMPLE)), "plot.drawn") if moment.at_ms <= 40 * 60_000]
    assert len(early) >= 5
    assert all(moment.body.incident == "rain" for moment in early)


def test_cameras_are_where_they_are_when_it_is_played() -> None:
    recording = seen_at(read_scenario(EXAMPLE), {"cam-gully-2": "http://127.0.0.1:8001/cam-gully-2.mjpg"})
    feeds = {moment.subject: moment.body for moment in of_kind(moments_of(recording), "feed.registered")}
    assert (feeds["cam-gully-2"].url, feeds["cam-gully-2"].snapshot_url) == ("http://127.0.0.1:8001/cam-gully-2.mjpg", "")
    assert feeds["cam-bridge"].url == "rtsp://192.0.2.15/live/1"


def test_every_status_of_a_stock_has_a_word() -> None:
    told = {moment.body.status for moment in of_kind(moments_of(read_scenario(EXAMPLE)), "resource.changed")} - {UNSET}
    assert told
    assert told <= set(i18n.catalogue("zh_CN").words["resource_status"])


def test_what_the_cut_party_says_meanwhile_is_in_the_example() -> None:
    recording = read_scenario(EXAMPLE)
    (cut,) = recording.cuts
    ends_ms = cut.at_ms + cut.for_s * 1000
    meanwhile = {m.kind for m in moments_of(recording) if m.peer == cut.peer and cut.at_ms < m.at_ms < ends_ms}
    assert {"unit.report", "task.answered", "unit.position"} <= meanwhile


def test_people_moved_are_counted_in_all_and_now() -> None:
    losses = [moment.body for moment in of_kind(moments_of(read_scenario(EXAMPLE)), "loss.reported")]
    assert len(losses) >= 5
    assert all(loss.moved_now <= loss.moved_total for loss in losses)
    totals = [loss.moved_total for loss in losses]
    assert totals == sorted(totals)
    assert losses[-1].moved_now < losses[-1].moved_total
