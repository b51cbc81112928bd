"""What the incidents workspace reads, words and writes, over a real SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from console.models import kinds
from console.models.changes import Changes
from console.models.kinds import Body, encode_body, kind_of
from console.models.state import tables
from console.views.entry.outcome import EntryFault
from console.views.entry.picked import position_text
from console.views.i18n import use_language
from console.views.incidents import drafts, presenter, timeline
from console.views.incidents.sentences import ids_named, sentence
from tests.views.tables import sample
from tests.views.tables.sample import NODE, SLIDE
from tests.views.tables.state import NOW_MS, State


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = State(tmp_path)
    sample.fill(made)
    yield made
    made.close()


def row(state: State, incident: str = SLIDE) -> presenter.IncidentRow:
    (found,) = presenter.read_incidents(state.database, [incident])
    return found


def texts(found: presenter.IncidentRow) -> dict[str, str]:
    return {column.key: column.text(found, NOW_MS) for column in presenter.columns()}


def test_every_incident_is_read_and_some_by_id(state: State) -> None:
    assert len(presenter.read_incidents(state.database)) == len(sample.INCIDENTS)
    assert [found.id for found in presenter.read_incidents(state.database, [SLIDE, "none"])] == [SLIDE]


def test_the_row_says_level_title_kind_place_status_and_age(state: State) -> None:
    told = texts(row(state))
    assert told["level"] == "III"
    assert told["title"] == "[EXERCISE] 精河县托里镇牧区山体滑坡\nLandslide · 精河县托里镇南山牧场"
    assert told["since"] == "Open\n1 h 05 min"
    assert told["response"] == "Level III"


def test_an_exercise_is_marked_wherever_its_title_stands(state: State) -> None:
    assert "EXERCISE" in presenter.title_text(row(state))
    assert "EXERCISE" not in presenter.title_text(row(state, "01J8CRASH0000000000000000C"))
    state.change(tables.Incident, SLIDE, title="演练：山洪")
    assert presenter.title_text(row(state)) == "演练：山洪"


def test_a_row_is_found_by_any_of_its_words_in_the_language_of_the_screen(state: State) -> None:
    use_language("zh_CN")
    search = row(state).search
    for word in ("滑坡", "南山牧场", "iii", "演练", "自然灾害"):
        assert word in search


def test_a_level_no_law_knows_is_shown_as_not_graded(state: State) -> None:
    state.change(tables.Incident, SLIDE, level=9, response_level=-1)
    assert (row(state).level, row(state).response_level) == (0, 0)


def test_facts_give_only_what_is_known_and_losses_tell_unknown_from_none(state: State) -> None:
    facts = dict(presenter.facts(row(state)))
    assert facts["Happened"] == "2014-07-04 15:55:00"
    assert "Closed at" not in facts
    losses = dict(presenter.losses(row(state)))
    assert losses["Deaths"] == "0"
    assert losses["Injured"] == "not reported"
    assert (losses["Moved, cumulative"], losses["Moved, now away"]) == ("43", "38")


def test_units_on_it_with_their_latest_task(state: State) -> None:
    units = presenter.read_units_on(state.database, SLIDE)
    assert presenter.units_summary(units) == "5 units, 54 people on it"
    by_name = {unit.name: unit for unit in units}
    assert (by_name["无人机组 03"].task, by_name["无人机组 03"].task_state) == ("每 20 分钟航拍滑坡后缘", "started")
    assert by_name["博州人民医院急救一组"].task == ""


def test_the_timeline_tells_every_event_newest_first_with_author_and_sentence(state: State) -> None:
    read = timeline.read_timeline(state.database, SLIDE)
    assert read.left_out == 0
    assert [entry.kind for entry in read.rows] == [kind_of(body) for _, _, body in reversed(sample.ENTRIES)]
    assert read.rows[0].who == "王建国 (精河县汇聚节点)"
    assert [entry.sentence for entry in read.rows[1:5]] == [
        "Missing: 6 · Moved, cumulative: 43 · Moved, now away: 38 · Sheep lost: 1,500 · Cattle, horses lost: 78 · 牧民清点，尚未逐户核实",
        "无人机组 03 reports: 后缘裂缝约 40 米，有新落石，建议作业面人员保持撤离通道",
        "精河县矿山救护队: On scene · 从南侧徒步到达",
        "精河县矿山救护队: task Acknowledged",
    ]
    assert read.rows[5].sentence == "Task to 精河县矿山救护队: 第二作业面生命探测 (due 2014-07-04 17:30:00)"
    assert read.rows[6].sentence == "Level: III, serious · Response: Level III · 州应急局副局长决定启动地质灾害三级响应"


def test_a_long_timeline_is_cut_at_its_old_end_and_says_so(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "MOST_ROWS", 4)
    read = timeline.read_timeline(state.database, SLIDE)
    assert (len(read.rows), read.left_out) == (4, len(sample.ENTRIES) - 4)
    assert read.rows[0].sentence.startswith("气象台通报")


def test_the_timeline_is_read_again_only_when_it_is_concerned() -> None:
    assert timeline.concerned(Changes(ids={"timeline": {SLIDE}}), SLIDE)
    assert not timeline.concerned(Changes(ids={"timeline": {"other"}, "unit": {SLIDE}}), SLIDE)


def test_a_kind_of_a_newer_version_and_a_broken_body_are_told_not_hidden() -> None:
    assert "drone.landed" in sentence("drone.landed", "x", b"\x80", {})
    assert "cannot be read" in sentence("log.entered", "x", b"\xff", {})


bodies = st.sampled_from(
    [
        kinds.IncidentOpened(title="t"),
        kinds.IncidentChanged(),
        kinds.IncidentChanged(title="t", category="accident", hazard="fire", place="p", lon=1.0, lat=2.0),
        kinds.IncidentChanged(lon=None, lat=None),
        kinds.IncidentClosed(),
        kinds.LogEntered(text="{braces} | bars"),
        kinds.LossReported(text="x"),
        kinds.UnitRegistered(name="u"),
        kinds.UnitStatus(status="odd"),
        kinds.UnitReport(text="r"),
        kinds.TaskAssigned(unit="u", text="{t}"),
        kinds.TaskAnswered(unit="u", state="odd"),
        kinds.ResourceRegistered(name="r"),
        kinds.ResourceChanged(quantity=3.5, status="ready"),
        kinds.WarningReceived(identifier="i", sender="s", sent_ms=0, headline="h"),
        kinds.SensorReading(value=1.0),
    ]
)


@given(bodies, st.sampled_from(["en", "zh_CN"]))
def test_every_kind_has_a_sentence_in_both_languages(body: Body, language: str) -> None:
    use_language(language)
    told = sentence(kind_of(body), "subject", encode_body(body), {})
    use_language("en")
    assert told


@given(st.sampled_from(sorted(kinds.KINDS)), st.binary(max_size=40))
def test_hostile_bodies_never_raise(kind: str, body: bytes) -> None:
    assert sentence(kind, "subject", body, {})
    assert isinstance(ids_named(kind, "subject", body), set)


ABOUT = drafts.About(SLIDE, "652722")


# -- what is written ------------------------------------------------------------------------------------------------


def told(draft: object) -> Body:
    return msgspec.msgpack.decode(draft.body, type=kinds.KINDS[draft.kind].body)  # type: ignore[attr-defined]


def opening(**changes: object) -> Body:
    typed = {"title": " 滑坡 ", "category": "natural", "hazard": "landslide", "level": 3, "place": "", "position": "", "exercise": True}
    return told(drafts.opening(**{**typed, **changes}, author="李娜", now_ms=NOW_MS))  # type: ignore[arg-type]


def test_an_opening_says_what_was_typed() -> None:
    body = opening(position="82.5, 44.2")
    assert body == kinds.IncidentOpened(
        title="滑坡", hazard="landslide", level=3, lon=82.5, lat=44.2, occurred_ms=NOW_MS, exercise=True, author="李娜"
    )


@pytest.mark.parametrize("bad", [{"title": " "}, {"title": "长" * 201}, {"position": "nowhere"}])
def test_an_opening_that_cannot_be_is_refused(bad: dict[str, str]) -> None:
    with pytest.raises(EntryFault):
        opening(**bad)


def test_grading_says_only_what_differs(state: State) -> None:
    (draft,) = drafts.grading(ABOUT, row(state), drafts.Choice(2), drafts.Choice(3), "州应急局", "王建国")
    body = told(draft)
    assert body == kinds.IncidentChanged(level=2, note="州应急局", author="王建国")
    assert isinstance(body, kinds.IncidentChanged)
    assert body.response_level is UNSET
    with pytest.raises(EntryFault, match="differs"):
        drafts.grading(ABOUT, row(state), drafts.Choice(3), drafts.Choice(3), "", "")


def test_losses_say_only_the_fields_filled_in_and_zero_is_a_figure() -> None:
    draft = drafts.loss_report(ABOUT, {"deaths": "0", "sheep": "1,500", "injured": " "}, " 核实中 ", "李娜")
    assert (draft.kind, draft.subject, draft.area) == ("loss.reported", SLIDE, "652722")
    assert told(draft) == kinds.LossReported(deaths=0, sheep=1500, text="核实中", author="李娜")


@pytest.mark.parametrize("typed", [{}, {"moved_total": "3", "moved_now": "4"}, {"deaths": "two"}])
def test_losses_that_cannot_be_are_refused(typed: dict[str, str]) -> None:
    with pytest.raises(EntryFault):
        drafts.loss_report(ABOUT, typed, "", "")


def test_log_and_closing_need_words() -> None:
    assert told(drafts.log_entry(ABOUT, " 到位 ", "李娜")) == kinds.LogEntered(text="到位", author="李娜")
    assert told(drafts.closing(ABOUT, "搜救结束", "李娜")) == kinds.IncidentClosed(summary="搜救结束", author="李娜")
    for write in (drafts.log_entry, drafts.closing):
        with pytest.raises(EntryFault, match="is empty"):
            write(ABOUT, "\n", "李娜")
        with pytest.raises(EntryFault, match="shorten"):
            write(ABOUT, "长" * 8001, "李娜")


@pytest.mark.parametrize(
    ("thing", "item", "text"),
    [("incident", SLIDE, "82.531200, 44.210700"), ("unit", "u8", ""), ("unit", "none", ""), ("warning", "x", ""), (None, "", "")],
)
def test_the_position_of_the_selection(state: State, thing: str | None, item: str, text: str) -> None:
    assert position_text(state.database, thing, item) == text


def test_peers_without_a_name_are_shown_by_their_identity(state: State) -> None:
    state.remove(tables.Peer, NODE)
    assert timeline.read_timeline(state.database, SLIDE).rows[0].who == f"王建国 ({NODE[:8]})"
