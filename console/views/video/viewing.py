"""A feed that is open in a tile: its watch, its address and secrets, what was kept of it. No Qt."""

from __future__ import annotations

from itertools import count

from console.errors import Fault
from console.models.feeds.address import Secrets, joined, taken_apart
from console.models.feeds.book import Entry
from console.models.feeds.rules import VideoRule
from console.models.feeds.watch import Watch
from console.views.video.presenter import Kept

_turns = count(1)


class Viewing:
    """Attributes: `entry`, `watch`, `turn` (of the present opening), `secrets` (None: not looked up yet), `kept`, `refused`: why its address may not
    be opened; `size`: of its pictures; `recording`: number of the request, 0 none, and since when (`recording_s`)."""

    def __init__(self, entry: Entry, rule: VideoRule) -> None:
        self.entry = entry
        self.period_s = 0.0 if entry.url else rule.poll.period_s
        self.refused = ""
        self._url = ""
        try:
            self._url = taken_apart(entry.url or entry.snapshot_url).url
        except Fault as fault:
            self.refused = str(fault)
        if not self._url and not self.refused:
            self.refused = "The feed has no address."
        self.is_file = self._url.startswith("file:") and not self.period_s
        self.watch = Watch(rule.watch, period_s=self.period_s, is_file=self.is_file)
        self.turn = 0
        self.secrets: Secrets | None = None
        self.kept: Kept | None = None
        self.size = (0, 0)
        self.recording = 0
        self.recording_s = 0.0

    def next_turn(self) -> int:
        self.turn = next(_turns)
        return self.turn

    @property
    def address(self) -> str:
        """With its secrets: for the video process alone."""
        return joined(self._url, self.secrets or Secrets())
