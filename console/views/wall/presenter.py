"""What stands on the wall beside the map: what is worst, in few words, with its age. Qt-free."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import peewee as pw

from console.models.rules.duty import OPEN, is_at_work, is_free
from console.models.state.tables import PRESENT_RISK
from console.views.age import age_text, span_text
from console.views.i18n import tr, word
from console.views.map.things.warnings import level_of

MAX_LINES = 6
SIGNS = {1: "▲", 2: "◆", 3: "■", 4: "●"}
"""By level, as everywhere (console/views/tables/marks.py), so that colour is never the only sign."""
TABLES = frozenset({"incident", "warning", "risk", "unit", "task", "road", "basin", "sensor"})


class Line(NamedTuple):
    """`level`: 1 (worst) to 4, 0 none."""

    text: str
    age: str
    level: int = 0


class Section(NamedTuple):
    """`more`: how many lines there are besides those shown."""

    title: str
    lines: list[Line]
    more: int = 0


class Board(NamedTuple):
    """As read. Incidents: (title, place, level, since_ms); helps: (name, nature, since_ms); warnings: (event or headline, level, since_ms);
    risks: (hazard, place, level, lead_s, at_ms); tasks: (text, unit, due_ms); units: how many are free, at work, and there are."""

    incidents: list[tuple[str, str, int, int]]
    helps: list[tuple[str, str, int]]
    warnings: list[tuple[str, int, int]]
    risks: list[tuple[str, str, int, float | None, int]]
    tasks: list[tuple[str, str, int]]
    units: tuple[int, int, int]
    roads: int


def read_board(database: pw.SqliteDatabase, now_ms: int) -> Board:
    """On the reading thread."""
    return Board(
        [
            *_rows(
                database,
                "SELECT title, place, level, coalesce(occurred_ms, opened_ms) FROM incident WHERE status = 'open' AND NOT withdrawn "
                "ORDER BY CASE level WHEN 0 THEN 9 ELSE level END, opened_ms DESC",
            )
        ],
        [*_rows(database, "SELECT coalesce(nullif(name, ''), callsign, id), help, help_ms FROM unit WHERE help <> '' ORDER BY help_ms")],
        sorted(
            (
                (_marked(event or headline, status), level_of(colour, severity), sent_ms)
                for event, headline, colour, severity, sent_ms, status in _rows(
                    database,
                    "SELECT event, headline, colour, severity, sent_ms, cap_status FROM warning WHERE identifier <> '' AND superseded_by = '' "
                    "AND msg_type <> 'Cancel' AND cap_status IN ('Actual', 'Exercise') AND (expires_ms IS NULL OR expires_ms > ?) "
                    "ORDER BY sent_ms DESC",
                    now_ms,
                )
            ),
            key=lambda row: row[1] or 9,
        ),
        [
            *_rows(
                database,
                "SELECT r.hazard, coalesce(nullif(b.name, ''), nullif(s.name, ''), r.place), r.level, r.lead_s, r.at_ms "
                f"FROM {PRESENT_RISK} r "
                "LEFT JOIN basin b ON b.id = r.place LEFT JOIN sensor s ON s.id = r.place WHERE r.level > 0 "
                "ORDER BY r.level, coalesce(r.lead_s, 1e12)",
            )
        ],
        [
            *_rows(
                database,
                "SELECT t.text, coalesce(nullif(u.name, ''), t.unit), t.due_ms FROM task t LEFT JOIN unit u ON u.id = t.unit "
                f"WHERE t.due_ms IS NOT NULL AND t.state IN ({','.join('?' * len(OPEN))}) ORDER BY t.due_ms",
                *OPEN,
            )
        ],
        _units(database),
        next(iter(_rows(database, "SELECT count(*) FROM road WHERE status = 'closed' AND NOT withdrawn")))[0],
    )


def _units(database: pw.SqliteDatabase) -> tuple[int, int, int]:
    query = "SELECT u.status, coalesce(t.state, ''), count(*) FROM unit u LEFT JOIN task t ON t.id = u.task GROUP BY 1, 2"
    counted = [*_rows(database, query)]
    free = sum(count for status, task, count in counted if is_free(status, task))
    busy = sum(count for status, task, count in counted if is_at_work(status, task))
    return free, busy, sum(count for *_, count in counted)


def _marked(text: str, cap_status: str) -> str:
    return text if cap_status == "Actual" else f"{tr('EXERCISE')} · {text}"


def _rows(database: pw.SqliteDatabase, query: str, *values: object) -> Iterable[tuple[Any, ...]]:
    return database.execute_sql(query, values)  # type: ignore[no-untyped-call,no-any-return]


def sections(board: Board, now_ms: int) -> list[Section]:
    """In the order in which they must be seen; one with nothing to say is not there, but for incidents and units."""
    late = [task for task in board.tasks if task[2] < now_ms]
    helps = [
        Line(f"{name} · {word('help_nature', nature)}", age_text(since_ms, now_ms) if since_ms else "–", 1)
        for name, nature, since_ms in board.helps
    ]
    risks = [
        Line(f"{place} · {word('hazard', hazard)}", _lead(lead_s, at_ms, now_ms), level)
        for hazard, place, level, lead_s, at_ms in board.risks
    ]
    warnings = [Line(text, age_text(since_ms, now_ms), level) for text, level, since_ms in board.warnings]
    incidents = [
        Line(f"{title} · {place}" if place else title, age_text(since_ms, now_ms), level)
        for title, place, level, since_ms in board.incidents
    ]
    tasks = [Line(f"{unit} · {text}", tr("{span} late", span=age_text(due_ms, now_ms)), 2) for text, unit, due_ms in late]
    listed = [
        _section(tr("Calls for help"), helps),
        _section(tr("Risks"), risks),
        _section(tr("Warnings in force"), warnings),
        _section(tr("Open incidents"), incidents) or Section(tr("Open incidents"), [Line(tr("none"), "")]),
        _section(tr("Tasks overdue"), tasks),
        Section(tr("Units"), _unit_lines(board)),
    ]
    return [section for section in listed if section is not None]


def _section(title: str, lines: list[Line]) -> Section | None:
    return Section(title, lines[:MAX_LINES], max(0, len(lines) - MAX_LINES)) if lines else None


def _unit_lines(board: Board) -> list[Line]:
    free, busy, total = board.units
    counts = tr("{free} free, {busy} at work, of {total}", free=free, busy=busy, total=total)
    return [Line(counts, "")] + ([Line(tr("{n} road cut|{n} roads cut", n=board.roads), "")] if board.roads else [])


def _lead(lead_s: float | None, at_ms: int, now_ms: int) -> str:
    """How long until it is there, reckoned from when it was assessed."""
    if lead_s is None:
        return age_text(at_ms, now_ms)
    left_s = round(lead_s - (now_ms - at_ms) / 1000)
    return tr("in {span}", span=span_text(left_s)) if left_s > 0 else tr("now")
