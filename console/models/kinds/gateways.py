"""What brings in the words of other systems tells of its sources: brokers, folders, lists."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from console.models.kinds.fields import Body, Code, Count, Millis, Name, Text

SOURCE_KINDS = ("mqtt", "csv", "quakes")
SOURCE_STATES = ("connecting", "working", "faulty", "stopped")


class GatewayReported(Body, frozen=True):
    """How one source of a gateway is; subject = its id. Said when its state or its fault changes, and every five minutes with its counts.

    `source`: one of SOURCE_KINDS; `place`: the broker, folder or list, without any password. `state`: one of SOURCE_STATES; `fault`: what is
    wrong and what to do, "" nothing. Since the gateway began (`since_ms`): `taken` readings or earthquakes, `refused` by reason, with an
    `example` of the newest refusal. `newest_ms`: when something was taken last, None: never.
    """

    name: Name
    source: Code
    place: Name = ""
    state: Code = "connecting"
    fault: Text = ""
    taken: Count = 0
    refused: Annotated[dict[Code, Count], Meta(max_length=40)] = {}
    example: Text = ""
    since_ms: Millis = 0
    newest_ms: Millis | None = None
