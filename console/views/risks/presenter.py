"""What the risk workspace shows: rows by urgency, with names, grounds and who is responsible. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import msgspec
import peewee as pw

from console.models.changes import Changes
from console.models.kinds import WITHDRAWN, Because, risk_subject
from console.models.state.tables import PRESENT_RISK
from console.views.age import age_text, moment_text
from console.views.i18n import tr, word
from console.views.risks.wording import because_text, doubt_text, is_default, lead_text, level_text, source_text
from console.views.tables.columns import Column, folded, natural
from console.views.tables.marks import LEVEL_MARKS, Mark, Shape, Tone

BLIND = "no_data"
NO_LEAD_S = 1e9
BLIND_MARK = Mark(Shape.CROSS, Tone.GREY)
GONE_MARK = Mark(Shape.RING, Tone.GREY)
_ORDER = {
    hazard: at for at, hazard in enumerate(("debris_flow", "flash_flood", "landslide", "river_flood", "forest_fire", "rainstorm", "gale"))
}
T = TypeVar("T")
_why = msgspec.msgpack.Decoder(list[Because])
_words = msgspec.msgpack.Decoder(list[str])
_rings = msgspec.msgpack.Decoder(list[list[tuple[float, float]]])
_QUERY = f"""
    SELECT r.id, r.hazard, r.place, r.level, r.stage, r.lead_s, r.at_ms, r.why, r.unsure, r.share, r.author, r.heard_ms, r.area,
        r.seen_level, r.seen_by, r.seen_note, r.seen_ms, r.incident,
        coalesce(nullif(b.name, ''), nullif(s.name, ''), r.place), coalesce(b.kind, 'sensor'), coalesce(b.people, 0), coalesce(b.leader, ''),
        coalesce(b.phone, ''), coalesce(b.source, ''), b.outer, s.lon, s.lat, b.villages, coalesce(b.withdrawn, s.withdrawn, 0)
    FROM {PRESENT_RISK} r LEFT JOIN basin b ON b.id = r.place LEFT JOIN sensor s ON s.id = r.place"""
_MOST_AT_ONCE = 500


@dataclass(frozen=True)
class RiskRow:
    """`why`: in words, the first decides; `sources`: beside each; `unsure`: in words, a level that is possible first. `blind`: nothing is heard
    from there. `gone`: its place was withdrawn, and with it the risk was closed. `fresh`: nobody has acknowledged a risk of that level, or
    that it was closed so."""

    id: str
    search: str
    area: str
    hazard: str
    place: str
    place_name: str
    place_kind: str
    level: int
    stage: str
    lead_s: float | None
    at_ms: int
    why: tuple[str, ...]
    sources: tuple[str, ...]
    defaults: bool
    sensors: tuple[str, ...]
    unsure: tuple[str, ...]
    share: float
    blind: bool
    gone: bool
    people: int
    villages: tuple[str, ...]
    leader: str
    phone: str
    author: str
    heard_ms: int | None
    seen_level: int
    seen_by: str
    seen_note: str
    seen_ms: int | None
    incident: str
    lon: float | None
    lat: float | None

    @property
    def subject(self) -> str:
        """What events about it are about."""
        return risk_subject(self.id)

    @cached_property
    def fresh(self) -> bool:
        if self.gone:
            return self.seen_ms is None
        return bool(self.level) and (not self.seen_level or self.level < self.seen_level)

    @cached_property
    def urgency(self) -> tuple[int, float, str, int]:
        """Gravest first, then what is soonest; of one place what people must run from before what it comes from."""
        grave = self.level or (5 if self.blind or self.gone else 6)
        return grave, NO_LEAD_S if self.lead_s is None else self.lead_s, self.place_name, _ORDER.get(self.hazard, len(_ORDER))

    @property
    def title(self) -> str:
        return f"{self.place_name} {word('risk_hazard', self.hazard)}"


GROUPS: dict[str, Callable[[RiskRow], bool]] = {
    "": lambda row: row.level > 0 or row.blind or row.fresh,
    "fresh": lambda row: row.fresh,
    "blind": lambda row: row.blind,
    "over": lambda row: not row.level and not row.blind and not row.fresh,
}


def read_risks(database: pw.SqliteDatabase, ids: Sequence[str] | None = None) -> list[RiskRow]:
    """All, or those of `ids`, by urgency."""
    if ids is None:
        held = list(database.execute_sql(_QUERY))  # type: ignore[no-untyped-call]
    else:
        held = []
        for start in range(0, len(ids), _MOST_AT_ONCE):
            some = list(ids[start : start + _MOST_AT_ONCE])
            held += list(database.execute_sql(f"{_QUERY} WHERE r.id IN ({','.join('?' * len(some))})", some))  # type: ignore[no-untyped-call]
    unpacked = [(row, _unpack(_why, row[7]), _unpack(_words, row[8])) for row in held]
    things = {because.thing for _, why, _ in unpacked for because in why}
    things |= {code.partition(":")[2] for _, _, unsure in unpacked for code in unsure}
    names = _names(database, sorted(things - {""}))
    return sorted((_row(row, why, unsure, names) for row, why, unsure in unpacked), key=lambda row: row.urgency)


def concerned(changes: Changes) -> Iterable[str] | None:
    """A basin's name or person is in many rows."""
    return None if "basin" in changes.ids else changes.ids.get("risk", ())


def columns() -> list[Column[RiskRow]]:
    return [
        Column(
            "level",
            lambda: tr("Level"),
            lambda row, _now: tr("withdrawn") if row.gone else level_text(row.level) if row.level or not row.blind else tr("blind"),
            lambda row: row.urgency[:2],
            lambda row, _now: mark_of(row),
            width_chars=9,
        ),
        Column(
            "place",
            lambda: tr("Place"),
            lambda row, _now: row.place_name,
            lambda row: natural(row.place_name),
            width_chars=18,
        ),
        Column("hazard", lambda: tr("Hazard"), lambda row, _now: word("risk_hazard", row.hazard), width_chars=11),
        Column(
            "lead",
            lambda: tr("Time left"),
            lambda row, now_ms: lead_text(left_s(row, now_ms), row.level),
            lambda row: row.lead_s,
            width_chars=11,
            numeric=True,
            ages=True,
        ),
        Column("stage", lambda: tr("Stage"), lambda row, _now: word("risk_stage", row.stage) if row.level else "–", width_chars=10),
        Column(
            "why",
            lambda: tr("Why"),
            lambda row, _now: row.why[0] if row.why else "–",
            tip=lambda row, _now: "\n".join(row.why),
            width_chars=26,
            wide=True,
        ),
        Column(
            "unsure",
            lambda: tr("Unsure"),
            lambda row, _now: unsure_text(row),
            tip=lambda row, _now: "\n".join(row.unsure),
            width_chars=14,
        ),
        Column(
            "people",
            lambda: tr("People"),
            lambda row, _now: f"{row.people:,}" if row.people else "–",
            lambda row: -row.people,
            width_chars=7,
            numeric=True,
        ),
        Column(
            "leader",
            lambda: tr("Responsible"),
            lambda row, _now: " ".join(part for part in (row.leader, row.phone) if part) or "–",
            width_chars=16,
        ),
        Column(
            "age",
            lambda: tr("Readings"),
            lambda row, now_ms: age_text(row.at_ms or None, now_ms),
            lambda row: -row.at_ms,
            tip=lambda row, _now: moment_text(row.at_ms or None),
            width_chars=10,
            numeric=True,
            ages=True,
        ),
        Column("seen", lambda: tr("Acknowledged"), lambda row, _now: seen_text(row), width_chars=13),
        Column("author", lambda: tr("Judged by"), lambda row, _now: row.author, width_chars=12, hidden=True),
    ]


def mark_of(row: RiskRow) -> Mark:
    return GONE_MARK if row.gone else BLIND_MARK if row.blind and not row.level else LEVEL_MARKS[row.level]


def left_s(row: RiskRow, now_ms: int) -> float | None:
    """The lead time, less what has gone by since it was reckoned."""
    if row.lead_s is None:
        return None
    return max(0.0, row.lead_s - max(0, now_ms - (row.heard_ms or now_ms)) / 1000)


def unsure_text(row: RiskRow) -> str:
    if not row.unsure:
        return "–"
    return row.unsure[0] if len(row.unsure) == 1 else tr("{first} and {n} more", first=row.unsure[0], n=len(row.unsure) - 1)


def seen_text(row: RiskRow) -> str:
    if row.fresh:
        return tr("not yet")
    return row.seen_by or "–" if row.seen_level or row.gone else "–"


def card(row: RiskRow, now_ms: int) -> list[tuple[str, str]]:
    """(label, value) of all that is known of one risk; first what the list beside it has no room for."""
    grounds = [f"{at}. {text}\n    {source}" for at, (text, source) in enumerate(zip(row.why, row.sources, strict=True), 1)]
    withdrawn = tr("none: the place was withdrawn, nobody judges there any more")
    blind = tr("blind: no gauge is heard, nothing can be said")
    known = [
        (tr("Why"), "\n".join(grounds)),
        (tr("Unsure"), "\n".join(row.unsure)),
        (tr("Level"), withdrawn if row.gone else blind if row.blind and not row.level else level_text(row.level)),
        (tr("Stage"), word("risk_stage", row.stage) if row.level else ""),
        (tr("Time left"), lead_text(left_s(row, now_ms), row.level) if row.level else ""),
        (tr("Heard"), tr("{share} % of the gauges' weight", share=round(row.share * 100))),
        (tr("Newest reading"), tr("{span} ago", span=age_text(row.at_ms, now_ms)) if row.at_ms else ""),
        (tr("Responsible"), " ".join(part for part in (row.leader, row.phone) if part)),
        (tr("People"), f"{row.people:,}" if row.people else ""),
        (tr("Villages"), "、".join(row.villages)),
        (tr("Acknowledged"), _acknowledged(row)),
        (tr("Judged by"), tr("{who}, {span} ago", who=row.author, span=age_text(row.heard_ms, now_ms))),
        (tr("Note"), tr("Default limits are in it: check them with your office.") if row.defaults else ""),
    ]
    return [(label, value) for label, value in known if value]


def _acknowledged(row: RiskRow) -> str:
    if not row.seen_level:
        if row.gone and not row.fresh:
            return tr("{who} at {time}", who=row.seen_by or "–", time=moment_text(row.seen_ms))
        return tr("not yet") if row.level or row.fresh else ""
    told = tr("{who} at {time}, as {level}", who=row.seen_by or "–", time=moment_text(row.seen_ms), level=level_text(row.seen_level))
    return f"{told} · {row.seen_note}" if row.seen_note else told


def _row(held: Sequence[Any], why: list[Because], unsure: list[str], names: dict[str, str]) -> RiskRow:
    (risk, hazard, place, level, stage, lead_s, at_ms, _, _, share, author, heard_ms, area) = held[:13]
    seen_level, seen_by, seen_note, seen_ms, incident, name, kind, people, leader, phone, source, outer, lon, lat, villages, withdrawn = (
        held[13:]
    )
    middle = (lon, lat) if lon is not None else _middle(outer)
    texts = tuple(because_text(each, names) for each in why)
    blind = BLIND in unsure
    return RiskRow(
        id=risk,
        search=folded(name, word("risk_hazard", hazard), level_text(level), leader, phone, *texts),
        area=area,
        hazard=hazard,
        place=place,
        place_name=name,
        place_kind=kind,
        level=level if 0 <= level <= 4 else 0,
        stage=stage,
        lead_s=lead_s,
        at_ms=at_ms,
        why=texts,
        sources=tuple(source_text(each, source) for each in why),
        defaults=any(is_default(each) for each in why),
        sensors=tuple(dict.fromkeys(each.thing for each in why if not each.rule.startswith("chain."))),
        unsure=tuple(doubt_text(each, names) for each in unsure),
        share=share,
        blind=blind,
        gone=stage == WITHDRAWN and not level and bool(withdrawn),
        people=people,
        villages=tuple(_unpack(_words, villages)),
        leader=leader,
        phone=phone,
        author=author,
        heard_ms=heard_ms,
        seen_level=seen_level,
        seen_by=seen_by,
        seen_note=seen_note,
        seen_ms=seen_ms,
        incident=incident,
        lon=middle[0],
        lat=middle[1],
    )


def _names(database: pw.SqliteDatabase, ids: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in ("sensor", "basin"):
        for start in range(0, len(ids), _MOST_AT_ONCE):
            some = ids[start : start + _MOST_AT_ONCE]
            query = f"SELECT id, name FROM {table} WHERE id IN ({','.join('?' * len(some))})"
            found |= {row[0]: row[1] for row in database.execute_sql(query, some) if row[1]}  # type: ignore[no-untyped-call]
    return found


def _unpack(decoder: msgspec.msgpack.Decoder[list[T]], packed: bytes | None) -> list[T]:
    try:
        return decoder.decode(packed) if packed else []
    except msgspec.DecodeError:
        return []


def _middle(outer: bytes | None) -> tuple[float | None, float | None]:
    rings = _unpack(_rings, outer)
    if not rings or not rings[0]:
        return None, None
    lons, lats = [point[0] for point in rings[0]], [point[1] for point in rings[0]]
    return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
