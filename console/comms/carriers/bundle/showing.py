"""What is in bundles, for a person to see before anything is taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from console.comms.carriers.bundle.layout import Segment
from console.comms.carriers.bundle.opened import Volume
from console.comms.carriers.bundle.orders import Inside, Kind
from console.models.event import Vector

SLACK_MS = 60_000
"""Clocks no further apart than this are not told of."""


def inside(volume: Volume, held: Vector, now_ms: int) -> Inside:
    """`held`: what is here, as it is now or will be when the volumes before this one are taken; it is not changed."""
    about, sender = volume.about, volume.sender
    new, waiting = _new(volume.contents.segments, held)
    ahead_ms = about.made_ms - now_ms
    return Inside(
        file=str(volume.path),
        bytes=volume.size,
        bundle=about.bundle.hex(),
        volume=about.volume,
        last=volume.contents.last,
        sender=sender.origin.hex(),
        name=sender.label,
        role=sender.role,
        area=sender.area,
        made_ms=about.made_ms,
        ahead_ms=ahead_ms if ahead_ms > SLACK_MS else 0,
        incident=about.incident,
        title=about.title,
        kinds=_kinds(volume.contents.segments),
        events=dict(_by_lane(volume.contents.segments)),
        new=dict(new),
        waiting=waiting,
    )


def after(volume: Volume, held: Vector) -> Vector:
    """What is held once this volume was taken."""
    ends = dict(held)
    for segment in volume.contents.segments:
        if not segment.early and follows(segment, ends):
            ends[segment.stream] = max(segment.last_seq, ends.get(segment.stream, 0))
    return ends


def follows(segment: Segment, held: Vector) -> bool:
    """Whether nothing is missing before it that its maker could have given."""
    return segment.first_seq <= held.get(segment.stream, 0) + 1 or bool(segment.base)


def missing(volumes: Iterable[tuple[str, int, bool]]) -> list[int]:
    """Of (bundle, number, last): the numbers that are not there. Without the last one it is the number after the highest."""
    by_bundle: dict[str, dict[int, bool]] = {}
    for bundle, number, last in volumes:
        by_bundle.setdefault(bundle, {})[number] = last
    found: set[int] = set()
    for numbers in by_bundle.values():
        highest = max(numbers)
        found.update(number for number in range(1, highest) if number not in numbers)
        if not any(numbers.values()):
            found.add(highest + 1)
    return sorted(found)


def _lane(segment: Segment) -> str:
    return segment.topic.rpartition("/")[2]


def _by_lane(segments: Sequence[Segment]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for segment in segments:
        counts[_lane(segment)] += segment.count
    return counts


def _new(segments: Sequence[Segment], held: Vector) -> tuple[Counter[str], int]:
    """Events by lane that are not held, and how many of these do not follow what is held."""
    counts: Counter[str] = Counter()
    ends, waiting = dict(held), 0
    for segment in segments:
        end = ends.get(segment.stream, 0)
        count = segment.last_seq - max(end, segment.first_seq - 1)
        if count <= 0:
            continue
        counts[_lane(segment)] += count
        if segment.early:
            continue
        if follows(segment, ends):
            ends[segment.stream] = segment.last_seq
        else:
            waiting += count
    return counts, waiting


def _kinds(segments: Sequence[Segment]) -> list[Kind]:
    found: dict[tuple[str, str], Kind] = {}
    for segment in segments:
        for kind, count in segment.kinds.items():
            key = (_lane(segment), kind)
            known = found.get(key) or Kind(*key, 0, segment.first_ms, segment.last_ms)
            times = min(known.first_ms, segment.first_ms), max(known.last_ms, segment.last_ms)
            found[key] = Kind(*key, known.count + count, *times)
    order = ("command", "report", "telemetry")
    return sorted(found.values(), key=lambda kind: (order.index(kind.lane), -kind.count, kind.kind))
