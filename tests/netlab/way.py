"""One direction of a cable: what becomes of a frame that enters it. No I/O; times in seconds of one steady clock."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field

LIMIT_FRAMES = 1000
"""How many frames may wait: netem's own default, tc-netem(8)."""


@dataclass
class Way:
    """As in tc-netem(8): `loss` 0 to 1 of the frames, drawn independently; `rate_bps` bits a second, None for no limit; then `delay_s`.

    `cut`: nothing passes, and what was under way is lost too. `flap_s`: open and cut in turns of so long. `carried_bytes` went through,
    `lost` frames did not, for whatever reason.
    """

    loss: float = 0.0
    delay_s: float = 0.0
    rate_bps: float | None = None
    cut: bool = False
    flap_s: float = 0.0
    limit_frames: int = LIMIT_FRAMES
    carried_bytes: int = 0
    lost: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(1), repr=False)
    _leaving: deque[float] = field(default_factory=deque, repr=False)

    def closed(self, now_s: float) -> bool:
        return self.cut or bool(self.flap_s and int(now_s / self.flap_s) % 2)

    def arrival_s(self, size_bytes: int, now_s: float) -> float | None:
        """When a frame that enters now comes out; None when it never does."""
        if self.closed(now_s) or self.chance.random() < self.loss:
            self.lost += 1
            return None
        if self.rate_bps is None:
            return now_s + self.delay_s
        while self._leaving and self._leaving[0] <= now_s:
            self._leaving.popleft()
        if len(self._leaving) >= self.limit_frames:
            self.lost += 1
            return None
        sent_s = max(now_s, self._leaving[-1] if self._leaving else now_s) + size_bytes * 8 / self.rate_bps
        self._leaving.append(sent_s)
        return sent_s + self.delay_s

    def comes_out(self, size_bytes: int, now_s: float) -> bool:
        """Whether a frame that is due now does come out: a cut takes what was under way."""
        if self.closed(now_s):
            self.lost += 1
            return False
        self.carried_bytes += size_bytes
        return True

    def heal(self) -> None:
        """A good cable again. What waits in its queue still leaves at the pace of before."""
        self.loss, self.delay_s, self.rate_bps, self.cut, self.flap_s = 0.0, 0.0, None, False, 0.0
        self._leaving.clear()
