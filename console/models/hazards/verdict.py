"""What the rules say of one hazard at one place at one instant, before hysteresis."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.models.hazards.grade import level_of
from console.models.kinds import Because

MOST_UNSURE = 20


@dataclass
class Verdict:
    """Grades 0 to 4. `up`: reached by what is believed; `hold`: by the lower limits; `possible` >= up: by all that may have fallen where gauges are
    silent, doubted or alone. `known`: enough was heard to let a level fall; `share`: of the gauges' weight that was heard."""

    hazard: str
    place: str
    up: int = 0
    hold: int = 0
    possible: int = 0
    stage: str = "observed"
    lead_s: float | None = None
    at_ms: int = 0
    why: list[Because] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    share: float = 1.0
    known: bool = True

    @property
    def id(self) -> str:
        return f"{self.hazard}:{self.place}"[:128]

    def doubts(self) -> list[str]:
        """`unsure` as it is told, bounded, the graver level that is possible first."""
        graver = [f"possible:{level_of(self.possible)}"] if self.possible > self.up else []
        return [*graver, *dict.fromkeys(self.unsure)][:MOST_UNSURE]
