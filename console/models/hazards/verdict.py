"""What the rules say of one hazard at one place at one instant, before hysteresis."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from console.models.hazards.grade import level_of
from console.models.kinds import Because

MOST_UNSURE = 20
MOST_WHY = 8
MOST_CHARS = 128
"""Of a doubt with the id of what it is of."""


class Verdict:
    """Grades 0 to 4. `up`: reached by what is believed; `hold`: by the lower limits; `possible` >= up: by all that may have fallen where gauges are
    silent, doubted or alone. `known`: enough was heard to let a level fall; `share`: of the gauges' weight that was heard.

    `why` and `unsure` are worked out when somebody asks: of hundreds of risks that stand, few are told anew. `because` and `doubted` give them;
    `ahead` are grounds before those, `more` doubts before those.
    """

    __slots__ = (
        "ahead",
        "at_ms",
        "because",
        "doubted",
        "hazard",
        "hold",
        "known",
        "lead_s",
        "more",
        "place",
        "possible",
        "share",
        "stage",
        "up",
    )

    def __init__(
        self,
        hazard: str,
        place: str,
        up: int = 0,
        hold: int = 0,
        possible: int = 0,
        stage: str = "observed",
        lead_s: float | None = None,
        at_ms: int = 0,
        share: float = 1.0,
        known: bool = True,
        because: Callable[[], Iterable[Because]] = tuple,
        doubted: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self.hazard, self.place, self.up, self.hold, self.possible = hazard, place, up, hold, possible
        self.stage, self.lead_s, self.at_ms, self.share, self.known = stage, lead_s, at_ms, share, known
        self.because, self.doubted = because, doubted
        self.ahead: tuple[Because, ...] = ()
        self.more: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.hazard}:{self.place}"[:128]

    @property
    def why(self) -> list[Because]:
        return [*self.ahead, *self.because()][:MOST_WHY]

    @property
    def unsure(self) -> list[str]:
        return list(dict.fromkeys([*self.more, *self.doubted()]))

    def doubts(self) -> list[str]:
        """`unsure` as it is told, bounded, the graver level that is possible first."""
        graver = [f"possible:{level_of(self.possible)}"] if self.possible > self.up else []
        return [doubt[:MOST_CHARS] for doubt in (*graver, *self.unsure)][:MOST_UNSURE]

    def copy(self) -> Verdict:
        made = Verdict(
            self.hazard,
            self.place,
            self.up,
            self.hold,
            self.possible,
            self.stage,
            self.lead_s,
            self.at_ms,
            self.share,
            self.known,
            self.because,
            self.doubted,
        )
        made.ahead, made.more = self.ahead, self.more
        return made
