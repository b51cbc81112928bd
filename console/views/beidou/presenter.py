"""What is shown of the satellite terminal: its card's clock, what waits, what went. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.comms.local.messages import Consigned, Satellite, ShortMessage
from console.views.age import age_text, clock_text, moment_text, span_text
from console.views.i18n import tr, word
from console.views.tables.columns import Column, folded
from console.views.tables.marks import Mark, Shape, Tone

FULL_BARS = 4
URGENT = 1
"""Up to this urgency what waits is marked: calls for help, orders and their answers."""
STATE_MARKS = {
    "ready": Mark(Shape.CIRCLE, Tone.GREEN),
    "asking": Mark(Shape.RING, Tone.BLUE),
    "absent": Mark(Shape.CROSS, Tone.RED),
    "no_card": Mark(Shape.TRIANGLE, Tone.RED),
    "small": Mark(Shape.TRIANGLE, Tone.RED),
    "": Mark(Shape.SQUARE, Tone.GREY),
}
WHAT_MARKS = {
    "sent": Mark(Shape.TRIANGLE, Tone.BLUE),
    "repeated": Mark(Shape.TRIANGLE, Tone.ORANGE),
    "received": Mark(Shape.DOWN, Tone.BLUE),
    "acknowledged": Mark(Shape.CIRCLE, Tone.GREEN),
    "refused": Mark(Shape.CROSS, Tone.RED),
}
WAITS = Mark(Shape.RING, Tone.GREY)
WAITS_URGENT = Mark(Shape.DOWN, Tone.ORANGE)
_TOTALS = ("sent", "acknowledged", "repeated", "received", "refused")


@dataclass(frozen=True)
class WaitingRow:
    """`place`: in the order of sending, from 1."""

    id: str
    search: str
    place: int
    what: Consigned


@dataclass(frozen=True)
class ShortRow:
    id: str
    search: str
    what: ShortMessage


def state_text(satellite: Satellite | None) -> str:
    """Terminal and card in one line, with what to do where something is missing."""
    if satellite is None:
        return tr("No satellite terminal is used. Connect one and give its serial port below.")
    if satellite.state == "ready":
        return tr(
            "Card {card}, level {level}, {dialect}: {bytes} bytes every {rate}",
            card=satellite.card,
            level=satellite.level,
            dialect=satellite.dialect,
            bytes=satellite.content_bytes,
            rate=span_text(round(satellite.rate_s)),
        )
    return word("satellite_state", satellite.state).format(port=satellite.port, card=satellite.card, why=satellite.why)


def state_mark(satellite: Satellite | None) -> Mark:
    return STATE_MARKS.get("" if satellite is None else satellite.state, STATE_MARKS["absent"])


def clock_words(satellite: Satellite | None, now_ms: int) -> str:
    """When the next message may go."""
    if satellite is None or satellite.state != "ready":
        return tr("Nothing can be sent by satellite.")
    left_s = left_ms(satellite, now_ms) / 1000
    if left_s > 0:
        return tr("Next message in {span}", span=span_text(int(left_s) + 1))
    if satellite.bars == 0:
        return tr("No signal: bring the antenna where it sees the southern sky.")
    return tr("The next message can go now.")


def left_ms(satellite: Satellite, now_ms: int) -> int:
    return max(0, satellite.ready_ms - now_ms)


def clock_share(satellite: Satellite | None, now_ms: int) -> float:
    """Of the card's interval what has passed: 0 to 1."""
    if satellite is None or satellite.state != "ready" or satellite.rate_s <= 0:
        return 0.0
    return min(1.0, max(0.0, 1 - left_ms(satellite, now_ms) / (satellite.rate_s * 1000)))


def facts(satellite: Satellite | None, now_ms: int) -> list[tuple[str, str]]:
    """Label and value, line by line."""
    if satellite is None:
        return []
    known = [
        (tr("Signal"), signal_text(satellite.bars) if satellite.state == "ready" else ""),
        (tr("Cards known"), tr("{n} peer can be written to|{n} peers can be written to", n=satellite.partners)),
        (tr("Last refusal"), word("short_refusal", f"terminal_{satellite.refusal}") if satellite.refusal else ""),
        (
            tr("By hand"),
            tr("for {span} more", span=span_text((satellite.by_hand_ms - now_ms) // 1000)) if by_hand(satellite, now_ms) else "",
        ),
        (tr("So far"), totals_text(satellite.counts)),
        (tr("Refused"), refused_text(satellite.refused)),
    ]
    return [(label, value) for label, value in known if value]


def by_hand(satellite: Satellite | None, now_ms: int) -> bool:
    """Whether what is urgent goes also to those whom a network reaches."""
    return satellite is not None and satellite.by_hand_ms > now_ms


def signal_text(bars: int | None) -> str:
    """In blocks and in figures: "▮▮▮▯ 3 of 4"."""
    if bars is None:
        return tr("not told yet")
    return f"{'▮' * bars}{'▯' * (FULL_BARS - bars)} {tr('{bars} of {full}', bars=bars, full=FULL_BARS)}"


def totals_text(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{word('short_what', what)} {counts[what]:,}" for what in _TOTALS if counts.get(what))


def refused_text(refused: Mapping[str, int]) -> str:
    most_first = sorted(refused.items(), key=lambda item: -item[1])
    return ", ".join(f"{count:,} {word('short_refusal', code)}" for code, count in most_first)


def kind_text(kind: str) -> str:
    return word("short_kind", kind.replace(".", "_"))


def kinds_text(kinds: Sequence[str]) -> str:
    return ", ".join(map(kind_text, kinds))


# -- tables ---------------------------------------------------------------------------------------------------------------------


def waiting_rows(satellite: Satellite | None) -> list[WaitingRow]:
    rows = [] if satellite is None else satellite.waiting
    return [
        WaitingRow(f"{place} {each.peer} {each.kind} {each.since_ms}", folded(kind_text(each.kind), each.name), place, each)
        for place, each in enumerate(rows, start=1)
    ]


def waiting_title(satellite: Satellite | None) -> str:
    """Of the tab: seen also while the other one is in front."""
    count = 0 if satellite is None else satellite.waiting_count
    title = tr("Waits for the satellite")
    return tr("{title} ({n})", title=title, n=count) if count else title


def waiting_columns() -> list[Column[WaitingRow]]:
    return [
        Column("place", lambda: tr("Order"), lambda row, _now: f"{row.place}", lambda row: row.place, width_chars=4, numeric=True),
        Column(
            "kind",
            lambda: tr("What"),
            lambda row, _now: kind_text(row.what.kind),
            mark=lambda row, _now: WAITS_URGENT if row.what.urgency <= URGENT else WAITS,
            width_chars=11,
        ),
        Column("state", lambda: tr("State"), waiting_state, lambda row: row.place, tip=waiting_state, width_chars=14, wide=True, ages=True),
        Column("to", lambda: tr("To"), lambda row, _now: row.what.name, width_chars=12),
        Column(
            "since",
            lambda: tr("Said"),
            lambda row, now: age_text(row.what.since_ms, now),
            lambda row: row.what.since_ms,
            tip=lambda row, _now: moment_text(row.what.since_ms),
            width_chars=8,
            numeric=True,
            ages=True,
        ),
    ]


def waiting_state(row: WaitingRow, now_ms: int) -> str:
    """Waiting, or sent and not acknowledged; of an event in several messages, how many have arrived."""
    what = row.what
    parts = tr("{done} of {n} messages arrived", done=what.done, n=what.parts) if what.parts > 1 else ""
    if what.tries == 0:
        text = tr("waits")
    elif what.due_ms > now_ms:
        text = tr("sent {n} time, no answer yet|sent {n} times, no answer yet", n=what.tries)
    else:
        text = tr("is sent again")
    return ", ".join(each for each in (text, parts) if each)


def recent_rows(satellite: Satellite | None) -> list[ShortRow]:
    """Newest first."""
    rows = [] if satellite is None else satellite.recent
    return [
        ShortRow(f"{each.at_ms} {place}", folded(word("short_what", each.what), each.name, kinds_text(each.kinds)), each)
        for place, each in reversed(list(enumerate(rows)))
    ]


def recent_columns() -> list[Column[ShortRow]]:
    return [
        Column(
            "at",
            lambda: tr("Time"),
            lambda row, now: clock_text(row.what.at_ms, now),
            lambda row: row.what.at_ms,
            tip=lambda row, _now: moment_text(row.what.at_ms),
            width_chars=9,
        ),
        Column(
            "what",
            lambda: tr("What"),
            lambda row, _now: word("short_what", row.what.what),
            mark=lambda row, _now: WHAT_MARKS.get(row.what.what),
            width_chars=12,
        ),
        Column("kinds", lambda: tr("Content"), short_content, width_chars=14, wide=True),
        Column("name", lambda: tr("Peer"), lambda row, _now: row.what.name or "–", width_chars=10),
        Column(
            "bytes",
            lambda: tr("Bytes"),
            lambda row, _now: f"{row.what.bytes or '–'}",
            lambda row: row.what.bytes,
            width_chars=6,
            numeric=True,
        ),
    ]


def short_content(row: ShortRow, _now_ms: int) -> str:
    reason = word("short_refusal", row.what.code) if row.what.code else ""
    return ": ".join(each for each in (kinds_text(row.what.kinds), reason) if each) or tr("acknowledgement alone")
