"""Links to video, and pictures filed with an incident."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from console.models.event import MAX_SUBJECT_CHARS
from console.models.kinds.fields import Amount, Body, Code, Count, Lat, Lon, Millis, Name, Ref, Text

Url = Annotated[str, Meta(max_length=2000)]
Bearing = Annotated[float, Meta(ge=0, le=360)]
MAX_PREVIEW_BYTES = 48 * 1024
MAX_LISTED = 200
MAX_LIST_BYTES = 60 * 1024
"""Of an encoded list; its author keeps to it, so that it fits into an event."""


class FeedRegistered(Body, frozen=True):
    """A video feed; subject = feed id. `url` and `snapshot_url` hold no user and no password: these stay in each machine's keyring.

    `code`: the GB/T 28181 id of 20 digits, "" when it has none; `kind`: camera, dvr, nvr, drone, vehicle or other. `folder`: its place
    in the tree, parts joined by "/". `bearing_deg` and `view_deg`: where it looks, clockwise from north, and how wide; `range_m`: how far.
    """

    name: Name
    url: Url = ""
    snapshot_url: Url = ""
    kind: Code = "camera"
    code: Code = ""
    owner: Name = ""
    folder: Name = ""
    road: Name = ""
    basin: Ref = ""
    lon: Lon | None = None
    lat: Lat | None = None
    bearing_deg: Bearing | None = None
    view_deg: Bearing | None = None
    range_m: Amount | None = None
    note: Text = ""


class ListedFeed(msgspec.Struct, omit_defaults=True, frozen=True, array_like=True):
    id: Annotated[str, Meta(min_length=1, max_length=MAX_SUBJECT_CHARS)]
    feed: FeedRegistered


class FeedsListed(Body, frozen=True):
    """Many feeds registered at once, as a table has them; subject = list id. Each is as if `feed.registered` had said it."""

    feeds: Annotated[list[ListedFeed], Meta(min_length=1, max_length=MAX_LISTED)]


class FeedChanged(Body, frozen=True):
    """Of a feed what is named here is now so. It is taken away by `record.withdrawn`."""

    name: Name | UnsetType = UNSET
    url: Url | UnsetType = UNSET
    snapshot_url: Url | UnsetType = UNSET
    owner: Name | UnsetType = UNSET
    folder: Name | UnsetType = UNSET
    road: Name | UnsetType = UNSET
    basin: Ref | UnsetType = UNSET
    lon: Lon | UnsetType | None = UNSET
    lat: Lat | UnsetType | None = UNSET
    bearing_deg: Bearing | UnsetType | None = UNSET
    view_deg: Bearing | UnsetType | None = UNSET
    range_m: Amount | UnsetType | None = UNSET
    note: Text | UnsetType = UNSET
    author: Name = ""


class MediaFiled(Body, frozen=True):
    """A picture or clip was filed with an incident; subject = media id. The file itself stays where it was made, under its `sha256` (hex),
    `size` bytes long; `preview` (JPEG) goes with the event, so that everybody sees what it shows."""

    incident: Ref
    name: Name
    mime: Code
    size: Count
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    taken_ms: Millis
    preview: Annotated[bytes, Meta(max_length=MAX_PREVIEW_BYTES)] = b""
    feed: Ref = ""
    lon: Lon | None = None
    lat: Lat | None = None
    note: Text = ""
    author: Name = ""
