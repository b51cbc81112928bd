"""Links to video."""

from __future__ import annotations

import msgspec

from console.models import kinds
from console.models.state.rows import Rows
from console.models.state.rules.happening import Happening, given, write

_FEED_FIELDS = (
    "name",
    "url",
    "snapshot_url",
    "owner",
    "folder",
    "road",
    "basin",
    "lon",
    "lat",
    "bearing_deg",
    "view_deg",
    "range_m",
    "note",
)


def feed_registered(rows: Rows, at: Happening, body: kinds.FeedRegistered) -> None:
    _register_feed(rows, at, at.subject, body)


def feeds_listed(rows: Rows, at: Happening, body: kinds.FeedsListed) -> None:
    rows.expect("feed", [each.id for each in body.feeds])
    for each in body.feeds:
        _register_feed(rows, at, each.id, each.feed)


def _register_feed(rows: Rows, at: Happening, feed: str, body: kinds.FeedRegistered) -> None:
    write(rows, "feed", feed, at, **msgspec.structs.asdict(body))


def feed_changed(rows: Rows, at: Happening, body: kinds.FeedChanged) -> None:
    write(rows, "feed", at.subject, at, **given(body, *_FEED_FIELDS))
