"""Where the cameras of a story are: addresses that are known only when it is played."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from console.comms.gateways.recording import Moment, Recording
from console.models.kinds import FeedRegistered


def seen_at(recording: Recording, addresses: Mapping[str, str]) -> Recording:
    """`addresses`: by the feed's id in the recording, without names or passwords."""
    return msgspec.structs.replace(recording, moments=_seen(recording.moments, addresses)) if addresses else recording


def _seen(moments: Iterable[Moment], addresses: Mapping[str, str]) -> Iterator[Moment]:
    for moment in moments:
        if isinstance(moment.body, FeedRegistered) and moment.subject in addresses:
            body = msgspec.structs.replace(moment.body, url=addresses[moment.subject], snapshot_url="")
            yield moment._replace(body=body)
        else:
            yield moment
