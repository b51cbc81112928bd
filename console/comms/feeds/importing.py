"""What a table of feeds changes in the registry: new ones, and of known ones the fields that differ, as drafts of events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from console.comms.gateways.feeds_table import FeedRow
from console.comms.local.messages import Draft
from console.models.feeds.book import Entry
from console.models.feeds.code import parse
from console.models.kinds import FeedChanged, RecordRestored, encode_body, kind_of

BATCH = 500
"""Drafts written at once: one commit of the peer, some tens of milliseconds."""
FIELDS = ("name", "url", "snapshot_url", "owner", "folder", "road", "basin", "lon", "lat", "bearing_deg", "view_deg", "range_m", "note")


class Plan(NamedTuple):
    """`drafts` of `new`, `changed` and `restored` feeds (withdrawn before, in the table again); `same`: as they are known."""

    drafts: list[Draft]
    new: int
    changed: int
    restored: int
    same: int

    def batches(self) -> Iterator[list[Draft]]:
        for at in range(0, len(self.drafts), BATCH):
            yield self.drafts[at : at + BATCH]


def planned(known: Mapping[str, Entry], feeds: Sequence[FeedRow], author: str, own_area: str) -> Plan:
    """`own_area`: of this peer; a feed is registered in the area its GB/T 28181 id names when that lies in it."""
    drafts: list[Draft] = []
    new = changed = restored = 0
    for feed in feeds:
        held = known.get(feed.id)
        if held is None:
            new += 1
            drafts.append(Draft(kind=kind_of(feed.body), body=encode_body(feed.body), subject=feed.id, area=_area(feed, own_area)))
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
    return Plan(drafts, new, changed, restored, same)


def _bare(feed: FeedRow, held: Entry, field: str) -> bool:
    """A feed without a name is listed under its id."""
    return field == "name" and not feed.body.name and held.name == held.id


def _area(feed: FeedRow, own_area: str) -> str:
    """ "" : the peer's own."""
    told = parse(feed.body.code)
    area = told.area if told else ""
    return area if area.startswith(own_area) and len(area) > len(own_area) else ""
