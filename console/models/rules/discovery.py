"""When peers on one local network link up without their node. Figures: `resources/rules/discovery.toml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from console.errors import Fault
from console.models.form import ready
from console.models.paths import resources_dir

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


def load_discovery(path: Path) -> DiscoveryRule:
    """Raises Fault when the file is not a rule."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=ready(DiscoveryRule))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Fault(f"{path}: not a readable rule of discovery: {error}. Restore it from the installation.") from error


@cache
def discovery_rule() -> DiscoveryRule:
    return load_discovery(resources_dir() / "rules" / "discovery.toml")
