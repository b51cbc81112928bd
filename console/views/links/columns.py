"""The columns of the links and of the peers. No Qt."""

from __future__ import annotations

from collections.abc import Callable

from console.models.rules.power import power_rule
from console.views.age import age_text, moment_text
from console.views.i18n import tr, word
from console.views.links.presenter import HARMLESS, TROUBLE_ORDER, LinkRow, PeerRow
from console.views.links.wording import (
    counts_text,
    how_text,
    lanes_text,
    power_text,
    refused_count,
    refused_text,
    role_text,
    step_text,
    step_tip,
)
from console.views.tables.columns import Column
from console.views.tables.marks import LINK_MARKS, Mark, Shape, Tone

URGENT_LANES = 2
"""Of LANES_BY_URGENCY: commands and reports waiting are marked; telemetry always trails a little."""
WAITING = Mark(Shape.DOWN, Tone.ORANGE)
LACKING = Mark(Shape.TRIANGLE, Tone.BLUE)
IN_STEP = Mark(Shape.CIRCLE, Tone.GREEN)
LOW = Mark(Shape.DOWN, Tone.ORANGE)
REFUSED = Mark(Shape.TRIANGLE, Tone.RED)
REVOKED = Mark(Shape.CROSS, Tone.RED)
ENROLLED = Mark(Shape.CIRCLE, Tone.GREEN)


def columns() -> list[Column[LinkRow]]:
    return [
        Column("name", lambda: tr("Peer"), lambda row, _now: row.name, width_chars=14, wide=True),
        Column(
            "state",
            lambda: tr("State"),
            lambda row, _now: word("link_state", row.state),
            _trouble,
            lambda row, _now: LINK_MARKS.get(row.state),
            lambda row, _now: row.reason or word("link_state", row.state),
            width_chars=9,
        ),
        Column("carrier", lambda: tr("Reached by"), lambda row, _now: word("carrier", row.carrier), tip=_how, width_chars=7),
        _age("heard", lambda: tr("Last heard"), lambda row: row.heard_ms),
        Column(
            "step",
            lambda: tr("In step as of"),
            step_text,
            lambda row: row.in_step_ms or 0,
            lambda row, _now: IN_STEP if row.in_step else None,
            step_tip,
            width_chars=9,
            numeric=True,
        ),
        _counts("waiting", lambda: tr("To send (C/R/T)"), lambda row: row.waiting, WAITING),
        _counts("lacking", lambda: tr("For us (C/R/T)"), lambda row: row.lacking, LACKING),
        _age("oldest", lambda: tr("Oldest waits"), lambda row: row.oldest_ms),
        Column(
            "power",
            lambda: tr("Battery"),
            lambda row, _now: power_text(row),
            lambda row: 101 if row.battery is None else row.battery,
            lambda row, _now: LOW if row.saving or _low(row) else None,
            width_chars=12,
        ),
        Column(
            "refused",
            lambda: tr("Refused"),
            lambda row, _now: f"{refused_count(row):,}",
            refused_count,
            lambda row, _now: REFUSED if any(code not in HARMLESS for code, _ in row.refused) else None,
            lambda row, _now: refused_text(row.refused),
            width_chars=7,
            numeric=True,
        ),
        *_hidden(),
    ]


def _hidden() -> list[Column[LinkRow]]:
    """Not shown until they are asked for."""
    return [
        Column(
            "delay",
            lambda: tr("Delay (ms)"),
            lambda row, _now: "–" if row.delay_ms is None else f"{row.delay_ms:,.0f}",
            lambda row: row.delay_ms,
            width_chars=10,
            numeric=True,
            hidden=True,
        ),
        Column("role", lambda: tr("Role"), lambda row, _now: role_text(row), width_chars=9, hidden=True),
        Column("endpoint", lambda: tr("How"), _how, width_chars=24, hidden=True),
        _age("since", lambda: tr("Since"), lambda row: row.since_ms, hidden=True),
        _number("sent", lambda: tr("Sent"), lambda row: row.sent),
        _number("received", lambda: tr("Received"), lambda row: row.received),
        Column("area", lambda: tr("Area"), lambda row, _now: row.area, width_chars=8, hidden=True),
    ]


def _age(key: str, title: Callable[[], str], at_ms: Callable[[LinkRow], int | None], *, hidden: bool = False) -> Column[LinkRow]:
    return Column(
        key,
        title,
        lambda row, now: age_text(at_ms(row), now),
        at_ms,
        tip=lambda row, _now: moment_text(at_ms(row)),
        width_chars=9,
        numeric=True,
        ages=True,
        hidden=hidden,
    )


def _counts(key: str, title: Callable[[], str], lanes: Callable[[LinkRow], tuple[int, ...]], mark: Mark) -> Column[LinkRow]:
    return Column(
        key,
        title,
        lambda row, _now: counts_text(lanes(row)),
        lanes,
        lambda row, _now: mark if any(lanes(row)[:URGENT_LANES]) else None,
        lambda row, _now: lanes_text(lanes(row)),
        width_chars=9,
        numeric=True,
    )


def _number(key: str, title: Callable[[], str], count: Callable[[LinkRow], int]) -> Column[LinkRow]:
    return Column(key, title, lambda row, _now: f"{count(row):,}", count, width_chars=9, numeric=True, hidden=True)


def peer_columns() -> list[Column[PeerRow]]:
    return [
        Column("name", lambda: tr("Peer"), lambda row, _now: row.name, width_chars=18, wide=True),
        Column("role", lambda: tr("Role"), lambda row, _now: word("role", row.role), width_chars=10),
        Column("area", lambda: tr("Area"), lambda row, _now: row.area, width_chars=9),
        Column(
            "trust",
            lambda: tr("May speak"),
            lambda row, _now: tr("no, revoked") if row.revoked else tr("yes"),
            mark=lambda row, _now: REVOKED if row.revoked else ENROLLED,
            tip=lambda row, _now: row.why,
            width_chars=10,
        ),
        Column("why", lambda: tr("Why revoked"), lambda row, _now: row.why, width_chars=16),
        Column("by", lambda: tr("Enrolled by"), lambda row, _now: row.enrolled_by, width_chars=14, hidden=True),
        Column("id", lambda: tr("Identity"), lambda row, _now: row.id, width_chars=12),
    ]


def _trouble(row: LinkRow) -> int:
    return TROUBLE_ORDER.index(row.state) if row.state in TROUBLE_ORDER else 0


def _how(row: LinkRow, _now_ms: int) -> str:
    return how_text(row)


def _low(row: LinkRow) -> bool:
    return row.battery is not None and row.battery <= power_rule().saving.begin_percent
