"""The figures of `resources/rules/video.toml`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.form import rules

Seconds = Annotated[float, Meta(gt=0, le=1e7)]
Most = Annotated[int, Meta(gt=0)]
Share = Annotated[float, Meta(ge=0, lt=1)]


class WatchRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    frozen_s: Seconds
    frozen_periods: Annotated[float, Meta(ge=1)]
    first_s: Seconds
    anew_s: Seconds
    waits_s: Annotated[tuple[Seconds, ...], Meta(min_length=1)]
    jitter: Share
    settled_s: Seconds
    same_s: Seconds


class PollRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    period_s: Seconds
    timeout_s: Seconds
    most_bytes: Most


class WallRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pictures_per_s: dict[int, Seconds]
    dwell_s: Seconds
    hung_s: Seconds

    def __post_init__(self) -> None:
        if 1 not in self.pictures_per_s:
            raise ValueError("pictures_per_s needs a rate for 1")

    def of_tiles(self, tiles: int) -> float:
        """Pictures per second at most, on a wall of so many."""
        return min(rate for least, rate in self.pictures_per_s.items() if least <= max(1, tiles))


class KeepRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    ring_s: Seconds
    ring_per_s: Seconds
    clip_per_s: Seconds
    width_px: Most
    clip_most_s: Seconds
    jpeg_quality: Annotated[int, Meta(ge=1, le=100)]
    last_every_s: Seconds
    last_days: Seconds
    last_most_bytes: Most
    media_most_bytes: Most


class SweepRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    per_s: Seconds
    most_bytes_per_s: Most
    at_once: Most
    timeout_s: Seconds
    again_s: Seconds
    valid_s: Seconds


class PlacesRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    range_m: Seconds
    view_deg: Annotated[float, Meta(gt=0, le=360)]
    nearest: Most
    nearest_m: Seconds
    along_road: Most


class VideoRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    watch: WatchRule
    poll: PollRule
    wall: WallRule
    keep: KeepRule
    sweep: SweepRule
    places: PlacesRule


def default_rule() -> VideoRule:
    return rules("video", VideoRule)
