"""When peers on one local network link up without their node. Figures: `resources/rules/discovery.toml`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.form import rules

Seconds = Annotated[float, Meta(ge=0, le=86400)]


class DiscoveryRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`patience_s`, `jitter_s`, `defer_s`: from the loss of the nodes above to the first dial; `fade_s`: from their return to letting go;
    `seek_s`, `seek_linked_s`: between two askings; `max_links`: begun by one peer; `max_neighbours`: remembered."""

    patience_s: Seconds
    jitter_s: Seconds
    defer_s: Seconds
    fade_s: Seconds
    max_links: Annotated[int, Meta(ge=1, le=16)]
    seek_s: Annotated[float, Meta(ge=1, le=86400)]
    seek_linked_s: Annotated[float, Meta(ge=1, le=86400)]
    max_neighbours: Annotated[int, Meta(ge=1, le=1000)]


def discovery_rule() -> DiscoveryRule:
    return rules("discovery", DiscoveryRule)
