"""Personal data of an incident: what a purge would destroy, and the hold that forbids it. No Qt.

Emergency Response Law 2024, arts 84-85: used for the response only, destroyed afterwards unless it is held for an inquiry. Which kinds of
entry lose their words is in `resources/rules/retention.toml`; how, in `console.models.journal.erasing`.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

import peewee as pw

from console.comms.local.messages import Draft
from console.models.event import Topic
from console.models.kinds import HoldLifted, HoldPlaced
from console.models.rules.retention import default_rule
from console.models.state.tables import Timeline
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import required, within
from console.views.i18n import tr, word
from console.views.incidents.drafts import About, draft_of
from console.views.incidents.presenter import IncidentRow

WHY_CHARS = 2000


class Count(NamedTuple):
    """`entries` of one kind, written for one area; `bare`: their words are gone already."""

    kind: str
    area: str
    bare: bool
    entries: int


class Going(NamedTuple):
    """What a purge at this desk would destroy: (kind, how many), most first. `others`: entries of areas that this desk does not speak for;
    `bare`: entries that have lost their words already."""

    kinds: tuple[tuple[str, int], ...]
    others: int
    bare: int

    @property
    def total(self) -> int:
        return sum(count for _, count in self.kinds)


def read_personal(database: pw.SqliteDatabase, incident: str) -> list[Count]:
    """Entries of the incident's timeline that have, or had, somebody's words. Raises Fault when the rule cannot be read."""
    wanted = (Timeline.incident == incident) & (Timeline.mark != "early") & Timeline.kind.in_(sorted(default_rule().personal.kinds))
    bare = (Timeline.mark == "erased").alias("bare")
    query = Timeline.select(Timeline.kind, Timeline.topic, bare, pw.fn.COUNT(Timeline.hlc)).where(wanted)
    rows = query.group_by(Timeline.kind, Timeline.topic, bare).tuples().execute(database)
    return [Count(kind, Topic.parse(topic).area, bool(gone), count) for kind, topic, gone, count in rows]


def going(counts: list[Count], own_area: str) -> Going:
    """As the journal carries it out: what was written for `own_area` and below."""
    kinds: dict[str, int] = {}
    others = 0
    for each in counts:
        if not each.bare and each.area.startswith(own_area):
            kinds[each.kind] = kinds.get(each.kind, 0) + each.entries
        elif not each.bare:
            others += each.entries
    most_first = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    return Going(tuple(most_first), others, sum(each.entries for each in counts if each.bare))


def going_text(found: Going) -> str:
    """Line by line; nothing is destroyed that was not told here."""
    listed = tr("; ").join(tr("{label}: {value}", label=word("event_kind", kind), value=f"{count:,}") for kind, count in found.kinds)
    lines = []
    if found.kinds:
        lines.append(tr("{n} entry would lose its words and names|{n} entries would lose their words and names", n=found.total))
        lines.append(listed)
        lines.append(tr("Here and on every other peer, and for good. Figures, places and times stay."))
    if found.others:
        lines.append(tr("{n} entry is another area's to destroy|{n} entries are other areas' to destroy", n=found.others))
    if found.bare:
        lines.append(tr("{n} entry has lost its words already|{n} entries have lost their words already", n=found.bare))
    return "\n".join(lines)


def hindrance(row: IncidentRow | None, found: Going | None) -> str:
    """Why nothing can be destroyed now and what to do, "" when it can."""
    if row is None:
        return tr("Choose an incident in the list first.")
    if row.open:
        return tr("The incident is open. Personal data is destroyed once it is closed.")
    if row.hold:
        return tr("It is held for inquiry ({why}). Lift the hold first.", why=row.hold)
    if found is None:
        return tr("Counting what would be destroyed...")
    return "" if found.kinds else tr("Nothing that this desk can destroy has words of anybody's.")


def confirmed(typed: str, title: str) -> None:
    """Raises EntryFault unless the title was typed; width of characters and spaces do not matter."""
    if not _plain(typed) or _plain(typed) != _plain(title):
        raise EntryFault(tr("To confirm, type the title of the incident: {title}", title=title))


def reason(text: str) -> str:
    return within(required(text, tr("The reason")), tr("The reason"), WHY_CHARS)


def holding(about: About, why: str, author: str, *, held: bool) -> Draft:
    """Lifts the hold of an incident that is `held`, else places one. Raises EntryFault without a reason."""
    body = (HoldLifted if held else HoldPlaced)(why=reason(why), author=author)
    return draft_of(body, *about)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())
