"""What is shown of modes: where each area stands, which one holds here, and every switch there was. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import peewee as pw

from console.models import kinds
from console.models.clock import hlc_from_ms, ms_of
from console.models.state.tables import Mode
from console.views.age import age_text, clock_text, moment_text
from console.views.i18n import tr, word
from console.views.tables.columns import Column, folded
from console.views.tables.marks import LEVEL_NUMERALS, Mark, Shape, Tone
from console.views.tables.names import name_of, peer_names
from console.views.window.areas import areas

EMERGENCY, ROUTINE = "emergency", "routine"
MODE_MARKS = {ROUTINE: Mark(Shape.CIRCLE, Tone.GREEN), EMERGENCY: Mark(Shape.TRIANGLE, Tone.RED)}
UNKNOWN_MARK = Mark(Shape.RING, Tone.GREY)
MOST_SWITCHES = 500
LAST_COUNTER = 0xFFFF
_SWITCHES = (
    "SELECT e.hlc, e.subject, e.body, e.held, lower(hex(s.origin)) FROM event e JOIN stream s ON s.id = e.stream "
    "WHERE e.stream IN (SELECT id FROM stream WHERE topic LIKE '%/command') AND e.kind = 'mode.switched' AND e.hlc <= ? "
    "AND e.erased = x'' ORDER BY e.hlc DESC LIMIT ?"
)


@dataclass(frozen=True)
class ModeRow:
    """Where one area stands. `id`: its code; `response_level` 0: none is started."""

    id: str
    search: str
    name: str
    mode: str
    why: str
    response_level: int
    author: str
    since_ms: int

    @property
    def place(self) -> str:
        """Its own name alone, without those above it and its code, for where room is dear."""
        return self.name.removesuffix(f" {self.id}").rpartition(" ")[2]


@dataclass(frozen=True)
class SwitchRow:
    """One switch. `held`: by a peer whose clock is far ahead; it does not count yet."""

    id: str
    search: str
    area_name: str
    mode: str
    why: str
    response_level: int
    who: str
    at_ms: int
    held: bool


@dataclass(frozen=True)
class Standing:
    """What holds for one's own area. `row`: its own, else the nearest above that was ever switched; `elsewhere`: other areas in emergency
    mode."""

    row: ModeRow | None
    elsewhere: tuple[ModeRow, ...]


@cache
def area_names() -> dict[str, str]:
    """Code -> name. Reads a file at first: on the reader thread."""
    return {area.code: area.name for area in areas()}


def area_text(code: str) -> str:
    name = area_names().get(code, "")
    return f"{name} {code}" if name else code


def read_modes(database: pw.SqliteDatabase, ids: Sequence[str] | None = None) -> list[ModeRow]:
    query = Mode.select() if ids is None else Mode.select().where(Mode.id.in_(list(ids)))
    return [_row(held) for held in query.order_by(Mode.id).dicts().execute(database)]


def concerned(changes: Any) -> Iterable[str]:
    found: Iterable[str] = changes.ids.get("mode", ())
    return found


def read_switches(database: pw.SqliteDatabase, now_ms: int) -> list[SwitchRow]:
    """Every switch up to `now_ms`, the latest first; of the journal itself, since the state holds the last of each area alone."""
    names = peer_names(database)
    rows = database.execute_sql(_SWITCHES, (hlc_from_ms(now_ms, LAST_COUNTER), MOST_SWITCHES))  # type: ignore[no-untyped-call]
    return [row for hlc, area, body, held, origin in rows if (row := _switch(hlc, area, body, held, origin, names)) is not None]


def choices(own_area: str, modes: Sequence[ModeRow]) -> list[tuple[str, str]]:
    """(code, name) of the areas that somebody of `own_area` may switch: its own, and those below that have a name or were switched."""
    below = {code for code in area_names() if code.startswith(own_area)} | {row.id for row in modes if row.id.startswith(own_area)}
    return [(code, area_text(code)) for code in [own_area, *sorted(below - {own_area})]] if own_area else []


def standing(modes: Iterable[ModeRow], own_area: str) -> Standing:
    by_area = {row.id: row for row in modes}
    above = (own_area[:digits] for digits in range(len(own_area), 0, -1))
    row = next((by_area[area] for area in above if area in by_area), None)
    elsewhere = tuple(each for each in by_area.values() if each.mode == EMERGENCY and each is not row)
    return Standing(row, elsewhere)


def badge_text(held: Standing, now_ms: int) -> str:
    """One line for the status bar; the sign in front says the same as the colour."""
    row = held.row
    if row is None:
        text = "○ " + tr("Routine mode")
    elif row.mode == EMERGENCY:
        text = "▲ " + tr("EMERGENCY MODE: {area}", area=row.place)
        text += f" · {word('response_level', str(row.response_level))}" if row.response_level else ""
        text = tr("{told}, for {span}", told=text, span=age_text(row.since_ms, now_ms))
    else:
        text = "● " + tr("{mode} mode for {span}", mode=word("mode", row.mode), span=age_text(row.since_ms, now_ms))
    if not held.elsewhere:
        return text
    named, count = held.elsewhere[0], len(held.elsewhere) - 1
    area = tr("{area} and {n} more", area=named.place, n=count) if count else named.place
    return tr("{one} · {other}", one=text, other="▲ " + tr("emergency mode in {area}", area=area))


def badge_tone(held: Standing) -> str:
    if held.row is not None and held.row.mode == EMERGENCY:
        return "bad"
    return "caution" if held.elsewhere else ""


def badge_tip(held: Standing) -> str:
    lines = [row_text(row) for row in ([held.row] if held.row is not None else []) + list(held.elsewhere)]
    return "\n".join(lines) or tr("No area was ever switched.")


def row_text(row: ModeRow) -> str:
    who = row.author or tr("nobody named")
    told = {"area": row.name, "mode": word("mode", row.mode), "time": moment_text(row.since_ms), "who": who, "why": row.why}
    return tr("{area}: {mode} since {time}, by {who}: {why}", **told)


def columns() -> list[Column[ModeRow]]:
    return [
        Column("area", lambda: tr("Area"), lambda row, _now: row.name, lambda row: row.id, width_chars=18),
        Column(
            "mode",
            lambda: tr("Mode"),
            lambda row, _now: word("mode", row.mode),
            mark=lambda row, _now: MODE_MARKS.get(row.mode, UNKNOWN_MARK),
            width_chars=11,
        ),
        Column("response", lambda: tr("Response"), lambda row, _now: response_text(row.response_level), width_chars=10),
        Column(
            "since",
            lambda: tr("For"),
            lambda row, now: age_text(row.since_ms, now),
            lambda row: row.since_ms,
            tip=lambda row, _now: moment_text(row.since_ms),
            width_chars=11,
            numeric=True,
            ages=True,
        ),
        Column("who", lambda: tr("By"), lambda row, _now: row.author, width_chars=10),
        Column("why", lambda: tr("Why"), lambda row, _now: row.why, width_chars=16, wide=True),
    ]


def switch_columns() -> list[Column[SwitchRow]]:
    return [
        Column(
            "at",
            lambda: tr("Time"),
            lambda row, now: clock_text(row.at_ms, now),
            lambda row: row.at_ms,
            tip=lambda row, _now: moment_text(row.at_ms),
            width_chars=14,
            numeric=True,
        ),
        Column("area", lambda: tr("Area"), lambda row, _now: row.area_name, width_chars=18),
        Column(
            "mode",
            lambda: tr("Mode"),
            lambda row, _now: tr("{mode} (held)", mode=word("mode", row.mode)) if row.held else word("mode", row.mode),
            mark=lambda row, _now: MODE_MARKS.get(row.mode, UNKNOWN_MARK),
            width_chars=11,
        ),
        Column("response", lambda: tr("Response"), lambda row, _now: response_text(row.response_level), width_chars=10),
        Column("who", lambda: tr("By"), lambda row, _now: row.who, width_chars=16),
        Column("why", lambda: tr("Why"), lambda row, _now: row.why, width_chars=16, wide=True),
    ]


def response_text(level: int) -> str:
    return word("response_level", str(level)) if level in LEVEL_NUMERALS else "–"


def _row(held: dict[str, Any]) -> ModeRow:
    same = ("id", "mode", "why", "response_level", "author", "since_ms")
    name = area_text(held["id"])
    return ModeRow(**{field: held[field] for field in same}, name=name, search=folded(name, word("mode", held["mode"]), held["why"]))


def _switch(hlc: int, area: str, body: bytes, held: bool, origin: str, names: dict[str, str]) -> SwitchRow | None:
    try:
        told = kinds.decode_body("mode.switched", bytes(body))
    except msgspec.DecodeError:
        return None
    if not isinstance(told, kinds.ModeSwitched):
        return None
    peer, name = name_of(origin, names), area_text(area)
    who = tr("{person} ({peer})", person=told.author, peer=peer) if told.author and told.author != peer else peer
    return SwitchRow(
        id=f"{hlc}/{origin}/{area}",
        search=folded(name, word("mode", told.mode), told.why, who),
        area_name=name,
        mode=told.mode,
        why=told.why,
        response_level=told.response_level,
        who=who,
        at_ms=ms_of(hlc),
        held=bool(held),
    )
