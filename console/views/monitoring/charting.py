"""Keeps the chart true: which gauges, which time, drawn how; has it read and reckoned on the reading thread. GUI thread only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from console.models.changes import Changes
from console.views.context import Context
from console.views.monitoring.looking import Ask, Drawn, read
from console.views.monitoring.plan import Wish
from console.views.monitoring.scope import FITS_MS, Scope, Span
from console.views.monitoring.shelf import OPEN_MS, Shelf

if TYPE_CHECKING:
    from console.views.monitoring.chart import Chart

LEAST_WAIT_MS = 100
"""No more than ten looks a second, however fast news come."""
PATIENCE_S = 3
MOST_GAUGES = 60


class Charting(QObject):
    """Attributes: `chart` (None until it is loaded), `sensors`, `scope`, `wish`, `past`. Signals: `moved()` when another time is shown."""

    moved = Signal()

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.chart: Chart | None = None
        self.sensors: tuple[str, ...] = ()
        self.scope, self.wish = Scope(fitted=True), Wish()
        self.past: tuple[int, bool] | None = None
        self.chosen = ""
        self.drawn: Drawn | None = None
        self.active = False
        self._shelf = Shelf()
        self._told: set[str] = set()
        self._fresh = True
        self._wanted = self._asked = False
        self._narrow = self._widen = False
        self._waited_s = 0
        self._pause = QTimer(self, singleShot=True, interval=LEAST_WAIT_MS)
        self._pause.timeout.connect(self._ask)
        context.news.changed.connect(self._on_changed)
        context.news.reset.connect(self.read_anew)
        context.news.second.connect(self._on_second)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def show_chart(self, chart: Chart) -> None:
        self.chart = chart
        chart.zoomed.connect(lambda factor, share: self.move(self.scope.zoomed(factor, share, self._now_ms())))
        chart.panned.connect(lambda share: self.move(self.scope.panned(share, self._now_ms())))
        chart.followed.connect(lambda: self.move(self.scope.follow()))
        self._want()

    def set_active(self, active: bool) -> None:
        """Whether anybody sees it: what is hidden reads nothing."""
        self.active = active
        if active:
            self._want()

    def choose(self, sensors: list[str], chosen: str = "") -> None:
        """These gauges, in this order; `chosen` is drawn over the others."""
        self.chosen = chosen
        if tuple(sensors[:MOST_GAUGES]) != self.sensors:
            self.sensors = tuple(sensors[:MOST_GAUGES])
            self._want()
        elif self.drawn is not None:
            self._show()

    def move(self, scope: Scope) -> None:
        self.scope = scope
        self.moved.emit()
        self._show()
        if self._must_read():
            self._want()

    def set_wish(self, wish: Wish, past: tuple[int, bool] | None) -> None:
        if (wish, past) != (self.wish, self.past):
            self.wish, self.past = wish, past
            self._want()

    def span(self) -> Span:
        return self.scope.span(self._now_ms())

    def read_anew(self) -> None:
        """Another time, another journal: nothing that was kept is true. A read under way is of the time before."""
        self._fresh, self._asked = True, False
        self.moved.emit()
        self._want()

    # -- news ------------------------------------------------------------------------------------------------------

    def _on_changed(self, changes: Changes) -> None:
        told = changes.ids.get("sensor", set()) & set(self.sensors)
        if told or "basin" in changes.ids:
            self._told |= told
            self._wanted = True
            self._ask()

    def _on_second(self) -> None:
        if self._asked:
            self._waited_s += 1
            if self._waited_s >= PATIENCE_S:
                self._asked = False
                self._want()
        if not self.active or self.chart is None:
            return
        if self.scope.following and self._steps():
            self._show()
            if self._must_read():
                self._want()
        else:
            self.chart.tick(self._now_ms())

    def _steps(self) -> bool:
        """Whether the time has moved on by a column of pixels since it was drawn: before that nothing would look different."""
        assert self.chart is not None
        return self._shown is None or abs(self.span().end_ms - self._shown.end_ms) >= self.scope.width_ms / self.chart.width_px

    # -- reading ---------------------------------------------------------------------------------------------------

    def _want(self) -> None:
        """The operator did something: at once."""
        self._pause.stop()
        self._wanted = True
        self._ask()

    def _ask(self) -> None:
        """One look at a time, and a pause after each; what is wanted meanwhile goes into the next."""
        if not self._wanted or self._asked or self._pause.isActive() or not self.active or self.chart is None:
            return
        span = self.span()
        ask = Ask(
            self.sensors,
            self._load_span(span),
            span,
            self.wish,
            self.past,
            frozenset(self._told),
            self.chart.width_px,
            self._now_ms(),
            self._fresh,
            self._now_ms() - FITS_MS[-1] if self.scope.fitted else None,
        )
        self._wanted, self._asked, self._waited_s, self._told, self._fresh = False, True, 0, set(), False
        self._context.reading.run("monitoring.chart", lambda database: read(database, self._shelf, ask), self._take)

    def _load_span(self, span: Span) -> Span:
        """At first little more than is shown; as soon as that is drawn, half a width more at each side; and then the same span again for as
        long as it serves, so that only what is new is read."""
        drawn, self._narrow = self.drawn, False
        jumped = drawn is None or self._must_read() or drawn.ask.sensors != self.sensors
        if drawn is not None and not jumped and not self._widen and not self._fresh and drawn.ask.wish.sum_hours >= self.wish.sum_hours:
            return drawn.ask.loaded
        self._narrow, self._widen = jumped, False
        margin_ms = span.width_ms // (16 if jumped else 2)
        return Span(span.start_ms - margin_ms, OPEN_MS if self.scope.following else span.end_ms + margin_ms)

    def _must_read(self) -> bool:
        """The time shown has left what was read, or is much shorter, or far behind it."""
        if self.drawn is None:
            return True
        loaded, span, asked = self.drawn.ask.loaded, self.span(), self.drawn.ask.span
        outside = span.start_ms < loaded.start_ms or span.end_ms > loaded.end_ms
        other_scale = not 0.4 < span.width_ms / max(asked.width_ms, 1) < 2.5
        return outside or other_scale or span.start_ms - loaded.start_ms > 3 * span.width_ms

    def _take(self, drawn: Drawn) -> None:
        self._asked = False
        self.drawn = drawn
        if drawn.ask.sensors == self.sensors:
            self._show()
            self._fit(drawn)
        self._pause.start()
        if self._narrow:
            self._narrow, self._widen, self._wanted = False, True, True

    def _fit(self, drawn: Drawn) -> None:
        """As long as nobody chose a time, what there is of the last day is shown, not a stroke at the edge of it."""
        if self.scope.fitted and drawn.ask.since_ms is not None:
            scope = self.scope.fit(drawn.first_ms, self._now_ms())
            if scope != self.scope:
                self.move(scope)

    def _show(self) -> None:
        if self.chart is not None and self.drawn is not None:
            self._shown = self.span()
            self.chart.show_panes(self.drawn.panes, self._shown, self._now_ms(), self.chosen)

    _shown: Span | None = None

    def _now_ms(self) -> int:
        return self._context.time.now_ms()
