"""What the video workspace writes, as drafts of events. No Qt."""

from __future__ import annotations

from console.comms.feeds.messages import Saved
from console.comms.local.messages import Draft
from console.models.feeds.book import Entry
from console.models.kinds import MediaFiled, encode_body, kind_of
from console.views.video.presenter import filed_text

NAME_CHARS = 200


def filing(saved: Saved, feed: Entry, incident: str, area: str, author: str) -> Draft:
    """A picture or clip that was saved, filed with an incident."""
    body = MediaFiled(
        incident=incident,
        name=filed_text(feed.name, saved.taken_ms, saved.span_s)[:NAME_CHARS],
        mime=saved.mime,
        size=min(saved.size, 1_000_000_000),
        sha256=saved.sha256,
        taken_ms=saved.taken_ms,
        preview=saved.preview,
        feed=feed.id,
        lon=feed.lon,
        lat=feed.lat,
        author=author,
    )
    return Draft(kind=kind_of(body), body=encode_body(body), area=area)
