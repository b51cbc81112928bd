"""What the two dialogs say about bundles. No Qt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import peewee as pw

from console.comms.carriers.bundle.layout import SUFFIX
from console.comms.carriers.bundle.orders import Inside, Job, Made, Planned, Receiver, Shown, Taken
from console.models.event import LANES_BY_URGENCY
from console.views import reasons
from console.views.age import age_text, local, moment_text, span_text
from console.views.entry.outcome import Outcome, Stage
from console.views.i18n import mark, tr, word

MB = 1_000_000
VOLUMES = ((0, mark("One file, however large")), (64 * MB, mark("Files of 64 MB")), (650 * MB, mark("Files of 650 MB (a CD)")))
VOLUMES_FAT = ((4_000 * MB, mark("Files of 4 GB (most sticks)")),)
MAX_INCIDENTS = 200
_UNSAFE = re.compile(r"[^\w.-]+")


class Incident(NamedTuple):
    id: str
    title: str


class KindLine(NamedTuple):
    """One line of what is inside: the words of a lane and a kind, how many, and the author times of the first and last."""

    lane: str
    kind: str
    events: str
    first: str
    last: str


def read_incidents(database: pw.SqliteDatabase) -> list[Incident]:
    """The newest ones first. Reader thread."""
    rows = database.execute_sql("SELECT id, title FROM incident ORDER BY opened_ms DESC LIMIT ?", (MAX_INCIDENTS,))  # type: ignore[no-untyped-call]
    return [Incident(*row) for row in rows]


def receiver_text(receiver: Receiver) -> str:
    return f"{receiver.name} ({word('role', receiver.role)}, {receiver.area})"


def file_name(receiver: str, at: datetime) -> str:
    """A name for the first volume, that every file system takes."""
    name = _UNSAFE.sub("-", receiver).strip("-.")[:40] or "bundle"
    return f"{name}-{at:%Y%m%d-%H%M}{SUFFIX}"


def bytes_text(count: int) -> str:
    for unit, size in (("GB", 1000 * MB), ("MB", MB), ("kB", 1000)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count} B"


def counts_text(events: dict[str, int]) -> str:
    """By lane: "command 3, report 20"."""
    parts = [f"{word('lane', lane.value)} {events[lane.value]:,}" for lane in LANES_BY_URGENCY if events.get(lane.value)]
    return ", ".join(parts) or tr("no events")


# -- making --------------------------------------------------------------------------------------------------------------------


def plan_text(planned: Planned, now_ms: int) -> str:
    known = (
        tr("What it holds is known as of {age} ago.", age=age_text(planned.known_ms, now_ms))
        if planned.known_ms is not None
        else tr("What it holds is not known: it is taken to have nothing but its own.")
    )
    if not sum(planned.events.values()):
        nothing = tr("{name} is known to have all of it. The bundle would only tell it what is held here.", name=planned.name)
        return f"{nothing} {known}"
    parts = [
        tr("Goes along: {counts}.", counts=counts_text(planned.events)),
        tr("{size} at most.", size=bytes_text(planned.most_bytes)),
        known,
    ]
    if planned.early:
        parts.append(tr("{n} of them goes ahead of its stream.|{n} of them go ahead of their streams.", n=planned.early))
    return " ".join(parts)


def made_text(made: Made) -> str:
    total = sum(size for _, size in made.files)
    files = ", ".join(Path(file).name for file, _ in made.files)
    counts, size = counts_text(made.events), bytes_text(total)
    return tr("Written for {name}: {files} ({size}). In it: {counts}.", name=made.name, files=files, size=size, counts=counts)


# -- taking --------------------------------------------------------------------------------------------------------------------


def inside_pairs(volume: Inside, now_ms: int, *, taken: bool = False) -> list[tuple[str, str]]:
    """`taken`: what was new then is not any more."""
    known = [
        (tr("File"), f"{Path(volume.file).name} ({bytes_text(volume.bytes)})"),
        (tr("From"), f"{volume.name} ({word('role', volume.role)}, {volume.area}, {volume.sender[:12]})"),
        (tr("Made"), f"{moment_text(volume.made_ms)} ({age_text(volume.made_ms, now_ms)})"),
        (tr("Its clock"), _clock_text(volume.ahead_ms)),
        (tr("About"), volume.title if volume.incident else tr("all that this peer was not known to have")),
        (tr("Volume"), _volume_text(volume)),
        (tr("In it"), counts_text(volume.events)),
        (tr("New here"), "" if taken else counts_text(volume.new)),
        (tr("Must wait"), "" if taken else _waiting_text(volume.waiting)),
    ]
    return [(label, value) for label, value in known if value]


def _clock_text(ahead_ms: int) -> str:
    return tr("{span} ahead of this machine's: set the one that is wrong", span=span_text(ahead_ms // 1000)) if ahead_ms else ""


def _volume_text(volume: Inside) -> str:
    number = tr("{n}, the last", n=volume.volume) if volume.last else str(volume.volume)
    return f"{number} · {volume.bundle[:8]}"


def _waiting_text(count: int) -> str:
    return tr("{n} event, until an earlier volume was taken|{n} events, until an earlier volume was taken", n=count) if count else ""


def kind_lines(volume: Inside) -> list[KindLine]:
    return [
        KindLine(
            word("lane", kind.lane),
            word("event_kind", kind.kind),
            f"{kind.count:,}",
            moment_text(kind.first_ms),
            moment_text(kind.last_ms),
        )
        for kind in volume.kinds
    ]


def new_count(shown: Shown) -> int:
    return sum(sum(volume.new.values()) for volume in shown.volumes)


def missing_text(missing: Sequence[int]) -> str:
    return tr("Not among them: volume {numbers}.", numbers=", ".join(map(str, missing))) if missing else ""


def shown_text(shown: Shown) -> str:
    """What can be said before it is taken."""
    new = new_count(shown)
    said = tr("{n} event is new here.|{n} events are new here.", n=new) if new else tr("Nothing in it is new here; taking it does no harm.")
    return " ".join(part for part in (said, missing_text(shown.missing)) if part)


def taken_text(taken: Taken) -> str:
    parts = [tr("Taken: {counts}.", counts=counts_text(taken.events))]
    if taken.held:
        parts.append(tr("Held already: {n}.", n=f"{taken.held:,}"))
    if taken.early:
        parts.append(tr("Shown ahead of their streams: {n}.", n=f"{taken.early:,}"))
    if taken.waiting:
        parts.append(tr("Not taken, an earlier volume must come first: {n}.", n=f"{taken.waiting:,}"))
    if taken.refusals:
        parts.append(tr("Refused: {n}.", n=f"{taken.refusals:,}"))
    parts.append(missing_text(taken.missing))
    return " ".join(part for part in parts if part)


def refused_lines(taken: Taken) -> list[str]:
    lines = [f"{no.place}: {word('refusal', no.code)} ({no.text})" for no in taken.refused]
    more = taken.refusals - len(taken.refused)
    return [*lines, tr("and {n} more", n=more)] if more > 0 else lines


class JobOutcome(Outcome):
    """What became of a job, beside its button."""

    def words(self) -> str:
        if self.stage is Stage.SAVED:
            return tr("Done {time}", time=f"{local(self.at_ms):%H:%M:%S}")
        return reasons.said(self.reason)


def progress_text(job: Job) -> str:
    phase = word("bundle_phase", job.phase)
    return f"{phase} {job.done:,} / {job.whole:,}" if job.whole else phase
