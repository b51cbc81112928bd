"""The monitoring workspace in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.models.kinds import RecordWithdrawn, SensorRegistered
from console.models.state import tables
from console.views import i18n
from console.views.age import moment_text
from console.views.context import Thing
from console.views.monitoring import multiples
from console.views.monitoring.cell import pictures
from console.views.monitoring.csvfile import read_csv
from console.views.monitoring.legend import Entry
from console.views.monitoring.panel import ALL, REGISTER, MonitoringPanel
from console.views.monitoring.scope import RANGES_MS, Span
from console.views.tables.marks import Mark, Shape, Tone
from console.views.window import theme
from tests.views.monitoring.gauges import HOUR_MS, MINUTE_MS, every, put_gauge, put_readings
from tests.views.tables.desk import Desk
from tests.views.tables.sample import ME
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

Shown = tuple[Desk, MonitoringPanel]
PEAK_MS = NOW_MS - 7 * HOUR_MS
LONG_MS = 30_000
"""Loading what draws takes its time on a busy machine."""
WAVE = [1.0 + 0.3 * float(np.sin(at / 20)) for at in range(600)]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, MonitoringPanel, empty=True) as made:
        desk, panel = made
        flood = [(at_ms, 6.0 if abs(at_ms - PEAK_MS) < 150_000 else value) for at_ms, value in every(5, WAVE)]
        put_gauge(desk, "river", readings=flood, name="峡口", basin="upper", warning=2.0, lon=82.5, lat=44.2)
        put_gauge(desk, "hill", "rain", readings=every(5, [0.5 if at % 50 < 9 else 0.0 for at in range(600)]), name="南山", basin="upper")
        put_gauge(desk, "quiet", readings=every(5, [2.0, 2.0], NOW_MS - 9 * HOUR_MS), name="断站")
        desk.put(tables.Basin, id="upper", name="上游")
        desk.context.news.reset.emit()
        desk.context.news.links.emit(ME, [])
        qtbot.waitUntil(lambda: panel.charting.chart is not None and bool(panel.charting.chart.plots), timeout=LONG_MS)
        yield made


def listed(panel: MonitoringPanel) -> list[str]:
    return [row.id for row in panel.gauges.rows()]


def legend(panel: MonitoringPanel, plot: int = 0) -> str:
    assert panel.charting.chart is not None
    return " | ".join(panel.charting.chart.plots[plot].legend.texts())


def keys(panel: MonitoringPanel) -> list[str]:
    assert panel.charting.chart is not None
    return [plot.pane.key for plot in panel.charting.chart.plots]


def settle(panel: MonitoringPanel, qtbot: QtBot) -> None:
    """Nothing is under way or wanted any more, and all of it is drawn."""
    charting = panel.charting
    qtbot.waitUntil(
        lambda: not charting._wanted and not charting._asked and (charting.chart is None or charting.chart.turns.idle), timeout=LONG_MS
    )


def picture(panel: MonitoringPanel) -> QImage:
    assert panel.charting.chart is not None
    return panel.charting.chart.grab().toImage()


def ink_rows(image: QImage, colour: QColor) -> list[int]:
    """Rows of a picture in which the colour is."""
    wanted = colour.rgb()
    return [y for y in range(image.height()) if any(image.pixel(x, y) == wanted for x in range(image.width()))]


def test_worst_first_and_one_selection_with_the_map(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    assert listed(panel)[0] == "quiet"
    desk.context.selection.select(Thing.SENSOR, "river")
    settle(panel, qtbot)
    assert panel.list.view.current_id() == "river"
    assert "峡口" in legend(panel)
    assert panel.card.pairs()["Basin"] == "上游"
    flown: list[str] = []
    desk.context.selection.fly_requested.connect(lambda _thing, sensor: flown.append(sensor))
    qtbot.keyClick(panel.list.view, Qt.Key.Key_F)
    assert flown == ["river"]


def test_one_key_from_row_to_chart(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    panel.tabs.setCurrentIndex(REGISTER)
    desk.context.selection.select(Thing.SENSOR, "river")
    qtbot.keyClick(panel.list.view, Qt.Key.Key_Return)
    settle(panel, qtbot)
    assert panel.tabs.currentIndex() == 0
    assert panel.window().focusWidget() is panel.charting.chart


def test_several_gauges_share_the_time_and_the_whole_basin_is_one_action(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.SENSOR, "river")
    panel.chart_basin()
    settle(panel, qtbot)
    assert keys(panel) == ["level/m/"]
    assert panel.charting.chart is not None
    assert panel.charting.chart.plots[0].pane.hanging
    panel.tools.stacked.click()
    panel.tools.rise.click()
    panel.tools.sums.setCurrentIndex(3)
    settle(panel, qtbot)
    assert keys(panel) == ["level/m/river", "rain//hill", "rise/level/m", "sum"]
    ranges = {tuple(round(side) for side in plot.box.viewRange()[0]) for plot in panel.charting.chart.plots}
    assert len(ranges) == 1
    lefts = {round(plot.box.sceneBoundingRect().left()) for plot in panel.charting.chart.plots}
    widths = {round(plot.box.sceneBoundingRect().width()) for plot in panel.charting.chart.plots}
    assert (len(lefts), len(widths)) == (1, 1)


@pytest.mark.parametrize("key", ["1h", "24h", "30d"])
def test_one_high_reading_is_seen_at_every_zoom(window: Shown, qtbot: QtBot, key: str) -> None:
    """In the very pixels of the screen: the line's colour reaches the height of the flood of five minutes."""
    desk, panel = window
    desk.context.selection.select(Thing.SENSOR, "river")
    panel.tools.limits.setChecked(False)
    panel.charting.move(panel.charting.scope.between(_around(PEAK_MS, RANGES_MS[key])))
    settle(panel, qtbot)
    chart = panel.charting.chart
    assert chart is not None
    plot = chart.plots[0]
    canvas, top = plot.canvas, plot.box.sceneBoundingRect().top()
    image = picture(panel)
    rows = ink_rows(image, chart.look.tone(plot.pane.lines[-1].mark.tone))
    reached = top + canvas.y_of(6.0) - plot.box.rect().top()
    below_legend = [row for row in rows if row >= top - 1]
    assert min(below_legend) == pytest.approx(reached, abs=6)


def test_news_lengthen_the_line_without_reading_it_anew(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.SENSOR, "river")
    settle(panel, qtbot)
    put_readings(desk, "river", [(NOW_MS, 3.25, "")])
    desk.change(tables.Sensor, "river", at_ms=NOW_MS, heard_ms=NOW_MS, value=3.25)
    desk.tell(sensor={"river"})
    settle(panel, qtbot)
    assert "3.25 m · 0 s" in legend(panel)
    row = panel.gauges.row("river")
    assert row is not None
    assert row.gauge.value == 3.25


def test_silence_is_told_by_time_alone(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    assert "river" in listed(panel)
    panel.gauges.chips.choose("silent")
    assert listed(panel) == ["quiet"]
    desk.pass_time(3600)
    panel.list.table.refilter()
    assert set(listed(panel)) == {"quiet", "river", "hill"}


def test_at_a_past_instant_the_chart_ends_there(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.SENSOR, "river")
    desk.time.live, desk.time.ms = False, NOW_MS - 5 * HOUR_MS
    desk.database.execute_sql("DELETE FROM reading WHERE at_ms > ?", (desk.time.ms,))
    desk.context.news.reset.emit()
    settle(panel, qtbot)
    chart = panel.charting.chart
    assert chart is not None
    assert chart.plots[0].box.viewRange()[0][1] == pytest.approx(desk.time.ms / 1000, abs=2000)
    assert chart.plots[0].pane.lines[-1].x[-1] <= desk.time.ms / 1000
    assert "past instant" in panel.form.why.text()
    desk.time.ms -= HOUR_MS
    desk.tell(sensor={"river"})
    desk.context.news.second.emit()
    assert chart.plots[0].box.viewRange()[0][1] == pytest.approx(desk.time.ms / 1000, abs=2000)


def test_keys_move_zoom_and_follow(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.SENSOR, "river")
    settle(panel, qtbot)
    chart = panel.charting.chart
    assert chart is not None
    width_ms = panel.charting.scope.width_ms
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert not panel.charting.scope.following
    assert panel.tools.follow.text() == "○ Follow now"
    qtbot.keyClick(chart, Qt.Key.Key_Plus)
    assert panel.charting.scope.width_ms < width_ms
    qtbot.keyClick(chart, Qt.Key.Key_End)
    assert panel.charting.scope.following
    qtbot.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert chart.plots[0].canvas.cross_s == pytest.approx((NOW_MS - MINUTE_MS) / 1000)
    assert "16:59:00" in legend(panel)
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert "16:59:00" not in legend(panel)


def test_the_cross_hair_tells_what_was_read_there_and_where_nothing_was(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.SENSOR, "river")
    settle(panel, qtbot)
    chart = panel.charting.chart
    assert chart is not None
    chart.point(PEAK_MS / 1000 + 60)
    assert "6 m" in legend(panel)
    chart.point((NOW_MS - 80 * HOUR_MS) / 1000)
    assert "no data" in legend(panel)
    box = chart.plots[0].box.sceneBoundingRect()
    chart._on_mouse(QPointF(box.center()))
    assert chart.plots[0].canvas.cross_s == pytest.approx(sum(chart.plots[0].box.viewRange()[0]) / 2, abs=1)


def test_another_event_is_laid_under_at_its_peak(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    put_readings(desk, "river", [(NOW_MS - 900 * HOUR_MS + at * 5 * MINUTE_MS, 9.0 if at == 40 else 1.0, "") for at in range(80)])
    desk.context.selection.select(Thing.SENSOR, "river")
    panel.tools.compare.click()
    panel.tools.peak.click()
    settle(panel, qtbot)
    chart = panel.charting.chart
    assert chart is not None
    then, now = chart.plots[0].pane.lines
    assert then.past
    assert then.x[np.nanargmax(then.y)] == pytest.approx(now.x[np.nanargmax(now.y)])
    assert "then" in legend(panel)
    panel.tools.compare.click()
    settle(panel, qtbot)
    assert len(chart.plots[0].pane.lines) == 1


def test_day_and_night_are_switched_alive(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.SENSOR, "river")
    settle(panel, qtbot)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = app.palette()
    chart = panel.charting.chart
    assert chart is not None
    try:
        grounds = []
        for name in ("day", "night"):
            app.setPalette(theme._palette(theme.load(name).colours))
            qtbot.waitUntil(lambda name=name: chart.look.night == (name == "night"))
            image = picture(panel)
            grounds.append(image.pixelColor(image.width() - 2, image.height() - 2).lightness())
            assert ink_rows(image, chart.look.tone(chart.plots[0].pane.lines[-1].mark.tone))
        assert grounds[0] > 200 > 60 > grounds[1]
    finally:
        app.setPalette(before)


def test_the_language_of_dates_and_words(qtbot: QtBot, tmp_path: Path) -> None:
    i18n.use_language(i18n.CHINESE)
    with shown(qtbot, tmp_path, MonitoringPanel, empty=True) as (desk, panel):
        put_gauge(desk, "river", readings=every(5, WAVE), name="峡口")
        desk.context.news.reset.emit()
        qtbot.waitUntil(lambda: panel.charting.chart is not None and bool(panel.charting.chart.plots), timeout=LONG_MS)
        assert "水位（m）" in legend(panel)
        assert panel.tools.range.currentText() == "随数据，至多 24 小时"


def test_what_is_taken_away_holds_what_is_shown(window: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.SENSOR, "river")
    settle(panel, qtbot)
    for kind in ("csv", "png", "svg"):
        with qtbot.waitSignal(panel.taking.told):
            panel.taking.take(kind, tmp_path / f"taken.{kind}")
    header, held = read_csv((tmp_path / "taken.csv").read_bytes())
    span = panel.charting.span()
    query = "SELECT at_ms, value FROM reading WHERE sensor = 'river' AND at_ms BETWEEN ? AND ? ORDER BY at_ms"
    assert [(at_ms, value) for at_ms, value, _ in held["river"]] == list(desk.database.execute_sql(query, tuple(span)))
    assert header["time zone"] == "Asia/Shanghai"
    image = QImage(str(tmp_path / "taken.png"))
    assert image.pixelColor(2, 2) == QColor("#ffffff")
    assert panel.charting.chart is not None
    assert image.width() >= 2 * panel.charting.chart.viewport().width()
    assert len(ink_rows(image, QColor("#1565c0"))) > 20
    assert b"<polyline" in (tmp_path / "taken.svg").read_bytes()
    assert "峡口".encode() in (tmp_path / "taken.svg").read_bytes()


def test_a_file_that_cannot_be_written_is_told_so(window: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    _, panel = window
    with qtbot.waitSignal(panel.taking.told):
        panel.taking.take("csv", tmp_path / "none" / "taken.csv")
    assert "was not written" in panel.said.text()


def test_all_gauges_small_worst_first_and_opened_by_keys(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    panel.tabs.setCurrentIndex(ALL)
    plots = panel.overview.plots
    assert plots is not None
    qtbot.waitUntil(lambda: set(plots._smalls) == {"quiet", "river", "hill"} and plots.turns.idle)
    assert plots.in_view()[0] == "quiet"
    assert moment_text(panel.charting.span().start_ms)[:10] in panel.overview._words.text(), "of which time"
    blue = plots._look.tone(Tone.BLUE)
    for sensor, place in ((sensor, place) for place, sensor in enumerate(plots.in_view())):
        assert bool(ink_rows(plots.viewport().grab(plots._box(place)).toImage(), blue)) == (plots._smalls[sensor].range is not None)
    plots.setFocus()
    qtbot.keyClick(plots, Qt.Key.Key_Home)
    qtbot.keyClick(plots, Qt.Key.Key_Right)
    second = plots.in_view()[1]
    assert desk.context.selection.id == second
    assert plots._ranges([row for row in panel.gauges.all_rows() if row.id != "hill"])["river"][1] < 7
    plots.set_same_scale(True)
    shared = plots._ranges([row for row in panel.gauges.all_rows() if row.id != "hill"])
    assert len({shared[sensor] for sensor in shared}) == 1
    qtbot.keyClick(plots, Qt.Key.Key_Return)
    settle(panel, qtbot)
    assert panel.tabs.currentIndex() == 0
    assert panel.charting.sensors == (second,)


def test_only_the_small_plots_with_news_are_drawn_again(window: Shown, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, panel = window
    panel.tabs.setCurrentIndex(ALL)
    plots = panel.overview.plots
    assert plots is not None
    qtbot.waitUntil(lambda: len(plots._smalls) == 3 and plots.turns.idle and not panel.overview._asked)
    drawn: list[str] = []
    monkeypatch.setattr(multiples, "pictures", lambda cells, *rest: [drawn.append(c.words.name) for c in cells] and pictures(cells, *rest))
    before = plots._smalls["river"]
    put_readings(desk, "river", [(NOW_MS, 3.0, "")])
    desk.change(tables.Sensor, "river", at_ms=NOW_MS, heard_ms=NOW_MS, value=3.0)
    desk.tell(sensor={"river"})
    qtbot.waitUntil(lambda: plots._smalls["river"] is not before and plots.turns.idle)
    assert set(drawn) == {"峡口"}


def test_what_is_hidden_reads_nothing(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    settle(panel, qtbot)
    panel.tabs.setCurrentIndex(REGISTER)
    desk.reading.runs.clear()
    put_readings(desk, "river", [(NOW_MS, 3.0, "")])
    desk.tell(sensor={"river"})
    assert set(desk.reading.runs) == {"monitoring.list"}


def test_a_gauge_is_registered_by_keyboard(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    {action.text(): action for action in panel.actions_for_palette()}["Monitoring: register a gauge"].trigger()
    assert panel.window().focusWidget() is panel.form.name
    qtbot.keyClicks(panel.form.name, "New gauge")
    panel.form.lines["interval"].setText("10")
    panel.form.position.line.setText("82.5, 44.5")
    qtbot.keyClick(panel.form.name, Qt.Key.Key_Return)
    (draft,) = desk.writing.drafts
    body = msgspec.msgpack.decode(draft.body, type=SensorRegistered)
    assert (draft.kind, body.name, body.quantity, body.unit, body.interval_s) == ("sensor.registered", "New gauge", "rain", "mm", 600.0)
    put_gauge(desk, "new", "rain", name="New gauge")
    desk.writing.save("new")
    assert desk.context.selection.id == "new"
    assert panel.form.name.text() == ""


def test_a_gauge_is_corrected_and_withdrawn(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.SENSOR, "river")
    panel._correct()
    assert panel.form.lines["warning"].text() == "2"
    panel.form.name.setText("峡口新站")
    panel.form.submit()
    (draft,) = desk.writing.drafts
    body = msgspec.msgpack.decode(draft.body, type=SensorRegistered)
    assert (draft.subject, body.name, body.basin, body.warning) == ("river", "峡口新站", "upper", 2.0)
    desk.writing.save("river")
    panel.withdraw.reason.setText("重复登记")
    panel.withdraw.submit()
    assert msgspec.msgpack.decode(desk.writing.drafts[0].body, type=RecordWithdrawn).table == "sensor"
    desk.change(tables.Sensor, "river", withdrawn=True)
    desk.writing.save("river")
    desk.tell(sensor={"river"})
    assert "river" not in listed(panel)
    panel.gauges.show_withdrawn.click()
    assert listed(panel) == ["river"]


def test_of_minutes_of_readings_minutes_are_shown_until_somebody_chooses(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    charting = panel.charting
    put_gauge(desk, "new", readings=[(NOW_MS - at * 20_000, 1.0 + at / 9) for at in range(9, -1, -1)], name="新站", interval_s=20.0)
    desk.tell(sensor={"new"})
    desk.context.selection.select(Thing.SENSOR, "new")
    qtbot.waitUntil(lambda: charting.scope.width_ms == 600_000)
    assert charting.scope.following
    assert panel.tools.range.currentText() == "Readings, up to 24 h"
    desk.context.selection.select(Thing.SENSOR, "river")
    qtbot.waitUntil(lambda: charting.scope.width_ms == RANGES_MS["24h"])
    panel.tools.range.setCurrentIndex(panel.tools.range.findData("6h"))
    panel.tools.range.activated.emit(panel.tools.range.currentIndex())
    desk.context.selection.select(Thing.SENSOR, "new")
    settle(panel, qtbot)
    assert charting.scope.width_ms == RANGES_MS["6h"]
    panel.restore_state(panel.save_state())
    assert not charting.scope.fitted
    panel.tools.range.setCurrentIndex(panel.tools.range.findData("fitted"))
    panel.tools.range.activated.emit(panel.tools.range.currentIndex())
    qtbot.waitUntil(lambda: charting.scope.width_ms == 600_000)


def test_it_comes_back_as_it_was_left(window: Shown, qtbot: QtBot) -> None:
    _, panel = window
    panel.tools.rise.click()
    panel.tools.sums.setCurrentIndex(2)
    panel.charting.move(panel.charting.scope.ranged(RANGES_MS["7d"]))
    saved = panel.save_state()
    panel.tools.rise.click()
    panel.tools.sums.setCurrentIndex(0)
    panel.restore_state(saved)
    assert panel.tools.wish().sum_hours == 3
    assert panel.tools.rise.isChecked()
    assert panel.charting.scope.width_ms == RANGES_MS["7d"]
    for broken in ("{", "[]", '{"chart": 5}', '{"chart": {"width_ms": "x", "sum_hours": []}}'):
        panel.restore_state(broken)


def test_a_strip_tells_where_readings_come_from(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    assert not panel.gauges.bringers.isVisible()
    desk.put(tables.Gateway, id="a", name="<b>Broker", source="mqtt", state="faulty", fault="refused", heard_ms=NOW_MS)
    desk.tell(gateway={"a"})
    assert panel.gauges.bringers.isVisible()
    assert panel.gauges.bringers.text() == "✕ <b>Broker: faulty"
    assert "&lt;b&gt;Broker" in panel.gauges.bringers.toolTip()
    desk.pass_time(3600)
    assert "not heard of for 1 h" in panel.gauges.bringers.text()


def _around(middle_ms: int, width_ms: int) -> Span:
    return Span(middle_ms - width_ms // 2, middle_ms + width_ms // 2)


def test_ages_that_grow_and_shrink_do_not_move_the_plot(window: Shown, qtbot: QtBot) -> None:
    _, panel = window
    settle(panel, qtbot)
    chart = panel.charting.chart
    assert chart is not None
    legend_of = chart.plots[0].legend
    mark = Mark(Shape.CIRCLE, Tone.BLUE)
    heights = []
    for text in ("short", "long " * 60, "short"):
        legend_of.show_entries([Entry(mark, text), Entry(mark, text)])
        heights.append(legend_of.minimumHeight())
    assert heights[0] < heights[1] == heights[2]
    legend_of.show_entries([Entry(mark, "short")])
    assert legend_of.minimumHeight() == heights[0], "other gauges, another height"
