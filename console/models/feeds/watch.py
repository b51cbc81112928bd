"""When a picture is live, and how a feed that fails is opened again. No I/O: it is told what happened and the time (monotonic seconds).

    IDLE -> OPENING -> LIVE <-> FROZEN -> WAITING -> OPENING ...

A picture is live only while frames come: `FROZEN` begins `frozen_s` after the newest one, by whoever counts here, so that no process that
hangs can keep a picture looking alive.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from enum import StrEnum

from console.models.feeds.rules import WatchRule


class State(StrEnum):
    IDLE = "idle"
    OPENING = "opening"
    LIVE = "live"
    FROZEN = "frozen"
    WAITING = "waiting"
    ENDED = "ended"  # a file was played to its end


class Do(StrEnum):
    """What the owner of the player has to do now."""

    NOTHING = ""
    OPEN = "open"
    CLOSE = "close"


class Watch:
    """Attributes: `state`; `reason`, a code of why it is not live; `detail`, what the player said of it; `frame_s`, when its newest frame came, None:
    none yet; `next_s`, when it is tried again; `tries` since it was last live; `opened`, how often it was opened; `same_s`, since when
    every frame is the same picture."""

    def __init__(
        self, rule: WatchRule, *, period_s: float = 0.0, is_file: bool = False, chance: Callable[[], float] = random.random
    ) -> None:
        """`period_s`: between two pictures of a feed that is polled, 0: it streams."""
        self._rule, self._chance, self._is_file = rule, chance, is_file
        self._frozen_s = max(rule.frozen_s, rule.frozen_periods * period_s)
        self.state = State.IDLE
        self.reason = self.detail = ""
        self.frame_s: float | None = None
        self.next_s = 0.0
        self.tries = 0
        self.opened = 0
        self.same_s: float | None = None
        self._frames = 0
        self._began_s = 0.0
        self._live_since_s: float | None = None

    def begin(self, now_s: float) -> Do:
        self.state, self._began_s, self._frames, self._live_since_s = State.OPENING, now_s, 0, None
        self.opened += 1
        return Do.OPEN

    def end(self) -> Do:
        self.state, self.reason, self.detail = State.IDLE, "", ""
        return Do.CLOSE

    def seen(self, frames: int, frame_s: float, same_since_s: float | None = None) -> None:
        """So many frames came since it was opened, the newest at `frame_s`."""
        if frames <= self._frames or self.state not in (State.OPENING, State.LIVE, State.FROZEN):
            return
        self._frames = frames
        self.frame_s = frame_s if self.frame_s is None else max(frame_s, self.frame_s)
        self.same_s = same_since_s
        if self.state is not State.LIVE:
            self.state, self.reason, self.detail, self._live_since_s = State.LIVE, "", "", frame_s

    def pictured(self, frame_s: float) -> None:
        """A frame of this moment is on the screen, told before its count is."""
        if self.state in (State.OPENING, State.FROZEN):
            self.seen(self._frames + 1, frame_s)
        elif self.state is State.LIVE and self.frame_s is not None:
            self.frame_s = max(frame_s, self.frame_s)

    def failed(self, now_s: float, reason: str, detail: str = "") -> Do:
        """The player gave up, or its process ended. `reason`: a code. It is tried again later."""
        if self.state in (State.IDLE, State.WAITING, State.ENDED):
            return Do.NOTHING
        if reason == "ended" and self._is_file:
            self.state, self.reason, self.detail = State.ENDED, "", ""
            return Do.CLOSE
        if self._live_since_s is not None and (self.frame_s or now_s) - self._live_since_s >= self._rule.settled_s:
            self.tries = 0
        wait_s = self._rule.waits_s[min(self.tries, len(self._rule.waits_s) - 1)]
        self.tries += 1
        self.next_s = now_s + wait_s * (1 - self._rule.jitter * self._chance())
        self.state, self.reason, self.detail = State.WAITING, reason, detail
        return Do.CLOSE

    def tick(self, now_s: float) -> Do:
        """Time has passed."""
        if self.state is State.LIVE and self.age_s(now_s) > self._frozen_s:
            self.state, self.reason = State.FROZEN, "frozen"
        if self.state is State.FROZEN and self.age_s(now_s) > self._frozen_s + self._rule.anew_s:
            return self.failed(now_s, "frozen")
        if self.state is State.OPENING and now_s - self._began_s > self._rule.first_s:
            return self.failed(now_s, "no_picture")
        if self.state is State.WAITING and now_s >= self.next_s:
            return self.begin(now_s)
        return Do.NOTHING

    def again(self, now_s: float) -> Do:
        """A person does not want to wait."""
        if self.state is State.WAITING or self.state is State.ENDED:
            self.tries = 0
            return self.begin(now_s)
        return Do.NOTHING

    def is_live(self, now_s: float) -> bool:
        """Whether the picture shown is what the camera sees now. A file never is."""
        return not self._is_file and self.state is State.LIVE and self.age_s(now_s) <= self._frozen_s

    def age_s(self, now_s: float) -> float:
        """Of the picture shown; inf while there is none."""
        return float("inf") if self.frame_s is None else max(0.0, now_s - self.frame_s)

    def unchanged_s(self, now_s: float) -> float:
        """For how long every frame has been the same, 0 below what is worth telling."""
        if self.same_s is None or self.state is not State.LIVE or self._is_file:
            return 0.0
        held_s = now_s - self.same_s
        return held_s if held_s >= self._rule.same_s else 0.0
