"""A simulated terminal on a pseudo-terminal, with its card: what a real one is to whoever opens its port."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from console.comms.carriers.beidou.dialects import CardInfo, Dialect, Feedback, Incoming, Order, Signal, dialect_named
from console.comms.carriers.beidou.sentences import SentenceError, Splitter, read, write
from console.errors import Fault

_READ_BYTES = 4096


@dataclass
class SimCard:
    """`bars`: of its signal, 0 to 4: at 0 nothing is sent or heard. `refuse`: reasons to give for the next messages, first one first."""

    number: str
    rate_s: float = 60.0
    level: int = 3
    dialect: str = "BDS-2"
    bars: int = 4
    present: bool = True
    refuse: list[int] = field(default_factory=list)
    ready_s: float = 0.0


class SimTerminal:
    """One terminal on a pseudo-terminal. `path`: of the port; a link of that name, where `links` is a directory, leads to it."""

    def __init__(self, card: SimCard, links: Path | None = None) -> None:
        self.card, self._links = card, links
        self._splitter = Splitter()
        self.fd, self._far = -1, -1
        self.path = ""

    @property
    def dialect(self) -> Dialect:
        return dialect_named(self.card.dialect)

    def plug(self) -> None:
        """Raises Fault where the system has no pseudo-terminals."""
        try:
            import tty

            self.fd, self._far = os.openpty()
            tty.setraw(self._far)
        except (ImportError, AttributeError, OSError) as error:
            raise Fault(f"no pseudo-terminal can be had here ({error}): the simulator needs Linux or macOS.") from error
        os.set_blocking(self.fd, False)
        self.path = os.ttyname(self._far)
        if self._links is not None:
            self.path = str(_link(self._links / self.card.number, self.path))

    def unplug(self) -> None:
        for fd in (self.fd, self._far):
            if fd >= 0:
                os.close(fd)
        self.fd = self._far = -1
        if self._links is not None:
            (self._links / self.card.number).unlink(missing_ok=True)

    def orders(self) -> list[Order]:
        """What was asked of it since the last time; what it cannot read it does not answer."""
        orders: list[Order] = []
        with suppress(OSError):
            for line in self._splitter.feed(os.read(self.fd, _READ_BYTES)):
                with suppress(SentenceError):
                    order = self.dialect.read_order(read(line))
                    orders += [] if order is None else [order]
        return orders

    def say(self, answer: CardInfo | Signal | Feedback | Incoming) -> None:
        """Nobody may be listening: what finds no room is lost, as on a cable."""
        with suppress(OSError):
            os.write(self.fd, write(self.dialect.answer(answer, time.strftime("%H%M%S", time.gmtime()))))


def _link(link: Path, target: str) -> Path:
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(target)
    return link
