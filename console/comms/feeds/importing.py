"""What a table of feeds changes in the registry: new ones, and of known ones the fields that differ, as drafts of events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from console.comms.gateways.feeds_table import FeedRow
from console.comms.local.messages import Draft
from console.models.feeds.book import Entry
from console.models.feeds.code import parse
from console.models.kinds import MAX_LIST_BYTES, MAX_LISTED, FeedChanged, FeedsListed, ListedFeed, RecordRestored, encode_body, kind_of

BATCH = 800
"""Feeds written at once: one commit of the peer, some tens of milliseconds."""
ROOM_BYTES = 64
"""For what is around the feeds of a list."""
_encode = msgspec.msgpack.Encoder().encode
FIELDS = ("name", "url", "snapshot_url", "owner", "folder", "road", "basin", "lon", "lat", "bearing_deg", "view_deg", "range_m", "note")


class Batch(NamedTuple):
    """What is written at once: `drafts` of `steps` feeds."""

    drafts: list[Draft]
    steps: int


class Plan(NamedTuple):
    """`drafts` of `new`, `changed` and `restored` feeds (withdrawn before, in the table again), and how many feeds each is of; `same`: as they
    are known."""

    drafts: list[Draft]
    counts: list[int]
    new: int
    changed: int
    restored: int
    same: int

    @property
    def steps(self) -> int:
        """Of all batches."""
        return sum(self.counts)

    def batches(self) -> Iterator[Batch]:
        drafts, steps = list[Draft](), 0
        for draft, count in zip(self.drafts, self.counts, strict=True):
            if drafts and steps + count > BATCH:
                yield Batch(drafts, steps)
                drafts, steps = [], 0
            drafts.append(draft)
            steps += count
        if drafts:
            yield Batch(drafts, steps)


def planned(known: Mapping[str, Entry], feeds: Sequence[FeedRow], author: str, own_area: str) -> Plan:
    """`own_area`: of this peer; a feed is registered in the area its GB/T 28181 id names when that lies in it."""
    drafts: list[Draft] = []
    fresh: dict[str, list[ListedFeed]] = {}
    new = changed = restored = 0
    for feed in feeds:
        held = known.get(feed.id)
        if held is None:
            new += 1
            fresh.setdefault(_area(feed, own_area), []).append(ListedFeed(feed.id, feed.body))
            continue
        if held.withdrawn:
            restored += 1
            again = RecordRestored(table="feed", why="in the table again", author=author)
            drafts.append(Draft(kind=kind_of(again), body=encode_body(again), subject=feed.id, area=held.event_area))
        differing: dict[str, Any] = {
            field: getattr(feed.body, field)
            for field in FIELDS
            if getattr(feed.body, field) != getattr(held, field) and not _bare(feed, held, field)
        }
        if differing:
            changed += 1
            body = FeedChanged(author=author, **differing)
            drafts.append(Draft(kind=kind_of(body), body=encode_body(body), subject=feed.id, area=held.event_area))
    same = len(feeds) - new - changed
    lists = [(area, each) for area, feeds_there in fresh.items() for each in listed(feeds_there)]
    drafts += [Draft(kind=kind_of(body), body=encode_body(body), area=area) for area, body in lists]
    counts = [1] * (len(drafts) - len(lists)) + [len(body.feeds) for _, body in lists]
    return Plan(drafts, counts, new, changed, restored, same)


def listed(feeds: Iterable[ListedFeed]) -> Iterator[FeedsListed]:
    """Lists of at most MAX_LISTED feeds and MAX_LIST_BYTES encoded. One feed, whatever its texts, is less than that."""
    held, size = list[ListedFeed](), 0
    for each in feeds:
        own_size = len(_encode(each))
        if held and (len(held) == MAX_LISTED or size + own_size > MAX_LIST_BYTES - ROOM_BYTES):
            yield FeedsListed(feeds=held)
            held, size = [], 0
        held.append(each)
        size += own_size
    if held:
        yield FeedsListed(feeds=held)


def _bare(feed: FeedRow, held: Entry, field: str) -> bool:
    """A feed without a name is listed under its id."""
    return field == "name" and not feed.body.name and held.name == held.id


def _area(feed: FeedRow, own_area: str) -> str:
    """ "" : the peer's own."""
    told = parse(feed.body.code)
    area = told.area if told else ""
    return area if area.startswith(own_area) and len(area) > len(own_area) else ""
