"""What is listed and drawn of plots: by a real journal, now and at an instant, sound and hostile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.models.journal import NewEvent
from console.models.kinds import PlotDrawn, encode_body
from console.models.state.instant import Instant
from console.models.state.tables import Plot
from console.views.entry.outcome import EntryFault
from console.views.map.things.plots import MAX_POINTS, plots
from console.views.plot import presenter
from console.views.plot.drafts import Said, Writer, changing, closing_road, drawing, opening_road, taking_away
from console.views.plot.figure import Figure
from console.views.plot.history import read_history
from console.views.plot.presenter import GROUPS, card, columns, read_plots, standing
from tests.views.plot.journal import Desk

NOW_MS = 1_404_464_400_000
HOUR_MS = 3_600_000
BY, OTHER = Writer("王建国", "652722", NOW_MS), Writer("李娜", "652722", NOW_MS)
LINE = Figure("line", ((82.5, 44.5), (82.6, 44.5)))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def test_a_fire_line_of_two_and_one_of_four_are_both_drawn_with_their_time(desk: Desk) -> None:
    for hour, lat in ((14, 44.5), (16, 44.6)):
        at_ms = NOW_MS - (17 - hour) * HOUR_MS
        desk.write(drawing("fire_line", Figure("line", ((82.5, lat), (82.6, lat))), Said(at_ms=at_ms), BY))
    labels = [item["label"] for item in plots(desk.database, NOW_MS).items]
    assert labels == ["14:00", "16:00"]


def test_what_has_ended_is_listed_apart_and_not_drawn_but_was_then(desk: Desk) -> None:
    desk.write(drawing("cordon", LINE, Said(label="旧线", at_ms=NOW_MS - 2 * HOUR_MS, until_ms=NOW_MS - HOUR_MS), BY))
    (row,) = read_plots(desk.database)
    assert [standing(row, now_ms) for now_ms in (NOW_MS, NOW_MS - 90 * 60_000)] == ["ended", "shown"]
    assert [group for group, accepts in GROUPS.items() if accepts(row, NOW_MS)] == ["ended"]
    assert plots(desk.database, NOW_MS).items == []
    assert plots(desk.database, NOW_MS - 90 * 60_000).items[0]["label"] == "旧线 15:00 to 16:00"


def test_at_an_instant_it_is_as_it_was_plotted_then_and_its_history_ends_there(desk: Desk, tmp_path: Path) -> None:
    (plot,) = desk.write(drawing("danger_area", Figure("circle", ((82.5, 44.5),), 800.0), Said(label="一"), BY))
    first = last_hlc(desk)
    desk.write(changing(desk.row(plot), {"label": "二", "radius_m": 1500.0}, OTHER))
    second = last_hlc(desk)
    desk.write(taking_away(desk.row(plot), "误绘", BY))
    instant = Instant(tmp_path / "journal.db")
    try:
        seen = []
        for hlc in (first, second):
            instant.seek(hlc)
            (row,) = read_plots(instant.database)
            assert row.figure is not None
            seen.append((row.label, row.figure.radius_m, row.withdrawn, row.author, len(read_history(instant.database, plot, hlc >> 16))))
        assert seen == [("一", 800.0, False, "王建国", 1), ("二", 1500.0, False, "李娜", 2)]
    finally:
        instant.close()
    assert desk.row(plot).withdrawn
    told = read_history(desk.database, plot, (last_hlc(desk) >> 16) + 1000)
    assert [what for _, what in told] == ["took it away: 误绘", "changed label to 二, radius", "drew Danger area 一: 1 point"]
    assert ["王建国" in who for who, _ in told] == [True, False, True]


def last_hlc(desk: Desk) -> int:
    ((hlc,),) = desk.database.execute_sql("SELECT max(hlc) FROM event")
    return int(hlc)


def test_measures_stand_in_the_row_and_on_the_card(desk: Desk) -> None:
    desk.write(drawing("safe_area", Figure("circle", ((82.5, 44.5),), 1000.0), Said(label="安置区"), BY))
    (row,) = read_plots(desk.database)
    texts = {column.key: column.text(row, NOW_MS) for column in columns()}
    assert texts["area"].startswith("3.1")
    assert "mu" in texts["area"]
    assert texts["length"].startswith("6.2")
    shown = dict(card(row, NOW_MS))
    assert shown["Radius"] == "1.00 km"
    assert shown["Now"] == "In force"


def test_a_road_is_told_to_the_routes_and_opened_again(desk: Desk) -> None:
    (plot,) = desk.write(drawing("closed_road", LINE, Said(label="S205"), BY))
    assert desk.row(plot).road == ""
    desk.write(closing_road(desk.row(plot), BY))
    assert (desk.row(plot).road, desk.line(plot)) == ("closed", list(LINE.points))
    desk.write(opening_road(desk.row(plot), BY))
    assert desk.row(plot).road == "open"
    (other,) = desk.write(drawing("cordon", LINE, Said(), BY))
    with pytest.raises(EntryFault, match="closed road"):
        closing_road(desk.row(other), BY)


@pytest.mark.parametrize(
    "said", [Said(at_ms=NOW_MS, until_ms=NOW_MS - 1), Said(label="x" * 201), Said(note="x" * 8001)], ids=["ends first", "label", "note"]
)
def test_what_cannot_be_is_refused(said: Said) -> None:
    with pytest.raises(EntryFault):
        drawing("cordon", LINE, said, BY)
    with pytest.raises(EntryFault, match="words"):
        drawing("text_note", Figure("text", ((82.5, 44.5),)), Said(), BY)


def test_what_others_send_that_is_no_figure_is_counted_and_stops_nothing(desk: Desk) -> None:
    """A newer version's shape, a circle without a radius, points that are none."""
    bodies: list[Any] = [
        PlotDrawn(shape="spiral", kind="danger_area", points=[(82.5, 44.5)]),
        PlotDrawn(shape="circle", kind="danger_area", points=[(82.5, 44.5)]),
        PlotDrawn(shape="point", kind="unheard_of", points=[(82.5, 44.5)], label="还在"),
    ]
    for at, body in enumerate(bodies):
        desk.journal.author([NewEvent("", "plot.drawn", f"p{at}", encode_body(body))])
    shown = plots(desk.database, NOW_MS)
    assert [item["label"] for item in shown.items] == ["还在"]
    assert shown.hidden["no_position"] == 2
    rows = read_plots(desk.database)
    assert len(rows) == 3
    assert all(column.text(row, NOW_MS) is not None for row in rows for column in columns())
    assert any("cannot be read" in dict(card(row, NOW_MS)).values() for row in rows)


def test_the_page_is_told_of_so_many_points_and_the_rest_is_counted(tmp_path: Path) -> None:
    from tests.views.tables.state import State

    state = State(tmp_path)
    points = msgspec.msgpack.encode([(82 + at / 10_000, 44.5) for at in range(2000)])
    for at in range(30):
        state.put(Plot, id=f"{at:02}", shape="line", kind="cordon", points=points)
    shown = plots(state.database, NOW_MS)
    assert sum(len(item["line"]) + len(item["points"]) for item in shown.items) <= MAX_POINTS
    assert len(shown.items) + shown.hidden["too_many"] == 30
    assert shown.hidden["too_many"] > 0
    state.close()


def test_thousands_of_long_lines_cost_no_more_than_some(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest are drawn, none of the others is even unpacked; the list has them all, and measures as many as it has time for."""
    from tests.views.tables.state import State

    state = State(tmp_path)
    points = msgspec.msgpack.encode([(82 + at / 10_000, 44.5) for at in range(2000)])
    for at in range(600):
        state.put(Plot, id=f"{at:03}", shape="line", kind="cordon", points=points, heard_ms=NOW_MS + (at * 7919) % 600)
    unpacked: list[int] = []

    def unpack(packed: bytes) -> list[tuple[float, float]]:
        unpacked.append(1)
        return msgspec.msgpack.decode(packed, type=list[tuple[float, float]])

    monkeypatch.setattr(presenter, "_points", unpack)
    shown = plots(state.database, NOW_MS)
    assert len(shown.items) + shown.hidden["too_many"] == 600
    newest = sorted(range(600), key=lambda at: (at * 7919) % 600)[-len(shown.items) :]
    assert [item["id"] for item in shown.items] == [f"{at:03}" for at in newest], "and the newest lies above"
    assert len(unpacked) <= 50
    unpacked.clear()
    rows = read_plots(state.database)
    assert len(rows) == 600
    assert len(unpacked) == sum(row.measured for row in rows) == 250
    measured, other = next(row for row in rows if row.measured), next(row for row in rows if not row.measured)
    length = next(column.text for column in columns() if column.key == "length")
    assert length(other, NOW_MS) == "see card"
    assert dict(card(other, NOW_MS))["Length"] == dict(card(measured, NOW_MS))["Length"] == length(measured, NOW_MS)
    assert other.figure == measured.figure
    state.close()
